using System.Net;
using PantryChain.Gateway.Configuration;
using PantryChain.Telemetry.Broker;
using PantryChain.Telemetry.Home;
using PantryChain.Telemetry.Mqtt;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Gateway.Home;

/// <summary>The home broker inside the gateway, for households that have none: before the home station at the start, after it at the end.</summary>
internal sealed class HomeBroker(EmbeddedBroker broker) : IHostedService
{
    /// <summary>The broker of a household's configuration.</summary>
    public static EmbeddedBroker Make(HomeBrokerOptions options, DataFolder folder, Topics topics, ILogger<EmbeddedBroker> log)
    {
        BrokerOptions settings = new()
        {
            Address = options.Address is null ? IPAddress.Loopback : IPAddress.Parse(options.Address), Port = options.Port,
            CertificateFile = options.CertificateFile is null ? null : folder.Inside(options.CertificateFile),
            KeyFile = options.KeyFile is null ? null : folder.Inside(options.KeyFile),
            Anonymous = options.Anonymous == true ? RightsOf(topics) : null,
        };
        return new EmbeddedBroker(settings, UsersOf(folder, topics), folder.HomeBroker, TimeProvider.System, log);
    }

    /// <summary>The users of a data folder.</summary>
    public static BrokerUsers UsersOf(DataFolder folder, Topics topics) => new(folder.HomeUsers, RightsOf(topics));

    /// <summary>The gateway's own link, by the door that only it can open.</summary>
    public static MqttOptions LinkTo(EmbeddedBroker broker, Topics topics) => new()
    {
        Host = "127.0.0.1", Port = broker.OwnPort, ClientId = topics.Gateway.Value, Username = EmbeddedBroker.OwnUser, Password = broker.OwnPassword,
        StatusTopic = topics.Status,
    };

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken) => broker.StartAsync(cancellationToken);

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => broker.StopAsync(cancellationToken);

    private static Rights RightsOf(Topics topics) => Rights.OfHome(topics, new HomeAssistantOptions().Prefix);
}
