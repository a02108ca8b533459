using PantryChain.DeviceDrivers.LoadCells;
using PantryChain.DeviceDrivers.Shelf;
using PantryChain.Domain.Identity;
using PantryChain.Gateway.Configuration;

namespace PantryChain.Gateway.Sensing;

/// <summary>The one thread that touches the cells: takes sample after sample on the walk, sleeps between conversions, comes back after a failure.</summary>
internal sealed class SensingThread(PantryWalk walk, ShelfStation shelf, SlotWatch watch, SlotBench bench, Observer observer, Household household, ILogger<SensingThread> log) : IHostedService, IDisposable
{
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(1); // neither a busy loop nor a missed use

    private readonly CancellationTokenSource _stop = new();
    private Thread? _thread;

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _thread = new Thread(Run) { Name = "sensing", IsBackground = true, Priority = ThreadPriority.AboveNormal };
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
        _thread?.Join(); // it must not find its cells and its stop sign gone; a step is bounded
        _stop.Dispose();
        shelf.Dispose();
    }

    private void Run()
    {
        HurryUp();
        bool failing = false;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                bool sampled = walk.Step();
                watch.Look();
                while (bench.TryTake(out (SlotId Slot, Calibration Calibration) fitted))
                {
                    shelf.Recalibrate(household.FindSlot(fitted.Slot)!, fitted.Calibration);
                    observer.Reopen(fitted.Slot);
                }
                failing = failing && !sampled;
                if (!sampled)
                    _stop.Token.WaitHandle.WaitOne(shelf.Pause);
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                if (!failing)
                    log.LogError(error, "Sensing: {Error} It tries again every second", error.Message);
                failing = true;
                _stop.Token.WaitHandle.WaitOne(AfterFailure);
            }
        }
    }

    /// <summary>Real pins are clocked in real time; simulated ones would only take it from the rest of the rehearsal.</summary>
    private void HurryUp()
    {
        if (household.IsSimulated)
            return;
        bool real = RealTimeThread.TryEnter(out string? why);
        if (why is not null)
            log.LogInformation("Sensing: {Why} {Means}", why, real ? "Sensing has its priority." : "Readings stay right; a busy machine costs more of them.");
    }
}
