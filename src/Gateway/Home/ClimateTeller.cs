using PantryChain.DeviceDrivers.Climate;
using PantryChain.Gateway.Climate;
using PantryChain.Telemetry.Home;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Gateway.Home;

/// <summary>Tells the home broker how warm places are: news at once, everything once a minute.</summary>
internal sealed class ClimateTeller(ClimateBoard board, TimeProvider time)
{
    private readonly Refreshes<string> _refreshes = new(time);
    private readonly Dictionary<string, (ClimateHealth Health, bool Warm, bool Food, double? Celsius)> _told = [];

    /// <summary>The places as Home Assistant shows them.</summary>
    public IReadOnlyList<PlaceDevice> Devices =>
        [.. board.Places.Select(report => new PlaceDevice(report.Place.Name, report.Place.NameEn, $"{report.Place.Word} climate sensor", report.Place.HasHumidity, report.Place.Limit is not null))];

    /// <summary>What has to be told now.</summary>
    public IReadOnlyList<(string Place, ClimateState State)> Due() =>
        [.. board.Places.Where(report => report.Health != ClimateHealth.Waiting && _refreshes.IsDue(report.Place.Name, IsNews(report))).Select(report => (report.Place.Name, Of(report)))];

    /// <summary>Half a degree is news, so is a spell that begins, ends or puts food in doubt, and a sensor that is lost.</summary>
    private bool IsNews(PlaceReport report)
    {
        (ClimateHealth, bool, bool, double? Celsius) now = (report.Health, report.IsWarm, report is { IsWarm: true, Open.DoubtsFood: true }, report.Reading?.Celsius);
        if (_told.TryGetValue(report.Place.Name, out (ClimateHealth Health, bool Warm, bool Food, double? Celsius) told)
            && (told.Health, told.Warm, told.Food) == (now.Item1, now.Item2, now.Item3) && !(Math.Abs((told.Celsius ?? 0) - (now.Celsius ?? 0)) >= 0.5))
            return false;
        _told[report.Place.Name] = now;
        return true;
    }

    private ClimateState Of(PlaceReport report) => new(
        time.GetUtcNow(), report.Health.ToString().ToLowerInvariant(), report.Reading?.Celsius, report.Reading?.Humidity, report.Problem,
        report is { IsWarm: true, Open: { } spell } ? new WarmState(spell.From, spell.Highest, (int)spell.Lasted.TotalMinutes, spell.DoubtsFood) : null);
}
