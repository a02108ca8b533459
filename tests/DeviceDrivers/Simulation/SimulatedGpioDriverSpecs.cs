using System.Device.Gpio;
using PantryChain.DeviceDrivers.Simulation;

namespace PantryChain.DeviceDrivers.Tests.Simulation;

public sealed class SimulatedGpioDriverSpecs : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(12.5);

    private readonly SteppedBusClock _clock = new();
    private readonly SimulatedGpioDriver _driver;
    private readonly GpioController _pins;

    public SimulatedGpioDriverSpecs()
    {
        _driver = new SimulatedHx711(cells: 4, new Weightless(), Period, _clock).ToPins();
        _pins = new GpioController(_driver);
        _pins.OpenPin(0, PinMode.Output);
        for (int line = 1; line <= 4; line++)
            _pins.OpenPin(line, PinMode.InputPullUp);
    }

    [Fact]
    public void The_sleeper_wakes_right_when_the_last_converter_is_ready()
    {
        bool ready = _driver.WaitLow([1, 2, 3, 4], 5 * Period, out long woken);

        ready.Should().BeTrue();
        _pins.Read(3).Should().Be(PinValue.Low);
        woken.Should().BeInRange(49_500_000, 50_600_000); // four conversions of settling, oscillators 1 % apart
    }

    [Fact]
    public void A_converter_that_never_gets_ready_costs_no_more_than_the_patience()
    {
        bool ready = _driver.WaitLow([1, 2, 3, 4], Period, out long woken);

        ready.Should().BeFalse();
        woken.Should().BeInRange(12_500_000, 12_520_000);
    }

    [Fact]
    public void No_line_is_no_wait()
    {
        _driver.WaitLow([], Period, out long woken).Should().BeTrue();

        woken.Should().BeLessThan(10_000);
    }

    [Fact]
    public void A_span_of_lines_is_one_access_and_one_moment()
    {
        PinValuePair[] span = [new(1, PinValue.Low), new(2, PinValue.Low), new(3, PinValue.Low), new(4, PinValue.Low)];
        long before = _driver.Accesses, began = _clock.Read();

        _pins.Read(span);

        (_driver.Accesses - before).Should().Be(1);
        (_clock.Read() - began).Should().Be(_clock.StepNanoseconds);
        span.Should().OnlyContain(pin => pin.PinValue == PinValue.High, "the chips settle still");
    }

    [Fact]
    public void A_chip_that_is_unplugged_fails_with_the_next_step_and_is_as_before_when_it_is_back()
    {
        _driver.IsUnplugged = true;
        FluentActions.Invoking(() => _pins.Read(1)).Should().Throw<IOException>().WithMessage("*Plug it in again*");

        _driver.IsUnplugged = false;

        _pins.Read(1).Should().Be(PinValue.High);
    }

    [Fact]
    public void A_line_that_nothing_is_wired_to_is_refused_when_it_is_opened() =>
        FluentActions.Invoking(() => _pins.OpenPin(7)).Should().Throw<IOException>().WithMessage("*line 7*gateway.json*");

    [Fact]
    public void What_listens_to_an_output_is_told_every_level()
    {
        List<bool> heard = [];
        _driver.WireOutput(20, heard.Add);
        _pins.OpenPin(20, PinMode.Output, PinValue.High);

        _pins.Write(20, PinValue.Low);

        heard.Should().Equal(true, false);
    }

    [Fact]
    public void A_change_of_a_line_wakes_who_waits_for_it_in_that_direction()
    {
        int looks = 0;
        _driver.WireInput(21, () => ++looks is >= 5 and < 9);
        _pins.OpenPin(21, PinMode.Input);

        WaitForEventResult fell = _pins.WaitForEvent(21, PinEventTypes.Falling, CancellationToken.None);

        fell.EventTypes.Should().Be(PinEventTypes.Falling);
        looks.Should().Be(9, "the rise before it was not asked for");
    }

    [Fact]
    public void A_callback_is_called_on_a_change_and_no_more_after_it_was_taken_back()
    {
        bool high = false;
        using CountdownEvent risen = new(1);
        SimulatedGpioDriver driver = new(SimulatedBusClock.Real);
        driver.WireInput(5, () => Volatile.Read(ref high));
        using GpioController pins = new(driver);
        pins.OpenPin(5, PinMode.Input);
        PinChangeEventHandler told = (_, change) => risen.Signal(change.ChangeType == PinEventTypes.Rising && change.PinNumber == 5 ? 1 : 0);
        pins.RegisterCallbackForPinValueChangedEvent(5, PinEventTypes.Rising, told);
        using ManualResetEventSlim pause = new();
        pause.Wait(20); // the watcher looks at the level first
        Volatile.Write(ref high, true);
        risen.Wait(TimeSpan.FromSeconds(20)).Should().BeTrue();

        pins.UnregisterCallbackForPinValueChangedEvent(5, told); // joins the watcher, which would signal below zero and throw

        risen.CurrentCount.Should().Be(0);
    }

    public void Dispose() => _pins.Dispose();

    private sealed class Weightless : IBridge
    {
        public long Counts(int cell, long conversion, long busNanoseconds) => 0;
    }
}
