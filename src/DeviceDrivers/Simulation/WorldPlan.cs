using System.Text.Json;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;

namespace PantryChain.DeviceDrivers.Simulation;

/// <summary>What a simulated household is made of: <c>world.json</c>. Together with the delivery log and household time it fixes every weight.</summary>
/// <param name="Seed">Where all chance comes from: same seed, same household.</param>
/// <param name="Origin">Household time at which the opening packs stand on the shelves; day 0 is its local day.</param>
/// <param name="Zone">The household's time zone: people eat by the local clock.</param>
/// <param name="Slots">The slots, each number once, in the order of their cells on the shared clock.</param>
/// <remarks>Immutable and thread safe.</remarks>
public sealed record WorldPlan(ulong Seed, DateTimeOffset Origin, TimeZoneInfo Zone, IReadOnlyList<SlotPlan> Slots)
{
    /// <summary>Reads <c>world.json</c>.</summary>
    /// <exception cref="FormatException">The file is absent, broken or contradicts itself; the text names the file, the fault and the next step.</exception>
    public static WorldPlan Read(string path)
    {
        try
        {
            WorldFile file = JsonSerializer.Deserialize<WorldFile>(ForeignFile.ReadText(path), WorldFile.Json) ?? throw new JsonException("it is empty");
            return file.ToPlan();
        }
        catch (Exception error) when (error is JsonException or FormatException or ArgumentException or OverflowException or TimeZoneNotFoundException or IOException)
        {
            throw new FormatException($"{path} is not a world file ({FirstLine(error)}). Run './pantry down' and './pantry up' to write it anew.", error);
        }
    }

    /// <summary>Writes this plan so that <see cref="Read"/> gives it back; the file appears whole or not at all.</summary>
    public void Write(string path)
    {
        string draft = path + ".draft";
        File.WriteAllText(draft, JsonSerializer.Serialize(WorldFile.Of(this), WorldFile.Json));
        File.Move(draft, path, overwrite: true);
    }

    /// <summary>The plan of one slot.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The world has no such slot.</exception>
    public SlotPlan this[SlotId slot] =>
        Slots.FirstOrDefault(plan => plan.Slot == slot) ?? throw new ArgumentOutOfRangeException(nameof(slot), slot.Value, "The world has no such slot.");

    private static string FirstLine(Exception error) => Domain.Identity.Foreign.Clean(error.Message).Split('\n', 2)[0].TrimEnd('.', '\r');
}

/// <summary>One slot of a simulated household.</summary>
/// <param name="Slot">The slot.</param>
/// <param name="Gtin">What stands on it.</param>
/// <param name="Pack">Mass of one full pack, wrapping included; above <paramref name="Wrapping"/>.</param>
/// <param name="Wrapping">Mass of the empty pack, thrown away when its content is used up; zero or more.</param>
/// <param name="OpeningPacks">Full packs at the origin, 0 to 1000.</param>
/// <param name="UsesPerDay">How often a day somebody takes some, on average; above 0, up to 48.</param>
/// <param name="Rates">Packs wanted per day, piecewise constant: ascending days, the first from day 0.</param>
/// <param name="Cell">The load cell under it.</param>
/// <param name="DayVariation">Standard deviation of a day's demand as a share of its mean (log-normal), 0 to 2; lysimeters and shelves show 0.2 to 0.9.</param>
/// <param name="Tagged">True when every pack carries an NTAG with its own serial number.</param>
public sealed record SlotPlan(
    SlotId Slot, Gtin Gtin, Mass Pack, Mass Wrapping, int OpeningPacks, double UsesPerDay, IReadOnlyList<RateSegment> Rates, CellPlan Cell,
    double DayVariation = 0.25, bool Tagged = false)
{
    /// <summary>What a full pack holds.</summary>
    public Mass Content => Pack - Wrapping;

    /// <summary>Packs wanted per day on a day counted from the origin's local day.</summary>
    public double PacksPerDay(int day)
    {
        double rate = 0;
        foreach (RateSegment segment in Rates)
        {
            if (segment.FromDay > day)
                break;
            rate = segment.PacksPerDay;
        }
        return rate;
    }
}

/// <summary>A stretch of days with one rate of use, up to the next segment.</summary>
/// <param name="FromDay">Its first day, counted from the origin's local day.</param>
/// <param name="PacksPerDay">Packs wanted per day, 0 to 100.</param>
public readonly record struct RateSegment(int FromDay, double PacksPerDay);

/// <summary>A simulated load cell with its HX711 in front.</summary>
/// <param name="Capacity">Largest load before the converter saturates is at least this.</param>
/// <param name="CountsPerGram">Converter counts per gram; negative when the bridge is wired the other way round.</param>
/// <param name="OffsetCounts">Counts with nothing on the cell.</param>
/// <param name="NoiseCounts">Standard deviation of one conversion in counts.</param>
/// <param name="Drift">Amplitude of the slow wander (temperature, creep).</param>
/// <remarks>Typical: 5 kg, 1 mV/V at 5 V gives 430 counts/g and 39 counts rms at 80 SPS (noise budget: 90 nV, 2.33 nV per count).</remarks>
public sealed record CellPlan(Mass Capacity, double CountsPerGram, int OffsetCounts, double NoiseCounts, Mass Drift)
{
    /// <summary>A 5 kg cell of 1 mV/V at 5 V behind an HX711 at gain 128 and 80 SPS, with the noise of a real board (2.5 times the datasheet's).</summary>
    public static CellPlan FiveKilograms { get; } = new(Mass.FromGrams(5_000), 430, 84_000, 97, Mass.FromGrams(0.6));

    /// <summary>A 20 kg cell of 2 mV/V at 5 V, otherwise as <see cref="FiveKilograms"/>.</summary>
    public static CellPlan TwentyKilograms { get; } = new(Mass.FromGrams(20_000), 215, 60_000, 97, Mass.FromGrams(2.5));

    /// <summary>The smaller of the two that carries <paramref name="most"/>, as who builds a shelf would choose: on a larger cell small uses drown in its wander.</summary>
    public static CellPlan For(Mass most) => most.Grams < 4_800 ? FiveKilograms : TwentyKilograms; // some room is left for a hand
}
