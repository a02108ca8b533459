using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Logging;
using PantryChain.Domain.Chain;
using PantryChain.Domain.Events;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Sensing;
using PantryChain.Domain.Time;
using PantryChain.Telemetry.Mqtt;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Telemetry.Tests;

public sealed class WireCodecSpecs
{
    private const string Hash = "0x1111111111111111111111111111111111111111111111111111111111111111";

    private static readonly SlotState Milk = new(
        Mass.FromGrams(812.5), Mass.FromGrams(0.8), true, 0.8, 2.5, 1.75, Things.Milk, Things.Morning, SlotHealth.Ok);

    private static readonly Topics Kim = new(new GatewayId("kim-1"));

    [Fact]
    public void An_event_is_written_exactly_as_the_protocol_says_and_without_its_salt()
    {
        ThingEvent seen = new(7, Things.Morning, new(20_514), new SlotId(2), Things.Milk, ThingEventKind.Used, new Mass(-180_000), new Mass(640_000), 3,
            default, Hash32.Parse(Hash));

        string json = Encoding.UTF8.GetString(WireCodec.Encode(seen));

        json.Should().Be($$"""{"seq":7,"seenAt":{{Things.Morning.ToUnixTimeMilliseconds()}},"day":20514,"slot":2,"gtin":"{{Things.Milk}}","kind":1,"deltaMg":-180000,"levelMg":640000,"cycle":3,"orderId":null,"replayed":false}""");
        WireCodec.TryDecode(Encoding.UTF8.GetBytes(json.Replace(",\"replayed\":false", "", StringComparison.Ordinal)), out ThingEvent? earlier, out _).Should().BeTrue("an earlier version did not say it");
        earlier.Should().Be(seen with { Salt = default });
    }

    [Fact]
    public void A_slot_state_is_written_exactly_as_the_protocol_says()
    {
        string json = Encoding.UTF8.GetString(WireCodec.Encode(Milk with { DaysLeft = double.NaN, DaysLeftLow = null }));

        json.Should().Be($$"""{"grams":812.5,"sigma_g":0.8,"stable":true,"units":0.8,"days_left":null,"days_left_low":null,"gtin":"{{Things.Milk}}","at":"2026-03-02T07:30:00.123+09:00","health":"ok"}""");
    }

    [Fact]
    public void A_slot_that_is_ill_before_its_first_sample_names_no_time()
    {
        SlotState ill = new(null, Mass.Zero, false, null, null, null, Things.Milk, null, SlotHealth.Disconnected);

        string json = Encoding.UTF8.GetString(WireCodec.Encode(ill));

        json.Should().Be($$"""{"grams":null,"sigma_g":0,"stable":false,"units":null,"days_left":null,"days_left_low":null,"gtin":"{{Things.Milk}}","at":null,"health":"disconnected"}""");
        WireCodec.TryDecode(Encoding.UTF8.GetBytes(json), out SlotState? read, out _).Should().BeTrue();
        read.Should().Be(ill);
    }

    [Fact]
    public void Events_read_back_without_their_salt() => Prop.ForAll(Things.Observations.ToArbitrary(), seen =>
    {
        ThingEvent kept = new(9, seen.SeenAt, seen.Day, seen.Slot, seen.Gtin, seen.Kind, seen.Delta, seen.Level, seen.Cycle, seen.Order, Hash32.Parse(Hash));
        return WireCodec.TryDecode(WireCodec.Encode(kept), out ThingEvent? read, out _) && read == kept with { Salt = default };
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Blocks_read_back_whole() => Prop.ForAll(Things.Blocks.ToArbitrary(), block =>
        WireCodec.TryDecode(WireCodec.Encode(block), out SealedBlock? read, out _)
        && read with { Leaves = block.Leaves } == block && read.Leaves.SequenceEqual(block.Leaves)).QuickCheckThrowOnFailure();

    [Fact]
    public void States_and_notices_read_back()
    {
        BlockState blocks = new(5, 4, new BlockRejection(6, "bad_parent"));
        OrderNotice notice = new(new OrderId(Hash32.Parse(Hash)), OrderState.Shipped, Things.Morning, null);

        WireCodec.TryDecode(WireCodec.Encode(Milk), out SlotState? state, out _).Should().BeTrue();
        WireCodec.TryDecode(WireCodec.Encode(blocks), out BlockState? readBlocks, out _).Should().BeTrue();
        WireCodec.TryDecode(WireCodec.Encode(notice), out OrderNotice? readNotice, out _).Should().BeTrue();

        (state, readBlocks, readNotice).Should().Be((Milk, blocks, notice));
        Encoding.UTF8.GetString(WireCodec.Encode(blocks)).Should().Be("""{"accepted":5,"anchored":4,"rejected":{"height":6,"reason":"bad_parent"}}""");
        Encoding.UTF8.GetString(WireCodec.Encode(notice)).Should().Be($$"""{"order":"{{Hash}}","state":"shipped","at":"2026-03-02T07:30:00.123+09:00","reason":null}""");
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"accepted\":1}")]
    [InlineData("{\"accepted\":1,\"anchored\":1}")]
    [InlineData("{\"accepted\":-1,\"anchored\":1,\"rejected\":null}")]
    [InlineData("{\"accepted\":1.5,\"anchored\":1,\"rejected\":null}")]
    [InlineData("{\"accepted\":\"1\",\"anchored\":1,\"rejected\":null}")]
    [InlineData("{\"accepted\":99999999999999999999,\"anchored\":1,\"rejected\":null}")]
    [InlineData("{\"accepted\":1,\"anchored\":1,\"rejected\":null,\"more\":1}")]
    [InlineData("{\"accepted\":1,\"accepted\":2,\"anchored\":1,\"rejected\":null}")]
    [InlineData("{\"accepted\":1,\"anchored\":1,\"rejected\":{\"height\":1,\"reason\":null}}")]
    [InlineData("{\"accepted\":1,\"anchored\":1,\"rejected\":null} trailing")]
    public void What_is_not_exactly_a_block_state_is_refused_with_a_reason(string json)
    {
        bool read = WireCodec.TryDecode(Encoding.UTF8.GetBytes(json), out BlockState? state, out string? why);

        read.Should().BeFalse();
        state.Should().BeNull();
        why.Should().NotBeNullOrWhiteSpace();
    }

    [Fact]
    public void No_bytes_whatsoever_make_a_reader_throw() => Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes => !AnyReads(bytes)).QuickCheckThrowOnFailure();

    [Fact]
    public void No_damaged_message_makes_a_reader_throw() => Prop.ForAll(
        (from block in Things.Blocks from at in Gen.Choose(0, 10_000) from with in ArbMap.Default.GeneratorFor<byte>() select (block, at, with)).ToArbitrary(), damage =>
        {
            byte[] bytes = WireCodec.Encode(damage.block);
            bytes[damage.at % bytes.Length] = damage.with;
            _ = AnyReads(bytes);
            return true;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_block_whose_leaves_do_not_fit_its_header_is_refused()
    {
        SealedBlock block = Things.Blocks.Sample(1).Single();

        bool read = WireCodec.TryDecode(WireCodec.Encode(block with { Leaves = [.. block.Leaves, Hash32.Zero] }), out SealedBlock? _, out string? why);

        read.Should().BeFalse();
        why.Should().Contain("leaves");
    }

    [Fact]
    public void The_largest_block_fits_the_wire()
    {
        Hash32 widest = new([.. Enumerable.Repeat((byte)0xff, Hash32.Size)]);
        const ulong last = long.MaxValue, first = last - ThingBlock.MostEvents + 1;
        ThingBlock header = new(
            new DeviceId(widest), last, widest, first, last, new HouseholdDay(uint.MaxValue), widest, uint.MaxValue, uint.MaxValue, uint.MaxValue);
        SealedBlock block = new(
            header, widest, new P256PublicKey(widest, widest), new P256Signature(widest, widest), [.. Enumerable.Repeat(widest, ThingBlock.MostEvents)], Urgent: false);

        byte[] bytes = WireCodec.Encode(block);
        bool read = WireCodec.TryDecode(bytes, out SealedBlock? known, out string? why);

        bytes.Length.Should().BeInRange(ThingBlock.MostEvents * 69, WireCodec.MaxBytes);
        read.Should().BeTrue(why);
        known.Should().BeEquivalentTo(block);
    }

    [Fact]
    public void A_payload_beyond_the_limit_is_not_looked_at()
    {
        bool read = WireCodec.TryDecode(new byte[WireCodec.MaxBytes + 1], out SealedBlock? _, out string? why);

        read.Should().BeFalse();
        why.Should().Contain("more than");
    }

    [Fact]
    public void Topics_read_back()
    {
        OrderId order = new(Hash32.Parse(Hash));

        Kim.TryParseOrder(Kim.Order(order), out OrderId read).Should().BeTrue();
        read.Should().Be(order);
        Kim.TryParseRequest(Kim.Request("tare"), out string? verb).Should().BeTrue();
        verb.Should().Be("tare");
        Topics.TryParse(Kim.Block, out GatewayId gateway, out string? rest).Should().BeTrue();
        (gateway.Value, rest).Should().Be(("kim-1", "block"));
    }

    [Theory]
    [InlineData("pantrychain/v1/")]
    [InlineData("pantrychain/v1/KIM/block")]
    [InlineData("pantrychain/v1/ki/block")]
    [InlineData("pantrychain/v2/kim-1/block")]
    [InlineData("pantrychain/v1/kim-1")]
    [InlineData("")]
    public void Topics_of_nobody_are_refused(string topic) => Topics.TryParse(topic, out _, out _).Should().BeFalse();

    // MQTT 5, section 4.7: whose subscriptions a message is handed to.
    [Theory]
    [InlineData("a/#", "a", true)]
    [InlineData("a/#", "a/b/c", true)]
    [InlineData("a/+/c", "a//c", true)]
    [InlineData("a/+", "a", false)]
    [InlineData("+/b", "/b", true)]
    [InlineData("#", "$SYS/uptime", false)]
    [InlineData("+/uptime", "$SYS/uptime", false)]
    [InlineData("$SYS/#", "$SYS/uptime", true)]
    [InlineData("a/b", "a/B", false)]
    public void Topic_filters_match_as_the_standard_says(string filter, string topic, bool matches) =>
        TopicFilter.Matches(filter, topic).Should().Be(matches);

    [Fact]
    public void Refusals_are_all_counted_and_told_once_per_topic()
    {
        Log<Refusals> log = new();
        Refusals refusals = new(log);

        for (int n = 0; n < 3; n++)
        {
            refusals.Refuse("a", "garbage");
            refusals.Refuse("b", "garbage");
        }

        refusals.Count.Should().Be(6);
        log.Lines.Should().HaveCount(2);
    }

    private static bool AnyReads(byte[] bytes) =>
        WireCodec.TryDecode(bytes, out ThingEvent? _, out _) | WireCodec.TryDecode(bytes, out SlotState? _, out _) | WireCodec.TryDecode(bytes, out SealedBlock? _, out _)
        | WireCodec.TryDecode(bytes, out BlockState? _, out _) | WireCodec.TryDecode(bytes, out OrderNotice? _, out _)
        | RequestReader.TryRead("tare", [new RequestMember("slot", MemberKind.Slot)], bytes, out _, out _, out _);
}

/// <summary>Keeps what is logged.</summary>
internal sealed class Log<T> : ILogger<T>
{
    public System.Collections.Concurrent.ConcurrentQueue<string> Lines { get; } = new();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Enqueue($"{logLevel}: {formatter(state, exception)}");
}
