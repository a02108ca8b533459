using PantryChain.Ui.Hosting;

namespace PantryChain.Ui.Tests;

public sealed class LoginThrottleSpecs
{
    private readonly HandClock _time = new();
    private readonly LoginThrottle _throttle;

    public LoginThrottleSpecs() => _throttle = new LoginThrottle(_time, longest: TimeSpan.FromMinutes(15));

    [Fact]
    public void Three_mistakes_are_free_and_then_each_waits_twice_as_long()
    {
        List<double> waits = [];
        for (int i = 0; i < 7; i++)
        {
            _throttle.Mistake("10.0.0.1");
            waits.Add(_throttle.WaitOf("10.0.0.1").TotalSeconds);
        }

        waits.Should().Equal(0, 0, 1, 2, 4, 8, 16);
    }

    [Fact]
    public void Waiting_helps_and_the_right_word_forgives()
    {
        for (int i = 0; i < 5; i++)
            _throttle.Mistake("10.0.0.1");
        _time.Seconds += 4;
        TimeSpan afterWaiting = _throttle.WaitOf("10.0.0.1");
        _throttle.Success("10.0.0.1");
        _throttle.Mistake("10.0.0.1");

        afterWaiting.Should().Be(TimeSpan.Zero);
        _throttle.WaitOf("10.0.0.1").Should().Be(TimeSpan.Zero);
    }

    [Fact]
    public void Nobody_waits_longer_than_the_longest_wait()
    {
        for (int i = 0; i < 1000; i++)
            _throttle.Mistake("10.0.0.1");

        _throttle.WaitOf("10.0.0.1").Should().Be(TimeSpan.FromMinutes(15));
    }

    [Fact]
    public void A_swarm_of_addresses_slows_itself_down_and_not_the_family()
    {
        _throttle.Mistake("family");
        for (int i = 0; i < 5000; i++)
            _throttle.Mistake($"swarm {i}");

        _throttle.WaitOf("another of the swarm").Should().BePositive();
        _throttle.WaitOf("family").Should().Be(TimeSpan.Zero);
    }

    private sealed class HandClock : TimeProvider
    {
        public long Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }
}
