using PantryChain.DeviceDrivers.Bus;
using PantryChain.DeviceDrivers.Display;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Sensing;

namespace PantryChain.Gateway.Display;

/// <summary>How the display is; the words in snake case go to Home Assistant.</summary>
internal enum DisplayState
{
    /// <summary>Nothing was sent yet.</summary>
    Waiting,

    /// <summary>It shows the pantry.</summary>
    Ok,

    /// <summary>It is dark for the night.</summary>
    Asleep,

    /// <summary>It, or its bus, does not answer.</summary>
    Failing,
}

/// <summary>Keeps a small display up to date on a thread of its own: a display that is missing, or a bus that does not come back, stops nothing else and is told.</summary>
/// <remarks>
/// Sends only what changed, and everything once a minute, for a display that lost its power for a moment cannot be told from one that did not. One that fails is opened
/// again, ever more rarely; it goes dark when the gateway stops. Thread safe.
/// </remarks>
internal sealed class DisplayPost : IHostedService, IDisposable
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1), LookEvery = TimeSpan.FromSeconds(5), TurnEvery = TimeSpan.FromSeconds(8), MoveEvery = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan RenewEvery = TimeSpan.FromMinutes(1), FirstPause = TimeSpan.FromSeconds(1), LongestPause = TimeSpan.FromMinutes(1);

    private readonly StatusDisplay _display;
    private readonly TimeZoneInfo _zone;
    private readonly SharedBuses _buses;
    private readonly Func<StatusPicture> _picture;
    private readonly TimeProvider _time;
    private readonly TimeProvider _real;
    private readonly ILogger _log;
    private readonly SteppingThread _thread;
    private readonly HangWatch _hang;
    private readonly long _began;
    private StatusPicture? _newest;
    private (StatusPicture Picture, int Screen, (int X, int Y) Place, PixelFrame Frame)? _drawn;
    private (BusLease Lease, Ssd1306Panel Panel)? _open;
    private TimeSpan _lookAt, _openAt, _renewAt, _pause = FirstPause;
    private volatile string? _failure;
    private volatile int _state;

    /// <summary>Nothing is opened before it is started.</summary>
    /// <param name="household">Whose display it is.</param>
    /// <param name="buses">Where it sits.</param>
    /// <param name="picture">What it is to show now; asked every five seconds.</param>
    /// <param name="time">Household time, for the night.</param>
    /// <param name="real">The machine's time.</param>
    /// <param name="log">Told once per loss and once per return.</param>
    public DisplayPost(Household household, SharedBuses buses, Func<StatusPicture> picture, TimeProvider time, TimeProvider real, ILogger<DisplayPost> log)
    {
        (_display, _zone, _buses, _picture, _time, _real, _log) = (household.Display!, household.Zone, buses, picture, time, real, log);
        (_began, _hang) = (real.GetTimestamp(), new HangWatch(real));
        _thread = new SteppingThread("display", () => new StepTaken(Step(), IsWell: true), error => log.LogError(error, "Display: {Error} It is tried again every second", error.Message));
    }

    /// <summary>What is wrong with it and what to do, or null.</summary>
    public string? Failure => _failure ?? (_hang.IsHung
        ? $"The bus of the display at {_display.Place} has not come back from the kernel for {HangWatch.Patience.TotalSeconds:0} seconds. Look into 'dmesg', then start the gateway again." : null);

    /// <summary>How it is.</summary>
    public DisplayState State => Failure is not null ? DisplayState.Failing : (DisplayState)_state;

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

    /// <summary>Looks when it is time to, draws and sends what changed; gives how long there is nothing to do.</summary>
    internal TimeSpan Step()
    {
        TimeSpan now = _real.GetElapsedTime(_began);
        if (_newest is null || now >= _lookAt)
            (_newest, _lookAt) = (_picture(), now + LookEvery); // it looks at everything, this display included
        PixelFrame frame = Draw(_newest, now);
        bool night = _display.IsNight(TimeOnly.FromDateTime(TimeZoneInfo.ConvertTime(_time.GetUtcNow(), _zone).DateTime));
        _hang.Call(() => Drive(frame, night, now));
        return Beat;
    }

    private PixelFrame Draw(StatusPicture picture, TimeSpan now)
    {
        int screen = (int)(now.Ticks / TurnEvery.Ticks % StatusScreen.ScreensOf(picture.Rows.Count));
        (int X, int Y) place = StatusScreen.PlaceOf(now.Ticks / MoveEvery.Ticks);
        if (_drawn is not { } drawn || drawn.Screen != screen || drawn.Place != place || drawn.Picture != picture)
            _drawn = drawn = (picture, screen, place, StatusScreen.Draw(picture, screen, place));
        return drawn.Frame;
    }

    private void Drive(PixelFrame frame, bool night, TimeSpan now)
    {
        if (_open is null && now < _openAt)
            return;
        try
        {
            if (_open is { Lease.IsCurrent: false })
                LetGo(null);
            bool asleep = night && _display.NightContrast is null;
            Ssd1306Panel panel = (_open ??= Open(now)).Panel;
            if (now >= _renewAt)
                Renew(panel, now);
            if (!asleep)
                panel.Show(frame);
            panel.Light(night ? _display.NightContrast ?? _display.Contrast : _display.Contrast, asleep);
            if (_failure is not null)
                _log.LogInformation("Display: it is there again");
            (_failure, _pause, _state) = (null, FirstPause, (int)(asleep ? DisplayState.Asleep : DisplayState.Ok));
        }
        catch (Exception error) // whatever a binding throws is a fault of its chip, and no end of the gateway
        {
            Fail(error, now);
        }
    }

    private (BusLease Lease, Ssd1306Panel Panel) Open(TimeSpan now)
    {
        BusLease lease = _buses.Open(_display.Place);
        try
        {
            _renewAt = now + RenewEvery;
            return (lease, new Ssd1306Panel(lease.Bus.CreateDevice(_display.Place.Address), _display.IsUpsideDown, _display.Contrast));
        }
        catch (Exception error)
        {
            End(lease, error);
            throw;
        }
    }

    private void Renew(Ssd1306Panel panel, TimeSpan now)
    {
        panel.Renew();
        _renewAt = now + RenewEvery;
    }

    private void Fail(Exception error, TimeSpan now)
    {
        string why = error is IOException or UnauthorizedAccessException ? error.Message : $"Its driver failed ({error.Message}). Take its power away for a moment; if it stays so, replace the display.";
        if (_failure is null)
            _log.LogWarning("Display: {Why} It is tried again, everything else goes on", why);
        LetGo(error);
        _failure = why;
        (_openAt, _pause) = (now + _pause, 2 * _pause < LongestPause ? 2 * _pause : LongestPause);
    }

    private void LetGo(Exception? error)
    {
        if (_open is not { } open)
            return;
        _open = null;
        open.Panel.Dispose();
        End(open.Lease, error);
    }

    private static void End(BusLease lease, Exception? error)
    {
        if (error is BusException { Failure: BusFailure.Broken })
            lease.Break();
        else
            lease.Dispose();
    }

    private void TurnOff()
    {
        try
        {
            _open?.Panel.Light(_display.Contrast, asleep: true); // levels of yesterday are worse than none
        }
        catch (IOException error)
        {
            _log.LogWarning("Display: {Why} It may show old levels until the machine is off", error.Message);
        }
        LetGo(null);
    }
}
