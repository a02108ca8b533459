using System.Globalization;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Gateway.Ordering;

namespace PantryChain.Gateway.Dashboard;

/// <summary>Reads the mandate form; empty fields take the page's defaults.</summary>
internal static class MandateForm
{
    /// <summary>Defaults that suit one product: two packs an order, or as many as keep one in reserve, at a fifth above today's price, five such orders a month, three packs seen first, a year.</summary>
    /// <remarks>
    /// The lowest tier is asked for once the household holds it, and from then on orders may go out unasked. Before, no tier is asked for, so that the first orders,
    /// each with the member's yes, can earn it.
    /// </remarks>
    public static MandateWish DefaultsFor(Gtin gtin, Bamtol? price, byte tier, uint packs = 2)
    {
        ulong won = price is { } known ? (ulong)((known.Hundredths * 12 / 10 + 99) / 100) : 10_000;
        return new MandateWish(gtin, MandateMode.Auto, packs, Bamtol.FromWon(won), Bamtol.FromWon(won * packs * 5), 30, 3, tier > 0 ? (byte)1 : (byte)0, new BasisPoints(0), 365);
    }

    /// <summary>The wish, or null with the name of the field that is wrong.</summary>
    public static MandateWish? Read(IFormCollection form, Gtin gtin, Circumstances circumstances, uint packs, out string? wrong)
    {
        MandateWish usual = DefaultsFor(gtin, circumstances.OfferFor(gtin, circumstances.SellersOf(gtin))?.UnitPrice, circumstances.Standing.Tier, packs);
        wrong = null;
        MandateMode? mode = form["mode"].ToString() is { Length: > 0 } text ? ModeOf(text) : usual.Mode;
        ulong quantity = Number(form, "maxQuantity", usual.MaxQuantity, 1, 1000, ref wrong);
        ulong price = Number(form, "maxUnitPriceWon", Won(usual.MaxUnitPrice), 1, 100_000_000, ref wrong);
        ulong budget = Number(form, "budgetWon", Won(usual.BudgetPerPeriod), 1, 1_000_000_000, ref wrong);
        ulong period = Number(form, "periodDays", usual.PeriodDays, 1, 366, ref wrong);
        ulong cycles = Number(form, "minCycles", usual.MinCycles, 0, 1000, ref wrong);
        ulong tier = Number(form, "minTier", usual.MinTier, 0, 255, ref wrong);
        ulong share = Number(form, "maxBamnamuBps", usual.MaxBamnamu.Value, 0, 10_000, ref wrong);
        ulong days = Number(form, "validDays", (ulong)usual.ValidDays, 1, 3660, ref wrong);
        wrong = mode is null ? "mode" : wrong;
        return wrong is not null ? null : new MandateWish(
            gtin, mode!.Value, (uint)quantity, Bamtol.FromWon(price), Bamtol.FromWon(budget), (ushort)period, (uint)cycles, (byte)tier, new BasisPoints((ushort)share), (int)days);
    }

    /// <summary>The mode of that name in any case, or null.</summary>
    public static MandateMode? ModeOf(string? name) => name?.ToUpperInvariant() switch
    {
        "SHADOW" => MandateMode.Shadow,
        "APPROVE" => MandateMode.Approve,
        "AUTO" => MandateMode.Auto,
        _ => null,
    };

    private static ulong Number(IFormCollection form, string name, ulong usual, ulong least, ulong most, ref string? wrong)
    {
        string text = form[name].ToString().Replace(",", "", StringComparison.Ordinal).Trim();
        if (text.Length == 0)
            return usual;
        if (ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value) && value >= least && value <= most)
            return value;
        wrong ??= name;
        return usual;
    }

    private static ulong Won(Bamtol amount) => (ulong)(amount.Hundredths / 100);
}
