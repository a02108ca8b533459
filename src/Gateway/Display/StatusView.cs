using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Sensing;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Dashboard;
using PantryChain.Gateway.Inbox;
using PantryChain.Gateway.Sensing;
using PantryChain.Ui.Texts;

namespace PantryChain.Gateway.Display;

/// <summary>Puts into a picture what the first page shows to everybody; looked at anew whenever it is asked.</summary>
internal sealed class StatusView(PantryView view, Troubles troubles, SlotNames names, InboxBook inbox, Household household)
{
    private readonly bool _korean = household.Display?.Language != Language.English;
    private readonly DisplayWords _words = new(household.Display?.Language ?? Language.Korean);

    /// <summary>The picture now.</summary>
    public StatusPicture Now()
    {
        Dictionary<Gtin, ProductView> products = view.Products().ToDictionary(product => product.Product.Product.Gtin);
        // The display's own trouble is told on the pages: it cannot show it, and to say it would be one when it is back.
        List<Trouble> wrong = [.. troubles.Now().Where(trouble => trouble.Cause != TroubleCause.DisplayUnwell)];
        string notice = wrong.Count switch
        {
            0 => inbox.Open.Count is > 0 and int open ? _words.Questions(open) : _words.AllWell,
            1 => _words.Short(wrong[0]),
            _ => $"{_words.Short(wrong[0])} +{wrong.Count - 1}",
        };
        return new StatusPicture([.. view.Slots().Select(slot => Row(slot, products[slot.Slot.Product.Gtin]))], Delivery(products), notice, wrong.Count > 0);
    }

    private StatusRow Row(SlotView slot, ProductView product)
    {
        (string korean, string english) = names.Of(slot.Slot);
        string name = _korean ? korean : english;
        bool trusted = slot.Reading.Health is SlotHealth.Ok or SlotHealth.Noisy && slot.StaleSince is null;
        double? share = slot.Settled is { } settled ? settled.Level.Grams / slot.Full.Grams : null;
        string days = slot.Levels.Count > 1 ? "" : trusted ? _words.Days(product.Days.Likely) : DisplayWords.Unknown;
        return new StatusRow(name.Length > 0 ? name : _korean ? slot.Slot.Product.NameKo : slot.Slot.Product.NameEn, share, days);
    }

    /// <summary>Of the orders that run, the one that is farthest on its way. Neither prices nor codes: whoever stands in the kitchen may read it.</summary>
    private string Delivery(Dictionary<Gtin, ProductView> products)
    {
        OrderView? next = view.Orders()
            .Where(order => order is { Vetoed: false, Order: { IsFinal: false, Reason: null, State: OrderState.Open or OrderState.Accepted or OrderState.Shipped } })
            .OrderByDescending(order => order.Order.State).ThenBy(order => order.Order.PlacedAt).FirstOrDefault();
        if (next is null)
            return _words.NoDelivery;
        OrderTerms terms = next.Order.Terms;
        DateOnly? day = null;
        if (products.GetValueOrDefault(terms.Gtin)?.Lead is { } lead)
            day = household.DayOf(next.Order.PlacedAt.AddDays(lead.Lead.MedianDays)).ToDate();
        return _words.Delivery(view.NameOf(terms.Gtin, _korean), terms.Quantity, next.Order.State, day < household.DayOf(view.Now).ToDate() ? null : day);
    }
}
