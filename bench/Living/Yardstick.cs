using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Rehearsal.Audit;
using PantryChain.Rehearsal.World;

namespace PantryChain.Bench.Living;

/// <summary>How another way to order fared in the same world.</summary>
/// <param name="EmptyShare">Share of the time with nothing to take.</param>
/// <param name="MeanPacks">Mean stock.</param>
internal sealed record Fared(double EmptyShare, double MeanPacks);

/// <summary>A fixed threshold at its best setting, found in hindsight.</summary>
/// <param name="BelowPacks">It orders below so many packs.</param>
/// <param name="OrderPacks">So many at a time.</param>
/// <param name="Fared">How it fared.</param>
internal sealed record FixedThreshold(double BelowPacks, int OrderPacks, Fared Fared);

/// <summary>What a product's shelf would have seen with a fixed threshold and with an oracle, from the moment at which the gateway first
/// ordered by itself.</summary>
/// <param name="Fixed">The setting with the least stock that is out no more often than the gateway was; when none is, the one that is out
/// least.</param>
/// <param name="Oracle">Who knows every use and every delivery to come.</param>
internal sealed record Beside(FixedThreshold Fixed, Fared Oracle);

/// <summary>
/// Other ways to order, lived on the same shelf: the same people and packs, lead times of the same chances, the contract's rules about open
/// orders and used packs. They see the true
/// stock every hour, with no scale between.
/// </summary>
internal sealed class Yardstick
{
    private const double Finest = 0.05, Highest = 3.0; // packs
    private const double AsGood = 0.0005;              // an empty share that nobody notices

    private static readonly TimeSpan UsuallySettles = TimeSpan.FromHours(6);

    private readonly HouseholdPlan _plan;
    private readonly LivedWorld _world;
    private readonly Shelved _shelf;
    private readonly Lived _lived;
    private readonly DateTimeOffset _since;
    private readonly IReadOnlyList<TimeSpan> _settles;

    private Yardstick(HouseholdPlan plan, LivedWorld world, Shelved shelf, Lived lived, DateTimeOffset since)
    {
        (_plan, _world, _shelf, _lived, _since) = (plan, world, shelf, lived, since);
        _settles = [.. lived.Orders.Where(order => order.State == OrderState.Settled)
            .Select(order => order.Moves[^1].At - lived.Deliveries.FirstOrDefault(delivery => delivery.Order == order.Id)?.At).OfType<TimeSpan>().DefaultIfEmpty(UsuallySettles)];
    }

    /// <summary>The yardsticks of every product that the gateway ordered by itself.</summary>
    public static IReadOnlyDictionary<Gtin, Beside> Beside(HouseholdPlan plan, LivedWorld world, Lived lived)
    {
        Dictionary<Gtin, Beside> beside = [];
        foreach ((EmptyAudit.Result found, Shelved shelf) in lived.Products.Zip(plan.Shelves.DistinctBy(shelf => shelf.Gtin)))
        {
            if (found.Since is not { } since)
                continue;
            Yardstick yardstick = new(plan, world, shelf, lived, since);
            beside[shelf.Gtin] = new Beside(yardstick.BestThreshold(found.EmptyShare!.Value), yardstick.OfOracle());
        }
        return beside;
    }

    private FixedThreshold BestThreshold(double emptyShare)
    {
        FixedThreshold? careful = null, best = null;
        for (int packs = 1; packs <= _shelf.MaxQuantity; packs++)
        {
            for (double below = Finest; below <= Highest; below += Finest)
            {
                double threshold = below;
                int quantity = packs;
                FixedThreshold tried = new(Math.Round(below, 2), packs, Run(shelf => shelf.Packs < threshold ? quantity : 0));
                if (careful is null || tried.Fared.EmptyShare < careful.Fared.EmptyShare)
                    careful = tried;
                if (tried.Fared.EmptyShare <= emptyShare + AsGood && (best is null || tried.Fared.MeanPacks < best.Fared.MeanPacks))
                    best = tried;
            }
        }
        return best ?? careful!;
    }

    private Fared OfOracle() => Run(shelf => shelf.WouldBeLate() ? shelf.Needed(_shelf.MaxQuantity) : 0);

    private Fared Run(Func<TriedShelf, int> decide)
    {
        TriedShelf shelf = new(_plan, _world, _shelf, [.. _lived.Deliveries.Where(delivery => delivery.Slot == _shelf.Slot.Slot && delivery.At <= _since)], _since, _settles);
        EmptyCount count = new();
        for (DateTimeOffset at = _since; at < _lived.End; at += TriedShelf.Review)
        {
            shelf.GoTo(at);
            if (shelf.MayOrder && decide(shelf) is > 0 and int packs)
                shelf.Order(packs);
            for (DateTimeOffset look = at; look < at + TriedShelf.Review; look += EmptyAudit.Look)
                count.See(shelf.PacksAt(look), isTold: false, () => false);
        }
        return new Fared(Math.Round(count.EmptyShare, 4), Math.Round(count.MeanPacks, 3));
    }
}
