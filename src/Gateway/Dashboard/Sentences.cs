using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Ui.Hosting;
using PantryChain.Ui.Texts;

namespace PantryChain.Gateway.Dashboard;

/// <summary>One sentence with numbers about a product's next order.</summary>
internal static class Sentences
{
    /// <summary>What runs, what is due, what stands in the way, or that nothing is needed yet; in the reader's language.</summary>
    /// <param name="product">The product.</param>
    /// <param name="ui">The reader.</param>
    /// <param name="nameOf">The name of another product in the reader's language, for what a substitute stands in for.</param>
    public static string Of(ProductView product, UiContext ui, Func<Gtin, string>? nameOf = null)
    {
        string name = ui.Words.Language == Language.Korean ? product.Product.Product.NameKo : product.Product.Product.NameEn;
        if (product is { Process: { UnderWay: true } process } && process.Intent is { } intent)
        {
            ReorderVoice voice = process.State == ReorderState.Proposed ? ReorderVoice.Ask : ReorderVoice.Ordered;
            return ui.Words.AsOf(ui.Formats.Date(intent.At), ui.Words.Why(intent.Why, name, voice, ui.Formats, Instead(intent.Why, nameOf))); // its numbers are of that day, the shelf's are of now
        }
        if (product.Undecided)
            return new InboxWords(ui.Words.Language).StockUncertain;
        if (product.BelowZero is { } slot)
            return new SensorWords(ui.Words.Language).BelowZero(slot.ToString());
        if (product.Advice is not { } advice)
            return ui.Words.Block(product.Pattern is null ? ReorderBlock.StillLearning : ReorderBlock.NoMandate);
        if (advice.Why is not { } why)
            return ui.Words.Block(advice.Blocks.Count > 0 ? advice.Blocks[0] : ReorderBlock.StillLearning);
        if (advice.Blocks.Count > 0 && (advice.Due || advice.Blocks.Contains(ReorderBlock.DeliveryDayAwaited)))
            return ui.Words.NotNow(why, advice.Blocks[0], name, ui.Formats);
        return advice.Quantity > 0 ? ui.Words.Why(why, name, ReorderVoice.Due, ui.Formats, Instead(why, nameOf)) : ui.Words.NotYet(why, ui.Formats);
    }

    private static string Instead(ReorderReason why, Func<Gtin, string>? nameOf) => why.InsteadOf is { } first ? nameOf?.Invoke(first) ?? first.ToString() : "";
}
