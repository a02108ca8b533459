using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using PantryChain.Domain.Events;
using PantryChain.Telemetry.Journaling;
using PantryChain.Telemetry.Mqtt;
using PantryChain.Telemetry.Storage;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Telemetry.Home;

/// <summary>Tells every event of the journal to the home broker, in order and at least once.</summary>
/// <remarks>
/// A broker that is killed may forget what it acknowledged since it last wrote to disk. So after every new connection, ours or the broker's restart, all
/// events of the last <see cref="HomeOptions.ResendWindow"/> are told again, always in order and from before the first one that can be missing: a reader
/// that drops what it has already (number not above its last) ends up with every event once. For readers without such a memory nothing that was tried once
/// comes on <c>.../event</c> again: it goes to <c>.../event/replayed</c>. And what happened before the connection began says that it is <c>replayed</c>,
/// also when it is told for the first time.
/// </remarks>
public sealed class EventDrain : IDisposable
{
    /// <summary>User property <c>schema</c> of an event.</summary>
    public const string Schema = "pantrychain.event/2";

    private static readonly TimeSpan AfterRefusal = TimeSpan.FromSeconds(10); // a broker that refuses, or a full disk, needs a person

    private readonly Journal _journal;
    private readonly IMqttLink _link;
    private readonly Topics _topics;
    private readonly HomeOptions _options;
    private readonly TimeProvider _real;
    private readonly ILogger<EventDrain> _log;
    private readonly ToldMarks _marks;
    private readonly Signal _reconnected = new();

    /// <summary>Keeps its progress in the journal's file.</summary>
    /// <param name="journal">What is told.</param>
    /// <param name="file">The file that holds the journal.</param>
    /// <param name="link">The home broker.</param>
    /// <param name="topics">Whose topics.</param>
    /// <param name="options">Window and batch.</param>
    /// <param name="real">Real time, because brokers live in it: <see cref="TimeProvider.System"/>.</param>
    /// <param name="log">For refusals.</param>
    public EventDrain(
        Journal journal, SqliteFile file, IMqttLink link, Topics topics, HomeOptions options, TimeProvider real, ILogger<EventDrain> log)
    {
        options.Validate();
        (_journal, _link, _topics, _options, _real, _log) = (journal, link, topics, options, real, log);
        _marks = new ToldMarks(file, options.ResendWindow, real);
        link.WhenConnected(_reconnected.Set);
        link.WhenLost(_ => _marks.Lost());
    }

    /// <summary>Everything up to this number is acknowledged by the home broker; goes back while the end is told again.</summary>
    public ulong Told => _marks.Told;

    /// <summary>Runs until cancelled; turns around as soon as an event is kept or a connection is there.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            await _link.WaitConnectedAsync(cancellation);
            long connection = _link.Connections;
            try
            {
                await TellOnAsync(connection, cancellation);
            }
            catch (Exception error) when (error is MqttRefusedException or SqliteException or StorageException)
            {
                _log.LogWarning("{Why} Events stay in the journal and are tried again", error.Message);
                await Task.Delay(AfterRefusal, _real, cancellation);
            }
        }
    }

    /// <inheritdoc />
    public void Dispose() => _reconnected.Dispose();

    private async Task TellOnAsync(long connection, CancellationToken cancellation)
    {
        ulong next = _marks.Begin() + 1, past = _journal.Last;
        while (_link.Connections == connection && _link.IsConnected)
        {
            IReadOnlyList<ThingEvent> events = _journal.Read(next, _options.Batch);
            if (events.Count == 0)
            {
                await MoreOrReconnectedAsync(next - 1, cancellation);
                continue;
            }
            if (!await TellAsync(events, past, connection))
                return;
            _marks.Note(events[^1].Seq);
            next = events[^1].Seq + 1;
        }
    }

    private async Task<bool> TellAsync(IReadOnlyList<ThingEvent> events, ulong past, long connection)
    {
        ulong tried = _marks.Try(events[^1].Seq);
        Task<bool>[] sent = [.. events.Select(seen => _link.PublishOnceAsync(Message(seen, again: seen.Seq <= tried, old: seen.Seq <= past), connection))];
        return Array.TrueForAll(await Task.WhenAll(sent), acknowledged => acknowledged);
    }

    private MqttMessage Message(ThingEvent seen, bool again, bool old) => new(
        again ? _topics.SlotReplay(seen.Slot) : _topics.SlotEvent(seen.Slot), WireCodec.Encode(seen, replayed: again || old), Schema: Schema, ContentType: WireCodec.ContentType);

    private async Task MoreOrReconnectedAsync(ulong seq, CancellationToken cancellation)
    {
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task more = _journal.WaitBeyondAsync(seq, either.Token);
        Task reconnected = _reconnected.WaitAsync(either.Token);
        await Task.WhenAny(more, reconnected);
        await either.CancelAsync();
        await Task.WhenAll(more, reconnected).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellation.ThrowIfCancellationRequested();
    }
}
