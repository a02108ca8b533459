using PantryChain.DeviceDrivers.Bus;
using PantryChain.DeviceDrivers.Display;
using PantryChain.DeviceDrivers.Simulation;

namespace PantryChain.DeviceDrivers.Tests.Display;

/// <summary>The panel's driver against a chip that was simulated from its data sheet alone.</summary>
public sealed class Ssd1306PanelSpecs
{
    private readonly SteppedBusClock _clock = new();
    private readonly SimulatedI2cBus _bus;
    private readonly SimulatedSsd1306 _chip = new(Ssd1306Panel.FirstAddress);
    private int _longest;

    public Ssd1306PanelSpecs()
    {
        _bus = new SimulatedI2cBus(_clock);
        _bus.Attach(_chip);
        _bus.Attach(new Eavesdropper(bytes => _longest = Math.Max(_longest, bytes)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_glass_shows_the_picture_the_right_way_up(bool upsideDown)
    {
        using Ssd1306Panel panel = Open(upsideDown);
        PixelFrame frame = Text("우유 12일");

        panel.Show(frame);

        _chip.Refused.Should().Be(0);
        _chip.Contrast.Should().Be(100);
        for (int y = 0; y < PixelFrame.Height; y++)
        {
            for (int x = 0; x < PixelFrame.Width; x++)
                (upsideDown ? _chip.IsLit(PixelFrame.Width - 1 - x, PixelFrame.Height - 1 - y) : _chip.IsLit(x, y)).Should().Be(frame[x, y], $"{x}, {y}");
        }
    }

    [Fact]
    public void A_fresh_panel_is_dark_whatever_its_memory_held()
    {
        using Ssd1306Panel panel = Open();

        _chip.IsOn.Should().BeTrue();
        _chip.Picture().Should().NotContain("#");
    }

    [Fact]
    public void Only_pages_that_changed_are_sent()
    {
        using Ssd1306Panel panel = Open();
        PixelFrame frame = Text("우유");
        panel.Show(frame);
        long before = _chip.Written;

        panel.Show(frame);
        _chip.Written.Should().Be(before);

        frame[5, 60] = true;
        panel.Show(frame);
        _chip.Written.Should().Be(before + PixelFrame.Width);
        _chip.IsLit(5, 60).Should().BeTrue();
    }

    [Fact]
    public void A_page_that_did_not_arrive_is_sent_again()
    {
        using Ssd1306Panel panel = Open();
        PixelFrame frame = Text("우유");
        _bus.Refuse(1, _chip.Address);
        panel.Invoking(one => one.Show(frame)).Should().Throw<IOException>();

        panel.Show(frame);

        SameAs(frame);
    }

    [Fact]
    public void Others_get_the_bus_every_few_milliseconds()
    {
        using Ssd1306Panel panel = Open();
        PixelFrame frame = new();
        frame.Fill(0, 0, PixelFrame.Width, PixelFrame.Height);
        long exchanges = _bus.Exchanges, began = _clock.Read();

        panel.Show(frame);

        double milliseconds = (_clock.Read() - began) / 1e6;
        milliseconds.Should().BeLessThan(120);
        (_bus.Exchanges - exchanges).Should().Be((2 + 4) * PixelFrame.Pages);
        _longest.Should().BeLessThanOrEqualTo(33, "a converter's 12 ms pass quickly, and an SMBus takes no more");
    }

    [Fact]
    public void It_sleeps_wakes_and_dims_without_losing_its_picture()
    {
        using Ssd1306Panel panel = Open();
        PixelFrame frame = Text("쌀");
        panel.Show(frame);

        panel.Light(100, asleep: true);
        (_chip.IsOn, _chip.Picture().Contains('#', StringComparison.Ordinal)).Should().Be((false, false));

        panel.Light(1, asleep: false);
        _chip.Contrast.Should().Be(1);
        SameAs(frame);
    }

    [Fact]
    public void After_a_moment_without_power_everything_comes_back_with_the_next_renewal()
    {
        using Ssd1306Panel panel = Open();
        PixelFrame frame = Text("쌀");
        panel.Show(frame);
        _chip.LosePower();
        panel.Show(frame);
        _chip.IsOn.Should().BeFalse("it answers and is dark, and nobody can tell");

        panel.Renew();

        _chip.IsOn.Should().BeTrue();
        SameAs(frame);
    }

    [Fact]
    public void An_absent_panel_is_told_and_lets_its_device_go()
    {
        _chip.IsVanished = true;

        Action open = () => Open().Dispose();

        open.Should().Throw<BusException>().WithMessage("*0x3C*");
    }

    private Ssd1306Panel Open(bool upsideDown = false) => new(_bus.CreateDevice(_chip.Address), upsideDown, contrast: 100);

    private void SameAs(PixelFrame frame) =>
        _chip.Picture().Should().Be(string.Join('\n', Enumerable.Range(0, PixelFrame.Height).Select(y => string.Concat(Enumerable.Range(0, PixelFrame.Width).Select(x => frame[x, y] ? '#' : '.')))));

    /// <summary>Hears what is written to the chip and acknowledges nothing.</summary>
    private sealed class Eavesdropper(Action<int> heard) : ISimulatedI2cChip
    {
        public int Address => Ssd1306Panel.FirstAddress;

        public bool TryWrite(ReadOnlySpan<byte> bytes, long busNanoseconds)
        {
            heard(bytes.Length);
            return false;
        }

        public bool TryRead(Span<byte> bytes, long busNanoseconds) => false;
    }

    private static PixelFrame Text(string text)
    {
        PixelFrame frame = new();
        BitmapFont.Galmuri9.Draw(frame, text, 3, 22);
        frame.Outline(0, 0, PixelFrame.Width, PixelFrame.Height);
        return frame;
    }
}
