using System.Globalization;
using Spectre.Console;

namespace PantryChain.Rehearsal.Screen;

/// <summary>A calm screen that is drawn anew twice a second: where to look, household time, the figures, the last happenings. Thread safe.</summary>
internal sealed class LiveScreen : IScreen
{
    private const int Lines = 12;

    private readonly Lock _lock = new();
    private readonly Queue<string> _told = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly string _logins;
    private readonly Task _drawing;
    private Figures? _figures;

    /// <summary>A screen on the terminal.</summary>
    /// <param name="logins">Where a person finds PIN and password; stays in sight.</param>
    public LiveScreen(string logins)
    {
        _logins = logins;
        _drawing = AnsiConsole.Live(new Text("")).AutoClear(false).StartAsync(DrawAsync);
    }

    /// <inheritdoc />
    public void Tell(string line)
    {
        lock (_lock)
        {
            _told.Enqueue(line);
            while (_told.Count > Lines)
                _told.Dequeue();
        }
    }

    /// <inheritdoc />
    public void Show(Figures figures)
    {
        lock (_lock)
            _figures = figures;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _drawing;
        _stop.Dispose();
    }

    private async Task DrawAsync(LiveDisplayContext context)
    {
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(500));
        do
        {
            lock (_lock)
                context.UpdateTarget(new Rows(Heading(), new Text(""), new Rows(_told.Select(line => new Text(line)))));
        }
        while (await NextAsync(timer));
    }

    private async Task<bool> NextAsync(PeriodicTimer timer)
    {
        try
        {
            return await timer.WaitForNextTickAsync(_stop.Token);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private Grid Heading()
    {
        Grid grid = new Grid().AddColumn().AddColumn();
        if (_figures is not { } now)
            return grid.AddRow("PantryChain", "starting; rehearsal chain, nothing here has value");
        string orders = now.Orders.Count == 0 ? "none yet" : string.Join(", ", now.Orders.Select(state => $"{state.Value} {state.Key}"));
        return grid
            .AddRow("Household dashboard", now.Dashboard.ToString())
            .AddRow("Store desk", now.Desk.ToString())
            .AddRow("Household time", string.Create(CultureInfo.InvariantCulture, $"{now.At:yyyy-MM-dd HH:mm}, day {now.Day:F1}"))
            .AddRow("Chain of things", $"{now.Events} events, {now.Anchored} blocks anchored on the rehearsal chain")
            .AddRow("Tokens", string.Create(CultureInfo.InvariantCulture, $"{now.Bamtol ?? 0:N0} won Bamtol, {now.Bamnamu ?? 0:N2} Bamnamu, tier {now.Tier}"))
            .AddRow("Orders", orders)
            .AddRow("Logging in", _logins)
            .AddRow("", "Ctrl-C stops everything");
    }
}
