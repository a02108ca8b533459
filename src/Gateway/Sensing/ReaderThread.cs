using System.Diagnostics;
using PantryChain.DeviceDrivers.Rfid;
using PantryChain.Domain.Sensing;
using PantryChain.Gateway.Configuration;

namespace PantryChain.Gateway.Sensing;

/// <summary>The one thread that touches tag readers: polls each when it is due, and hands on which tags came and went.</summary>
/// <remarks>While the walk takes nothing the queue fills up and polling pauses; what is true afterwards is told then.</remarks>
internal sealed class ReaderThread : IHostedService, IDisposable
{
    private static readonly TimeSpan ReportEvery = TimeSpan.FromSeconds(1), LongestNap = TimeSpan.FromMilliseconds(100), AfterFailure = TimeSpan.FromSeconds(1);

    private readonly List<RetriedReader> _readers;
    private readonly ReaderOpener _opener;
    private readonly TagPresence _presence;
    private readonly TagQueue _tags;
    private readonly SensorBoard _board;
    private readonly ILogger<ReaderThread> _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<TagChange> _changes = [];
    private readonly Queue<TagChange> _waiting = new();
    private Thread? _thread;
    private long _reportedAt;

    /// <summary>Nothing is opened before it is started.</summary>
    public ReaderThread(Household household, ReaderOpener opener, TagPresence presence, TagQueue tags, SensorBoard board, ILogger<ReaderThread> log)
    {
        (_opener, _presence, _tags, _board, _log) = (opener, presence, tags, board, log);
        _readers = [.. household.Readers.Select(reader => new RetriedReader(reader, () => opener.Open(reader), opener.Now, log))];
    }

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (_readers.Count == 0)
            return Task.CompletedTask;
        _thread = new Thread(Run) { Name = "readers", IsBackground = true };
        _thread.Start();
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        if (_thread is { } thread)
            await Task.Run(thread.Join, cancellationToken);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (!_stop.IsCancellationRequested)
            _stop.Cancel();
        _thread?.Join(); // it must not find its readers and its stop sign gone; a poll is bounded
        _stop.Dispose();
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
        _board.Show([.. _readers.Select(reader => reader.Report())]);
        _reportedAt = Stopwatch.GetTimestamp();
    }

    private void Observe(RetriedReader reader, IReadOnlyList<FoundTag> tags)
    {
        _changes.Clear();
        _presence.Observe(reader.Reader.Slot, tags, _opener.Now(), _changes);
        foreach (TagChange change in _changes)
            _waiting.Enqueue(change);
    }

    private void Run()
    {
        bool failing = false;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                TimeSpan nap = Step();
                failing = false;
                if (nap > TimeSpan.Zero)
                    _stop.Token.WaitHandle.WaitOne(nap < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : nap);
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                if (!failing)
                    _log.LogError(error, "Tag readers: {Error} They are tried again every second", error.Message);
                failing = true;
                _stop.Token.WaitHandle.WaitOne(AfterFailure);
            }
        }
    }
}
