using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Gateway.Configuration;
using PantryChain.Reorder.Machine;
using PantryChain.Reorder.Policy;

namespace PantryChain.Gateway.Ordering;

/// <summary>Station 7: weighs stock, patterns, mandates and means of the household, and proposes or decides.</summary>
/// <remarks>Thread safe; never waits for a network.</remarks>
internal sealed class Decider(ReorderDesk desk, ReorderPolicy policy, Situations situations, MandateBook mandates, OrderBook orders, Household household, TimeProvider time)
{
    /// <summary>Why a question to the member is withdrawn, for the log and the pages' scripts.</summary>
    public const string ShelfFilled = "the shelf was filled", NobodyHome = "nobody is at home";

    private static readonly TimeSpan AfterRefusal = TimeSpan.FromHours(1); // household time

    private readonly Lock _lock = new();
    private readonly ReorderPlanner _planner = new(policy);

    /// <summary>Looks at every product, all together: what is short of money, what shares a delivery, what stands in for what.</summary>
    public void ReviewAll()
    {
        lock (_lock)
            ReviewAll_NeedsLock();
    }

    /// <summary>Looks at one product after its shelf or mandate changed, and at all once it is due: orders of one seller go together.</summary>
    public void Review(Gtin gtin)
    {
        if (gtin.IsNone || household.FindProduct(gtin) is null)
            return;
        lock (_lock)
        {
            ReorderProcess process = desk[gtin];
            if (TryLetGo(process))
                return;
            if (process.State == ReorderState.Proposed || (process.State == ReorderState.Watching && policy.Advise(situations.Of(gtin)).Due))
                ReviewAll_NeedsLock();
        }
    }

    /// <summary>What the policy says about one product by itself: when, how much, and what stands in the way.</summary>
    public ReorderAdvice Advise(Gtin gtin) => policy.Advise(situations.Of(gtin));

    /// <summary>What the policy says about all products together, for the pages.</summary>
    public IReadOnlyDictionary<Gtin, ReorderAdvice> AdviseAll()
    {
        IReadOnlyList<ReorderCandidate> candidates = situations.All();
        ReorderAdvice[] advice = new ReorderPlanner(policy).Plan(candidates);
        return candidates.Select((candidate, place) => (candidate.Gtin, advice[place])).ToDictionary(told => told.Gtin, told => told.Item2);
    }

    /// <summary>What the gateway may do by itself for a product now; null without a mandate.</summary>
    /// <remarks>Unasked it orders only under a mandate that asks for a tier: then the contract, too, refuses an automatic order of a household that holds no tokens.</remarks>
    public MandateMode? ModeOf(Gtin gtin) =>
        mandates.Of(gtin) is not { } mandate ? null
        : mandate is { Wished: MandateMode.Auto, Terms.MinTier: 0 } ? MandateMode.Approve
        : situations.PatternOf(gtin) is { } pattern ? policy.ModeFor(mandate.Wished, desk[gtin].Approvals, pattern) : mandate.Wished;

    /// <summary>Why it asks first although the member wished automatic orders.</summary>
    public ReorderCaution CautionOf(Gtin gtin) =>
        mandates.Of(gtin) is not { Wished: MandateMode.Auto } mandate ? ReorderCaution.None
        : situations.PatternOf(gtin) is { } pattern && policy.CautionFor(desk[gtin].Approvals, pattern) is var caution and not ReorderCaution.None ? caution
        : mandate.Terms.MinTier == 0 ? ReorderCaution.StandingNotAsked : ReorderCaution.None;

    /// <summary>What would happen if the member resumed a product now.</summary>
    public ReorderPreview PreviewOf(Gtin gtin) => policy.Preview(situations.Of(gtin), ModeOf(gtin) ?? MandateMode.Shadow);

    private void ReviewAll_NeedsLock()
    {
        foreach (ShelfProduct product in household.Products)
            TryLetGo(desk[product.Product.Gtin]);
        IReadOnlyList<ReorderCandidate> candidates = situations.All();
        ReorderAdvice[] advice = _planner.Plan(candidates);
        for (int place = 0; place < advice.Length; place++)
            Act(desk[candidates[place].Gtin], advice[place]);
    }

    private void Act(ReorderProcess process, in ReorderAdvice advice)
    {
        if (process.State == ReorderState.Proposed && WhyWithdraw(process, advice) is { } note)
            desk.TryAdvance(new ReorderStep(process.Gtin, process.Number, ReorderTrigger.Withdraw, time.GetUtcNow(), Note: note));
        else if (process.State == ReorderState.Watching && advice is { Quantity: > 0, Why: { } why })
        {
            uint cycle = advice.Situation.Pattern?.Cycles ?? 0;
            Begin(process, new ReorderIntent(process.NextNumber, process.Gtin, advice.Quantity, cycle, time.GetUtcNow(), why));
        }
    }

    /// <summary>A question that lost its reason is taken back. One that was asked early, because the seller comes anyway or to keep a reserve, falls only when the shelf was filled since: the next pack used up does not take its reason away.</summary>
    private static string? WhyWithdraw(ReorderProcess process, in ReorderAdvice advice)
    {
        if (advice.Blocks.Contains(ReorderBlock.Away))
            return NobodyHome;
        ReorderReason asked = process.Intent!.Why;
        bool filled = asked.Cause is ReorderCause.SharesDelivery or ReorderCause.KeepsReserve or ReorderCause.MemberAsked
            ? advice.Situation.Stock is { } stock && (stock - asked.Level).Milligrams * 2 >= advice.Situation.Pack.Milligrams
            : !advice.Due;
        return filled ? ShelfFilled : null;
    }

    /// <summary>After the mandate was taken back: the question is withdrawn, and what was decided is dropped unless the order is signed, which then goes on.</summary>
    private bool TryLetGo(ReorderProcess process)
    {
        if (process.State is not (ReorderState.Proposed or ReorderState.Ordering) || mandates.NewestOf(process.Gtin) is not { Revoked: not null })
            return false;
        if (process.State == ReorderState.Ordering && orders.Of(process.Gtin, process.Number) is not null)
            return true;
        ReorderTrigger trigger = process.State == ReorderState.Proposed ? ReorderTrigger.Withdraw : ReorderTrigger.OrderRefused;
        desk.TryAdvance(new ReorderStep(process.Gtin, process.Number, trigger, time.GetUtcNow(), Note: OrderPlacer.MandateTakenBack));
        return true;
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
}
