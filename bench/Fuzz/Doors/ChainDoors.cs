using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;

namespace PantryChain.Fuzz.Doors;

/// <summary>What anybody with gas may write on the chain, and transactions.</summary>
internal static class ChainDoors
{
    private const int Word = Hash32.Size;

    private static readonly Hash32[] Topics =
    [
        AbiSignature.Topic($"MandateSet(bytes32,address,uint64,{AbiStructs.MandateTuple})"), AbiSignature.Topic("MandateRevoked(bytes32,address)"),
        AbiSignature.Topic($"OrderOpened(bytes32,address,address,uint64,bytes32,{AbiStructs.OrderTuple})"), AbiSignature.Topic("OrderAccepted(bytes32)"),
        AbiSignature.Topic("OrderShipped(bytes32)"), AbiSignature.Topic("DeliveryRecorded(bytes32)"), AbiSignature.Topic("OrderSettled(bytes32,address,uint128,uint128)"),
        AbiSignature.Topic("OrderCancelled(bytes32,address,uint128,uint128)"), AbiSignature.Topic("OrderRefunded(bytes32,address,uint128,uint128)"),
        AbiSignature.Topic("Withdrawn(address,address,uint256)"),
    ];

    private static readonly RelayerKey Key = new([.. Enumerable.Repeat((byte)0x46, 32)]);

    private static readonly Eip1559Transaction[] Transactions =
    [
        new(31337, 9, 1_000_000_000, 30_000_000_000, 100_000, Nouns.Somebody, 1, new byte[] { 1, 2, 3 }), new(31337, 0, 0, 0, 0, null, 0, new byte[100]),
        new(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, Nouns.Somebody, ulong.MaxValue, Array.Empty<byte>()),
    ];

    private static readonly byte[][] Signed = [.. Transactions.Select(transaction => transaction.Sign(Key).Raw.ToArray())];

    public static IReadOnlyList<Door> All { get; } =
    [
        new("EscrowEvent.Decode", Shape.Words, ValidEvent, bytes => EscrowEvent.Decode(LogOf(bytes)) is not null) { Refusals = [typeof(FormatException)] },
        new("AbiReader", Shape.Words, ValidAbi, ReadAbi) { Refusals = [typeof(FormatException)] },
        new("Eip1559Transaction.Decode", Shape.Bytes, dice => dice.Of<byte[]>(Signed), bytes => Eip1559Transaction.Decode(bytes).Signed.Raw.Length > 0)
        {
            Refusals = [typeof(FormatException)], Again = bytes => Eip1559Transaction.Decode(bytes).Transaction.Sign(Key).Raw.ToArray(),
        },
        new("RlpReader", Shape.Bytes, dice => Rlp.List(Rlp.Bytes(dice.Bytes(dice.Length(100))), Rlp.Number(dice.Bits()), Rlp.List(Rlp.Number(1))), ReadRlp) { Refusals = [typeof(FormatException)] },
        new("RevertReasons.Explain", Shape.Words, dice => new AbiWriter().Text(Oddities.Text(dice)).ToCall("Error(string)"), bytes =>
            ContractArtifact.Reasons.Explain(bytes).Message.Length <= 1_000 ? true : throw new InvalidDataException("The reason is no sentence for a person.")),
    ];

    /// <summary>A log: the first word says which topic and how many arguments are indexed, those follow, then the data.</summary>
    private static EvmLog LogOf(byte[] bytes)
    {
        if (bytes.Length < Word)
            return new EvmLog(Nouns.Somebody, [], bytes, 1, default, default, 0);
        int indexed = Math.Min(bytes[31] & 3, bytes.Length / Word - 1), topic = bytes[30];
        List<Hash32> topics = [topic < Topics.Length ? Topics[topic] : new Hash32(bytes.AsSpan(0, Word))];
        for (int i = 1; i <= indexed; i++)
            topics.Add(new Hash32(bytes.AsSpan(i * Word, Word)));
        return new EvmLog(Nouns.Somebody, topics, bytes.AsMemory((1 + indexed) * Word), 7, default, default, 0);
    }

    private static byte[] ValidEvent(Dice dice)
    {
        int topic = dice.Next(Topics.Length);
        OrderTerms order = Nouns.Order(dice);
        (int indexed, AbiWriter words) = topic switch
        {
            0 => (3, new AbiWriter().Word(Nouns.Hash(dice)).Address(Nouns.Address(dice)).Unsigned(Nouns.Milk.Value).Mandate(Nouns.Mandate(dice))),
            1 => (2, new AbiWriter().Word(Nouns.Hash(dice)).Address(Nouns.Address(dice))),
            2 => (3, new AbiWriter().Word(Nouns.Hash(dice)).Address(order.Account).Address(order.Seller).Unsigned(order.Gtin.Value).Word(Nouns.Hash(dice)).Order(order)),
            3 or 4 or 5 => (1, new AbiWriter().Word(Nouns.Hash(dice))),
            9 => (2, new AbiWriter().Address(Nouns.Address(dice)).Address(Nouns.Address(dice)).Unsigned(dice.Bits())),
            _ => (2, new AbiWriter().Word(Nouns.Hash(dice)).Address(Nouns.Address(dice)).Unsigned(dice.Bits()).Unsigned(dice.Bits())),
        };
        byte[] head = new byte[Word];
        (head[30], head[31]) = ((byte)topic, (byte)indexed);
        return [.. head, .. words.ToArray()];
    }

    private static byte[] ValidAbi(Dice dice) => new AbiWriter()
        .Unsigned(dice.Bits()).Bool(dice.OneIn(2)).Address(Nouns.Address(dice)).Text(Oddities.Letters(dice, dice.Length(60))).Words([.. Enumerable.Range(0, dice.Next(5)).Select(_ => Nouns.Hash(dice))])
        .Array([1, 2, 3], (writer, number) => writer.Unsigned((uint)number)).Tuple(inner => inner.Bytes(dice.Bytes(dice.Length(50))).Signed(-1)).ToArray();

    private static bool ReadAbi(byte[] bytes)
    {
        AbiReader reader = new(bytes);
        _ = (reader.Unsigned64(), reader.Bool(), reader.Address(), reader.Text(), reader.Words(), reader.Array(inner => inner.Unsigned32()));
        AbiReader tuple = reader.Tuple();
        _ = (tuple.Bytes(), tuple.Signed());
        return true;
    }

    private static bool ReadRlp(byte[] bytes)
    {
        RlpReader list = RlpReader.OfList(bytes);
        _ = list.Bytes().Length;
        _ = list.Number();
        RlpReader inner = list.List();
        while (!inner.AtEnd)
            _ = inner.Number();
        return true;
    }
}
