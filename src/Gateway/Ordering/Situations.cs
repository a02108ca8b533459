using PantryChain.Domain.Identity;
using PantryChain.Domain.Learning;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Learning;
using PantryChain.Gateway.Sensing;
using PantryChain.Reorder.Machine;
using PantryChain.Reorder.Policy;

namespace PantryChain.Gateway.Ordering;

/// <summary>Gathers what a decision looks at: shelf, pattern, mandate, seller, holidays, budget, wishes.</summary>
/// <remarks>Thread safe; never waits for a network: what store and chain said last stands in <see cref="Circumstances"/>.</remarks>
internal sealed class Situations(
    ReorderDesk desk, Learner learner, ShelfBoard board, MandateBook mandates, OrderBook orders, LeadBook leads, Circumstances circumstances, WishBook wishes, HolidayDesk holidays,
    Household household, TimeProvider time)
{
    /// <summary>All products that the household keeps, as the planner weighs them: substitutes stand behind their first choice.</summary>
    public IReadOnlyList<ReorderCandidate> All()
    {
        Pledge pledged = Pledged();
        return [.. Ordered().Select(gtin => CandidateOf(gtin, pledged))];
    }

    /// <summary>One product alone.</summary>
    public ReorderSituation Of(Gtin gtin) => CandidateOf(gtin, Pledged()).Situation;

    /// <summary>One product as the contract would judge an order of it: of the last order's cycle it knows what the mandate holds. A new mandate therefore lets the member order for a pack that was ordered for.</summary>
    public ReorderSituation ToAsk(Gtin gtin) => Of(gtin) with { LastOrderedCycle = LastCycle(circumstances.MeansFor(gtin, mandates.ActiveOf(gtin)), null) };

    /// <summary>What is known about a product's use now; null before its first event.</summary>
    public ConsumptionPattern? PatternOf(Gtin gtin) => learner.PatternOf(gtin, time.GetUtcNow());

    /// <summary>What a seller's delivery days are now, holidays taken out.</summary>
    public DeliveryDays CalendarOf(SupplyTerms supply) => new(supply.Days, supply.CutOff, holidays.ClosedFrom(household.DayOf(time.GetUtcNow())));

    /// <summary>What a fresh pack of a product keeps by the member's word, else by the catalogue's; null when nobody says.</summary>
    public static int? ShelfLifeOf(ShelfProduct product, StoreOffer? offer) => product.Stock.ShelfLifeDays ?? offer?.Supply.ShelfLifeDays;

    /// <summary>How long an offer's seller takes as this household counts on it, and from how many of its own deliveries that was learnt.</summary>
    public (LeadTime Lead, uint Seen) LeadOf(StoreOffer offer)
    {
        DeliveryDays calendar = CalendarOf(offer.Supply);
        return (leads.Of(offer, calendar), leads.HistoryOf(offer, calendar).Deliveries);
    }

    private IEnumerable<Gtin> Ordered()
    {
        HashSet<Gtin> told = [];
        foreach (ShelfProduct product in household.Products)
        {
            if (wishes.FirstChoiceOf(household, product.Product.Gtin).IsNone && told.Add(product.Product.Gtin))
                yield return product.Product.Gtin;
            foreach (Gtin substitute in product.Stock.Substitutes.Where(substitute => told.Contains(product.Product.Gtin) && told.Add(substitute)))
                yield return substitute;
        }
        foreach (ShelfProduct product in household.Products.Where(product => told.Add(product.Product.Gtin)))
            yield return product.Product.Gtin; // substitutes of each other
    }

    private ReorderCandidate CandidateOf(Gtin gtin, Pledge pledged)
    {
        GivenMandate? mandate = mandates.ActiveOf(gtin);
        Means means = circumstances.MeansFor(gtin, mandate);
        Gtin first = wishes.FirstChoiceOf(household, gtin);
        return new ReorderCandidate(gtin, means.Offer?.Seller ?? default, SituationOf(gtin, mandate, means, pledged)) { SubstituteFor = IsMutual(gtin, first) ? default : first };
    }

    /// <summary>Two products that stand in for each other: the one that the file names first is the first choice.</summary>
    private bool IsMutual(Gtin gtin, Gtin first) =>
        !first.IsNone && !wishes.FirstChoiceOf(household, first).IsNone && PlaceOf(gtin) < PlaceOf(first);

    private int PlaceOf(Gtin gtin) => household.Products.TakeWhile(product => product.Product.Gtin != gtin).Count();

    private ReorderSituation SituationOf(Gtin gtin, GivenMandate? mandate, Means means, Pledge pledged)
    {
        DateTimeOffset now = time.GetUtcNow();
        ReorderProcess process = desk[gtin];
        ShelfProduct product = household.FindProduct(gtin)!;
        DeliveryDays calendar = CalendarOf(means.Offer?.Supply ?? SupplyTerms.Always);
        LeadTime lead = means.Offer is { } offer ? leads.Of(offer, calendar) : LeadTime.Usual;
        return new ReorderSituation(
            TimeZoneInfo.ConvertTime(now, household.Zone), product.Product.Pack, board.StockOf(household, gtin), board.IsHealthy(household, gtin), learner.PatternOf(gtin, now), lead,
            mandate?.Terms, means.UnitPrice, means.BudgetLeft, pledged.LessFor(gtin, means.Funds), means.Tier, LastCycle(means, orders.LastCycleOf(gtin)), process.UnderWay, process.Paused)
        {
            Rules = RulesOf(product, means.Offer), Delivery = calendar, StockCertain = board.IsCertain(gtin),
            SettlingDays = means.Offer is { } from ? leads.SettlingDaysOf(from.Seller) : ReorderSituation.UsualSettlingDays, Away = wishes.AwayAt(now) is not null,
            HouseholdBudgetLeft = HouseholdBudget.Left(household, orders, now) is { } left ? pledged.LessFor(gtin, left) : null,
            DemandMultiplier = learner.Outlook(household.DayOf(now)).OrdinaryDays(lead.MedianDays + 1) / (lead.MedianDays + 1), // around the feasts
        };
    }

    private static ProductRules RulesOf(ShelfProduct product, StoreOffer? offer)
    {
        StockWishes wish = product.Stock;
        double pack = product.Product.Pack.Grams;
        return new ProductRules(
            Mass.FromGrams(wish.MinimumPacks * pack), wish.MaximumPacks is { } most ? Mass.FromGrams(most * pack) : null, ShelfLifeOf(product, offer), wish.ServiceLevel,
            offer?.Supply.Season ?? Season.Always);
    }

    /// <summary>The chain counts per mandate, the book per product: a new mandate must not order for a pack that was ordered for.</summary>
    private static uint? LastCycle(Means means, uint? booked) => Math.Max(means.LastCycle ?? 0, booked ?? 0) is var last and > 0 ? last : null;

    /// <summary>Money that is proposed or decided and not yet signed: another product must not be promised it too.</summary>
    private Pledge Pledged()
    {
        Dictionary<Gtin, Bamtol> pledged = [];
        foreach (ReorderProcess process in desk.Processes.Where(process => process.State is ReorderState.Proposed or ReorderState.Ordering && process.Intent is not null))
        {
            if (household.FindProduct(process.Gtin) is not null && orders.Of(process.Gtin, process.Number) is null
                && circumstances.MeansFor(process.Gtin, mandates.ActiveOf(process.Gtin)).UnitPrice is { } price)
                pledged[process.Gtin] = price * process.Intent!.Quantity;
        }
        return new Pledge(pledged);
    }

    private readonly record struct Pledge(IReadOnlyDictionary<Gtin, Bamtol> Amounts)
    {
        public Bamtol LessFor(Gtin asking, Bamtol amount)
        {
            foreach ((Gtin gtin, Bamtol pledged) in Amounts)
            {
                if (gtin != asking)
                    amount = amount.CompareTo(pledged) > 0 ? amount - pledged : default;
            }
            return amount;
        }
    }
}
