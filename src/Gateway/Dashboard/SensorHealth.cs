using PantryChain.DeviceDrivers.LoadCells;
using PantryChain.Gateway.Sensing;

namespace PantryChain.Gateway.Dashboard;

/// <summary>A converter or a tag reader in <c>/health</c> and <c>/api/state</c>: no stock, no secrets.</summary>
/// <param name="Name">As in the configuration; a reader's is its slot.</param>
/// <param name="Kind">Chip and transport.</param>
/// <param name="Slots">The slots that depend on it.</param>
/// <param name="Health">A reader's own state; null for a converter, whose slots have theirs.</param>
/// <param name="Problem">What is wrong and the next step, or null.</param>
/// <param name="Faults">The sum of the counts that speak of a fault.</param>
/// <param name="Counts">What happened since the start, by cause.</param>
/// <param name="Doubts">What a reader sees and cannot take at its word, with the next step; null for a converter.</param>
internal sealed record SensorHealth(
    string Name, string Kind, IReadOnlyList<ushort> Slots, string? Health, string? Problem, long Faults, IReadOnlyDictionary<string, long> Counts, IReadOnlyList<string>? Doubts = null)
{
    /// <summary>Of a converter.</summary>
    public static SensorHealth Of(ConverterReport report) =>
        new(report.Name, report.Kind, [.. report.Slots.Select(slot => slot.Value)], null, report.Failure, SensorCauses.Faults(report.Tallies), Counted(report.Tallies));

    /// <summary>Of a reader.</summary>
    public static SensorHealth Of(ReaderReport report) =>
        new(report.Slot.ToString(), report.Kind, [report.Slot.Value], report.Health.ToString(), report.Failure, SensorCauses.Faults(report.Tallies), Counted(report.Tallies),
            [.. report.Doubts.Select(doubt => doubt.ToString())]);

    /// <summary>Counts by cause.</summary>
    public static Dictionary<string, long> Counted(IReadOnlyList<Tally> tallies) => tallies.ToDictionary(tally => tally.Cause, tally => tally.Count);
}
