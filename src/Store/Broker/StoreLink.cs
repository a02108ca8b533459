using PantryChain.Store.Hosting;
using PantryChain.Store.Joining;
using PantryChain.Telemetry.Mqtt;

namespace PantryChain.Store.Broker;

/// <summary>How the store appears at the cooperative's broker.</summary>
internal static class StoreLink
{
    /// <summary>How long the broker keeps blocks for a store that is away (real time).</summary>
    private static readonly TimeSpan Session = TimeSpan.FromDays(30);

    /// <summary>The link's settings: its user as client id, as the broker demands of everybody, and a lasting session, so that blocks sent meanwhile are waiting.</summary>
    public static MqttOptions OptionsOf(StoreFolder folder) => new()
    {
        Host = folder.Options.Broker.Host,
        Port = folder.Options.Broker.Port,
        ClientId = folder.Options.Broker.Username,
        Username = folder.Options.Broker.Username,
        Password = SecretFile.Read(BrokerAccounts.OwnPasswordFile(folder)),
        SessionExpiry = Session,
        RetryMost = TimeSpan.FromSeconds(2),
        Tls = folder.Options.Broker.Tls ? new MqttTls() : null,
    };
}
