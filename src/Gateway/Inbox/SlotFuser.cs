using PantryChain.DeviceDrivers.Shelf.Fusion;
using PantryChain.Domain.Catalogue;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Sensing;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Deliveries;
using PantryChain.Gateway.Learning;

namespace PantryChain.Gateway.Inbox;

/// <summary>Asks the fusion who moved, with what this household knows: its products and their use, its bookings, its tags, its orders on the way.</summary>
/// <remarks>Stateless but for its parts; thread safe.</remarks>
internal sealed class SlotFuser(Household household, Learner learner, StockBook stocks, InboxBook inbox, Arrivals? arrivals = null)
{
    private const int MostStrangers = 4;

    private readonly StepFuser _fuser = new(new FusionSettings());

    /// <summary>Explains a step.</summary>
    public FusedStep Explain(in StockStep step, TagEvidence tags)
    {
        (SlotId number, DateTimeOffset at) = (step.Slot, step.At);
        ShelfSlot slot = household.FindSlot(number)!;
        List<FusionProduct> products = [.. slot.Products.Select(product => Of(number, product, at))];
        return _fuser.Explain(new FusionRequest(step, products, tags, [.. inbox.StrangersOf(number).Take(MostStrangers).Select(left => new Stranger(left.Id, left.Delta))]));
    }

    private FusionProduct Of(SlotId slot, Product product, DateTimeOffset at)
    {
        ShelfProduct known = household.FindProduct(product.Gtin)!;
        return new FusionProduct(
            product.Gtin, product.Pack, known.PackSpread, known.InParts, learner.PatternOf(product.Gtin, at)?.PacksPerDay ?? 0, stocks.LevelOf(slot, product.Gtin),
            arrivals?.Awaits(product.Gtin, at) ?? false);
    }
}
