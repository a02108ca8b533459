using PantryChain.DeviceDrivers.Simulation;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;

namespace PantryChain.Rehearsal.World;

/// <summary>The household of a plain <c>./pantry up</c>: two people in Seoul who drink a litre of milk in three days.</summary>
/// <remarks>
/// Products, pack sizes and prices are those of Korean consumer cooperatives, with a store's own numbers instead of trade item numbers. Three packs of milk are
/// used up by about day 9, so that the first order can have its evidence then. Rice stands on a NAU7802, eggs carry tags and have a reader; the others are HX711 on
/// one clock. Milk and eggs stand in a fridge whose air an SHT4x measures.
/// </remarks>
internal static class DefaultHousehold
{
    /// <summary>The plan; day 0 begins at midnight of <paramref name="firstDay"/>.</summary>
    public static HouseholdPlan Plan(ulong seed, DateOnly firstDay)
    {
        TimeZoneInfo seoul = TimeZoneInfo.FindSystemTimeZoneById("Asia/Seoul");
        DateTimeOffset origin = new(firstDay, TimeOnly.MinValue, seoul.GetUtcOffset(firstDay.ToDateTime(TimeOnly.MinValue)));
        return new HouseholdPlan("two people in Seoul", seed, origin, seoul,
        [
            Shelf(1, 1_001, "유기농 우유 1 L", "Organic milk 1 L", "milk", 1_063, 33, opening: 4, usesPerDay: 4, packsPerDay: 1.0 / 3, won: 4_700, maxQuantity: 2),
            Shelf(2, 2_004, "유기농 백미 4 kg", "Organic white rice 4 kg", "rice", 4_060, 60, opening: 2, usesPerDay: 1.6, packsPerDay: 1.0 / 18, won: 26_500, maxQuantity: 1) with { Chip = CellChip.Nau7802 },
            Shelf(3, 3_002, "유정란 10구", "Eggs from free hens, 10", "eggs", 690, 70, opening: 3, usesPerDay: 1.2, packsPerDay: 1.0 / 7, won: 5_900, maxQuantity: 2, tagged: true),
            Shelf(4, 4_007, "조선간장 900 mL", "Soy sauce 900 mL", "soy sauce", 1_420, 390, opening: 1, usesPerDay: 1.0, packsPerDay: 1.0 / 45, won: 9_800, maxQuantity: 1),
        ]) { Fridge = [new SlotId(1), new SlotId(3)] };
    }

    private static Shelved Shelf(
        ushort slot, ulong number, string nameKo, string nameEn, string classId, double packGrams, double wrappingGrams, int opening, double usesPerDay, double packsPerDay,
        long won, int maxQuantity, bool tagged = false)
    {
        CellPlan cell = CellPlan.For(Mass.FromGrams(packGrams * (opening + maxQuantity + 1)));
        SlotPlan plan = new(
            new SlotId(slot), Gtin.Restricted(number), Mass.FromGrams(packGrams), Mass.FromGrams(wrappingGrams), opening, usesPerDay, [new RateSegment(0, packsPerDay)], cell, Tagged: tagged);
        return new Shelved(plan, nameKo, nameEn, classId, won, maxQuantity, []);
    }
}
