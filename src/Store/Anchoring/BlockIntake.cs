using System.Threading.Channels;
using Npgsql;
using PantryChain.Domain.Chain;
using PantryChain.Domain.Identity;
using PantryChain.Store.Hosting;
using PantryChain.Telemetry.Mqtt;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Store.Anchoring;

/// <summary>Station 5's door: takes blocks from the broker, verifies them and commits them before the gateway hears <c>accepted</c>.</summary>
/// <remarks>One block at a time. What is lost on the way (a full queue, a kill) comes again, because gateways send everything above <c>accepted</c>.</remarks>
internal sealed class BlockIntake(
    IMqttLink link, NpgsqlDataSource database, BlockJudge judge, BlockStates states, Anchorer anchorer, RefusalLog refusals, ILogger<BlockIntake> logger) : BackgroundService
{
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
        if (await BlockSender.FindAsync(connection, gateway) is not { } sender)
            return Refuse("gateway_unknown", $"{gateway} never joined.");
        Judgement judged = await judge.TakeAsync(connection, sender, block, message.Payload, stop);
        if (judged.IsWork)
            anchorer.Due.Beat();
        if (judged.Reason is { } reason)
            Refuse(reason, $"block {block.Block.Height} of {gateway}.");
        states.Tell(gateway);
        return judged.Reason;
    }

    private string Refuse(string reason, string text)
    {
        refusals.Count("mqtt", reason, text);
        return reason;
    }
}
