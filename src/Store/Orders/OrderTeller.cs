using Dapper;
using Npgsql;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Store.Hosting;
using PantryChain.Telemetry.Mqtt;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Store.Orders;

/// <summary>Tells gateways where their orders stand, on the retained <c>.../order/ORDER</c>.</summary>
/// <remarks>A state counts as told when the broker acknowledged it; after a new connection live and recent orders are told again, as a killed broker may have forgotten.</remarks>
internal sealed class OrderTeller(NpgsqlDataSource database, IMqttLink link, EscrowFollower follower, DeliveryDesk deliveries, TimeProvider clock, ILogger<OrderTeller> logger) : Drain(logger)
{
    /// <summary>How long a final order is told again after a new connection.</summary>
    private static readonly TimeSpan Recent = TimeSpan.FromDays(30);

    private readonly Pulse _connected = new();
    private long _told;

    /// <inheritdoc />
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        link.WhenConnected(_connected.Beat);
        return base.StartAsync(cancellationToken);
    }

    /// <inheritdoc />
    protected override Task NextWake() => Task.WhenAny(follower.Changed.Next, deliveries.Changed.Next, _connected.Next);

    /// <inheritdoc />
    protected override async Task PassAsync(CancellationToken stop)
    {
        long connections = link.Connections;
        if (connections != _told)
            await ForgetToldAsync(stop);
        _told = connections;
        await TellAsync(stop);
    }

    private async Task ForgetToldAsync(CancellationToken stop)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        await connection.ExecuteAsync(
            "update orders set published_state = null where published_state is not null and (state in (1, 2, 3) or changed_at > @since)", new { since = clock.GetUtcNow() - Recent });
    }

    private async Task TellAsync(CancellationToken stop)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        IEnumerable<(OrderId Id, short State, DateTimeOffset At, string? Reason, string Gateway)> due = await connection.QueryAsync<(OrderId, short, DateTimeOffset, string?, string)>(
            """
            select o.id, o.state, o.changed_at, o.reason, h.gateway from orders o join households h on h.device = o.device
            where o.published_state is distinct from o.state and o.state <> 0 order by o.changed_at
            """);
        foreach ((OrderId id, short state, DateTimeOffset at, string? reason, string gateway) in due)
        {
            OrderNotice notice = new(id, (OrderState)state, at, reason);
            await link.PublishAsync(new MqttMessage(
                new Topics(new GatewayId(gateway)).Order(id), WireCodec.Encode(notice), Retain: true, Schema: "pantrychain.order/1", ContentType: "application/json"), stop);
            await connection.ExecuteAsync("update orders set published_state = @state where id = @id", new { state, id });
        }
    }
}
