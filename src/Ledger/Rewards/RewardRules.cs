using PantryChain.Domain.Quantities;

namespace PantryChain.Ledger.Rewards;

/// <summary>Every number that decides rewards and standing, in one place; members are told these numbers.</summary>
/// <remarks>
/// Nobody is ever paid more than the whole margin that the cooperative made on that household's own settled orders, so an account, a device or a trade that is
/// made up earns nothing, and any number of them together earns less than it cost. With the defaults a household reaches tier 1, the lowest that may order
/// without asking, as soon as orders of 2 500 won have settled and its shelf was used on three days.
/// Sources: protocol, "Rewards and standing"; Helium improvement proposals HIP-10 and HIP-149 (pay for settled use), HIP-57 (warm-up).
/// Immutable and thread safe.
/// </remarks>
public sealed record RewardRules
{
    /// <summary>The version whose epochs paid bootstrap without any order; it is only ever computed again.</summary>
    public const int BootstrapForNothing = 1;

    /// <summary>Which rules an epoch follows; a published epoch keeps its own for ever, so that its root can be computed again.</summary>
    /// <value>2, or 1 for epochs from before.</value>
    public int Version { get; init; } = 2;

    /// <summary>Share of the cooperative's margin on a household's own settled orders that may flow back to it.</summary>
    /// <value>0 to 10 000, default 5 000 (alpha = 0.5).</value>
    public BasisPoints MarginShare { get; init; } = new(5_000);

    /// <summary>Points for a day whose blocks show a use.</summary>
    /// <value>Default 10.</value>
    public uint PointsPerUseDay { get; init; } = 10;

    /// <summary>Points for a confirmed pattern.</summary>
    /// <value>Default 5.</value>
    public uint PointsPerConfirmation { get; init; } = 5;

    /// <summary>Points for a deviation: as many as for a confirmation, or it would pay to deviate always, or to stay silent.</summary>
    /// <value>Default 5.</value>
    public uint PointsPerDeviation { get; init; } = 5;

    /// <summary>Most points of a household in one epoch, whatever its devices say.</summary>
    /// <value>Default 40: a use day and six patterns.</value>
    public uint MostPointsPerEpoch { get; init; } = 40;

    /// <summary>What one point earns, before all bounds.</summary>
    /// <value>Default 1 BNAM.</value>
    public Bamnamu PerPoint { get; init; } = Bamnamu.FromTokens(1);

    /// <summary>
    /// What a household may earn once in its life beyond its margin share: it is earned by use, waits for a settled order, and is paid as far as the whole margin
    /// on the household's own orders reaches; not throttled by the warm-up.
    /// </summary>
    /// <value>Default 25 BNAM, exactly the first tier.</value>
    public Bamnamu Bootstrap { get; init; } = Bamnamu.FromTokens(25);

    /// <summary>Held, owned and locked Bamnamu from which each tier counts: tier 1 first, rising.</summary>
    /// <value>Default 25, 500 and 5 000 BNAM.</value>
    public IReadOnlyList<Bamnamu> Tiers { get; init; } = [Bamnamu.FromTokens(25), Bamnamu.FromTokens(500), Bamnamu.FromTokens(5_000)];

    /// <summary>How long a newly claimed device is throttled.</summary>
    /// <value>Default 15 days.</value>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromDays(15);

    /// <summary>What a device earns of its points during the warm-up, bootstrap aside.</summary>
    /// <value>0 to 10 000, default 1 000 (10 %).</value>
    public BasisPoints WarmUpShare { get; init; } = new(1_000);

    /// <summary>Most that one epoch mints for all households together; the contract refuses more.</summary>
    /// <value>Default 100 000 BNAM.</value>
    public Bamnamu EmissionPerEpoch { get; init; } = Bamnamu.FromTokens(100_000);

    /// <summary>Length of an epoch: epoch n is the <see cref="EpochLength"/> from <c>n × EpochLength</c> since 1970.</summary>
    /// <value>Whole seconds, default one day.</value>
    public TimeSpan EpochLength { get; init; } = TimeSpan.FromDays(1);

    /// <summary>What a margin is worth in Bamnamu: the share that may flow back, and all of it.</summary>
    /// <param name="margin">The cooperative's margin.</param>
    /// <param name="rate">Reference rate: Bamtol hundredths per whole Bamnamu.</param>
    public MarginSum MarginOf(Bamtol margin, Bamtol rate)
    {
        UInt128 whole = RewardEpoch.MulDiv(margin.Hundredths, Bamnamu.FromTokens(1).Units, rate.Hundredths);
        return new MarginSum(new Bamnamu(RewardEpoch.MulDiv(whole, MarginShare.Value, 10_000)), new Bamnamu(whole));
    }

    /// <summary>The epoch that an instant lies in.</summary>
    public uint EpochAt(DateTimeOffset instant) => checked((uint)(instant.ToUnixTimeSeconds() / (long)EpochLength.TotalSeconds));

    /// <summary>When an epoch ends; it can be published from then on.</summary>
    public DateTimeOffset EndOf(uint epoch) => DateTimeOffset.FromUnixTimeSeconds(checked((epoch + 1L) * (long)EpochLength.TotalSeconds));

    /// <summary>The tier of an amount held, owned and locked, 0 below the first.</summary>
    public byte TierOf(Bamnamu held) => checked((byte)Tiers.Count(floor => floor.CompareTo(held) <= 0));
}
