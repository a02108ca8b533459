using PantryChain.DeviceDrivers.LoadCells;

namespace PantryChain.Gateway.Sensing;

/// <summary>Which of the drivers' causes speak of a fault, and which only count work done.</summary>
internal static class SensorCauses
{
    private static readonly HashSet<string> Work = new(StringComparer.Ordinal)
    {
        "frames", "samples", "unsettled", "power_cycles", "starts", // converters: every start settles and counts itself
        "polls", "empty_polls", "items", "blank", "foreign", "malformed", "locked", "other_kinds", "torn", "collisions", "clones", // readers: what tags are like, not the reader
    };

    /// <summary>True for a cause that should stay at zero on a healthy sensor.</summary>
    public static bool IsFault(string cause) => !Work.Contains(cause);

    /// <summary>The sum of all faults.</summary>
    public static long Faults(IReadOnlyList<Tally> tallies) => tallies.Where(tally => IsFault(tally.Cause)).Sum(tally => tally.Count);
}
