using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using PantryChain.DeviceDrivers.Simulation;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Sensing;

namespace PantryChain.Gateway.Tests.Sensing;

/// <summary>Every fault of a script on the rehearsal's shelf, through the gateway's own station: told while it lasts, over afterwards, never a booking.</summary>
public sealed class ScriptedShelfSpecs
{
    [Theory]
    [InlineData("handLeaning", 1, "Moving")]
    [InlineData("handLeaning", 2, "Moving")]
    [InlineData("vibration", 1, "Moving")]
    [InlineData("vibration", 2, "Moving")]
    [InlineData("spikes", 1, "")]
    [InlineData("spikes", 2, "")]
    [InlineData("drift", 1, "")]
    [InlineData("drift", 2, "")]
    [InlineData("creep", 1, "")]
    [InlineData("creep", 2, "")]
    [InlineData("bitSlip", 1, "")]
    [InlineData("extraPulse", 1, "")]
    [InlineData("flippedBits", 1, "")]
    [InlineData("stuckLow", 1, "Desynchronised")]
    [InlineData("stuckHigh", 1, "Disconnected")]
    [InlineData("powerDown", 1, "Disconnected")]
    [InlineData("chipGone", 1, "Disconnected")]
    [InlineData("saturation", 1, "Saturated")]
    [InlineData("saturation", 2, "Saturated")]
    [InlineData("frozen", 2, "Stale")]
    [InlineData("stopped", 2, "Stale")]
    [InlineData("powerDown", 2, "Disconnected")]
    [InlineData("chipGone", 2, "Disconnected")]
    [InlineData("nack", 2, "Disconnected")]
    public void A_fault_is_told_while_it_lasts_and_books_nothing(string fault, int slot, string told)
    {
        int seconds = fault is "drift" or "creep" ? 20 : 3; // what moves faster is somebody's doing to any scale
        using ScriptedShelf shelf = new($$"""[{ "from": "1d", "busSeconds": {{seconds}}, "slot": {{slot}}, "fault": "{{fault}}" }]""");
        shelf.Live(2.9);
        shelf.Forget();

        shelf.Live(seconds + 0.2);

        if (told.Length > 0)
            shelf.States[slot].Should().Contain(told);
        IsWellAgain(shelf);
    }

    [Theory]
    [InlineData("bitSlip", 1)]
    [InlineData("extraPulse", 1)]
    [InlineData("flippedBits", 1)]
    [InlineData("glitch", 1)]
    [InlineData("brownOut", 1)]
    [InlineData("brownOut", 2)]
    public void A_single_bad_frame_now_and_then_books_nothing(string fault, int slot)
    {
        using ScriptedShelf shelf = new($$"""{ "from": "1d", "every": "5h", "times": 6, "slot": {{slot}}, "fault": "{{fault}}" }""");

        shelf.Live(7);

        IsWellAgain(shelf);
    }

    [Theory]
    [InlineData("nack")]
    [InlineData("busHeld")]
    public void A_bus_that_fails_takes_its_chips_away_and_no_others(string fault)
    {
        using ScriptedShelf shelf = new($$"""[{ "from": "1d", "busSeconds": 3, "slot": "bus", "fault": "{{fault}}" }]""");
        shelf.Live(2.9);
        shelf.Forget();

        shelf.Live(3.2);

        shelf.States[2].Should().Contain("Disconnected");
        shelf.ReaderStates.Should().Contain(health => health != SlotHealth.Ok);
        shelf.States[1].Should().Equal("Ok");
        IsWellAgain(shelf);
    }

    [Theory]
    [InlineData("powerDown", true)]
    [InlineData("chipGone", true)]
    [InlineData("nack", true)]
    [InlineData("garbledFrames", false)]
    [InlineData("missedPolls", false)]
    [InlineData("tagUnreadable", false)]
    [InlineData("hang", false)]
    public void A_reader_that_fails_takes_no_tag_away(string fault, bool told)
    {
        string length = fault == "hang" ? "" : "\"busSeconds\": 3, ";
        using ScriptedShelf shelf = new($$"""[{ "from": "1d", {{length}}"slot": "reader", "fault": "{{fault}}" }]""");
        shelf.Live(2.9);
        shelf.Tags.Select(tag => tag.Present).Should().Equal(true, true);
        shelf.Forget();

        shelf.Live(3.2);

        if (told)
            shelf.ReaderStates.Should().Contain(SlotHealth.Stale);
        shelf.Tags.Should().HaveCount(2, "the packs stand where they stood");
        IsWellAgain(shelf);
    }

    [Fact]
    public void Packs_tags_leave_for_good_when_they_are_used_up_and_new_packs_bring_new_ones()
    {
        using ScriptedShelf shelf = new("[]", packsPerDay: 0.5);
        shelf.Deliver(day: 5, slot: 3, packs: 1);

        shelf.Live(60); // 20 days: three packs and one more, all used up

        List<string> came = [.. shelf.Tags.Where(tag => tag.Present).Select(tag => tag.Item!.Value.Serial)];
        came.Order().Should().Equal("1001", "1002", "1003", "1004");
        var serials = shelf.Tags.Where(tag => tag.Present).ToDictionary(tag => tag.Uid, tag => tag.Item!.Value.Serial);
        shelf.Tags.Where(tag => !tag.Present).Select(tag => serials[tag.Uid]).Should().Equal("1001", "1002", "1003", "1004");
        shelf.Tags.Should().OnlyContain(tag => !tag.Present || tag.Item!.Value.Gtin == Samples.Milk);
    }

    [Fact]
    public void Whoever_pours_takes_the_packs_tag_along_and_brings_it_back()
    {
        using ScriptedShelf shelf = new("[]", packsPerDay: 0.2, speed: 20);

        shelf.Live(2_250); // from morning to evening: some cups, none of the packs is used up

        shelf.Truth().StockAt(new SlotId(3), shelf.Time.GetUtcNow()).UsedPacks.Should().Be(0);
        shelf.Tags.Select(tag => tag.Item?.Serial).OfType<string>().Distinct().Order().Should().Equal("1001", "1002");
        shelf.Tags.Count(tag => !tag.Present).Should().BePositive("somebody had the pack in his hand for more than a second of bus time");
        shelf.Tags.Where(tag => tag.Item?.Serial == "1001").Should().HaveCountGreaterThan(1, "it came back");
    }

    [Fact]
    public void Whatever_goes_wrong_bookings_are_what_the_household_used() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(10), Prop.ForAll(Arb.From(Script), Arb.From(Gen.Choose(1, 1_000)), (string script, int seed) =>
        {
            using ScriptedShelf shelf = new(script, packsPerDay: 0.3, untilDay: 6, seed: (ulong)seed);
            shelf.Live(26); // six days of life, and time for everything to come back

            SimulatedHousehold truth = shelf.Truth();
            foreach (SlotPlan slot in shelf.Plan.Slots)
            {
                double booked = shelf.Steps.Where(step => step.Slot == slot.Slot).Sum(step => step.Delta.Grams);
                // A fault lasts up to two household days here, in which uses come together: one step, with the drift of that time.
                double used = shelf.First[slot.Slot.Value].Level.Grams - truth.LevelAt(slot.Slot, shelf.Time.GetUtcNow()).Grams;
                booked.Should().BeApproximately(-used, 15, "slot {0}, seed {1}, script {2}", slot.Slot, seed, script);
                shelf.Steps.Where(step => step.Slot == slot.Slot && step.Kind == StepKind.Restocked).Sum(step => step.Delta.Grams).Should().BeLessThan(15, "nothing came: slot {0}, seed {1}, script {2}", slot.Slot, seed, script);
            }
        }));

    private static readonly string[] OnClock = ["handLeaning", "spikes", "vibration", "bitSlip", "extraPulse", "stuckLow", "stuckHigh", "powerDown", "saturation"];
    private static readonly string[] OnI2c = ["handLeaning", "spikes", "vibration", "nack", "powerDown", "saturation", "stopped", "frozen"];

    private static readonly Gen<string> Entry =
        from slot in Gen.Choose(1, 3)
        from kind in Gen.Elements(slot == 2 ? OnI2c : OnClock)
        from hour in Gen.Choose(12, 120)
        from tenths in Gen.Choose(1, 20)
        select string.Create(CultureInfo.InvariantCulture, $$"""{ "from": "{{hour}}h", "busSeconds": {{tenths / 10.0}}, "slot": {{slot}}, "fault": "{{kind}}" }""");

    private static readonly Gen<string> Script = Gen.Choose(1, 6).SelectMany(count => Gen.ListOf(Entry, count)).Select(entries => string.Join('\n', entries));

    /// <summary>All cells say what lies there, all converters and the reader are well, and nothing was booked.</summary>
    private static void IsWellAgain(ScriptedShelf shelf)
    {
        shelf.Live(10); // a converter that failed again and again waits up to 8 s
        shelf.Forget();
        shelf.Live(0.5);
        shelf.Steps.Should().BeEmpty("nobody took anything");
        foreach (int slot in shelf.States.Keys)
        {
            shelf.States[slot].Should().Equal(["Ok"], "slot {0}", slot);
            shelf.Last[slot].Stable.Should().BeTrue();
            shelf.Last[slot].Level.Grams.Should().BeApproximately(3 * 1063, 3, "slot {0}", slot);
        }
        shelf.ReaderStates.Should().Equal(SlotHealth.Ok);
    }
}
