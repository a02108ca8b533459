using System.Text.Json;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;

namespace PantryChain.DeviceDrivers.Simulation;

/// <summary>The shape of <c>world.json</c> on disk: plain numbers with their unit in the name.</summary>
internal sealed record WorldFile(ulong Seed, DateTimeOffset Origin, string TimeZone, WorldFile.SlotRow[] Slots)
{
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    public static WorldFile Of(WorldPlan plan) => new(plan.Seed, plan.Origin, plan.Zone.Id, [.. plan.Slots.Select(SlotRow.Of)]);

    public WorldPlan ToPlan()
    {
        Require(Slots.All(row => row is not null), "a slot is null");
        SlotPlan[] slots = [.. Slots.Select(row => row.ToPlan())];
        Require(slots.Length is > 0 and <= 63, "1 to 63 slots are expected");
        Require(slots.DistinctBy(slot => slot.Slot).Count() == slots.Length, "a slot number appears twice");
        return new WorldPlan(Seed, Origin, TimeZoneInfo.FindSystemTimeZoneById(TimeZone), slots);
    }

    private static void Require(bool condition, string what)
    {
        if (!condition)
            throw new FormatException(what);
    }

    internal sealed record SlotRow(
        ushort Slot, string Gtin, long PackMg, long WrappingMg, int OpeningPacks, double UsesPerDay, double DayVariation, RateSegment[] Rates, CellRow Cell,
        bool Tagged = false)
    {
        public static SlotRow Of(SlotPlan plan) => new(
            plan.Slot.Value, plan.Gtin.ToString(), plan.Pack.Milligrams, plan.Wrapping.Milligrams, plan.OpeningPacks, plan.UsesPerDay, plan.DayVariation,
            [.. plan.Rates], CellRow.Of(plan.Cell), plan.Tagged);

        public SlotPlan ToPlan()
        {
            Require(Slot > 0, "slots count from 1");
            Require(WrappingMg >= 0 && PackMg > WrappingMg && PackMg <= 1_000_000_000, $"slot {Slot}: packMg must be above wrappingMg and at most a tonne");
            Require(OpeningPacks is >= 0 and <= 1000, $"slot {Slot}: openingPacks must be 0 to 1000");
            Require(UsesPerDay is > 0 and <= 48, $"slot {Slot}: usesPerDay must be above 0 and at most 48");
            Require(DayVariation is >= 0 and <= 2, $"slot {Slot}: dayVariation must be 0 to 2");
            Require(Rates is [{ FromDay: 0 }, ..] && Rates.Zip(Rates.Skip(1)).All(pair => pair.First.FromDay < pair.Second.FromDay), $"slot {Slot}: rates must ascend by fromDay from 0");
            Require(Rates.All(rate => rate.PacksPerDay is >= 0 and <= 100), $"slot {Slot}: packsPerDay must be 0 to 100");
            return new SlotPlan(new SlotId(Slot), Domain.Identity.Gtin.Parse(Gtin), new Mass(PackMg), new Mass(WrappingMg), OpeningPacks, UsesPerDay, Rates, Cell.ToPlan(Slot), DayVariation, Tagged);
        }
    }

    internal sealed record CellRow(long CapacityMg, double CountsPerGram, int OffsetCounts, double NoiseCounts, long DriftMg)
    {
        public static CellRow Of(CellPlan plan) =>
            new(plan.Capacity.Milligrams, plan.CountsPerGram, plan.OffsetCounts, plan.NoiseCounts, plan.Drift.Milligrams);

        public CellPlan ToPlan(ushort slot)
        {
            Require(CapacityMg > 0 && DriftMg >= 0, $"slot {slot}: the cell's capacityMg must be above 0, its driftMg not below");
            Require(double.IsFinite(CountsPerGram) && CountsPerGram != 0, $"slot {slot}: the cell's countsPerGram must not be 0");
            Require(NoiseCounts is >= 0 and < 1_000_000, $"slot {slot}: the cell's noiseCounts must be 0 to 1000000");
            return new CellPlan(new Mass(CapacityMg), CountsPerGram, OffsetCounts, NoiseCounts, new Mass(DriftMg));
        }
    }
}
