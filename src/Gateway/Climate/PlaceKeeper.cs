using PantryChain.DeviceDrivers.Climate;
using PantryChain.Gateway.Configuration;

namespace PantryChain.Gateway.Climate;

/// <summary>One place: its sensor's judge, its warm watch, and what is new since it was last kept.</summary>
/// <remarks>Belongs to the climate's station alone.</remarks>
internal sealed class PlaceKeeper
{
    private readonly WarmWatch? _warm;
    private readonly Dictionary<DateTimeOffset, ClimateHour> _hours = [];
    private readonly List<WarmSpell> _ended = [];
    private (DateTimeOffset At, double Celsius)? _last;
    private bool _told;

    /// <summary>Goes on where the book left off.</summary>
    public PlaceKeeper(ClimatePlace place, TimeSpan longestGap, ClimateBook book)
    {
        Place = place;
        (WarmSpell? open, _last) = book.Resume(place.Name);
        _warm = place.Limit is { } limit ? new WarmWatch(limit, longestGap, open, _last) : null;
        _told = _warm?.IsWarm ?? false;
    }

    /// <summary>The place.</summary>
    public ClimatePlace Place { get; }

    /// <summary>Judges its sensor.</summary>
    public ClimateWatch Sensor { get; } = new();

    /// <summary>True when something is to be kept without delay: a spell became worth telling, or ended.</summary>
    public bool IsUrgent => _ended.Count > 0 || (_warm?.IsWarm ?? false) != _told;

    /// <summary>How it is.</summary>
    public PlaceReport Report => new(Place, Sensor.Health, Sensor.Reading, _last?.At, Sensor.Problem, Sensor.Tallies, _warm?.Open, _warm?.IsWarm ?? false);

    /// <summary>Takes what came of asking the sensor.</summary>
    public void Take(in ClimateAnswer answer, TimeSpan elapsed, DateTimeOffset now)
    {
        if (!Sensor.Take(answer, elapsed))
            return;
        ClimateReading reading = answer.Reading;
        ClimateHour hour = ClimateHour.Of(now, reading.Celsius, reading.Humidity);
        _hours[hour.At] = _hours.TryGetValue(hour.At, out ClimateHour? known) ? known.With(hour) : hour;
        _last = (now, reading.Celsius);
        if (_warm?.Take(now, reading.Celsius) is { } ended)
            _ended.Add(ended);
    }

    /// <summary>What is new.</summary>
    public ClimatePage Page() => new(Place.Name, [.. _hours.Values], [.. _ended], _warm?.Open, _warm is null ? _last : _warm.Last);

    /// <summary>The page was kept.</summary>
    public void Kept()
    {
        _hours.Clear();
        _ended.Clear();
        _told = _warm?.IsWarm ?? false;
    }
}
