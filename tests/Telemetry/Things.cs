using FsCheck;
using FsCheck.Fluent;
using PantryChain.Domain.Chain;
using PantryChain.Domain.Events;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Time;

namespace PantryChain.Telemetry.Tests;

/// <summary>Observations, events and blocks for tests.</summary>
internal static class Things
{
    public static readonly Gtin Milk = Gtin.Restricted(17);

    public static readonly DateTimeOffset Morning = new(2026, 3, 2, 7, 30, 0, 123, TimeSpan.FromHours(9));

    private static readonly Gen<Hash32> Hashes = Gen.ArrayOf(ArbMap.Default.GeneratorFor<byte>(), 32).Select(bytes => new Hash32(bytes));

    public static Gen<ThingObservation> Observations { get; } =
        from minutes in Gen.Choose(0, 600_000)
        from slot in Gen.Choose(0, 8)
        from known in ArbMap.Default.GeneratorFor<bool>()
        from kind in Gen.Elements(Enum.GetValues<ThingEventKind>())
        from delta in Gen.Choose(-5_000_000, 5_000_000)
        from level in Gen.Choose(-1_000, 20_000_000)
        from cycle in Gen.Choose(0, 1_000)
        from ordered in ArbMap.Default.GeneratorFor<bool>()
        from order in Hashes
        select new ThingObservation(
            Morning.AddMinutes(minutes).ToUniversalTime(), new HouseholdDay((uint)(20_500 + minutes / 1440)), new SlotId((ushort)slot), known ? Milk : default, kind,
            new Mass(delta), new Mass(level), (uint)cycle, ordered ? new OrderId(order) : default);

    public static Gen<SealedBlock> Blocks { get; } =
        from hashes in Gen.ArrayOf(Hashes, 8)
        from leaves in Gen.ListOf(Hashes)
        from from_ in Gen.Choose(1, 1_000_000)
        from urgent in ArbMap.Default.GeneratorFor<bool>()
        select new SealedBlock(
            new ThingBlock(new DeviceId(hashes[0]), (ulong)from_, hashes[1], (ulong)from_, (ulong)(from_ + leaves.Count - 1), new HouseholdDay(20_500), hashes[2],
                (uint)leaves.Count, 1, 2),
            hashes[3], new P256PublicKey(hashes[4], hashes[5]), new P256Signature(hashes[6], hashes[7]), [.. leaves], urgent);

    public static ThingObservation Use(int n, ushort slot = 1) =>
        new(Morning.AddMinutes(n), new HouseholdDay(20_514), new SlotId(slot), Milk, ThingEventKind.Used, new Mass(-180_000), new Mass(2_000_000 - n), (uint)(n / 5));
}
