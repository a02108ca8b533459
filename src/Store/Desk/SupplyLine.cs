using System.Globalization;
using PantryChain.Ui.Texts;

namespace PantryChain.Store.Desk;

/// <summary>Delivery days, season and shelf life as the desk says them.</summary>
internal static class SupplyLine
{
    /// <summary>All in one line; what is no limit is left out.</summary>
    public static string Of(OfferView offer, Words words)
    {
        List<string> parts = [offer.DeliveryDays.Count >= 7 ? words.DeliveredDaily : words.DeliveredOn(string.Join(", ", offer.DeliveryDays.Select(words.ShortDay)))];
        if (offer.CutOff is { } until)
            parts.Add(words.OrdersUntil(until.ToString("HH:mm", CultureInfo.InvariantCulture)));
        if (offer.SeasonMonths.Count < 12)
            parts.Add(words.OnSaleIn(string.Join(", ", offer.SeasonMonths.Select(month => Month(month, words)))));
        if (offer.ShelfLifeDays is { } keeps)
            parts.Add(words.KeepsDays(keeps.ToString(CultureInfo.InvariantCulture)));
        return string.Join(" · ", parts);
    }

    /// <summary>A month in short: <c>9월</c>, <c>Sep</c>.</summary>
    public static string Month(int month, Words words) =>
        words.Language == Language.Korean ? $"{month}월" : CultureInfo.InvariantCulture.DateTimeFormat.GetAbbreviatedMonthName(month);
}
