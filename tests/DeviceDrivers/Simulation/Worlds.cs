using PantryChain.DeviceDrivers.Simulation;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;

namespace PantryChain.DeviceDrivers.Tests.Simulation;

/// <summary>Small households for tests.</summary>
internal static class Worlds
{
    public static DateTimeOffset Origin { get; } = new(2026, 3, 1, 0, 0, 0, TimeSpan.FromHours(9));

    public static SlotPlan Milk(ushort slot = 1, int opening = 4, double packsPerDay = 0.34, double usesPerDay = 4, double dayVariation = 0.25) => new(
        new SlotId(slot), Gtin.Restricted(slot), Mass.FromGrams(1_062), Mass.FromGrams(32), opening, usesPerDay, [new RateSegment(0, packsPerDay)],
        CellPlan.FiveKilograms, dayVariation);

    public static WorldPlan Plan(ulong seed, params SlotPlan[] slots) =>
        new(seed, Origin, TimeZoneInfo.FindSystemTimeZoneById("Asia/Seoul"), slots.Length > 0 ? slots : [Milk()]);
}

/// <summary>Household time that runs with a stepped bus clock.</summary>
internal sealed class BusTimeProvider(SimulatedBusClock bus, DateTimeOffset origin, double speed) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => origin + TimeSpan.FromTicks(bus.Read() / 100) * speed;
}
