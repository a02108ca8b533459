using PantryChain.DeviceDrivers.Shelf;
using PantryChain.Domain.Catalogue;
using PantryChain.Domain.Quantities;
using PantryChain.Gateway.Configuration;

namespace PantryChain.Gateway.Sensing;

/// <summary>What a tare, an undo or a calibration may change: a wrong one hides or invents stock, and orders follow the stock.</summary>
/// <remarks>Pure. All doors go through the first group; the home broker, which asks for no login, through the second too.</remarks>
internal static class WeighingRules
{
    /// <summary>How far below zero an empty slot may settle before its calibration is doubted: more than consumer cells drift in a year's temperatures.</summary>
    public static readonly Mass Drift = Mass.FromGrams(30);

    /// <summary>By how much the home broker may move a bare cell's zero.</summary>
    public static readonly Mass MostZeroShift = Mass.FromGrams(100);

    /// <summary>By which share the home broker may change what a gram means: a kitchen scale and a bent cell explain less.</summary>
    public const double MostSlopeChange = 0.1;

    private const double Sigmas = 6;

    /// <summary>True when a settled level lies below zero by more than noise and drift explain.</summary>
    public static bool IsBelowZero(Mass level, Mass sigma) => level.Grams < -Math.Max(Drift.Grams, Sigmas * sigma.Grams);

    /// <summary>Why what stands on a slot cannot be its container, or null.</summary>
    /// <param name="slot">The slot with its products.</param>
    /// <param name="heaviest">The heaviest container that the household has.</param>
    /// <param name="line">The calibration that counts.</param>
    /// <param name="counts">What the cell shows now.</param>
    /// <param name="booked">What the journal has of the slot's products.</param>
    /// <param name="spreadOf">One standard deviation of a product's pack.</param>
    public static string? WhyNoTare(ShelfSlot slot, Mass heaviest, Calibration line, double counts, Mass booked, Func<Product, Mass> spreadOf)
    {
        Mass gross = line.Gross(counts), limit = slot.Tare > heaviest ? slot.Tare : heaviest;
        if (gross > limit)
            return $"{gross.Grams:0} g stand on slot {slot.Slot}, more than the heaviest container ({limit.Grams:0} g). Take the packs off and tare again; a heavier container goes into gateway.json as heaviestContainerGrams.";
        if (IsBelowZero(gross, default))
            return $"Slot {slot.Slot} weighs {-gross.Grams:0} g less than its bare cell, which no container does. Calibrate it anew: './pantry gateway calibrate {slot.Slot}'.";
        Product smallest = slot.Products.MinBy(product => product.Pack)!;
        if (booked.Grams > Math.Min(Drift.Grams, smallest.Pack.Grams / 2)) // an open pack is stock too
            return $"{booked.Grams:0} g of stock are booked on slot {slot.Slot}, so what stands there is no empty container. {ClearFirst(slot)}";
        Mass net = line.Net(counts);
        return slot.Products.FirstOrDefault(product => LooksLikePacks(net, product, spreadOf(product))) is not { } pack ? null
            : $"What stands on slot {slot.Slot} weighs as much as {Math.Round(net.Grams / pack.Pack.Grams):0} x {pack.NameEn}. {ClearFirst(slot)}";
    }

    /// <summary>Why an earlier calibration or container cannot count again, or null.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="earlier">The calibration to return to.</param>
    /// <param name="counts">What the cell shows now, or null while it shows nothing.</param>
    public static string? WhyNoUndo(ShelfSlot slot, Calibration earlier, double? counts) =>
        counts is { } shown && IsBelowZero(earlier.Net(shown), default)
            ? $"With its earlier calibration slot {slot.Slot} would hold {earlier.Net(shown).Grams:0} g, less than nothing. Put its earlier container back first, or tare and calibrate anew."
            : null;

    /// <summary>Why the home broker may not put one line in the place of another, or null.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="kept">The newest that came from a login or a command, or null before the first: measured against its own last word, many small steps would lead anywhere.</param>
    /// <param name="wished">The one that is to count.</param>
    public static string? WhyNotFromHome(ShelfSlot slot, Calibration? kept, Calibration wished)
    {
        string there = $"Do it on the slot's page after logging in, or with './pantry gateway calibrate {slot.Slot}'.";
        if (kept is null)
            return $"Slot {slot.Slot} was never calibrated, and the home broker may only correct. {there}";
        double slope = wished.CountsPerGram / kept.CountsPerGram;
        if (slope is not (>= 1 - MostSlopeChange and <= 1 + MostSlopeChange))
            return $"That would make a gram of slot {slot.Slot} weigh {1 / slope:0.##} g; the home broker may change it by {MostSlopeChange:P0} at most. {there}";
        Mass shift = kept.Difference(wished.OffsetCounts - kept.OffsetCounts).Abs();
        return shift > MostZeroShift ? $"That would move the zero of slot {slot.Slot} by {shift.Grams:0} g; the home broker may move it by {MostZeroShift.Grams:0} g at most. {there}" : null;
    }

    private static bool LooksLikePacks(Mass net, Product product, Mass spread)
    {
        double packs = Math.Round(net.Grams / product.Pack.Grams);
        return packs >= 1 && Math.Abs(net.Grams - packs * product.Pack.Grams) <= 5 + 3 * spread.Grams * Math.Sqrt(packs);
    }

    private static string ClearFirst(ShelfSlot slot) =>
        "Take everything off; when the level shows 0, put the empty container on and tare within a minute. "
        + $"A container that weighs as much as packs goes into gateway.json as tareGrams, followed by './pantry gateway calibrate {slot.Slot}'.";
}
