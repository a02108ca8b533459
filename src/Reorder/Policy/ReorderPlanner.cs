using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;

namespace PantryChain.Reorder.Policy;

/// <summary>Station 7 over all products of a household at once: who is first when money is short, what shares a delivery, what stands in for what.</summary>
/// <remarks>
/// Pure; one at a time (its buffers are reused). Three rules beyond each product's own: funds and household budget are handed out by urgency, the
/// likeliest to run out first; of one need at most one product is ordered; a product nearly due joins a delivery that its seller makes anyway.
/// </remarks>
public sealed class ReorderPlanner(ReorderPolicy policy)
{
    private ReorderCandidate[] _asked = [];
    private (double Risk, int Index)[] _queue = [];
    private int _queued;

    /// <summary>One advice per candidate, in their order. Substitutes stand behind their first choice in the member's order of preference.</summary>
    public ReorderAdvice[] Plan(IReadOnlyList<ReorderCandidate> candidates)
    {
        ReorderAdvice[] advice = new ReorderAdvice[candidates.Count];
        Plan([.. candidates], advice);
        return advice;
    }

    /// <summary>As above into a buffer of the same length; allocates only when products stand in for others or the household grew.</summary>
    /// <exception cref="ArgumentException">The buffer has another length.</exception>
    public void Plan(ReadOnlySpan<ReorderCandidate> candidates, Span<ReorderAdvice> advice)
    {
        if (advice.Length != candidates.Length)
            throw new ArgumentException($"{candidates.Length} products need as many advices, not {advice.Length}.", nameof(advice));
        if (_asked.Length < candidates.Length)
            (_asked, _queue) = (new ReorderCandidate[candidates.Length], new (double, int)[candidates.Length]);
        candidates.CopyTo(_asked);
        for (int i = 0; i < candidates.Length; i++)
            advice[i] = policy.Advise(_asked[i].Situation);
        for (int i = 0; i < candidates.Length; i++)
        {
            if (candidates[i].SubstituteFor.IsNone)
                Needs.Settle(policy, i, _asked.AsSpan(0, candidates.Length), advice);
        }
        Purse purse = default;
        purse = HandOut(advice, purse, early: false);
        _ = HandOut(advice, purse, early: true);
        TellShared(advice);
    }

    /// <summary>Orders by urgency what is due, or with <paramref name="early"/> what is nearly due at sellers who come anyway, each within what is left.</summary>
    private Purse HandOut(Span<ReorderAdvice> advice, Purse purse, bool early)
    {
        _queued = 0;
        for (int i = 0; i < advice.Length; i++)
        {
            if (early ? IsNearlyDue(advice, i) : advice[i].Quantity > 0)
                _queue[_queued++] = (policy.Risk(_asked[i].Situation), i);
        }
        _queue.AsSpan(0, _queued).Sort(static (a, b) => b.Risk != a.Risk ? b.Risk.CompareTo(a.Risk) : a.Index.CompareTo(b.Index));
        foreach ((_, int i) in _queue.AsSpan(0, _queued))
        {
            ReorderSituation left = purse.LeftFor(_asked[i].Situation);
            ReorderAdvice told = early ? policy.AdviseEarly(left) : purse.IsUntouched ? advice[i] : policy.Advise(left);
            if (told.Quantity == 0 && early)
                continue;
            advice[i] = told with { Early = early, InsteadOf = advice[i].InsteadOf, InsteadBecause = advice[i].InsteadBecause };
            if (told.Quantity > 0)
                purse = purse.Spend(left.UnitPrice!.Value * told.Quantity);
        }
        return purse;
    }

    private bool IsNearlyDue(ReadOnlySpan<ReorderAdvice> advice, int index)
    {
        ReorderAdvice own = advice[index];
        bool waits = own.Blocks == ReorderBlock.DeliveryDayAwaited;
        if (own.Due || own.Quantity > 0 || !(own.Blocks.IsEmpty || waits) || !SellerComes(advice, _asked[index].Seller))
            return false;
        ReorderSituation s = _asked[index].Situation;
        return s.Pattern is not null && s.Stock is not null && (waits || policy.Risk(s) >= policy.BundleShare * policy.RiskThatCalls(s));
    }

    private bool SellerComes(ReadOnlySpan<ReorderAdvice> advice, AccountAddress seller)
    {
        for (int i = 0; i < advice.Length; i++)
        {
            if (advice[i].Quantity > 0 && _asked[i].Seller == seller)
                return true;
        }
        return false;
    }

    private void TellShared(Span<ReorderAdvice> advice)
    {
        for (int i = 0; i < advice.Length; i++)
        {
            int together = 0;
            for (int j = 0; j < advice.Length && advice[i].Quantity > 0; j++)
                together += j != i && advice[j].Quantity > 0 && _asked[j].Seller == _asked[i].Seller ? 1 : 0;
            if (together > 0)
                advice[i] = advice[i] with { SharedWith = together };
        }
    }

    /// <summary>What this plan has already handed out.</summary>
    private readonly record struct Purse(Bamtol Spent)
    {
        public bool IsUntouched => Spent.Hundredths == 0;

        public Purse Spend(Bamtol amount) => new(Spent + amount);

        public ReorderSituation LeftFor(in ReorderSituation s) =>
            IsUntouched ? s : s with { Funds = Less(s.Funds), HouseholdBudgetLeft = s.HouseholdBudgetLeft is { } budget ? Less(budget) : null };

        private Bamtol Less(Bamtol amount) => amount.CompareTo(Spent) > 0 ? amount - Spent : default;
    }
}
