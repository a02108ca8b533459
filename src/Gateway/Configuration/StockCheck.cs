using PantryChain.Domain.Identity;

namespace PantryChain.Gateway.Configuration;

/// <summary>What a household wants of a product's stock, checked.</summary>
/// <param name="ServiceLevel">Wanted chance of not running out, 0.5 to 0.999; null where the file says nothing.</param>
/// <param name="ShelfLifeDays">Days that a fresh pack keeps, or null for what the catalogue says.</param>
/// <param name="MinimumPacks">Stock below which it is ordered whatever the pattern says.</param>
/// <param name="MaximumPacks">Most stock that an order may lead to, or null.</param>
/// <param name="Substitutes">What may be ordered instead, best first.</param>
internal sealed record StockWishes(double? ServiceLevel, int? ShelfLifeDays, double MinimumPacks, double? MaximumPacks, IReadOnlyList<Gtin> Substitutes)
{
    /// <summary>The pattern alone decides.</summary>
    public static StockWishes None { get; } = new(null, null, 0, null, []);
}

/// <summary>Checks the <c>stock</c> of each product, and names the fix.</summary>
internal static class StockCheck
{
    private const int MostSubstitutes = 5;

    /// <summary>The wishes for one product.</summary>
    /// <exception cref="UserError">A value is out of its range.</exception>
    public static StockWishes Read(StockOptions stock, Gtin gtin, IReadOnlyList<ProductOptions> products, string file, string where)
    {
        GatewayFile.Require(file, where + ".maximumPacks", !(stock.MaximumPacks < stock.MinimumPacks), "not less than minimumPacks is expected");
        return new StockWishes(Level(stock, file, where), stock.ShelfLifeDays, stock.MinimumPacks, stock.MaximumPacks, Substitutes(stock, gtin, products, file, where + ".substitutes"));
    }

    /// <summary>The newsvendor's critical ratio (Arrow, Harris, Marschak, Econometrica 19, 1951): short too often costs as much as full too often.</summary>
    private static double? Level(StockOptions stock, string file, string where)
    {
        GatewayFile.Require(file, where + ".shortageCost", stock.ShortageCost.HasValue == stock.ExcessCost.HasValue, "shortageCost and excessCost stand together or not at all");
        if (stock.ShortageCost is not { } shortage || stock.ExcessCost is not { } excess)
            return stock.ServiceLevel;
        GatewayFile.Require(file, where + ".serviceLevel", stock.ServiceLevel is null, "either a serviceLevel or the two costs are expected");
        GatewayFile.Require(file, where + ".shortageCost", shortage is > 0 and <= 1e9 && excess is > 0 and <= 1e9, "costs above 0 and up to 1000000000 are expected");
        double level = shortage / (shortage + excess);
        GatewayFile.Require(file, where + ".shortageCost", level is >= StockOptions.LeastLevel and <= StockOptions.MostLevel, $"shortageCost / (shortageCost + excessCost) must lie within {StockOptions.LeastLevel} to {StockOptions.MostLevel}; it is {level:0.####}");
        return level;
    }

    private static List<Gtin> Substitutes(StockOptions stock, Gtin own, IReadOnlyList<ProductOptions> products, string file, string where)
    {
        List<Gtin> substitutes = [];
        foreach (string text in stock.Substitutes)
        {
            GatewayFile.Require(file, where, Gtin.TryParse(text, out Gtin gtin), "8, 12, 13 or 14 digits with the right check digit are expected");
            GatewayFile.Require(file, where, gtin != own, "a product is no substitute for itself; remove it");
            GatewayFile.Require(file, where, products.Any(product => Gtin.TryParse(product.Gtin, out Gtin known) && known == gtin), $"{gtin} does not stand among the products; add it there");
            substitutes.Add(gtin);
        }
        GatewayFile.Require(file, where, substitutes.Count <= MostSubstitutes && substitutes.Distinct().Count() == substitutes.Count, $"up to {MostSubstitutes} products are expected, none twice");
        return substitutes;
    }
}
