using PantryChain.DeviceDrivers.Bus;
using PantryChain.Gateway.Sensing;

namespace PantryChain.Gateway.Clock;

/// <summary>How the battery-backed clock is; the words in snake case go to Home Assistant.</summary>
internal enum ClockState
{
    /// <summary>Not asked yet.</summary>
    Unknown,

    /// <summary>It keeps the machine's time.</summary>
    Ok,

    /// <summary>The kernel knows no such clock.</summary>
    Missing,

    /// <summary>It does not know the time: its battery was flat or away.</summary>
    LostTime,

    /// <summary>It and the machine's clock differ, and a time server vouches for the machine's.</summary>
    Off,

    /// <summary>It and the machine's clock differ, and no time server is heard: either may be wrong.</summary>
    Doubtful,

    /// <summary>It was asked and has not answered.</summary>
    Hung,
}

/// <summary>Watches over the battery-backed clock on a thread of its own: without it a power cut without network dates events wrongly.</summary>
/// <remarks>It only looks: the kernel sets one clock by the other. Thread safe.</remarks>
internal sealed class ClockWatch : IHostedService, IDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(10); // a whole second of the chip's, and eleven minutes of drift at 100 ppm many times over

    private readonly IHardware _hardware;
    private readonly Func<bool> _isSynchronised;
    private readonly TimeProvider _real;
    private readonly ILogger _log;
    private readonly HangWatch _hang;
    private readonly SteppingThread _thread;
    private volatile int _state;

    /// <summary>Nothing is asked before it is started.</summary>
    /// <param name="hardware">Whose clock it is.</param>
    /// <param name="isSynchronised">Whether a time server keeps the machine's clock.</param>
    /// <param name="real">The machine's clock.</param>
    /// <param name="log">Told of every change.</param>
    public ClockWatch(IHardware hardware, Func<bool> isSynchronised, TimeProvider real, ILogger<ClockWatch> log)
    {
        (_hardware, _isSynchronised, _real, _log, _hang) = (hardware, isSynchronised, real, log, new HangWatch(real));
        _thread = new SteppingThread("battery clock", () => new StepTaken(Step(), IsWell: true), error => log.LogError(error, "Battery clock: {Error} It is asked again every second", error.Message));
    }

    /// <summary>How it is.</summary>
    public ClockState State => _hang.IsHung ? ClockState.Hung : (ClockState)_state;

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _thread.Start();
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => _hang.IsHung ? Task.CompletedTask : _thread.StopAsync(cancellationToken);

    /// <inheritdoc />
    public void Dispose()
    {
        if (!_hang.IsHung) // it cannot be waited for, and ends with the process
            _thread.Dispose();
    }

    /// <summary>Asks the clock once; gives how long it is left alone.</summary>
    internal TimeSpan Step()
    {
        BatteryClockReading read = default;
        _hang.Call(() => read = _hardware.ReadBatteryClock());
        ClockState state = Judge(read);
        if ((int)state != _state)
            _log.Log(state == ClockState.Ok ? LogLevel.Information : LogLevel.Warning, "Battery clock {Name}: {State}", read.Name, state);
        _state = (int)state;
        return LookEvery;
    }

    private ClockState Judge(BatteryClockReading read)
    {
        if (!read.IsThere)
            return ClockState.Missing;
        if (read.Time is not { } told)
            return ClockState.LostTime;
        if ((told - _real.GetUtcNow()).Duration() <= Tolerance)
            return ClockState.Ok;
        return _isSynchronised() ? ClockState.Off : ClockState.Doubtful;
    }
}
