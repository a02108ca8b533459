using PantryChain.Domain.Events;
using PantryChain.Ui.Hosting;
using PantryChain.Ui.Texts;

namespace PantryChain.Gateway.Dashboard;

/// <summary>Product names in the reader's language.</summary>
internal static class Names
{
    /// <summary>Names the product of an event; a dash for events about the whole gateway.</summary>
    public static Func<ThingEvent, string> Of(PantryView view, UiContext ui)
    {
        bool korean = ui.Words.Language == Language.Korean;
        Dictionary<ulong, string> names = view.Products().ToDictionary(
            product => product.Product.Product.Gtin.Value, product => korean ? product.Product.Product.NameKo : product.Product.Product.NameEn);
        return seen => names.GetValueOrDefault(seen.Gtin.Value, "–");
    }
}
