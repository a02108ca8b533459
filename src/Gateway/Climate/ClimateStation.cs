using Microsoft.Data.Sqlite;
using PantryChain.DeviceDrivers.Climate;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Time;
using PantryChain.Gateway.Configuration;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Gateway.Climate;

/// <summary>Asks all sensors of the air, judges and keeps what they say, and puts it up; away from the sensing thread, each sensor on a thread of its own.</summary>
/// <remarks>Air changes over minutes: a look every 20 s, in a rehearsal every five household minutes, no more often than twenty times a second.</remarks>
internal sealed class ClimateStation : BackgroundService
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(20), Shortest = TimeSpan.FromMilliseconds(50), KeepEvery = TimeSpan.FromMinutes(1), KeepAtMost = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5); // a DS18B20 takes 750 ms, and several may share the kernel's one bus
    private static readonly TimeSpan HouseholdPace = TimeSpan.FromMinutes(5), LongestGap = TimeSpan.FromMinutes(15);

    private readonly ClimateBoard _board;
    private readonly ClimateBook _book;
    private readonly TimeProvider _time;
    private readonly ILogger<ClimateStation> _log;
    private readonly double _speed;
    private readonly TimeSpan _pace;
    private readonly long _started;
    private readonly List<(PlaceKeeper Keeper, AskedSensor Sensor)> _places = [];
    private readonly List<(SlotId Slot, ClimateWatch Watch, AskedSensor Sensor)> _cells = [];
    private readonly HashSet<string> _silent = new(StringComparer.Ordinal);
    private long _kept;
    private bool _refused;

    /// <summary>Over the places and slots of a household.</summary>
    public ClimateStation(Household household, SensorOpener opener, ClimateBoard board, ClimateBook book, TimeProvider time, ILogger<ClimateStation> log)
    {
        (_board, _book, _time, _log) = (board, book, time, log);
        (_started, _kept) = (time.GetTimestamp(), time.GetTimestamp());
        _speed = time is HouseholdTime rehearsed ? rehearsed.Speed : 1;
        _pace = TimeSpan.FromSeconds(Math.Clamp(HouseholdPace.TotalSeconds / _speed, Shortest.TotalSeconds, Pace.TotalSeconds));
        TimeSpan gap = TimeSpan.FromTicks(Math.Max(LongestGap.Ticks, (long)(5 * _pace.Ticks * _speed)));
        foreach (ClimatePlace place in household.Climate)
            _places.Add((new PlaceKeeper(place, gap, book), new AskedSensor(() => opener.Open(place), Deadline, TimeProvider.System)));
        foreach (ShelfSlot slot in household.Slots.Where(slot => slot.Thermometer is not null))
            _cells.Add((slot.Slot, new ClimateWatch(), new AskedSensor(() => new W1Thermometer(slot.Thermometer!), Deadline, TimeProvider.System)));
        Show();
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_places.Count + _cells.Count == 0)
            return;
        using PeriodicTimer timer = new(_pace);
        try
        {
            do
                await LookAsync(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            Keep();
        }
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        foreach (AskedSensor sensor in _places.Select(place => place.Sensor).Concat(_cells.Select(cell => cell.Sensor)))
            sensor.Dispose();
        base.Dispose();
    }

    /// <summary>Asks every sensor once, all at the same time.</summary>
    internal async Task LookAsync(CancellationToken stop)
    {
        Task<ClimateAnswer>[] places = [.. _places.Select(place => place.Sensor.AskAsync(stop))], cells = [.. _cells.Select(cell => cell.Sensor.AskAsync(stop))];
        await Task.WhenAll([.. places, .. cells]);
        TimeSpan elapsed = _time.GetElapsedTime(_started) * _speed;
        DateTimeOffset now = _time.GetUtcNow();
        for (int i = 0; i < places.Length; i++)
        {
            PlaceKeeper keeper = _places[i].Keeper;
            keeper.Take(await places[i], elapsed, now);
            Tell(keeper.Place.Name, keeper.Place.Where, keeper.Sensor);
        }
        for (int i = 0; i < cells.Length; i++)
        {
            _cells[i].Watch.Take(await cells[i], elapsed);
            Tell($"slot {_cells[i].Slot}", "its thermometer", _cells[i].Watch);
        }
        Show();
        TimeSpan since = _time.GetElapsedTime(_kept);
        if (since >= KeepEvery || (since >= KeepAtMost && (_speed > 1 || _places.Exists(place => place.Keeper.IsUrgent))))
            Keep();
    }

    /// <summary>The temperatures beside cells are for scales, whose metal lives in bus time: a rehearsed household's air would run away from it.</summary>
    private void Show()
    {
        Dictionary<SlotId, double> cells = [];
        foreach ((SlotId slot, ClimateWatch watch, _) in _cells)
        {
            if (watch.Raw is { } reading)
                cells[slot] = reading.Celsius;
        }
        foreach (PlaceKeeper keeper in _places.Select(place => place.Keeper))
        {
            if (_speed <= 1 && keeper.Sensor.Raw is { } reading)
                keeper.Place.Slots.ToList().ForEach(slot => cells[slot] = reading.Celsius);
        }
        _board.Show([.. _places.Select(place => place.Keeper.Report)], cells);
    }

    private void Keep()
    {
        if (_places.Count == 0)
            return;
        try
        {
            _book.Keep([.. _places.Select(place => place.Keeper.Page())], _time.GetUtcNow());
            _places.ForEach(place => place.Keeper.Kept());
            _refused = false;
        }
        catch (Exception error) when (error is SqliteException or StorageException)
        {
            if (!_refused)
                _log.LogWarning("How warm it was is not kept now ({Error}). It waits in memory and is written as soon as the disk takes it", error.Message);
            _refused = true;
        }
        _kept = _time.GetTimestamp();
    }

    private void Tell(string name, string where, ClimateWatch sensor)
    {
        if (sensor.Problem is { } problem && sensor.Health != ClimateHealth.Ok)
        {
            if (_silent.Add(name))
                _log.LogWarning("Climate of {Place} ({Where}): {Health}. {Problem} Weighing goes on without it", name, where, sensor.Health, problem);
        }
        else if (_silent.Remove(name))
            _log.LogInformation("Climate of {Place}: its sensor answers again", name);
    }
}
