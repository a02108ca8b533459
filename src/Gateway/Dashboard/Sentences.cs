using PantryChain.Domain.Ordering;
using PantryChain.Ui.Hosting;
using PantryChain.Ui.Texts;

namespace PantryChain.Gateway.Dashboard;

/// <summary>One sentence with numbers about a product's next order.</summary>
internal static class Sentences
{
    /// <summary>What runs, what is due, what stands in the way, or that nothing is needed yet; in the reader's language.</summary>
    public static string Of(ProductView product, UiContext ui)
    {
        string name = ui.Words.Language == Language.Korean ? product.Product.Product.NameKo : product.Product.Product.NameEn;
        if (product is { Process: { UnderWay: true } process } && process.Intent is { } intent)
        {
            ReorderVoice voice = process.State == ReorderState.Proposed ? ReorderVoice.Ask : ReorderVoice.Ordered;
            return ui.Words.Why(intent.Why, name, voice, ui.Formats);
        }
        if (product.Undecided)
            return new InboxWords(ui.Words.Language).StockUncertain;
        if (product.Advice is not { } advice)
            return ui.Words.Block(product.Pattern is null ? ReorderBlock.StillLearning : ReorderBlock.NoMandate);
        if (advice.Why is not { } why)
            return ui.Words.Block(advice.Blocks.Count > 0 ? advice.Blocks[0] : ReorderBlock.StillLearning);
        if (!advice.Due)
            return ui.Words.NotYet(why, ui.Formats);
        string due = ui.Words.Why(why, name, ReorderVoice.Due, ui.Formats);
        return advice.Blocks.Count > 0 ? $"{due} {ui.Words.Block(advice.Blocks[0])}" : due;
    }
}
