using PantryChain.Domain.Learning;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Reorder.Patterns;

namespace PantryChain.Reorder.Policy;

/// <summary>Station 7's question: is it time to order, and how much?</summary>
/// <remarks>Pure and thread safe. Order as soon as the chance of running out before an order placed at the next review arrives reaches one minus the service level.</remarks>
/// <param name="ServiceLevel">Wanted chance of not running out, above 0 and below 1, where a product's rules name none.</param>
/// <param name="ReviewDays">Days until the question is asked again: it is asked after each use and each pass of the network, so a night is the longest pause.</param>
/// <param name="ApprovalsBeforeAuto">Proposals that the member accepts before orders are placed unasked.</param>
/// <param name="MostRateSpread">Largest coefficient of variation of the rate of use at which orders are placed unasked (forecast D5).</param>
/// <param name="BundleShare">A product shares a delivery once its chance of running out has reached this share of what calls for an order.</param>
/// <param name="UseUpChance">Wanted chance that what is ordered of a perishable is used up before it expires (forecast D4).</param>
/// <param name="LeastCoverageToOrder">Share of days below their nine-in-ten bound under which nothing is proposed either: predictions that miss every other day say nothing.</param>
/// <param name="LaterRisk">How many times the chance of running out that calls for an order may be left for the order after it where the seller comes every day: measured on simulated lives, 1 keeps half a pack more for the same service.</param>
public sealed record ReorderPolicy(
    double ServiceLevel = 0.95, double ReviewDays = 1.0, uint ApprovalsBeforeAuto = 2, double MostRateSpread = 0.35, double BundleShare = 0.5,
    double UseUpChance = 0.8, double LeastCoverageToOrder = 0.5, double LaterRisk = 5.0)
{
    private const double MostLaterRisk = 0.5;
    private const double LargestStockPacks = 1000.0;
    private const int FarthestPreviewDays = 60;

    /// <summary>Weighs one product's situation; allocates nothing.</summary>
    public ReorderAdvice Advise(in ReorderSituation situation) => Advise(situation, evenIfNotDue: false);

    /// <summary>The chance of running out before an order placed at the next review arrives, 0 to 1; 0 before there is a pattern and a reading.</summary>
    public double Risk(in ReorderSituation situation)
    {
        if (situation.Pattern is not { } pattern || situation.Stock is null)
            return 0.0;
        Span<Arrival> room = situation.Lead.Span.Length <= Horizon.UsualRoom ? stackalloc Arrival[Horizon.UsualRoom] : new Arrival[situation.Lead.Span.Length];
        int count = Horizon.Fill(situation, ReviewDays, room);
        return Horizon.Risk(situation, room[..count], UsualRate(pattern), situation.Packs, 0.0);
    }

    /// <summary>Stock in packs at which <see cref="Advise(in ReorderSituation)"/> begins to order: the member's "reorder point", for display; 0 before there is a pattern.</summary>
    public double ReorderPoint(in ReorderSituation situation)
    {
        if (situation.Pattern is not { PacksPerDay: > 0.0 })
            return 0.0;
        ReorderSituation known = situation;
        return ShelfForecast.Bisect(packs => Advise(known with { Stock = Mass.FromGrams(packs * known.Pack.Grams) }).Due, LargestStockPacks);
    }

    /// <summary>
    /// The last look before a decided order is signed: mandate, standing, season, seller and money as they are now, which may have changed since the
    /// decision or while the member thought. Never more than <paramref name="quantity"/>; 0 with the reasons when it must not be placed.
    /// </summary>
    public ReorderAdvice Confirm(uint quantity, in ReorderSituation situation)
    {
        ReorderBlocks blocks = Obstacles.OfMeans(situation);
        OrderSize size = blocks.IsEmpty ? OrderSize.Affordable(situation, quantity) : default;
        return new ReorderAdvice(this, situation, due: true, size.Quantity, blocks, size.Limit);
    }

    /// <summary>
    /// The smallest order, because the member asks for it: whatever the shelf says, only what contract, mandate, seller and money demand stands in its way. The cycle of the last order is that of the
    /// mandate, as the contract counts it.
    /// </summary>
    public ReorderAdvice Ask(in ReorderSituation situation)
    {
        ReorderBlocks blocks = Obstacles.OfAsking(situation);
        OrderSize size = blocks.IsEmpty ? OrderSize.Affordable(situation, Math.Max(1, situation.OrderMultiple)) : default;
        return new ReorderAdvice(this, situation, due: true, size.Quantity, blocks, size.Limit);
    }

    /// <summary>Why orders would not be placed unasked now; <see cref="ReorderCaution.None"/> when they may.</summary>
    public ReorderCaution CautionFor(uint approvals, in ConsumptionPattern pattern) =>
        approvals < ApprovalsBeforeAuto ? ReorderCaution.FewApprovals
        : (pattern.Doubts & PatternDoubts.StoppedUsing) == PatternDoubts.StoppedUsing ? ReorderCaution.UseStopped
        : (pattern.UsualSpread ?? Rate(pattern).RateSpread) > MostRateSpread ? ReorderCaution.RateUncertain
        : (pattern.Doubts & PatternDoubts.CoverageLow) == PatternDoubts.CoverageLow ? ReorderCaution.PredictionsMissed
        : pattern.AllowsAuto ? ReorderCaution.None : ReorderCaution.PatternDoubted;

    /// <summary>What a gateway may do by itself now: never more than the member wished, and asking first while there is a caution.</summary>
    public MandateMode ModeFor(MandateMode wished, uint approvals, in ConsumptionPattern pattern) =>
        wished == MandateMode.Auto && CautionFor(approvals, pattern) != ReorderCaution.None ? MandateMode.Approve : wished;

    /// <summary>What would happen if the product were not paused: said before the member resumes it.</summary>
    /// <remarks>The day is found by letting the stock fall at the usual rate, day by day; seasons and delivery days count, what the future brings otherwise does not.</remarks>
    /// <param name="situation">As it is, paused.</param>
    /// <param name="mode">What the gateway may do by itself (<see cref="ModeFor"/>).</param>
    public ReorderPreview Preview(in ReorderSituation situation, MandateMode mode)
    {
        ReorderSituation awake = situation with { Paused = false };
        ReorderAdvice now = Advise(awake);
        DateTimeOffset? next = now.Quantity > 0 || awake.OrderUnderWay || awake.Pattern is null || awake.Stock is null ? null : NextDue(awake);
        return new ReorderPreview(situation.Now, mode, now.Quantity, next, now.Blocks);
    }

    /// <summary>Weighs a product that comes with a delivery which is made anyway: the quantity is worked out although it is not due yet.</summary>
    internal ReorderAdvice AdviseEarly(in ReorderSituation situation) => Advise(situation, evenIfNotDue: true);

    /// <summary>The numbers behind an advice.</summary>
    internal ReorderReason? Explain(in ReorderAdvice advice) => ReorderExplainer.Explain(this, advice);

    internal static ShelfForecast Rate(in ConsumptionPattern pattern) => new(pattern.RateShape, pattern.RateScale, pattern.DailyShape);

    /// <summary>
    /// Packs an order that a mandate should allow: what is used while an order lives and until the next one is looked for, and one in reserve, because the contract takes the next order only
    /// once one more pack is used up. 2 before there is a pattern.
    /// </summary>
    public uint QuantityToAllow(in ReorderSituation situation)
    {
        if (situation.Pattern is not { PacksPerDay: > 0.0 } pattern)
            return 2;
        uint packs = 1 + (uint)Math.Clamp(Math.Ceiling(pattern.PacksPerDay * LifeDays(situation)), 1.0, LargestStockPacks);
        return (packs + situation.OrderMultiple - 1) / situation.OrderMultiple * situation.OrderMultiple;
    }

    /// <summary>True where more is used while an order lives than the mandate lets one order bring: then no moment of ordering keeps the shelf filled.</summary>
    public bool AllowsTooLittle(in ReorderSituation situation) =>
        situation is { Mandate: { } mandate, Pattern: { PacksPerDay: > 0.0 } pattern } && pattern.PacksPerDay * LifeDays(situation) > mandate.MaxQuantity;

    /// <summary>Days from an order to the first moment at which another may be placed.</summary>
    private double LifeDays(in ReorderSituation situation) => DeliveryWait.ArrivalDays(situation) + situation.SettlingDays + ReviewDays;

    /// <summary>The same mean with what is known over packs: for questions that reach beyond the running pack, of which alone <see cref="Rate"/> knows little at its begin.</summary>
    internal static ShelfForecast UsualRate(in ConsumptionPattern pattern)
    {
        ShelfForecast rate = Rate(pattern);
        double shape = pattern.UsualSpread is > 0.0 and var spread ? 2.0 + 1.0 / (spread * spread) : rate.Shape;
        return shape <= rate.Shape || rate.Shape <= 1.0 ? rate : rate with { Shape = shape, Scale = rate.Scale * (shape - 1.0) / (rate.Shape - 1.0) };
    }

    /// <summary>One minus the service level; while the coverage monitor had to widen its bounds, less by as much as it lowered their share of misses.</summary>
    internal double RiskThatCalls(in ReorderSituation situation)
    {
        double missed = 1.0 - (situation.Pattern?.LevelShift ?? 0.0) / (1.0 - CoverageMonitor.Nominal); // share of the nominal misses that the shifted bound leaves
        return Math.Max(1.0 - ProductRules.HighestLevel, missed * (1.0 - (situation.Rules.ServiceLevel ?? ServiceLevel)));
    }

    /// <summary>Where the seller comes on some days only, the next order cannot come any sooner: then it is held to the service level itself.</summary>
    private double RiskOfLater(in ReorderSituation s, double level) => s.Delivery is { ComesDaily: false } ? level : Math.Min(MostLaterRisk, LaterRisk * level);

    private ReorderAdvice Advise(in ReorderSituation s, bool evenIfNotDue)
    {
        ReorderBlocks blocks = Obstacles.Of(s, LeastCoverageToOrder);
        if (s.Pattern is not { } pattern || s.Stock is null)
            return new ReorderAdvice(this, s, due: false, 0, blocks, ReorderLimit.None);
        int length = s.Lead.Span.Length;
        Span<Arrival> room = length <= Horizon.UsualRoom ? stackalloc Arrival[3 * Horizon.UsualRoom] : new Arrival[3 * length];
        ShelfForecast rate = UsualRate(pattern);
        double level = RiskThatCalls(s);
        NextOrder next = NextOrder.Of(s, rate, ReviewDays, room[..(2 * room.Length / 3)]);
        bool due = IsDue(s, next, rate, level, room[(2 * room.Length / 3)..]);
        if (!due && !evenIfNotDue)
            return new ReorderAdvice(this, s, due, 0, DeliveryWait.IsOn(s, rate, level) ? blocks | ReorderBlock.DeliveryDayAwaited : blocks, ReorderLimit.None);
        if (!blocks.IsEmpty)
            return new ReorderAdvice(this, s, due, 0, blocks, ReorderLimit.None);
        OrderSize size = OrderSize.Of(s, next, rate, RiskOfLater(s, level), UseUpChance);
        return size.Quantity > 0
            ? new ReorderAdvice(this, s, due, size.Quantity, blocks, size.Limit)
            : new ReorderAdvice(this, s, due, 0, size.Limit == ReorderLimit.Expiry ? ReorderBlock.ExpiresBeforeUse : ReorderBlock.StockAtMaximum, size.Limit);
    }

    /// <summary>Whether an order must be placed now: what stands may not last until one placed at the next review comes, or waiting would leave too little for later ones.</summary>
    private bool IsDue(in ReorderSituation s, in NextOrder next, ShelfForecast rate, double level, Span<Arrival> room)
    {
        double packs = s.Packs;
        if (packs + s.IncomingPacks < s.MinimumPacks)
            return true;
        ReadOnlySpan<Arrival> arrivals = room[..Horizon.Fill(s, ReviewDays, room)];
        return Horizon.Reaches(s, arrivals, rate, packs, level) || Reserve.IsCalledFor(s, next, rate, RiskOfLater(s, level), ReviewDays, UseUpChance);
    }

    /// <summary>The pattern once <paramref name="used"/> packs more were used.</summary>
    private static ConsumptionPattern After(in ConsumptionPattern pattern, double used)
    {
        double beyond = used - pattern.PacksToNextCycle;
        return beyond < 0.0 ? pattern with { PacksToNextCycle = -beyond }
            : pattern with { Cycles = pattern.Cycles + 1 + (uint)beyond, PacksToNextCycle = 1.0 - (beyond - Math.Floor(beyond)) };
    }

    private DateTimeOffset? NextDue(in ReorderSituation awake)
    {
        ConsumptionPattern pattern = awake.Pattern!.Value;
        int first = Math.Max(1, awake.Rules.Season.NextOpening(awake.Today).DayNumber - awake.Today.DayNumber);
        for (int day = first; day < first + FarthestPreviewDays; day++)
        {
            double used = pattern.PacksPerDay * day;
            ReorderSituation later = awake with
            {
                Now = awake.Now.AddDays(day), Stock = awake.Stock!.Value - Mass.FromGrams(used * awake.Pack.Grams), DemandMultiplier = 1.0,
                Pattern = After(pattern, used), IncomingDays = Math.Max(0.0, awake.IncomingDays - day),
            };
            if (Advise(later).Quantity > 0)
                return later.Now;
        }
        return null;
    }
}
