using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace PantryChain.Telemetry.Broker;

/// <summary>Decides about each CONNECT: who it is, whether there is a place, whether its will is one that it may publish.</summary>
internal sealed class Doorkeeper(BrokerOptions options, BrokerUsers users, PostOffice post, Admission admission, string ownPassword,
    TimeProvider real) : IDisposable
{
    /// <summary>Where MQTTnet's connection keeps our session.</summary>
    public const string SessionItem = "session";

    /// <summary>The gateway's own name; a space is in no user's.</summary>
    public const string OwnUser = "the gateway";

    private readonly Logins _logins = new(users, real);

    /// <summary>What a user may do now; null when there is no such user any more.</summary>
    public Rights? RightsOf(string user) => user == OwnUser ? Rights.Everything : user.Length == 0 ? options.Anonymous
        : users.Find(user) is { } known ? users.RightsOf(known) : null;

    /// <summary>Answers a CONNECT.</summary>
    public async Task JudgeAsync(ValidatingConnectionEventArgs connecting)
    {
        ClientChannel channel = (ClientChannel)connecting.ChannelAdapter;
        ConnectWords asked = channel.Asked!;
        Visitor visitor = channel.Visitor;
        string user = connecting.UserName ?? "";
        (Rights? rights, MqttConnectReasonCode answer) = await WhoAsync(user, connecting, visitor);
        if (rights is not null && asked.Will is { Topic: var will } && (TopicRules.OfTopic(will, options.Limits) != TopicFault.None || !rights.MayWrite(will)))
            (rights, answer) = (null, Refuse(BrokerRefusal.Will, MqttConnectReasonCode.NotAuthorized));
        if (rights is not null && !visitor.IsInside && !admission.TrySeat(visitor.Holder))
            (rights, answer) = (null, Refuse(BrokerRefusal.Crowded, MqttConnectReasonCode.ServerBusy));
        connecting.ReasonCode = answer;
        if (rights is null)
            return;
        visitor.IsSeated = !visitor.IsInside;
        (BrokerSession session, bool present) = post.Arrive(new Arrival(connecting.ClientId, user, rights, visitor.IsInside, asked.CleanStart,
            asked.Expiry, asked.Window), channel);
        channel.Seat(session, present);
        connecting.SessionItems[SessionItem] = session;
    }

    /// <inheritdoc />
    public void Dispose() => _logins.Dispose();

    private async Task<(Rights? Rights, MqttConnectReasonCode Answer)> WhoAsync(string user, ValidatingConnectionEventArgs connecting, Visitor visitor)
    {
        byte[] password = connecting.RawPassword ?? [];
        if (visitor.IsInside)
        {
            bool own = user == OwnUser && CryptographicOperations.FixedTimeEquals(password, Encoding.UTF8.GetBytes(ownPassword));
            return own ? (Rights.Everything, MqttConnectReasonCode.Success) : (null, Refuse(BrokerRefusal.Login, MqttConnectReasonCode.NotAuthorized));
        }
        if (user.Length == 0)
            return options.Anonymous is { } anonymous
                ? (anonymous, MqttConnectReasonCode.Success) : (null, Refuse(BrokerRefusal.Login, MqttConnectReasonCode.NotAuthorized));
        (BrokerUser? known, BrokerRefusal why) = await _logins.CheckAsync(user, password, visitor.Holder, connecting.CancellationToken);
        return known is not null ? (users.RightsOf(known), MqttConnectReasonCode.Success)
            : (null, Refuse(why, why == BrokerRefusal.Guessing ? MqttConnectReasonCode.ConnectionRateExceeded : MqttConnectReasonCode.BadUserNameOrPassword));
    }

    private MqttConnectReasonCode Refuse(BrokerRefusal why, MqttConnectReasonCode answer)
    {
        post.Counts.Add(why);
        return answer;
    }
}

/// <summary>Certificate and key of a server in PEM files.</summary>
internal static class ServerCertificate
{
    /// <summary>Reads both.</summary>
    /// <exception cref="CryptographicException">They are no certificate with its key.</exception>
    public static X509Certificate2 Read(string certificateFile, string? keyFile) => X509Certificate2.CreateFromPemFile(certificateFile, keyFile);
}
