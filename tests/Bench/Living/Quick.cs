using PantryChain.DeviceDrivers.Simulation;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Rehearsal.World;

namespace PantryChain.Bench.Tests.Living;

/// <summary>A household that uses up a pack a day, so that a few days hold what takes others weeks.</summary>
internal static class Quick
{
    public static HouseholdPlan Plan(int maxQuantity = 4)
    {
        TimeZoneInfo seoul = TimeZoneInfo.FindSystemTimeZoneById("Asia/Seoul");
        SlotPlan slot = new(
            new SlotId(1), Gtin.Restricted(7_001), Mass.FromGrams(500), Mass.FromGrams(20), OpeningPacks: 6, UsesPerDay: 6, [new RateSegment(0, 1)], CellPlan.TwentyKilograms);
        return new HouseholdPlan(
            "a quick household", 5, new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.FromHours(9)), seoul, [new Shelved(slot, "두부", "Tofu", "tofu", 2_000, maxQuantity, [])]);
    }
}
