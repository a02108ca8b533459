using Microsoft.Data.Sqlite;
using PantryChain.DeviceDrivers.Bus;
using PantryChain.DeviceDrivers.Shelf;
using PantryChain.Domain.Identity;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Drains;
using PantryChain.Gateway.Storage;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Gateway.Sensing;

/// <summary>The one thread that touches the cells: takes sample after sample on the walk, sleeps between conversions, comes back after a failure.</summary>
internal sealed class SensingThread : IHostedService, IDisposable
{
    private readonly PantryWalk _walk;
    private readonly ShelfStation _shelf;
    private readonly SlotWatch _watch;
    private readonly SlotBench _bench;
    private readonly Observer _observer;
    private readonly Household _household;
    private readonly DiskState _disk;
    private readonly Setbacks _setbacks;
    private readonly ILogger<SensingThread> _log;
    private readonly SteppingThread _thread;

    /// <summary>Nothing is sampled before it is started; owns the shelf.</summary>
    public SensingThread(PantryWalk walk, ShelfStation shelf, SlotWatch watch, SlotBench bench, Observer observer, Household household, DiskState disk, Setbacks setbacks, ILogger<SensingThread> log)
    {
        (_walk, _shelf, _watch, _bench, _observer, _household, _disk, _setbacks, _log) = (walk, shelf, watch, bench, observer, household, disk, setbacks, log);
        _thread = new SteppingThread("sensing", Step, error => log.LogError(error, "Sensing: {Error} It tries again every second", error.Message), HurryUp) { Priority = ThreadPriority.AboveNormal };
    }

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _thread.Start();
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => _thread.StopAsync(cancellationToken);

    /// <inheritdoc />
    public void Dispose()
    {
        _thread.Dispose(); // before its cells
        _shelf.Dispose();
    }

    /// <summary>One step: a sample on the walk, and what else belongs to this thread. The thread's own, or a driver's that never starts it.</summary>
    internal StepTaken Step()
    {
        try
        {
            StepTaken taken = Sense();
            if (taken.IsWell)
                _setbacks.Over("sensing");
            return taken;
        }
        catch (Exception error)
        {
            _setbacks.Note("sensing", error);
            throw;
        }
    }

    private StepTaken Sense()
    {
        bool sampled = Walk();
        _watch.Look();
        while (_bench.TryTake(out (SlotId Slot, Calibration Calibration) fitted))
        {
            _shelf.Recalibrate(_household.FindSlot(fitted.Slot)!, fitted.Calibration);
            _observer.Reopen(fitted.Slot);
        }
        return new StepTaken(sampled ? TimeSpan.Zero : _shelf.Pause, IsWell: sampled);
    }

    /// <summary>A step of the walk; what the disk refuses waits in it and shows in <c>/health</c>.</summary>
    private bool Walk()
    {
        try
        {
            bool sampled = _walk.Step();
            if (sampled)
                _disk.Note(nameof(SensingThread), !_walk.Waits);
            return sampled;
        }
        catch (Exception error) when (error is SqliteException or StorageException)
        {
            _disk.Note(nameof(SensingThread), written: false);
            throw;
        }
    }

    /// <summary>Real pins are clocked in real time; simulated ones would only take it from the rest of the rehearsal.</summary>
    private void HurryUp()
    {
        if (_household.IsSimulated)
            return;
        bool real = RealTimeThread.TryEnter(out string? why);
        if (why is not null)
            _log.LogInformation("Sensing: {Why} {Means}", why, real ? "Sensing has its priority." : "Readings stay right; a busy machine costs more of them.");
    }
}
