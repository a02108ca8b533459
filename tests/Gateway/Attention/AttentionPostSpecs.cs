using Microsoft.Extensions.Logging.Abstractions;
using PantryChain.DeviceDrivers.Simulation;
using PantryChain.Gateway.Attention;
using PantryChain.Gateway.Configuration;

namespace PantryChain.Gateway.Tests.Attention;

/// <summary>Lamp and buzzer on a simulated board, the machine's time in the test's hand.</summary>
public sealed class AttentionPostSpecs : IDisposable
{
    private const string Chip = "pinctrl-rp1";

    private readonly SteppedBusClock _real = new();
    private readonly SimulatedHardware _board;
    private readonly SimulatedIndicator _lamp = new(), _buzzer = new();
    private readonly AttentionPost _post;
    private List<string> _wrong = [];

    public AttentionPostSpecs()
    {
        _board = new SimulatedHardware(_real).WireOutput(Chip, 24, _lamp.Hear).WireOutput(Chip, 25, _buzzer.Hear);
        _post = Post(_board);
    }

    [Fact]
    public void What_is_wrong_reaches_lamp_and_buzzer_and_goes_with_its_cause()
    {
        Run(seconds: 2);
        _lamp.IsOn.Should().BeFalse();

        _wrong = ["DiskRefuses "];
        Run(seconds: 5);
        (_lamp.IsOn, _buzzer.IsOn, _buzzer.Rises).Should().Be((true, false, 3));
        _post.State.Should().Be(new AttentionState(AttentionLevel.Alarm, HasLamp: true, HasBuzzer: true, IsSilenced: false));

        _wrong = [];
        Run(seconds: 2);
        (_lamp.IsOn, _lamp.Rises).Should().Be((false, 1));
    }

    [Fact]
    public void Lines_that_are_away_are_told_and_come_back_by_themselves()
    {
        _wrong = ["DiskRefuses "];
        _board.Unplug(Chip);
        Run(seconds: 3);
        _post.Failure.Should().Contain("line 24").And.Contain("gateway.json");
        _lamp.IsOn.Should().BeFalse();

        _board.Plug(Chip);
        Run(seconds: 10);

        _post.Failure.Should().BeNull();
        _lamp.IsOn.Should().BeTrue();
    }

    [Fact]
    public void Lines_that_stop_answering_are_told_as_well()
    {
        _wrong = ["DiskRefuses "];
        Run(seconds: 2);
        _board.Unplug(Chip);
        _wrong = [];

        Run(seconds: 3);

        _post.Failure.Should().NotBeNull();
    }

    [Fact]
    public async Task A_kernel_that_does_not_come_back_is_a_fault_with_a_name_and_holds_up_nothing()
    {
        using ManualResetEventSlim entered = new(), never = new();
        SimulatedHardware stuck = new SimulatedHardware(_real).WireOutput(Chip, 24, _ => Hang()).WireOutput(Chip, 25, _buzzer.Hear);
        AttentionPost post = Post(stuck);
        Task step = Task.Run(post.Step);
        entered.Wait(TimeSpan.FromSeconds(20)).Should().BeTrue();
        post.Failure.Should().BeNull("a moment is no hang");

        _real.Advance(TimeSpan.FromSeconds(6));

        post.Failure.Should().Contain("have not come back from the kernel").And.Contain("dmesg");
        await post.StopAsync(CancellationToken.None);
        post.Dispose();
        step.IsCompleted.Should().BeFalse("nobody waited for it");
        never.Set();
        await step;
        post.Failure.Should().BeNull("it came back");

        void Hang()
        {
            entered.Set();
            never.Wait();
        }
    }

    [Fact]
    public async Task Both_go_off_when_it_stops()
    {
        _wrong = ["DiskRefuses "];
        Run(seconds: 1);
        _lamp.IsOn.Should().BeTrue();

        await _post.StopAsync(CancellationToken.None);

        (_lamp.IsOn, _buzzer.IsOn).Should().Be((false, false));
    }

    public void Dispose() => _post.Dispose();

    private AttentionPost Post(SimulatedHardware board)
    {
        Household household = GatewayFile.Check(Samples.Options with { Attention = new AttentionOptions { LampLine = 24, BuzzerLine = 25 } }, "gateway.json");
        return new AttentionPost(household, board, () => new AttentionNeed(_wrong, Asks: false), new SetTime(Samples.Morning.AddHours(3)), _real, NullLogger<AttentionPost>.Instance);
    }

    private void Run(double seconds)
    {
        for (long end = _real.Read() + (long)(seconds * 1e9); _real.Read() < end;)
            _real.Advance(_post.Step());
    }
}
