using Microsoft.Extensions.Logging.Abstractions;
using PantryChain.DeviceDrivers.Bus;
using PantryChain.DeviceDrivers.Simulation;
using PantryChain.Gateway.Clock;
using PantryChain.Gateway.Dashboard;
using PantryChain.Ui.Texts;

namespace PantryChain.Gateway.Tests.Clock;

/// <summary>What is said of a battery-backed clock.</summary>
public sealed class ClockWatchSpecs : IDisposable
{
    private readonly SetTime _machine = new(Samples.Morning);
    private readonly SimulatedHardware _board = new(new SteppedBusClock());
    private readonly SimulatedBatteryClock _clock;
    private readonly ClockWatch _watch;
    private bool _synchronised = true;

    public ClockWatchSpecs()
    {
        _clock = new SimulatedBatteryClock(_machine);
        _board.WireClock(_clock.Read);
        _watch = Watch(_board);
    }

    [Fact]
    public void A_clock_that_keeps_the_machines_time_is_well()
    {
        _watch.State.Should().Be(ClockState.Unknown);

        _watch.Step();

        _watch.State.Should().Be(ClockState.Ok);
    }

    [Theory]
    [InlineData(10, true, nameof(ClockState.Ok))]
    [InlineData(-10, true, nameof(ClockState.Ok))]
    [InlineData(11, true, nameof(ClockState.Off))]
    [InlineData(-3_600, true, nameof(ClockState.Off))]
    [InlineData(11, false, nameof(ClockState.Doubtful))]
    [InlineData(-86_400, false, nameof(ClockState.Doubtful))]
    public void A_clock_that_differs_is_off_where_a_time_server_vouches_and_doubtful_where_none_does(int seconds, bool synchronised, string expected)
    {
        (_clock.Offset, _synchronised) = (TimeSpan.FromSeconds(seconds), synchronised);

        _watch.Step();

        _watch.State.ToString().Should().Be(expected);
    }

    [Fact]
    public void A_flat_battery_is_told_and_goes_when_the_clock_was_set()
    {
        _clock.HasLostTime = true;
        _watch.Step();
        _watch.State.Should().Be(ClockState.LostTime);

        _clock.HasLostTime = false;
        _watch.Step();

        _watch.State.Should().Be(ClockState.Ok);
    }

    [Fact]
    public void A_clock_that_should_be_there_and_is_not_is_told()
    {
        using ClockWatch without = Watch(new SimulatedHardware(new SteppedBusClock()));

        without.Step();

        without.State.Should().Be(ClockState.Missing);
    }

    [Fact]
    public async Task A_clock_that_does_not_answer_is_a_fault_with_a_name_and_holds_up_nothing()
    {
        using ManualResetEventSlim entered = new(), never = new();
        _board.WireClock(() =>
        {
            entered.Set();
            never.Wait();
            return _clock.Read();
        });
        Task step = Task.Run(_watch.Step);
        entered.Wait(TimeSpan.FromSeconds(20)).Should().BeTrue();

        _machine.Now += TimeSpan.FromSeconds(6);

        _watch.State.Should().Be(ClockState.Hung);
        await _watch.StopAsync(CancellationToken.None);
        step.IsCompleted.Should().BeFalse("nobody waited for it");
        never.Set();
        await step;
        _watch.State.Should().Be(ClockState.Ok);
    }

    [Fact]
    public void Every_state_has_its_words_and_a_next_step_in_both_languages()
    {
        TroubleWords korean = new(Language.Korean), english = new(Language.English);
        Trouble[] all = [.. Enum.GetValues<ClockState>().Where(state => state is not (ClockState.Ok or ClockState.Unknown)).Select(state => new Trouble(TroubleCause.BatteryClockUnwell, state.ToString()))];

        all.SelectMany(trouble => new[] { korean.What(trouble), korean.Next(trouble), english.What(trouble), english.Next(trouble) }).Should().OnlyHaveUniqueItems();
    }

    public void Dispose() => _watch.Dispose();

    private ClockWatch Watch(IHardware board) => new(board, () => _synchronised, _machine, NullLogger<ClockWatch>.Instance);
}
