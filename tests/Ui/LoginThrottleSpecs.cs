using System.Net;
using PantryChain.Ui.Hosting;

namespace PantryChain.Ui.Tests;

public sealed class LoginThrottleSpecs
{
    private static readonly IPAddress Phone = IPAddress.Parse("192.168.0.20");

    private readonly HandClock _time = new();
    private readonly LoginThrottle _throttle;

    public LoginThrottleSpecs() => _throttle = new LoginThrottle(_time, longest: TimeSpan.FromMinutes(15));

    [Fact]
    public void Three_mistakes_are_free_and_then_each_waits_twice_as_long()
    {
        List<double> waits = [];
        for (int i = 0; i < 7; i++)
        {
            double wait = _throttle.Take(Phone).TotalSeconds;
            waits.Add(wait);
            _time.Seconds += (long)wait;
            if (wait > 0)
                _throttle.Take(Phone).Should().Be(TimeSpan.Zero, "who waited may guess");
        }

        waits.Should().Equal(0, 0, 0, 1, 2, 4, 8);
    }

    [Fact]
    public void A_guess_that_has_to_wait_is_not_counted_and_the_right_word_forgives()
    {
        for (int i = 0; i < 100; i++)
            _throttle.Take(Phone);

        _throttle.Take(Phone).TotalSeconds.Should().Be(1, "only three were judged");
        _time.Seconds += 1;
        _throttle.Take(Phone).Should().Be(TimeSpan.Zero);
        _throttle.Success(Phone);
        _throttle.Take(Phone).Should().Be(TimeSpan.Zero);
    }

    [Fact]
    public void Nobody_waits_longer_than_the_longest_wait()
    {
        _throttle.Success(Phone); // its own waits are what is looked at
        for (int i = 0; i < 30; i++)
            _time.Seconds += (long)_throttle.Take(Phone).TotalSeconds;

        _throttle.Take(Phone); // judged, or it has to wait already
        _throttle.Take(Phone).Should().BeLessThanOrEqualTo(TimeSpan.FromMinutes(15)).And.BeGreaterThan(TimeSpan.FromMinutes(10));
    }

    [Fact]
    public void Sixty_guesses_from_twenty_addresses_are_not_all_judged()
    {
        int judged = 0;
        for (int address = 10; address < 30; address++)
        {
            for (int guess = 0; guess < 3; guess++)
                judged += _throttle.Take(IPAddress.Parse($"192.168.1.{address}")) == TimeSpan.Zero ? 1 : 0;
        }

        judged.Should().Be(LoginThrottle.Burst);
        _time.Seconds += 3_600;
        for (int address = 100; address < 250; address++)
            judged += _throttle.Take(IPAddress.Parse($"192.168.1.{address}")) == TimeSpan.Zero ? 1 : 0;
        judged.Should().Be(2 * LoginThrottle.Burst, "an hour gives back what it holds and no more");
    }

    [Fact]
    public void A_swarm_shuts_out_neither_the_phone_that_was_in_before_nor_this_machine()
    {
        _throttle.Take(Phone);
        _throttle.Success(Phone);
        for (int i = 0; i < 5_000; i++)
            _throttle.Take(new IPAddress([10, 1, (byte)(i / 250), (byte)(i % 250)]));

        _throttle.Take(IPAddress.Parse("192.168.0.21")).Should().BePositive("a stranger waits with the swarm");
        _throttle.Take(Phone).Should().Be(TimeSpan.Zero);
        _throttle.Take(IPAddress.Loopback).Should().Be(TimeSpan.Zero);
        _time.Seconds += 61;
        _throttle.Take(IPAddress.Parse("192.168.0.21")).Should().Be(TimeSpan.Zero, "everybody gets in at some time");
    }

    [Fact]
    public void A_swarm_keeps_no_live_session_from_being_judged_and_a_session_has_one_count_for_all_its_addresses()
    {
        for (int i = 0; i < 5_000; i++)
            _throttle.Take(new IPAddress([10, 1, (byte)(i / 250), (byte)(i % 250)]));

        for (int address = 40; address < 43; address++)
            _throttle.Take(IPAddress.Parse($"192.168.0.{address}"), "a session").Should().Be(TimeSpan.Zero, "a phone that is in got another lease, or the gateway was started again");
        _throttle.Take(IPAddress.Parse("192.168.0.43"), "a session").Should().BePositive("a stolen cookie is no way around the waits");
        _throttle.Success(IPAddress.Parse("192.168.0.40"), "a session");
        _throttle.Take(IPAddress.Parse("192.168.0.43"), "a session").Should().Be(TimeSpan.Zero);
    }

    [Fact]
    public void All_of_loopback_is_one_address_and_so_is_an_IPv6_network()
    {
        foreach (string address in new[] { "127.0.0.1", "127.0.1.10", "::1", "127.9.9.9" })
            _throttle.Take(IPAddress.Parse(address));
        foreach (string address in new[] { "2001:db8::1", "2001:db8::2", "2001:db8:0:0:ffff::3" })
            _throttle.Take(IPAddress.Parse(address));
        for (int i = 0; i < 3; i++)
            _throttle.Take(IPAddress.Parse("::ffff:192.168.0.9"));

        _throttle.Take(IPAddress.Parse("127.4.4.4")).Should().BePositive();
        _throttle.Take(IPAddress.Parse("2001:db8::4")).Should().BePositive();
        _throttle.Take(IPAddress.Parse("2001:db8:1::1")).Should().Be(TimeSpan.Zero);
        _throttle.Take(IPAddress.Parse("192.168.0.9")).Should().BePositive("it is the same sender on another socket");
    }

    private sealed class HandClock : TimeProvider
    {
        public long Seconds { get; set; } = 1;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }
}
