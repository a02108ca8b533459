using Microsoft.Extensions.Logging.Abstractions;
using PantryChain.DeviceDrivers.Display;
using PantryChain.DeviceDrivers.Simulation;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Display;
using PantryChain.Gateway.Sensing;

namespace PantryChain.Gateway.Tests.Display;

/// <summary>The display on a simulated board, the machine's time in the test's hand; what it shows is read from the glass.</summary>
public sealed class DisplayPostSpecs : IDisposable
{
    private const string Bus = "/dev/i2c-1";

    private readonly SteppedBusClock _real = new();
    private readonly SimulatedI2cBus _bus;
    private readonly SimulatedHardware _board;
    private readonly SimulatedSsd1306 _chip = new(Ssd1306Panel.FirstAddress);
    private readonly Glass _glass;
    private readonly SharedBuses _buses;
    private readonly List<DisplayPost> _posts = [];
    private DateTimeOffset _now = Samples.Morning;
    private StatusPicture _picture = new([new("우유", 0.5, "12일"), new("Rice shelf", 1, "99+"), new("유기농 저지방 우유", null, "?")], "오는 중 3/4 우유 2", "이상 없음", IsTrouble: false);

    public DisplayPostSpecs()
    {
        _bus = new SimulatedI2cBus(_real, Bus);
        _bus.Attach(_chip);
        _board = new SimulatedHardware(_real).WireI2c(Bus, _bus);
        (_buses, _glass) = (new SharedBuses(_board), new Glass(_chip));
    }

    [Fact]
    public void Slots_delivery_and_notice_can_be_read_on_the_glass()
    {
        DisplayPost post = Post();

        post.Step();

        post.State.Should().Be(DisplayState.Ok);
        _glass.Read(0, width: 68).Should().Be("우유");
        _glass.Bar(0).Should().Be(14);
        Days(0).Should().Be("12일");
        (_glass.Read(1, width: 68), Days(1)).Should().Be(("Rice shelf", "99+"));
        (_glass.Read(2, width: 68), Days(2)).Should().Be(("유기농 저지…", "?"));
        _glass.Read(4).Should().Be("오는 중 3/4 우유 2");
        _glass.Read(5).Should().Be("이상 없음");
        _chip.Refused.Should().Be(0);
    }

    [Fact]
    public void What_is_wrong_stands_dark_on_light_and_goes_with_its_cause()
    {
        DisplayPost post = Post();
        _picture = _picture with { Notice = "집 브로커 끊김", IsTrouble = true };
        Run(post, seconds: 1);

        _glass.Read(5, (2, 0), width: 120, inverted: true).Should().Be("집 브로커 끊김");

        _picture = _picture with { Notice = "이상 없음", IsTrouble = false };
        Run(post, seconds: 6);
        _glass.Read(5, (2, 0), width: 120).Should().Be("이상 없음");
    }

    [Fact]
    public void Nothing_is_sent_while_nothing_changes_but_everything_once_a_minute()
    {
        DisplayPost post = Post();
        Run(post, seconds: 2);
        long before = _chip.Written;

        Run(post, seconds: 40);
        _chip.Written.Should().Be(before);

        Run(post, seconds: 30);
        _chip.Written.Should().Be(before + (PixelFrame.Width * PixelFrame.Pages));
    }

    [Fact]
    public void A_display_that_lost_its_power_for_a_moment_shows_everything_again_within_a_minute()
    {
        DisplayPost post = Post();
        Run(post, seconds: 2);
        _chip.LosePower();

        Run(post, seconds: 62);

        _glass.Read(5).Should().Be("이상 없음");
    }

    [Fact]
    public void More_than_four_slots_take_turns()
    {
        _picture = _picture with { Rows = [.. Enumerable.Range(1, 6).Select(slot => new StatusRow($"slot {slot}", 1, ""))] };
        DisplayPost post = Post();
        post.Step();
        (_glass.Read(0, width: 68), _glass.Read(4)).Should().Be(("slot 1", "오는 중 3/4 우유 2 1/2"));

        Run(post, seconds: 9);

        (_glass.Read(0, width: 68), _glass.Read(1, width: 68), _glass.Read(2, width: 68)).Should().Be(("slot 5", "slot 6", ""));
        _glass.Read(4).Should().EndWith("2/2");
    }

    [Fact]
    public void The_content_moves_every_ten_minutes()
    {
        DisplayPost post = Post();
        post.Step();
        string[] before = _chip.Picture().Split('\n');
        _real.Advance(TimeSpan.FromMinutes(10));

        post.Step();

        _chip.Picture().Split('\n').Should().Equal(before.Select(row => "." + row[..^1]), "a column to the right");
        string.Concat(before).Should().Contain("#");
    }

    [Theory]
    [InlineData("off", false)]
    [InlineData("dim", true)]
    public void At_night_it_is_dark_or_dim_and_by_day_it_is_back(string night, bool shines)
    {
        DisplayPost post = Post(new DisplayOptions { Night = night, Brightness = 40 });
        Run(post, seconds: 2);
        _chip.Contrast.Should().Be(102);

        _now = Samples.Morning.AddHours(15); // 23:00
        _picture = _picture with { Notice = "질문 1개" };
        Run(post, seconds: 7);
        _chip.IsOn.Should().Be(shines);
        post.State.Should().Be(shines ? DisplayState.Ok : DisplayState.Asleep);
        if (shines)
            _chip.Contrast.Should().Be(1);

        _now = Samples.Morning.AddDays(1);
        Run(post, seconds: 2);
        (_chip.IsOn, _chip.Contrast, _glass.Read(5)).Should().Be((true, (byte)102, "질문 1개"));
    }

    [Fact]
    public void A_display_that_is_away_is_told_and_comes_back_by_itself()
    {
        _chip.IsVanished = true;
        DisplayPost post = Post();
        Run(post, seconds: 3);
        post.Failure.Should().Contain("0x3C");
        post.State.Should().Be(DisplayState.Failing);

        _chip.IsVanished = false;
        Run(post, seconds: 10);

        post.Failure.Should().BeNull();
        (post.State, _glass.Read(5)).Should().Be((DisplayState.Ok, "이상 없음"));
    }

    [Fact]
    public void One_that_stops_answering_and_a_bus_that_is_not_there_are_told_as_well()
    {
        DisplayPost post = Post();
        Run(post, seconds: 2);
        _bus.HoldFor(TimeSpan.FromMinutes(2));
        _picture = _picture with { Notice = "질문 1개" };
        Run(post, seconds: 7);
        post.Failure.Should().NotBeNull();

        DisplayPost other = Post(new DisplayOptions { Bus = "/dev/i2c-7" });
        other.Step();

        other.Failure.Should().Contain("/dev/i2c-7").And.Contain("gateway.json");
    }

    [Fact]
    public async Task A_bus_that_does_not_come_back_is_a_fault_with_a_name_and_holds_up_nothing()
    {
        using ManualResetEventSlim entered = new(), never = new();
        SimulatedI2cBus stuck = new(_real, "stuck");
        stuck.Attach(new Hanging(entered, never));
        _board.WireI2c("stuck", stuck);
        DisplayPost post = Post(new DisplayOptions { Bus = "stuck" });
        Task step = Task.Run(post.Step);
        entered.Wait(TimeSpan.FromSeconds(20)).Should().BeTrue();
        post.Failure.Should().BeNull("a moment is no hang");

        _real.Advance(TimeSpan.FromSeconds(6));

        post.Failure.Should().Contain("stuck").And.Contain("has not come back from the kernel").And.Contain("dmesg");
        post.State.Should().Be(DisplayState.Failing);
        await post.StopAsync(CancellationToken.None);
        post.Dispose();
        step.IsCompleted.Should().BeFalse("nobody waited for it");
        never.Set();
        await step;
        _posts.Remove(post); // it ends with the process
    }

    [Fact]
    public async Task It_goes_dark_when_the_gateway_stops()
    {
        DisplayPost post = Post();
        post.Step();
        _chip.IsOn.Should().BeTrue();

        await post.StopAsync(CancellationToken.None);

        _chip.IsOn.Should().BeFalse("levels of yesterday are worse than none");
    }

    public void Dispose()
    {
        foreach (DisplayPost post in _posts)
            post.Dispose();
        _buses.Dispose();
    }

    private string Days(int line) => _glass.Read(line, (100, 0), width: 24);

    private DisplayPost Post(DisplayOptions? options = null)
    {
        options ??= new DisplayOptions();
        options.Bus ??= Bus;
        Household household = GatewayFile.Check(Samples.Options with { Display = options }, "gateway.json");
        DisplayPost post = new(household, _buses, () => _picture, new Now(this), _real, NullLogger<DisplayPost>.Instance);
        _posts.Add(post);
        return post;
    }

    private void Run(DisplayPost post, double seconds)
    {
        for (long end = _real.Read() + (long)(seconds * 1e9); _real.Read() < end;)
            _real.Advance(post.Step());
    }

    private sealed class Now(DisplayPostSpecs specs) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => specs._now.ToUniversalTime();
    }

    private sealed class Hanging(ManualResetEventSlim entered, ManualResetEventSlim never) : ISimulatedI2cChip
    {
        public int Address => Ssd1306Panel.FirstAddress;

        public bool TryWrite(ReadOnlySpan<byte> bytes, long busNanoseconds)
        {
            entered.Set();
            never.Wait();
            return true;
        }

        public bool TryRead(Span<byte> bytes, long busNanoseconds) => true;
    }
}
