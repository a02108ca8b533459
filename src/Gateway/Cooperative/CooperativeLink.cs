using PantryChain.Telemetry.Mqtt;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Gateway.Cooperative;

/// <summary>The gateway's link to the cooperative's broker: blocks go out, answers about blocks and orders come in.</summary>
/// <remarks>It says neither <c>online</c> nor <c>offline</c> there. What an earlier version left retained is cleared where it is found.</remarks>
internal sealed class CooperativeLink : IHostedService, IAsyncDisposable
{
    /// <summary>Takes the login that joining brought; nothing is sent before the host starts it.</summary>
    public CooperativeLink(Membership membership, Configuration.Household household, ILogger<MqttLink> log)
    {
        Topics = new Topics(household.Gateway);
        Mqtt = new MqttLink(
            new MqttOptions
            {
                Host = membership.Info.Broker.Host,
                Port = membership.Info.Broker.Port,
                ClientId = membership.Broker.Username, // the broker takes a user under its own name only
                Username = membership.Broker.Username,
                Password = membership.Broker.Password,
                Tls = membership.Info.Broker.Tls ? new MqttTls() : null,
            },
            log);
        Mqtt.Subscribe(Topics.Status, ClearPresence);
    }

    /// <summary>The link.</summary>
    public IMqttLink Mqtt { get; }

    /// <summary>The gateway's topics.</summary>
    public Topics Topics { get; }

    /// <summary>An empty retained message makes a broker forget what it kept.</summary>
    private void ClearPresence(MqttMessage kept)
    {
        if (kept.Payload.IsEmpty)
            return;
        // Unobserved on purpose: whatever hinders it, the message is found again at the next connection.
        _ = Mqtt.PublishAsync(new MqttMessage(Topics.Status, ReadOnlyMemory<byte>.Empty, Retain: true)).ContinueWith(static sent => sent.Exception, TaskScheduler.Default);
    }

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken)
    {
        Mqtt.Start();
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Mqtt.StopAsync(cancellationToken);

    /// <inheritdoc />
    public ValueTask DisposeAsync() => Mqtt.DisposeAsync();
}
