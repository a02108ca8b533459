using System.Globalization;
using PantryChain.Store.Hosting;
using PantryChain.Store.Joining;
using PantryChain.Telemetry.Mqtt;

namespace PantryChain.Store.Broker;

/// <summary>How the store appears at the cooperative's broker.</summary>
internal static class StoreLink
{
    /// <summary>How long the broker keeps blocks for a store that is away (real time).</summary>
    private static readonly TimeSpan Session = TimeSpan.FromDays(30);

    /// <summary>The link's settings: one fixed client id with a lasting session, so that blocks sent meanwhile are waiting.</summary>
    public static MqttOptions OptionsOf(StoreFolder folder) => new()
    {
        Host = folder.Options.Broker.Host,
        Port = folder.Options.Broker.Port,
        ClientId = string.Create(CultureInfo.InvariantCulture, $"pantrychain-store-{folder.Options.Broker.Username}"),
        Username = folder.Options.Broker.Username,
        Password = SecretFile.Read(BrokerAccounts.OwnPasswordFile(folder)),
        SessionExpiry = Session,
        RetryMost = TimeSpan.FromSeconds(2),
        Tls = folder.Options.Broker.Tls ? new MqttTls() : null,
    };
}
