using PantryChain.Domain.Chain;
using PantryChain.Domain.Events;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Time;
using PantryChain.Ledger.Contracts;

namespace PantryChain.Fuzz;

/// <summary>Right nouns by chance.</summary>
internal static class Nouns
{
    public static readonly Gtin Milk = Gtin.Parse("8801115114154"), Rice = Gtin.Restricted(7);

    public static readonly DateTimeOffset Morning = new(2026, 3, 2, 8, 0, 0, TimeSpan.FromHours(9));

    public static readonly AccountAddress Somebody = new([.. new byte[19], 9]);

    public static readonly ContractSet Contracts = new(31337, Place(1), Place(2), Place(3), Place(4), Place(5), Place(6), Place(7));

    public static Hash32 Hash(Dice dice) => new(dice.Bytes(Hash32.Size));

    public static AccountAddress Address(Dice dice) => new(dice.Bytes(AccountAddress.Size));

    public static Gtin Product(Dice dice) => Gtin.Restricted(dice.Bits() % 100_000_000_000);

    public static DateTimeOffset Time(Dice dice) => DateTimeOffset.FromUnixTimeSeconds(dice.Between(1_700_000_000, 2_000_000_000));

    public static ThingEvent Event(Dice dice) => new(
        1 + dice.Bits() % long.MaxValue, Time(dice), new HouseholdDay((uint)dice.Between(20_000, 40_000)), new SlotId((ushort)dice.Next(65_536)), dice.OneIn(3) ? default : Product(dice),
        (ThingEventKind)dice.Between(1, 11), new Mass(dice.Between(-5_000_000, 5_000_000)), new Mass(dice.Next(20_000_000)), (uint)dice.Next(1_000),
        dice.OneIn(2) ? default : new OrderId(Hash(dice)), default);

    public static SealedBlock Block(Dice dice)
    {
        int leaves = dice.Next(6);
        ulong from = (ulong)dice.Between(1, 1_000_000);
        return new SealedBlock(
            new ThingBlock(new DeviceId(Hash(dice)), from, Hash(dice), from, from + (ulong)leaves - 1, new HouseholdDay(20_500), Hash(dice), (uint)leaves, 1, 2),
            Hash(dice), new P256PublicKey(Hash(dice), Hash(dice)), new P256Signature(Hash(dice), Hash(dice)), [.. Enumerable.Range(0, leaves).Select(_ => Hash(dice))], dice.OneIn(2));
    }

    public static Mandate Mandate(Dice dice) => new(
        Address(dice), Product(dice), (uint)dice.Next(1000), new Bamtol(dice.Bits()), new Bamtol(dice.Bits()), (ushort)dice.Between(1, 366), (uint)dice.Next(100), (byte)dice.Next(256),
        new BasisPoints((ushort)dice.Next(10_001)), Hash(dice), Time(dice), dice.Bits());

    public static OrderTerms Order(Dice dice) => new(
        new MandateId(Hash(dice)), Address(dice), Product(dice), Address(dice), (uint)dice.Next(1000), new Bamtol(dice.Bits()), new Bamnamu(dice.Bits()), (uint)dice.Next(100), Hash(dice), Time(dice));

    private static AccountAddress Place(byte number) => new([.. new byte[19], number]);
}
