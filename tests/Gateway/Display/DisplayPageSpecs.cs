using System.Net;
using System.Text.Json;
using PantryChain.DeviceDrivers.Bus;
using PantryChain.DeviceDrivers.Simulation;
using PantryChain.Domain.Ordering;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Cooperative;
using PantryChain.Gateway.Deliveries;
using PantryChain.Gateway.Display;
using PantryChain.Gateway.Ordering;
using PantryChain.Gateway.Tests.Ordering;
using PantryChain.Reorder.Machine;
using PantryChain.Telemetry.Journaling;

namespace PantryChain.Gateway.Tests.Display;

/// <summary>A whole gateway with a status display.</summary>
public sealed class DisplayPageSpecs
{
    private const string Bus = "/dev/i2c-1";

    [Fact]
    public async Task A_display_that_is_not_there_is_named_by_the_health_and_by_the_first_page_and_nothing_else_is_wrong()
    {
        await using GatewayWorld world = World("ko");
        await world.StartAsync(stations => ((SimulatedHardware)stations.GetService(typeof(IHardware))!).Unplug(Bus));
        await Wait.Until(() => world.Get<DisplayPost>().Failure is not null, "the display was missed");
        using HttpClient browser = new() { BaseAddress = world.Address };

        using JsonDocument health = JsonDocument.Parse(await browser.GetStringAsync("/health"));

        health.RootElement.GetProperty("display").GetString().Should().Be("failing");
        health.RootElement.GetProperty("causes").EnumerateArray().Select(cause => cause.GetProperty("cause").GetString()).Should().Contain("display_unwell");
        WebUtility.HtmlDecode(await browser.GetStringAsync("/")).Should().Contain("data-trouble=\"DisplayUnwell\"").And.Contain("display와 배선");
        await Wait.Until(() => !world.Get<StatusView>().Now().IsTrouble, "the shelf had settled, and the display says nothing of itself");
        world.Get<DisplayPost>().State.Should().Be(DisplayState.Failing);
    }

    [Theory]
    [InlineData("ko", "우유", "쌀", "이상 없음", "오는 배송 없음")]
    [InlineData("en", "Milk shelf", "Rice shelf", "All is well", "No delivery due")]
    public async Task A_simulated_household_has_one_that_shows_its_shelves(string language, string milk, string rice, string well, string none)
    {
        await using GatewayWorld world = World(language);
        await world.StartAsync();
        await Wait.Until(() => world.Get<DisplayPost>().State == DisplayState.Ok, "the display was on");
        await Wait.Until(() => world.Get<StatusView>().Now().Rows.All(row => row.Share > 0), "both slots had settled");
        await Wait.Until(() => !world.Get<StatusView>().Now().IsTrouble, "nothing was wrong");

        StatusPicture picture = world.Get<StatusView>().Now();

        picture.Rows.Select(row => row.Name).Should().Equal(milk, rice);
        (picture.Notice, picture.Delivery).Should().Be((well, none));
        using HttpClient browser = new() { BaseAddress = world.Address };
        browser.DefaultRequestHeaders.AcceptLanguage.ParseAdd(language);
        WebUtility.HtmlDecode(await browser.GetStringAsync("/")).Should().Contain("data-display=\"Ok\"").And.Contain(language == "ko" ? "상태 화면이 켜져" : "status display is on");
    }

    [Fact]
    public async Task An_order_on_its_way_is_shown_without_its_price_its_code_and_any_number_of_it()
    {
        await using GatewayWorld world = World("ko", joined: true);
        await world.StartAsync();
        await Wait.Until(() => world.Get<Journal>().Last >= 2, "the slots had stated their opening stock");
        PlacedOrder order = OrderSamples.Placed(1, quantity: 1);
        world.Get<ReorderDesk>().Advance(OrderSamples.Decide(1));
        world.Get<OrderBook>().Place(order, OrderSamples.Trigger(order));
        world.Get<OrderBook>().Note(order.Id, OrderState.Shipped, world.Time.GetUtcNow());
        DeliveryCode code = DeliveryCode.Draw();
        DeliveryCommitment commitment = DeliveryCommitment.To(order.Id, code.Text);
        world.Get<PaperBook>().Hear(order, new DeliveryMessage([], new CommitmentMessage(commitment.Salt.ToString(), commitment.Hash.ToString()), null), world.Time.GetUtcNow()).Should().BeNull();

        StatusPicture picture = world.Get<StatusView>().Now();

        picture.Delivery.Should().StartWith("오는 중").And.EndWith("우유 1 L 1");
        string all = string.Join('|', picture.Rows.Select(row => row.Name + row.Days).Append(picture.Delivery).Append(picture.Notice));
        new[] { code.Text, "2950", "2,950", order.Id.ToString()[2..8], order.Terms.Account.ToString()[2..8], "0x" }.Where(secret => all.Contains(secret, StringComparison.OrdinalIgnoreCase)).Should().BeEmpty();
        picture.IsTrouble.Should().BeTrue("its cooperative cannot be reached");
    }

    [Theory]
    [InlineData("""{ }""", "display.bus: an I2C bus such as")]
    [InlineData("""{ "bus": "b", "address": "0x3E" }""", "display.address: \"0x3C\" or \"0x3D\" is expected")]
    [InlineData("""{ "bus": "b", "address": "0x78" }""", "display.address: \"0x3C\" or \"0x3D\" is expected; boards that print 0x78")]
    [InlineData("""{ "bus": "b", "language": "fr" }""", "display.language: ko or en is expected")]
    [InlineData("""{ "bus": "b", "brightness": 0 }""", "display.brightness: 1 to 100 percent")]
    [InlineData("""{ "bus": "b", "night": "on" }""", "display.night: off or dim is expected")]
    [InlineData("""{ "bus": "b", "channel": 2 }""", "display.channel: a channel needs a multiplexer")]
    [InlineData("""{ "bus": "b", "multiplexer": "0x70", "channel": 9 }""", "display.channel: 0 to 7 is expected")]
    public void A_display_that_cannot_be_is_named_with_what_is_expected(string display, string said)
    {
        GatewayOptions read = JsonSerializer.Deserialize($"{{\"display\": {display}}}", ConfigurationJson.Default.GatewayOptions)!;

        Action check = () => GatewayFile.Check(Samples.Options with { Display = read.Display }, "gateway.json");

        check.Should().Throw<UserError>().Which.Message.Should().StartWith("gateway.json: " + said).And.NotContain("\n");
    }

    [Fact]
    public void Night_goes_over_midnight_and_the_same_hour_twice_is_no_night()
    {
        StatusDisplay display = Check(new DisplayOptions()), never = Check(new DisplayOptions { NightFrom = new TimeOnly(7, 0), NightUntil = new TimeOnly(7, 0) });

        Enumerable.Range(0, 24).Where(hour => display.IsNight(new TimeOnly(hour, 0))).Should().Equal(0, 1, 2, 3, 4, 5, 22, 23);
        (display.IsNight(new TimeOnly(21, 59)), display.IsNight(new TimeOnly(5, 59))).Should().Be((false, true));
        never.IsNight(new TimeOnly(7, 0)).Should().BeFalse();
        display.Contrast.Should().Be(127);
    }

    private static StatusDisplay Check(DisplayOptions options)
    {
        options.Bus = Bus;
        return GatewayFile.Check(Samples.Options with { Display = options }, "gateway.json").Display!;
    }

    private static GatewayWorld World(string language, bool joined = false) => new(speed: joined ? 1 : 60, joined)
    {
        Household = GatewayFile.Check(
            Samples.Options with { Display = new DisplayOptions { Bus = Bus, Language = language, NightFrom = new TimeOnly(1, 0), NightUntil = new TimeOnly(1, 0) } }, "gateway.json"),
    };
}
