using PantryChain.Domain.Quantities;

namespace PantryChain.DeviceDrivers.Shelf.Fusion;

/// <summary>How weight and tags are weighed against each other.</summary>
/// <remarks>
/// The shares are what households do on a shelf before anything is known about the one step; they need to be right to a factor of two, not better, because a pack's
/// mass or a tag outweighs them by orders of magnitude (docs/sensing.md, "Fusion"). Tag rates are those of readers at 13.56 MHz through a shelf board: a tag that
/// lies well is seen at nearly every poll, one that leans on a can is not.
/// </remarks>
public sealed record FusionSettings
{
    /// <summary>From this probability the best explanation is booked unasked.</summary>
    /// <value>Default 0.9: one booking in ten near the threshold would be wrong, far fewer above; every one can be undone within a day.</value>
    public double Certain { get; init; } = 0.9;

    /// <summary>Out: a part is used and the pack put back; the pack that is open leaves; whole packs leave; two products move; something foreign.</summary>
    internal (double Part, double Open, double Whole, double Two, double Foreign) Out { get; init; } = (0.62, 0.10, 0.22, 0.05, 0.01);

    /// <summary>In: a part comes back; a pack that is open comes back; whole packs come; two products move; something foreign.</summary>
    internal (double Part, double Open, double Whole, double Two, double Foreign) In { get; init; } = (0.01, 0.08, 0.84, 0.05, 0.02);

    /// <summary>Share of steps in which a known stranger goes, while there is one.</summary>
    public double StrangerGoes { get; init; } = 0.3;

    /// <summary>One more pack at once is so much less likely.</summary>
    public double NextPack { get; init; } = 0.5;

    /// <summary>Most packs of one product that come or leave in one step.</summary>
    public int MostPacks { get; init; } = 48;

    /// <summary>A product whose delivery is on its way comes so much more likely than one that nobody ordered.</summary>
    public double ExpectedFactor { get; init; } = 5;

    /// <summary>Packs per day that a product without history is taken to be used at.</summary>
    public double UnknownPacksPerDay { get; init; } = 0.1;

    /// <summary>Mean of one use as a share of the pack.</summary>
    public double UseShare { get; init; } = 0.12;

    /// <summary>Mean mass of a foreign thing.</summary>
    public Mass ForeignMean { get; init; } = Mass.FromGrams(400);

    /// <summary>Smallest sigma that a step is trusted with.</summary>
    public Mass LeastSigma { get; init; } = Mass.FromGrams(0.5);

    /// <summary>More than the bookings say lies there can leave when they were wrong.</summary>
    public double MoreThanThere { get; init; } = 1e-3;

    /// <summary>A tagged pack that leaves is seen leaving.</summary>
    public double SeenLeaving { get; init; } = 0.9;

    /// <summary>A pack that comes has a tag that is seen.</summary>
    public double SeenComing { get; init; } = 0.7;

    /// <summary>A pack that is poured from is lifted, and its tag misses long enough to tell.</summary>
    public double SeenTouched { get; init; } = 0.7;

    /// <summary>A tag moves without its pack: read badly, or moved along by a hand.</summary>
    public double MovesAlone { get; init; } = 0.01;

    /// <summary>A foreign thing is tagged as one that belongs elsewhere.</summary>
    public double ForeignTagged { get; init; } = 0.5;
}
