using PantryChain.Domain.Identity;
using PantryChain.Domain.Learning;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;

namespace PantryChain.Reorder.Policy;

/// <summary>Products that serve one need: the first choice and what the member allowed instead. At most one of them is ordered.</summary>
internal static class Needs
{
    /// <summary>Decides which product of the need whose first choice stands at <paramref name="first"/> may be ordered; writes its situation and the advice of all of them.</summary>
    public static void Settle(ReorderPolicy policy, int first, Span<ReorderCandidate> asked, Span<ReorderAdvice> advice)
    {
        Gtin need = asked[first].Gtin;
        int underWay = asked[first].Situation.OrderUnderWay ? 1 : 0, members = 1;
        long substitutes = 0; // milligrams
        Bamtol spent = default;
        for (int i = 0; i < asked.Length; i++)
        {
            if (asked[i].SubstituteFor != need)
                continue;
            members++;
            underWay += asked[i].Situation.OrderUnderWay ? 1 : 0;
            substitutes += asked[i].Situation.Stock is { } stock ? Math.Max(0L, stock.Milligrams) : 0L;
            if (asked[i].Situation is { Mandate: { } given } own)
                spent += Less(given.BudgetPerPeriod, own.BudgetLeft);
        }
        if (members == 1)
            return;
        ReorderSituation whole = asked[first].Situation;
        whole = whole with
        {
            Stock = whole.Stock is { } left ? new Mass(left.Milligrams + substitutes) : null, BudgetLeft = Less(whole.BudgetLeft, spent),
            NeedUnderWay = whole.NeedUnderWay || (underWay > 0 && !whole.OrderUnderWay),
        };
        Tell(policy, first, whole, asked, advice);
        Choose(policy, first, whole, underWay > 0, asked, advice);
    }

    private static void Choose(ReorderPolicy policy, int first, in ReorderSituation whole, bool underWay, Span<ReorderCandidate> asked, Span<ReorderAdvice> advice)
    {
        ReorderBlocks why = default;
        foreach (ReorderBlock block in advice[first].Blocks)
        {
            if (why.IsEmpty && Obstacles.LetSubstituteIn.Contains(block))
                why = block;
        }
        bool wanted = !why.IsEmpty;
        for (int i = 0; i < asked.Length; i++)
        {
            if (asked[i].SubstituteFor != asked[first].Gtin)
                continue;
            Tell(policy, i, StandIn(whole, asked[i].Situation, underWay), asked, advice);
            if (!wanted)
                advice[i] = advice[i] with { Due = false, Quantity = 0, Blocks = advice[i].Blocks.Except(ReorderBlock.DeliveryDayAwaited) | ReorderBlock.SubstituteNotNeeded };
            else if (!advice[i].Blocks.Overlaps(Obstacles.LetSubstituteIn))
            {
                wanted = false; // the first that can be had is the only one
                advice[i] = advice[i] with { InsteadOf = asked[first].Gtin, InsteadBecause = why[0] };
            }
        }
    }

    /// <summary>The substitute's own seller, shelf and processes with the need's stock and use, within the mandates of both: what substitutes cost counts against the first choice's budget.</summary>
    private static ReorderSituation StandIn(in ReorderSituation whole, in ReorderSituation own, bool underWay)
    {
        double size = (double)whole.Pack.Milligrams / own.Pack.Milligrams; // first choice's packs in own packs
        uint cycles = own.Pattern?.Cycles ?? 0;
        ConsumptionPattern? pattern = whole.Pattern is not { } use ? null : use with
        {
            Gtin = own.Pattern?.Gtin ?? use.Gtin, Cycles = cycles, PacksPerDay = use.PacksPerDay * size, RateScale = use.RateScale * size, MedianCycleDays = use.MedianCycleDays / size, PacksToNextCycle = own.Pattern?.PacksToNextCycle ?? 1.0,
        };
        Mandate? mandate = own.Mandate is { } given && whole.Mandate is { } limits
            ? given with
            {
                MaxQuantity = Math.Min(given.MaxQuantity, limits.MaxQuantity), MaxUnitPrice = Least(given.MaxUnitPrice, limits.MaxUnitPrice),
                MinTier = Math.Max(given.MinTier, limits.MinTier), ValidUntil = given.ValidUntil.Seconds < limits.ValidUntil.Seconds ? given.ValidUntil : limits.ValidUntil,
            }
            : null;
        return own with
        {
            Stock = whole.Stock, Pattern = pattern, Mandate = mandate, BudgetLeft = Least(own.BudgetLeft, whole.BudgetLeft), Paused = own.Paused || whole.Paused,
            SensorTrusted = own.SensorTrusted && whole.SensorTrusted, StockCertain = own.StockCertain && whole.StockCertain,
            IncomingPacks = own.IncomingPacks + whole.IncomingPacks * size, IncomingDays = Math.Max(own.IncomingDays, whole.IncomingDays),
            DemandMultiplier = whole.DemandMultiplier, NeedUnderWay = own.NeedUnderWay || (underWay && !own.OrderUnderWay),
        };
    }

    private static void Tell(ReorderPolicy policy, int index, in ReorderSituation situation, Span<ReorderCandidate> asked, Span<ReorderAdvice> advice)
    {
        asked[index] = asked[index] with { Situation = situation };
        advice[index] = policy.Advise(situation);
    }

    private static Bamtol Less(Bamtol a, Bamtol b) => a.CompareTo(b) > 0 ? a - b : default;

    private static Bamtol Least(Bamtol a, Bamtol b) => a.CompareTo(b) < 0 ? a : b;
}
