using PantryChain.Domain.Identity;
using PantryChain.Domain.Learning;
using PantryChain.Domain.Ordering;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Learning;
using PantryChain.Gateway.Sensing;
using PantryChain.Reorder.Machine;
using PantryChain.Reorder.Policy;

namespace PantryChain.Gateway.Ordering;

/// <summary>Station 7: weighs a product's stock, pattern, mandate and means, and proposes or decides.</summary>
/// <remarks>Thread safe; never waits for a network: what store and chain said last stands in <see cref="Circumstances"/>.</remarks>
internal sealed class Decider(
    ReorderDesk desk, ReorderPolicy policy, Learner learner, ShelfBoard board, MandateBook mandates, OrderBook orders, Circumstances circumstances, Household household, TimeProvider time)
{
    private static readonly TimeSpan AfterRefusal = TimeSpan.FromHours(1); // household time

    private readonly Lock _lock = new();

    /// <summary>Looks at every product.</summary>
    public void ReviewAll()
    {
        foreach (ShelfProduct product in household.Products)
            Review(product.Product.Gtin);
    }

    /// <summary>Looks at one product: proposes, orders, or lets a proposal go that lost its reason or its mandate.</summary>
    public void Review(Gtin gtin)
    {
        if (gtin.IsNone || household.FindProduct(gtin) is null)
            return;
        lock (_lock)
        {
            ReorderProcess process = desk[gtin];
            if (process.State is ReorderState.Proposed or ReorderState.Ordering && mandates.NewestOf(gtin) is { Revoked: not null })
            {
                LetGo(process);
                return;
            }
            ReorderAdvice advice = AdviseWithout(process, gtin);
            if (process.State == ReorderState.Proposed && !advice.Due)
                desk.TryAdvance(new ReorderStep(gtin, process.Number, ReorderTrigger.Withdraw, time.GetUtcNow(), Note: "the shelf was filled"));
            else if (process.State == ReorderState.Watching && advice is { Quantity: > 0, Why: { } why })
                Begin(process, new ReorderIntent(process.NextNumber, gtin, advice.Quantity, CycleOf(gtin), time.GetUtcNow(), why));
        }
    }

    /// <summary>What the policy says about a product now, for the pages: when, how much, and what stands in the way.</summary>
    public ReorderAdvice Advise(Gtin gtin) => policy.Advise(SituationOf(desk[gtin], gtin));

    /// <summary>What the gateway may do by itself for a product now; null without a mandate.</summary>
    public MandateMode? ModeOf(Gtin gtin) =>
        mandates.Of(gtin) is not { } mandate ? null
        : learner.PatternOf(gtin, time.GetUtcNow()) is { } pattern ? policy.ModeFor(mandate.Wished, desk[gtin].Approvals, pattern) : mandate.Wished;

    private ReorderAdvice AdviseWithout(ReorderProcess process, Gtin gtin) => policy.Advise(SituationOf(process, gtin) with { OrderUnderWay = false });

    /// <summary>After the mandate was taken back: the question is withdrawn, and what was decided is dropped unless the order is signed, which then goes on.</summary>
    private void LetGo(ReorderProcess process)
    {
        if (process.State == ReorderState.Ordering && orders.Of(process.Gtin, process.Number) is not null)
            return;
        ReorderTrigger trigger = process.State == ReorderState.Proposed ? ReorderTrigger.Withdraw : ReorderTrigger.OrderRefused;
        desk.TryAdvance(new ReorderStep(process.Gtin, process.Number, trigger, time.GetUtcNow(), Note: OrderPlacer.MandateTakenBack));
    }

    private void Begin(ReorderProcess process, ReorderIntent intent)
    {
        MandateMode mode = ModeOf(intent.Gtin) ?? MandateMode.Shadow;
        if (IsTooSoon(process, intent, mode))
            return;
        ReorderTrigger trigger = mode switch
        {
            MandateMode.Auto => ReorderTrigger.Decide,
            MandateMode.Approve => ReorderTrigger.Propose,
            _ => ReorderTrigger.Shadow,
        };
        desk.TryAdvance(new ReorderStep(intent.Gtin, intent.Number, trigger, intent.At, intent));
    }

    /// <summary>
    /// One shadow per pack used up is enough to try a pattern out; after a no or a veto the member is left alone until another pack is used up;
    /// after a refusal by store or chain there is an hour of thought.
    /// </summary>
    private bool IsTooSoon(ReorderProcess process, ReorderIntent intent, MandateMode mode) =>
        mode == MandateMode.Shadow ? desk.LastShadow(intent.Gtin) >= intent.Cycle
        : process.LastOutcome switch
        {
            ReorderOutcome.Declined or ReorderOutcome.Cancelled => process.Intent is { } last && last.Cycle >= intent.Cycle,
            ReorderOutcome.Failed => intent.At < process.Since + AfterRefusal,
            _ => false,
        };

    /// <summary>The chain counts per mandate, the book per product: a new mandate must not order for a pack that was ordered for.</summary>
    private static uint? LastCycle(Means means, uint? booked) => Math.Max(means.LastCycle ?? 0, booked ?? 0) is var last and > 0 ? last : null;

    private uint CycleOf(Gtin gtin) => learner.PatternOf(gtin, time.GetUtcNow())?.Cycles ?? 0;

    private ReorderSituation SituationOf(ReorderProcess process, Gtin gtin)
    {
        DateTimeOffset now = time.GetUtcNow();
        GivenMandate? mandate = mandates.ActiveOf(gtin);
        Means means = circumstances.MeansFor(gtin, mandate);
        ConsumptionPattern? pattern = learner.PatternOf(gtin, now);
        return new ReorderSituation(
            TimeZoneInfo.ConvertTime(now, household.Zone), household.FindProduct(gtin)!.Product.Pack, board.StockOf(household, gtin), board.IsTrusted(household, gtin), pattern, means.Lead, mandate?.Terms, means.UnitPrice,
            means.BudgetLeft, means.Funds, means.Tier, LastCycle(means, orders.LastCycleOf(gtin)), process.UnderWay, process.Paused);
    }
}
