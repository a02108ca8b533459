using PantryChain.Domain.Time;
using PantryChain.Reorder.Patterns;

namespace PantryChain.Reorder.Policy;

/// <summary>Where a seller's delivery days let an order wait.</summary>
internal static class DeliveryWait
{
    /// <summary>True when an order is needed for the coming delivery, because the stock may not last until the one after it, and yet may wait for another day.</summary>
    public static bool IsOn(in ReorderSituation s, ShelfForecast rate, double level)
    {
        if (s.Delivery is null)
            return false;
        uint wait = Days(s, out HouseholdDay after);
        double days = after.Number - HouseholdDay.FromDate(s.Today).Number;
        return wait > 0 && rate.ChanceOfUsingMore(s.Packs + s.IncomingPacks, days * s.DemandMultiplier) >= level;
    }

    /// <summary>The day of delivery of an order placed now that takes its median lead time; in days from today where the seller comes every day.</summary>
    public static double ArrivalDays(in ReorderSituation s, double waitDays = 0.0) =>
        s.Delivery is null
            ? s.Lead.MedianDays + waitDays
            : s.Delivery.Landing(s.Delivery.CountsFrom(s.Now.AddDays(waitDays)), s.Lead.MedianDays).Number - HouseholdDay.FromDate(s.Today).Number;

    /// <summary>The last household day on which an order counts for the coming delivery; null where the seller comes every day.</summary>
    public static DateTimeOffset? LastOrderDay(in ReorderSituation s)
    {
        if (s.Delivery is null)
            return null;
        double days = s.Delivery.CountsFrom(s.Now).Number + Days(s, out _) - (double)HouseholdDay.FromDate(s.Today).Number;
        return new DateTimeOffset(s.Now.Date, s.Now.Offset).AddDays(days);
    }

    /// <summary>How many days an order may wait and still make the coming delivery; and the delivery after that.</summary>
    private static uint Days(in ReorderSituation s, out HouseholdDay after)
    {
        HouseholdDay from = s.Delivery!.CountsFrom(s.Now), coming = s.Delivery.Landing(from, s.Lead.MedianDays);
        uint wait = 0;
        do
            after = s.Delivery.Landing(new HouseholdDay(from.Number + ++wait), s.Lead.MedianDays);
        while (after == coming);
        return wait - 1;
    }
}
