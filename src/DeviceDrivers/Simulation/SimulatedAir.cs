namespace PantryChain.DeviceDrivers.Simulation;

/// <summary>What air a simulated sensor is in.</summary>
public enum AirKind : byte
{
    /// <summary>A room.</summary>
    Room,

    /// <summary>A fridge at 4 °C.</summary>
    Fridge,

    /// <summary>A freezer at −19 °C.</summary>
    Freezer,
}

/// <summary>The air of a fridge, a freezer or a room, as a function of household time and the fault script: a compressor's cycle, doors at mealtimes, a door that stays open.</summary>
/// <remarks>A restart changes nothing. Thread safe.</remarks>
public sealed class SimulatedAir(AirKind kind, ulong seed, DateTimeOffset origin, TimeProvider household, FaultScript script)
{
    private const double WarmingHours = 1.3, CoolingHours = 0.45; // a household fridge without and with its compressor against an open and a shut door
    private const double CycleMinutes = 42;

    private readonly ScriptedFault[] _doors = kind == AirKind.Room ? [] : [.. script.Entries.Where(entry => entry.IsOfAir)];

    /// <summary>The air now: °C and % of relative humidity.</summary>
    public (double Celsius, double Humidity) Now()
    {
        TimeSpan elapsed = household.GetUtcNow() - origin;
        double hours = elapsed.TotalHours;
        double calm = Calm(hours) + Doors(hours);
        double open = 0, towards = 21;
        foreach (ScriptedFault door in _doors)
        {
            double share = Openness(door, elapsed);
            if (share > open)
                (open, towards) = (share, door.Celsius);
        }
        double celsius = calm + open * (towards - calm);
        double humidity = kind == AirKind.Room ? 48 + 6 * Math.Sin(2 * Math.PI * (hours - 8) / 24) : 52 + 4 * Math.Sin(2 * Math.PI * hours * 60 / CycleMinutes) + 25 * open;
        Chance noise = Chance.Of(seed, unchecked((ulong)elapsed.Ticks), (ulong)kind); // the air at a sensor is never still
        return (celsius + 0.02 * noise.NextNormal(), Math.Clamp(humidity + 0.1 * noise.NextNormal(), 1, 99));
    }

    private double Calm(double hours) => kind switch
    {
        AirKind.Fridge => 4 + 0.9 * Math.Sin(2 * Math.PI * hours * 60 / CycleMinutes) + 0.3 * Math.Sin(2 * Math.PI * (hours - 9) / 24),
        AirKind.Freezer => -19 + 1.2 * Math.Sin(2 * Math.PI * hours * 60 / CycleMinutes),
        _ => 20.5 + 1.5 * Math.Sin(2 * Math.PI * (hours - 9) / 24) + 0.5 * Math.Sin(2 * Math.PI * hours / 61),
    };

    /// <summary>A few doors a day, around meals: a couple of degrees that are gone within half an hour.</summary>
    private double Doors(double hours)
    {
        if (kind == AirKind.Room || hours < 0)
            return 0;
        long day = (long)(hours / 24);
        double warmth = 0;
        foreach (double meal in (ReadOnlySpan<double>)[7.4, 12.3, 18.6, 21.5])
        {
            Chance chance = Chance.Of(seed, (ulong)day, (ulong)(meal * 10));
            double since = hours - 24 * day - meal - 0.8 * chance.NextUnit();
            if (since > 0)
                warmth += (1 + chance.NextUnit()) * Math.Exp(-since / 0.2);
        }
        return warmth;
    }

    /// <summary>How much of the way to the kitchen's air it has gone, 0 to 1.</summary>
    private static double Openness(ScriptedFault door, TimeSpan elapsed)
    {
        int begun = door.BegunBy(elapsed);
        if (begun == 0)
            return 0;
        double since = (elapsed - door.From - (door.Every ?? TimeSpan.Zero) * (begun - 1)).TotalHours, length = (door.For ?? TimeSpan.Zero).TotalHours;
        double warmed = 1 - Math.Exp(-Math.Min(since, length) / WarmingHours);
        return since <= length ? warmed : warmed * Math.Exp(-(since - length) / CoolingHours);
    }
}
