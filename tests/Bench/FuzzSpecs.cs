using System.Text;
using PantryChain.Fuzz;

namespace PantryChain.Bench.Tests;

/// <summary>A short fuzz of every reader of bytes from outside; './pantry bench fuzz' runs the long one through the same doors.</summary>
public sealed class FuzzSpecs
{
    private const int Inputs = 1_000;

    public static TheoryData<string> Doors => [.. FuzzBench.Doors.Select(door => door.Name)];

    [Theory]
    [MemberData(nameof(Doors))]
    public void Nothing_but_its_documented_refusal_leaves_a_door(string door) => FuzzRun.Through(Find(door), Inputs, FuzzRun.UsualSeed).Failure.Should().BeNull();

    // Each row is an input that broke a reader, by its name; on the state before it was mended the row fails.
    [Theory]
    [InlineData("MQTT block", """{"block":{"device":"H","height":1,"parent":"H","fromSeq":1,"toSeq":1,"day":1,"eventsRoot":"H","uses":0,"confirmations":0,"deviations":0},"hash":"H","key":{"x":"H","y":"H"},"signature":{"r":"H","s":"H"},"leaves":[null],"urgent":false}""", "a leaf of a block is null")]
    [InlineData("MQTT request", """{"transaction":"\ud800"}""", "half a surrogate pair in a request, which has no text")]
    [InlineData("InfluxDB levels", "{}", "an answer without results")]
    [InlineData("InfluxDB levels", """{"results":[]}""", "an answer with no result")]
    [InlineData("InfluxDB levels", """{"results":[{"series":[{"values":[[1,1e300,1]]}]}]}""", "a level beyond any mass")]
    [InlineData("InfluxDB database", "<html>", "a proxy's page instead of JSON")]
    [InlineData("JSON-RPC number", """{"error":{"message":"\ud800"}}""", "half a surrogate pair in a node's refusal")]
    [InlineData("calibration.json", "[null]", "a slot's entry is null")]
    [InlineData("calibration.json", """[{"slot":1,"countsPerGram":1e-300,"offsetCounts":0,"noiseCounts":1,"containerMg":0}]""", "a slope that makes masses beyond numbers")]
    [InlineData("calibration.json", """[{"slot":1,"countsPerGram":3,"offsetCounts":0,"noiseCounts":1,"containerMg":-9223372036854775808}]""", "the one number that has no magnitude")]
    [InlineData("gateway.json", """{"gateway":"haneul","products":[null]}""", "a product is null")]
    [InlineData("gateway.json", """{"gateway":"haneul","dashboard":null}""", "a section is null")]
    [InlineData("membership.json", "{}", "a membership with nothing in it")]
    [InlineData("world.json", """{"seed":1,"origin":"2026-03-02T08:00:00Z","timeZone":"UTC","slots":[null]}""", "a slot is null")]
    [InlineData("catalogue.json", "[null]", "a product is null")]
    [InlineData("catalogue.json", """[{"gtin":"8801115114031","nameKo":"a","nameEn":"b","packMg":1,"classId":"c","priceWon":1,"leadDays":null}]""", "the days of a delivery are null")]
    [InlineData("clock.json", """{"origin":"2026-03-02T08:00:00Z","start":"2026-03-01T00:00:00Z","speed":1e300}""", "a clock beyond the calendar")]
    [InlineData("fault script", """[{"from":"\ud800","slot":1,"fault":"handLeaning"}]""", "half a surrogate pair in a script")]
    [InlineData("recording", "pantrychain-recording 1 x\n 1 1 1\n", "a line that begins with nothing")]
    [InlineData("store's cooperative", """{"name":"a","chainId":1,"rehearsal":false,"rpcUrl":"http://a/","contracts":null,"broker":null,"epochSeconds":1,"vetoSeconds":1}""", "a cooperative without contracts")]
    [InlineData("store's catalogue", "[null]", "an offer is null")]
    [InlineData("store's catalogue", """[{"gtin":"8801115114154","unitPrice":"1"}]""", "an offer without days")]
    [InlineData("store's leaves", """{"epoch":99999999999,"root":"H","reward":{"cumulative":"1","salt":"H","proof":[]},"standing":null,"points":0,"held":"0"}""", "an epoch that was kept and then could never be read again")]
    [InlineData("store's proof", """{"root":"H","proof":null}""", "a proof without hashes")]
    [InlineData("store's order", """{"order":"H","state":"open","at":"2026-03-02T08:00:00Z","history":[null]}""", "a step of an order is null")]
    [InlineData("store's join", """{"gateway":"haneul","account":"0x09"}""", "a join without a login")]
    public void An_input_that_broke_a_door_is_refused(string door, string input, string what)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(input.Replace("\"H\"", $"\"0x{new string('1', 64)}\"", StringComparison.Ordinal));

        Action judge = () => FuzzRun.Judge(Find(door), new Trial(TrialKind.Changed, bytes));

        judge.Should().NotThrow(what);
    }

    [Fact]
    public void Device_shares_beyond_the_whole_and_keys_on_unknown_curves_are_refused()
    {
        byte[] wide = [.. Enumerable.Range(0, 8).SelectMany(_ => (byte[])[.. new byte[30], 0xFF, 0xFF])];

        Action judge = () => FuzzRun.Judge(Find("contracts' answers"), new Trial(TrialKind.Changed, wide));
        Action open = () => FuzzRun.Judge(Find("device.key"), new Trial(TrialKind.Changed, Convert.FromHexString(
            "308187020100301306072a8648ce3d020106082a8448ce3d030107046d306b02010104200707070707070707070707070707070707070707070707070707070707070707a144034200041e18532fd4754c02f3041d9c75ceb33b83ffd81ac7ce4fe882ccb1c98bc5896ea46c311c4e2ff40dd96a3653e6e45445d32dfe486eced75c7a91c6a18881c0a3")));

        judge.Should().NotThrow();
        open.Should().NotThrow();
    }

    [Fact]
    public void A_store_that_refuses_at_great_length_is_quoted_in_a_sentence()
    {
        byte[] answer = Encoding.UTF8.GetBytes($$"""{"title":"{{new string('a', 10_000)}}","code":"busy"}""");

        Action judge = () => FuzzRun.Judge(Find("store's refusal"), new Trial(TrialKind.Changed, answer));

        judge.Should().NotThrow();
    }

    [Fact]
    public void A_line_of_purchases_with_a_hundred_thousand_quoted_cells_is_read_in_memory_that_grows_with_it()
    {
        byte[] line = Encoding.UTF8.GetBytes("household,product,class_id,date\n84,\"" + new string('a', 10) + "\"" + string.Concat(Enumerable.Repeat(",x", 20_000)) + "\n");

        Action judge = () => FuzzRun.Judge(Find("purchases.csv"), new Trial(TrialKind.Changed, line));

        judge.Should().NotThrow();
    }

    [Fact]
    public void A_door_that_breaks_its_promise_is_told_with_a_small_input()
    {
        Door broken = new("broken", Shape.Bytes, dice => dice.Bytes(64), bytes => bytes.AsSpan().Contains((byte)0xAB) ? throw new InvalidOperationException("no") : true);

        string? failure = FuzzRun.Through(broken with { MayRefuseValid = true }, 5_000, seed: 1).Failure;

        failure.Should().Contain("threw InvalidOperationException (no)").And.Contain("Seed 1.");
    }

    [Fact]
    public void The_same_seed_draws_the_same_inputs()
    {
        List<string> first = [], second = [];
        Door Listing(List<string> into) => new("listing", Shape.Json, _ => "{\"a\":[1,2,3],\"b\":\"c\"}"u8.ToArray(), bytes =>
        {
            into.Add(Convert.ToHexString(bytes));
            return true;
        });

        FuzzRun.Through(Listing(first), 200, seed: 7);
        FuzzRun.Through(Listing(second), 200, seed: 7);

        first.Should().Equal(second).And.HaveCountGreaterThan(100);
    }

    private static Door Find(string name) => FuzzBench.Doors.Single(door => door.Name == name);
}
