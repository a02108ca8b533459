using PantryChain.Domain.Chain;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Time;
using PantryChain.Ledger.Blocks;
using PantryChain.Ledger.Evm;
using PantryChain.Ledger.Rewards;

namespace PantryChain.Ledger.Contracts;

/// <summary>The structs of <c>Solidity/src/Types.sol</c>, written field by field; all of them are static.</summary>
internal static class AbiStructs
{
    public const string KeySignature = "(bytes32,bytes32,bytes32,bytes32)";
    public const string MandateTuple = "(address,uint64,uint32,uint128,uint128,uint16,uint32,uint8,uint16,bytes32,uint64,uint64)";
    public const string OrderTuple = "(bytes32,address,uint32,uint128,uint128,uint32,bytes32,uint64)";
    public const string DeliveryTuple = "(bytes32,uint32,bool,uint64)";
    public const string BlockTuple = "(bytes32,uint64,bytes32,uint64,uint64,uint32,bytes32,uint32,uint32,uint32)";
    public const string EventLeafTuple = "(uint64,uint32,uint16,uint64,uint8,uint32,bytes32,bytes32)";
    public const string StandingTuple = "(address,uint8,uint32,bytes32)";
    public const string RewardTuple = "(address,uint128,bytes32)";

    public static AbiWriter Time(this AbiWriter writer, DateTimeOffset at) => writer.Unsigned(checked((ulong)at.ToUnixTimeSeconds()));

    public static AbiWriter Signature(this AbiWriter writer, P256PublicKey key, P256Signature signature) =>
        writer.Word(key.X).Word(key.Y).Word(signature.R).Word(signature.S);

    public static AbiWriter Mandate(this AbiWriter writer, Mandate mandate) => writer
        .Address(mandate.Account).Unsigned(mandate.Gtin.Value).Unsigned(mandate.MaxQuantity).Unsigned(mandate.MaxUnitPrice.Hundredths)
        .Unsigned(mandate.BudgetPerPeriod.Hundredths).Unsigned(mandate.PeriodDays).Unsigned(mandate.MinCycles).Unsigned(mandate.MinTier)
        .Unsigned(mandate.MaxBamnamu.Value).Word(mandate.SellersRoot).Unsigned(mandate.ValidUntil.Seconds).Unsigned(mandate.Nonce);

    public static AbiWriter Order(this AbiWriter writer, OrderTerms terms) => writer
        .Word(terms.Mandate.Value).Address(terms.Seller).Unsigned(terms.Quantity).Unsigned(terms.Cash.Hundredths)
        .Unsigned(terms.Reward.Units).Unsigned(terms.Cycle).Word(terms.Evidence).Unsigned(terms.Deadline.Seconds);

    public static AbiWriter Block(this AbiWriter writer, ThingBlock block) => writer
        .Word(block.Device.Value).Unsigned(block.Height).Word(block.Parent).Unsigned(block.FromSeq).Unsigned(block.ToSeq)
        .Unsigned(block.Day.Number).Word(block.EventsRoot).Unsigned(block.Uses).Unsigned(block.Confirmations).Unsigned(block.Deviations);

    public static AbiWriter Leaf(this AbiWriter writer, EventLeaf leaf) => writer
        .Unsigned(leaf.Seq).Unsigned(leaf.Day.Number).Unsigned(leaf.Slot.Value).Unsigned(leaf.Gtin.Value).Unsigned((byte)leaf.Kind)
        .Unsigned(leaf.Cycle).Word(leaf.Order.Value).Word(leaf.Rest);

    public static AbiWriter Leaf(this AbiWriter writer, StandingLeaf leaf) => writer
        .Address(leaf.Account).Unsigned(leaf.Tier).Unsigned(leaf.Epoch).Word(leaf.Salt);

    public static AbiWriter Leaf(this AbiWriter writer, RewardLeaf leaf) => writer
        .Address(leaf.Account).Unsigned(leaf.Cumulative.Units).Word(leaf.Salt);

    public static Mandate ReadMandate(AbiReader reader) => new(
        reader.Address(), ReadGtin(reader), reader.Unsigned32(), new Bamtol(reader.Unsigned()), new Bamtol(reader.Unsigned()),
        reader.Unsigned16(), reader.Unsigned32(), reader.Unsigned8(), ReadShare(reader),
        reader.Word(), new ChainTime(reader.Unsigned64()), reader.Unsigned64());

    /// <summary>The terms as the log has them; account and product stand beside them there.</summary>
    public static OrderTerms ReadOrder(AbiReader reader, AccountAddress account, Gtin gtin) => new(
        new MandateId(reader.Word()), account, gtin, reader.Address(), reader.Unsigned32(), new Bamtol(reader.Unsigned()),
        new Bamnamu(reader.Unsigned()), reader.Unsigned32(), reader.Word(), new ChainTime(reader.Unsigned64()));

    public static Gtin ReadGtin(AbiReader reader) => reader.Unsigned64() is var value && value == 0 ? default : new Gtin(value);

    public static BasisPoints ReadShare(AbiReader reader) =>
        reader.Unsigned16() is var share && share <= 10_000 ? new BasisPoints(share) : throw new FormatException($"{share} is above 10000 hundredths of a percent.");

    /// <summary>A stamp that the chain set itself; terms that somebody signed keep a <see cref="ChainTime"/>.</summary>
    public static DateTimeOffset ReadTime(AbiReader reader) => new ChainTime(reader.Unsigned64()).At;
}
