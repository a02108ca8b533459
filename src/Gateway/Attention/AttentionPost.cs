using System.Device.Gpio;
using PantryChain.DeviceDrivers.Bus;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Sensing;

namespace PantryChain.Gateway.Attention;

/// <summary>What is wrong, each thing by a name of its own, and whether a question waits.</summary>
internal readonly record struct AttentionNeed(IReadOnlyCollection<string> Wrong, bool Asks);

/// <summary>How lamp and buzzer are.</summary>
/// <param name="Level">What the lamp shows.</param>
/// <param name="HasLamp">Whether there is one.</param>
/// <param name="HasBuzzer">Whether there is one.</param>
/// <param name="IsSilenced">Whether somebody silenced it.</param>
internal readonly record struct AttentionState(AttentionLevel Level, bool HasLamp, bool HasBuzzer, bool IsSilenced)
{
    /// <summary>Whether there is a sound to silence.</summary>
    public bool CanSilence => Level == AttentionLevel.Alarm && HasBuzzer && !IsSilenced;
}

/// <summary>Drives lamp and buzzer on a thread of its own: lines that are missing, or a kernel that does not come back, stop nothing else and are told.</summary>
/// <remarks>Lines that fail are opened again, ever more rarely. Both go off when it stops. Thread safe.</remarks>
internal sealed class AttentionPost : IHostedService, IDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1), FirstPause = TimeSpan.FromSeconds(1), LongestPause = TimeSpan.FromMinutes(1);

    private readonly AttentionOptions _options;
    private readonly Household _household;
    private readonly IHardware _hardware;
    private readonly Func<AttentionNeed> _need;
    private readonly TimeProvider _time;
    private readonly TimeProvider _real;
    private readonly ILogger _log;
    private readonly AttentionSignal _signal;
    private readonly Lock _lock = new();
    private readonly SteppingThread _thread;
    private readonly long _began;
    private GpioController? _pins;
    private (bool Lamp, bool Buzzer)? _driven;
    private TimeSpan _lookAt;
    private TimeSpan _openAt;
    private TimeSpan _pause = FirstPause;
    private volatile string? _failure;
    private readonly HangWatch _hang;

    /// <summary>Nothing is opened before it is started.</summary>
    /// <param name="household">Its wiring.</param>
    /// <param name="hardware">Whose lines these are.</param>
    /// <param name="need">What is wanted now; asked once a second.</param>
    /// <param name="time">Household time, for the quiet hours.</param>
    /// <param name="real">The machine's time, for flashes and beeps.</param>
    /// <param name="log">Told once per loss and once per return.</param>
    public AttentionPost(Household household, IHardware hardware, Func<AttentionNeed> need, TimeProvider time, TimeProvider real, ILogger<AttentionPost> log)
    {
        (_household, _hardware, _need, _time, _real, _log) = (household, hardware, need, time, real, log);
        _options = household.Options.Attention ?? new AttentionOptions();
        _signal = new AttentionSignal(_options.QuietFrom, _options.QuietUntil);
        (_began, _hang) = (real.GetTimestamp(), new HangWatch(real));
        _thread = new SteppingThread("attention", () => new StepTaken(Step(), IsWell: true), error => log.LogError(error, "Lamp and buzzer: {Error} They are tried again every second", error.Message));
    }

    /// <summary>What is wrong with lamp or buzzer and what to do, or null.</summary>
    public string? Failure => _failure ?? (_hang.IsHung ? $"The GPIO lines of lamp and buzzer have not come back from the kernel for {HangWatch.Patience.TotalSeconds:0} seconds. Look into 'dmesg', then start the gateway again." : null);

    /// <summary>How they are.</summary>
    public AttentionState State
    {
        get
        {
            lock (_lock)
                return new AttentionState(_signal.Level, _options.LampLine is not null, _options.BuzzerLine is not null, _signal.IsSilenced);
        }
    }

    /// <summary>No more sound for what is wrong now.</summary>
    public void Silence()
    {
        lock (_lock)
            _signal.Silence();
    }

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _thread.Start();
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_hang.IsHung)
            return; // it cannot be waited for, and ends with the process
        await _thread.StopAsync(cancellationToken);
        TurnOff();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (_hang.IsHung)
            return;
        _thread.Dispose();
        TurnOff();
    }

    /// <summary>Looks when it is time to, and drives the lines; gives how long they stay as they are.</summary>
    internal TimeSpan Step()
    {
        TimeSpan now = _real.GetElapsedTime(_began);
        AttentionNeed? need = now >= _lookAt ? _need() : null; // outside the lock: it looks at everything
        if (need is not null)
            _lookAt = now + LookEvery;
        TimeOnly local = TimeOnly.FromDateTime(TimeZoneInfo.ConvertTime(_time.GetUtcNow(), _household.Zone).DateTime);
        (bool Lamp, bool Buzzer) wanted;
        lock (_lock)
        {
            if (need is { } told)
                _signal.Look(told.Wrong, told.Asks, now);
            wanted = _signal.At(now, local);
        }
        _hang.Call(() => Drive(wanted, now));
        return AttentionSignal.Beat / 2;
    }

    private void Drive((bool Lamp, bool Buzzer) wanted, TimeSpan now)
    {
        if (_pins is null && now < _openAt)
            return;
        try
        {
            _pins ??= Open();
            if (_driven == wanted)
                return;
            Write(_options.LampLine, wanted.Lamp);
            Write(_options.BuzzerLine, wanted.Buzzer);
            _driven = wanted;
            if (_failure is not null)
                _log.LogInformation("Lamp and buzzer: they are there again");
            (_failure, _pause) = (null, FirstPause);
        }
        catch (IOException error)
        {
            if (_failure is null)
                _log.LogWarning("Lamp and buzzer: {Why} They are tried again, everything else goes on", error.Message);
            _pins?.Dispose();
            (_pins, _driven, _failure) = (null, null, error.Message);
            (_openAt, _pause) = (now + _pause, 2 * _pause < LongestPause ? 2 * _pause : LongestPause);
        }
    }

    private GpioController Open() =>
        _hardware.OpenGpio(_options.Chip is { } chip ? [chip] : GpioChip.RaspberryPiLabels, [.. _options.Lines.Select(line => new GpioLine(line, PinMode.Output))]);

    private void Write(int? line, bool high)
    {
        if (line is { } number)
            _pins!.Write(number, high ? PinValue.High : PinValue.Low);
    }

    private void TurnOff()
    {
        try
        {
            if (_pins is null)
                return;
            Write(_options.LampLine, high: false);
            Write(_options.BuzzerLine, high: false);
            _pins.Dispose();
        }
        catch (IOException error)
        {
            _log.LogWarning("Lamp and buzzer: {Why} They may stay on until the machine is off", error.Message);
        }
        _pins = null;
    }
}
