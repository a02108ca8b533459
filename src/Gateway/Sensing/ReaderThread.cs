using System.Diagnostics;
using PantryChain.DeviceDrivers.Rfid;
using PantryChain.Domain.Sensing;
using PantryChain.Gateway.Configuration;

namespace PantryChain.Gateway.Sensing;

/// <summary>The one thread that touches tag readers: polls each when it is due, and hands on which tags came and went.</summary>
/// <remarks>While the walk takes nothing the queue fills up and polling pauses; what is true afterwards is told then.</remarks>
internal sealed class ReaderThread : IHostedService, IDisposable
{
    private static readonly TimeSpan ReportEvery = TimeSpan.FromSeconds(1), LongestNap = TimeSpan.FromMilliseconds(100);

    private readonly List<RetriedReader> _readers;
    private readonly ReaderOpener _opener;
    private readonly TagPresence _presence;
    private readonly TagQueue _tags;
    private readonly SensorBoard _board;
    private readonly SteppingThread _thread;
    private readonly List<TagChange> _changes = [];
    private readonly Queue<TagChange> _waiting = new();
    private long _reportedAt;

    /// <summary>Nothing is opened before it is started.</summary>
    public ReaderThread(Household household, ReaderOpener opener, TagPresence presence, TagQueue tags, SensorBoard board, ILogger<ReaderThread> log)
    {
        (_opener, _presence, _tags, _board) = (opener, presence, tags, board);
        _readers = [.. household.Readers.Select(reader => new RetriedReader(reader, () => opener.Open(reader), opener.Now, log))];
        _thread = new SteppingThread("readers", () => new StepTaken(Step(), IsWell: true), error => log.LogError(error, "Tag readers: {Error} They are tried again every second", error.Message));
    }

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (_readers.Count > 0)
            _thread.Start();
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => _thread.StopAsync(cancellationToken);

    /// <inheritdoc />
    public void Dispose()
    {
        _thread.Dispose(); // before its readers
        _readers.ForEach(reader => reader.Dispose());
    }

    /// <summary>One round over all readers; gives how long nobody has to be looked after.</summary>
    internal TimeSpan Step()
    {
        while (_waiting.TryPeek(out TagChange change) && _tags.TryPut(change))
            _waiting.Dequeue();
        if (_waiting.Count > 0)
            return LongestNap;
        TimeSpan nap = LongestNap;
        foreach (RetriedReader reader in _readers)
        {
            if (reader.Pause <= TimeSpan.Zero && reader.TryPoll(out IReadOnlyList<FoundTag> tags))
                Observe(reader, tags);
            nap = reader.Pause < nap ? reader.Pause : nap;
        }
        if (Stopwatch.GetElapsedTime(_reportedAt) >= ReportEvery)
            Report();
        return nap;
    }

    /// <summary>Puts the readers' state up.</summary>
    internal void Report()
    {
        IReadOnlyList<TagDoubt> doubts = _presence.Doubts(_opener.Now());
        _board.Show([.. _readers.Select(reader => reader.Report(doubts))], _presence.Tallies);
        _reportedAt = Stopwatch.GetTimestamp();
    }

    private void Observe(RetriedReader reader, IReadOnlyList<FoundTag> tags)
    {
        _changes.Clear();
        _presence.Observe(reader.Reader.Slot, tags, _opener.Now(), _changes);
        foreach (TagChange change in _changes)
            _waiting.Enqueue(change);
    }
}
