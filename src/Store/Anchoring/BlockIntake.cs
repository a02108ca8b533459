using System.Text.Json;
using System.Threading.Channels;
using Dapper;
using Npgsql;
using PantryChain.Domain.Chain;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Time;
using PantryChain.Ledger.Blocks;
using PantryChain.Store.Hosting;
using PantryChain.Telemetry.Mqtt;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Store.Anchoring;

/// <summary>Station 5's door: takes blocks from the broker, verifies them and commits them before the gateway hears <c>accepted</c>.</summary>
/// <remarks>One block at a time. What is lost on the way (a full queue, a kill) comes again, because gateways send everything above <c>accepted</c>.</remarks>
internal sealed class BlockIntake(
    IMqttLink link, NpgsqlDataSource database, BlockVerifier verifier, BlockRules rules, BlockShelf shelf, StoppedDevices stopped, BlockStates states, Anchorer anchorer, RefusalLog refusals,
    StoreFolder folder, TimeProvider clock, ILogger<BlockIntake> logger) : BackgroundService
{
    private readonly TimeZoneInfo _zone = TimeZoneInfo.FindSystemTimeZoneById(folder.Options.Rewards.TimeZone);
    private readonly Channel<MqttMessage> _arrived = Channel.CreateBounded<MqttMessage>(new BoundedChannelOptions(512)); // whoever writes never waits
    private readonly Dictionary<string, int> _waiting = []; // per topic, so per gateway
    private const int MostWaiting = 32;

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        link.Subscribe(Topics.AnyBlock, message => Arrived(message));
        link.Start();
        await foreach (MqttMessage message in _arrived.Reader.ReadAllAsync(stoppingToken))
        {
            Left(message.Topic);
            try
            {
                await TakeAsync(message, stoppingToken);
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                logger.LogWarning("A block was left out ({Error}); its gateway sends it again.", error.Message);
            }
        }
    }

    /// <summary>Puts a message into the queue, of which nobody gets more than a share: what one gateway sends too much drops no other's block.</summary>
    /// <remarks>What finds no room is counted; its gateway sends it again.</remarks>
    internal bool Arrived(MqttMessage message)
    {
        bool isOwnShare;
        lock (_waiting)
        {
            int waiting = _waiting.GetValueOrDefault(message.Topic);
            isOwnShare = waiting >= MostWaiting;
            if (!isOwnShare && _arrived.Writer.TryWrite(message))
            {
                _waiting[message.Topic] = waiting + 1;
                return true;
            }
        }
        Refuse(isOwnShare ? "queue_share_full" : "queue_full", $"a block on {message.Topic} was dropped unread; it comes again.");
        return false;
    }

    private void Left(string topic)
    {
        lock (_waiting)
        {
            if (--_waiting[topic] == 0)
                _waiting.Remove(topic);
        }
    }

    /// <summary>Judges one message and returns the reason code of a refusal, or null when the block is (or was already) accepted.</summary>
    internal async Task<string?> TakeAsync(MqttMessage message, CancellationToken stop)
    {
        if (!Topics.TryParse(message.Topic, out GatewayId gateway, out _))
            return Refuse("bad_topic", $"{message.Topic} names no gateway.");
        if (!WireCodec.TryDecode(message.Payload.Span, out SealedBlock? block, out string? why))
            return Refuse("malformed", $"{gateway}: {why}");
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        (DeviceId Device, AccountAddress Account, DateTimeOffset JoinedAt)? owner = await connection.QuerySingleOrDefaultAsync<(DeviceId, AccountAddress, DateTimeOffset)?>(
            "select device, account, joined_at from households where gateway = @gateway and status = 'joined'", new { gateway });
        if (owner is not { } household)
            return Refuse("gateway_unknown", $"{gateway} never joined.");
        string? reason = household.Device != block.Block.Device ? "not_your_device"
            : await stopped.WhyAsync(connection, household.Device, household.Account, stop) ?? await JudgeAsync(connection, block, DayOf(household.JoinedAt), message.Payload, stop);
        if (reason is not null)
        {
            if (household.Device == block.Block.Device && verifier.IsSignedByItsDevice(block)) // a login at the broker is no key: what others send in the household's name is counted and brings nothing upon it
                await shelf.RejectAsync(connection, household.Device, block.Block.Height, reason);
            Refuse(reason, $"block {block.Block.Height} of {gateway}.");
        }
        states.Tell(gateway);
        return reason;
    }

    /// <summary>Accepts the block that follows, greets one that is known, keeps the evidence of a second one; or the reason why not.</summary>
    private async Task<string?> JudgeAsync(NpgsqlConnection connection, SealedBlock block, HouseholdDay joined, ReadOnlyMemory<byte> payload, CancellationToken stop)
    {
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(stop);
        BlockHead head = await BlockShelf.HeadAsync(connection, block.Block.Device);
        BlockFault fault = verifier.Check(head, block, DayOf(clock.GetUtcNow()), joined);
        if (fault == BlockFault.None && await shelf.IsFloodAsync(connection, block.Block, rules))
            fault = BlockFault.Rate;
        if (fault == BlockFault.None)
        {
            await shelf.AcceptAsync(connection, block);
            await transaction.CommitAsync(stop);
            anchorer.Due.Beat();
            return null;
        }
        if (fault != BlockFault.Stale || await BlockShelf.HashAtAsync(connection, block.Block.Device, block.Block.Height) is not { } known)
            return CodeOf(fault);
        if (known == block.Hash) // which is the header's own, by the verifier
            return await GreetAgainAsync(connection, transaction, block, stop);
        await stopped.KeepAsync(connection, block, known, payload);
        await transaction.CommitAsync(stop);
        stopped.Wake();
        return "equivocation";
    }

    // A block that was not urgent when it came first may have become so: an order waits for it now.
    private async Task<string?> GreetAgainAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, SealedBlock block, CancellationToken stop)
    {
        if (block.Urgent && await shelf.HurryAsync(connection, block.Block.Device, block.Hash) > 0)
        {
            await transaction.CommitAsync(stop);
            anchorer.Due.Beat();
        }
        return null;
    }

    private HouseholdDay DayOf(DateTimeOffset at) => HouseholdDay.At(at, _zone);

    private string Refuse(string reason, string text)
    {
        refusals.Count("mqtt", reason, text);
        return reason;
    }

    /// <summary>A fault as it stands in <c>block/state</c>: snake case.</summary>
    internal static string CodeOf(BlockFault fault) => JsonNamingPolicy.SnakeCaseLower.ConvertName(fault.ToString());
}
