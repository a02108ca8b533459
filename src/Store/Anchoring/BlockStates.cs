using System.Collections.Concurrent;
using Dapper;
using Npgsql;
using PantryChain.Domain.Identity;
using PantryChain.Store.Hosting;
using PantryChain.Telemetry.Mqtt;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Store.Anchoring;

/// <summary>Tells each gateway how far its blocks came, on the retained <c>.../block/state</c>.</summary>
/// <remarks>
/// The state is read from the database when it is told, so the newest truth goes out however often it was asked for. After every new connection all
/// gateways are told again, because a killed broker may have forgotten what it acknowledged.
/// </remarks>
internal sealed class BlockStates(NpgsqlDataSource database, IMqttLink link, ILogger<BlockStates> logger) : Drain(logger)
{
    private readonly ConcurrentDictionary<GatewayId, byte> _due = new();
    private readonly Pulse _asked = new();
    private long _told;

    /// <summary>Has a gateway told soon.</summary>
    public void Tell(GatewayId gateway)
    {
        _due[gateway] = 0;
        _asked.Beat();
    }

    /// <summary>Has every gateway told soon.</summary>
    public async Task TellAllAsync(CancellationToken stop)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        foreach (GatewayId gateway in await connection.QueryAsync<GatewayId>("select gateway from households where status = 'joined'"))
            _due[gateway] = 0;
        _asked.Beat();
    }

    /// <inheritdoc />
    protected override Task NextWake() => _asked.Next;

    /// <inheritdoc />
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        link.WhenConnected(_asked.Beat);
        return base.StartAsync(cancellationToken);
    }

    /// <inheritdoc />
    protected override async Task PassAsync(CancellationToken stop)
    {
        long connections = link.Connections;
        if (connections != _told)
            await TellAllAsync(stop);
        _told = connections;
        foreach (GatewayId gateway in _due.Keys)
            if (_due.TryRemove(gateway, out _))
                await PublishAsync(gateway, stop);
    }

    private async Task PublishAsync(GatewayId gateway, CancellationToken stop)
    {
        try
        {
            BlockState state = await ReadAsync(gateway, stop);
            await link.PublishAsync(
                new MqttMessage(new Topics(gateway).BlockState, WireCodec.Encode(state), Retain: true, Schema: "pantrychain.block-state/1", ContentType: "application/json"), stop);
        }
        catch (MqttRefusedException error)
        {
            logger.LogError("The broker refuses the state of {Gateway}'s blocks ({Error}). Check the store's access list there.", gateway, error.Message);
        }
        catch
        {
            _due[gateway] = 0; // not told: the next pass does it
            throw;
        }
    }

    /// <summary>Where a gateway's chain stands.</summary>
    internal async Task<BlockState> ReadAsync(GatewayId gateway, CancellationToken stop)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        (long accepted, long anchored, long? height, string? reason) = await connection.QuerySingleAsync<(long, long, long?, string?)>(
            """
            select coalesce((select max(height) from blocks where device = h.device), 0),
                   coalesce((select max(height) from blocks join batches on batches.number = blocks.batch where device = h.device and anchored_at is not null), 0),
                   r.height, r.reason
            from households h left join rejections r on r.device = h.device
            where h.gateway = @gateway
            """, new { gateway });
        return new BlockState((ulong)accepted, (ulong)anchored, reason is null ? null : new BlockRejection((ulong)height!.Value, reason));
    }
}
