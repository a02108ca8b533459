using PantryChain.Domain.Identity;
using PantryChain.Domain.Time;
using PantryChain.Gateway.Configuration;
using PantryChain.Reorder.Policy;

namespace PantryChain.Gateway.Ordering;

/// <summary>How long each seller takes, learnt from this household's own deliveries: from an order's opening on chain to the shelf that saw its last pack.</summary>
/// <remarks>
/// A fold over the order book, which is durable, so nothing of its own is kept; it is folded anew when another pack arrived. What the seller says
/// (with the store's record of it) is the prior. Thread safe.
/// </remarks>
internal sealed class LeadBook(OrderBook orders, Household household)
{
    private readonly Dictionary<AccountAddress, LeadHistory> _histories = [];
    private const int SettlingsKept = 10;
    private const double SettlingPrior = 3.0, LongestSettling = 14.0; // orders that the assumption is worth; beyond two weeks it was a dispute

    private readonly Dictionary<AccountAddress, double> _settling = [];
    private readonly Lock _lock = new();
    private ulong _upTo;

    /// <summary>The lead time that a decision counts on for an offer.</summary>
    public LeadTime Of(StoreOffer offer, DeliveryDays calendar) => HistoryOf(offer, calendar).Estimate(offer.Lead);

    /// <summary>What this household's deliveries from the offer's seller taught.</summary>
    public LeadHistory HistoryOf(StoreOffer offer, DeliveryDays calendar)
    {
        lock (_lock)
        {
            if (orders.LastArrival is var newest && newest != _upTo)
            {
                _histories.Clear();
                _settling.Clear();
                _upTo = newest;
            }
            if (!_histories.TryGetValue(offer.Seller, out LeadHistory? history))
                _histories[offer.Seller] = history = Fold(offer, calendar);
            return history;
        }
    }

    /// <summary>Days from an order's goods to its end, as this household's last orders from the seller took: meanwhile no other can be placed.</summary>
    public double SettlingDaysOf(AccountAddress seller)
    {
        lock (_lock)
        {
            if (_settling.TryGetValue(seller, out double known))
                return known;
            IReadOnlyList<double> seen = orders.SettlingsOf(seller, SettlingsKept);
            double sum = seen.Sum(days => Math.Min(days, LongestSettling)) + SettlingPrior * ReorderSituation.UsualSettlingDays;
            return _settling[seller] = sum / (seen.Count + SettlingPrior);
        }
    }

    private LeadHistory Fold(StoreOffer offer, DeliveryDays calendar)
    {
        LeadHistory history = LeadHistory.Empty;
        foreach ((DateTimeOffset opened, DateTimeOffset arrived) in orders.DeliveriesOf(offer.Seller))
        {
            HouseholdDay from = calendar.CountsFrom(TimeZoneInfo.ConvertTime(opened, household.Zone));
            history = history.Learn(from, household.DayOf(arrived), offer.Lead, calendar);
        }
        return history;
    }
}
