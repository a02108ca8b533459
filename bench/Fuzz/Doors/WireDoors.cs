using System.Text;
using System.Text.Json;
using PantryChain.Domain.Chain;
using PantryChain.Domain.Events;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Sensing;
using PantryChain.Domain.Time;
using PantryChain.Ledger.Blocks;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Fuzz.Doors;

/// <summary>What comes over the two brokers: anybody who may publish there writes it.</summary>
internal static class WireDoors
{
    private static readonly Topics Own = new(new GatewayId("haneul"));
    private static readonly BlockVerifier Verifier = new(Nouns.Contracts.AnchorDomain, new BlockRules());
    private static readonly P256Key Device = P256Key.FromSecret(new Hash32([.. Enumerable.Repeat((byte)7, Hash32.Size)]));
    private static readonly BlockSealer Sealer = new(Device, Nouns.Contracts.AnchorDomain);

    public static IReadOnlyList<Door> All { get; } =
    [
        new("MQTT event", Shape.Json, dice => WireCodec.Encode(Nouns.Event(dice)), bytes => WireCodec.TryDecode(bytes, out ThingEvent? _, out _))
        {
            Again = bytes => WireCodec.TryDecode(bytes, out ThingEvent? seen, out _) ? WireCodec.Encode(seen) : [],
        },
        new("MQTT slot state", Shape.Json, dice => WireCodec.Encode(State(dice)), bytes => WireCodec.TryDecode(bytes, out SlotState? _, out _))
        {
            Again = bytes => WireCodec.TryDecode(bytes, out SlotState? state, out _) ? WireCodec.Encode(state) : [],
        },
        new("MQTT block", Shape.Json, dice => WireCodec.Encode(Nouns.Block(dice)), bytes => WireCodec.TryDecode(bytes, out SealedBlock? _, out _))
        {
            Again = bytes => WireCodec.TryDecode(bytes, out SealedBlock? block, out _) ? WireCodec.Encode(block) : [],
        },
        new("block at the verifier", Shape.Json, SignedBlock, Judge) { MayRefuseValid = true },
        new("MQTT block state", Shape.Json, dice => WireCodec.Encode(new BlockState(dice.Bits(), dice.Bits(), dice.OneIn(2) ? null : new BlockRejection(dice.Bits(), "fork"))),
            bytes => WireCodec.TryDecode(bytes, out BlockState? _, out _))
        {
            Again = bytes => WireCodec.TryDecode(bytes, out BlockState? state, out _) ? WireCodec.Encode(state) : [],
        },
        new("MQTT order", Shape.Json, dice => WireCodec.Encode(new OrderNotice(new OrderId(Nouns.Hash(dice)), (OrderState)dice.Between(0, 6), Nouns.Time(dice), dice.OneIn(2) ? null : "late")),
            bytes => WireCodec.TryDecode(bytes, out OrderNotice? _, out _))
        {
            Again = bytes => WireCodec.TryDecode(bytes, out OrderNotice? notice, out _) ? WireCodec.Encode(notice) : [],
        },
        new("MQTT request", Shape.Json, Request, ReadRequest),
        new("topics", Shape.Text, dice => Encoding.UTF8.GetBytes(dice.Of(Own.Block, Own.Request("tare"), Own.Order(new OrderId(Nouns.Hash(dice))), Own.SlotState(new SlotId(1)))), ReadTopic) { MayRefuseValid = true },
    ];

    private static SlotState State(Dice dice) => new(
        new Mass(dice.Next(20_000_000)), new Mass(dice.Next(1000)), dice.OneIn(2), dice.OneIn(3) ? null : dice.Next(1000) / 8.0, dice.OneIn(3) ? null : dice.Next(100), null,
        dice.OneIn(2) ? default : Nouns.Milk, dice.OneIn(3) ? null : Nouns.Time(dice), (SlotHealth)dice.Next(Enum.GetValues<SlotHealth>().Length));

    private static byte[] Request(Dice dice) => Encoding.UTF8.GetBytes(dice.Of(
        """{"slot":1,"transaction":"t-1"}""", """{"slot":65535,"transaction":17,"step":"loaded","grams":1000.5}""", """{"slot":1,"seconds":60,"gtin":"8801115114154"}""",
        """{"transaction":{"id":[null,"\ud800"]},"paused":true,"gtin":"8801115114154"}"""));

    /// <summary>A request, and the answer that goes back whether it is one or not: always JSON, whatever the transaction was.</summary>
    private static bool ReadRequest(byte[] bytes)
    {
        bool reads = RequestReader.TryRead("tare", Members, bytes, out _, out string? transaction, out string? why);
        JsonDocument.Parse(WireCodec.Encode(new GatewayResponse(transaction, why)), new JsonDocumentOptions { MaxDepth = 16 }).Dispose();
        return reads;
    }

    private static RequestMember[] Members =>
    [
        new("slot", MemberKind.Slot), new("undo", MemberKind.Flag), new("paused", MemberKind.Flag), new("step", MemberKind.Text), new("gtin", MemberKind.Text), new("seconds", MemberKind.Whole),
        new("grams", MemberKind.Number),
    ];

    private static byte[] SignedBlock(Dice dice)
    {
        List<ThingEvent> events = [.. Enumerable.Range(1, dice.Between(1, 3)).Select(seq => Nouns.Event(dice) with { Seq = (ulong)seq, Day = new HouseholdDay(20_500) })];
        return WireCodec.Encode(Sealer.Seal(BlockHead.Genesis, events, new HouseholdDay(20_500), urgent: false));
    }

    private static bool Judge(byte[] bytes) =>
        WireCodec.TryDecode(bytes, out SealedBlock? block, out _) && Verifier.Check(BlockHead.Genesis, block, new HouseholdDay(20_500)) == BlockFault.None;

    private static bool ReadTopic(byte[] bytes)
    {
        string topic = Encoding.UTF8.GetString(bytes);
        return Topics.TryParse(topic, out _, out _) | Own.TryParseRequest(topic, out _) | Own.TryParseOrder(topic, out _);
    }
}
