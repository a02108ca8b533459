using FsCheck;
using FsCheck.Fluent;
using PantryChain.Gateway.Climate;
using PantryChain.Gateway.Configuration;

namespace PantryChain.Gateway.Tests.Climate;

public sealed class WarmWatchSpecs
{
    private static readonly WarmLimit Fridge = new(8, TimeSpan.FromHours(1));
    private static readonly TimeSpan Gap = TimeSpan.FromMinutes(15), Look = TimeSpan.FromMinutes(5);
    private readonly WarmWatch _watch = new(Fridge, Gap);
    private DateTimeOffset _now = Samples.Morning;

    [Fact]
    public void A_door_that_is_opened_for_half_an_hour_is_never_told()
    {
        Stay(4, TimeSpan.FromHours(1));
        Stay(14, TimeSpan.FromMinutes(30));

        Say(4).Should().BeNull();
        (_watch.Open, _watch.IsWarm).Should().Be((null, false));
    }

    [Fact]
    public void An_hour_above_the_limit_is_told_and_the_spell_that_ended_says_since_when_how_long_and_how_warm()
    {
        Say(4);
        Stay(9, TimeSpan.FromMinutes(60));
        _watch.IsWarm.Should().BeFalse("the first reading above is where it begins");
        DateTimeOffset begun = _now - TimeSpan.FromMinutes(55);
        Say(11.5);
        _watch.IsWarm.Should().BeTrue();

        WarmSpell ended = Say(7).Should().BeOfType<WarmSpell>().Subject;

        ended.Should().Be(new WarmSpell(begun, _now, 11.5, TimeSpan.FromMinutes(65), TimeSpan.Zero, 8));
        _watch.IsWarm.Should().BeFalse();
    }

    [Fact]
    public void A_compressors_cycle_around_the_limit_is_one_spell_whose_cool_halves_do_not_count()
    {
        for (int i = 0; i < 24; i++)
        {
            Say(8.3);
            Say(7.7);
        }

        (_watch.IsWarm, _watch.Open!.Above).Should().Be((true, TimeSpan.FromMinutes(5 * 24)));
    }

    [Theory]
    [InlineData(4, 12)]
    [InlineData(12, 12)]
    public void A_power_cut_that_stops_fridge_and_gateway_together_is_told_with_the_first_warm_reading(double before, double after)
    {
        Say(before);
        DateTimeOffset cut = _now;
        _now += TimeSpan.FromHours(6);

        _watch.Take(_now, after);

        (_watch.IsWarm, _watch.Open!.From, _watch.Open.Unseen, _watch.Open.DoubtsFood).Should().Be((true, cut, TimeSpan.FromHours(6), true));
    }

    [Fact]
    public void A_power_cut_over_which_it_stayed_cool_is_none()
    {
        Say(4);
        _now += TimeSpan.FromHours(6);

        _watch.Take(_now, 7.9);

        _watch.Open.Should().BeNull();
    }

    [Fact]
    public void Nothing_is_concluded_over_a_gateway_that_lay_in_a_drawer()
    {
        Say(12);
        _now += TimeSpan.FromDays(40);

        _watch.Take(_now, 21);

        (_watch.IsWarm, _watch.Open!.From, _watch.Open.Lasted).Should().Be((false, _now, TimeSpan.Zero));
    }

    [Fact]
    public void A_clock_that_was_set_back_takes_nothing_away()
    {
        Stay(9, TimeSpan.FromHours(3));
        TimeSpan lasted = _watch.Open!.Lasted;

        _watch.Take(_now - TimeSpan.FromHours(2), 9);

        _watch.Open!.Lasted.Should().Be(lasted);
    }

    [Fact]
    public void A_restart_at_any_moment_changes_no_spell() => Prop.ForAll(Days, Gen.Choose(0, 200).ToArbitrary(), (readings, restart) =>
    {
        WarmWatch once = new(Fridge, Gap), twice = new(Fridge, Gap);
        List<WarmSpell> expected = [], seen = [];
        for (int i = 0; i < readings.Length; i++)
        {
            if (i == restart)
                twice = new WarmWatch(Fridge, Gap, twice.Open, twice.Last);
            if (once.Take(readings[i].At, readings[i].Celsius) is { } one)
                expected.Add(one);
            if (twice.Take(readings[i].At, readings[i].Celsius) is { } two)
                seen.Add(two);
        }
        return seen.SequenceEqual(expected) && twice.Open == once.Open && twice.IsWarm == once.IsWarm;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Spells_never_overlap_last_no_longer_than_from_their_beginning_to_their_end_and_were_above_the_limit() => Prop.ForAll(Days, readings =>
    {
        WarmWatch watch = new(Fridge, Gap);
        List<WarmSpell> spells = [.. readings.Select(reading => watch.Take(reading.At, reading.Celsius)).OfType<WarmSpell>()];
        return spells.TrueForAll(spell => spell.Lasted <= spell.Until - spell.From && spell.Lasted >= Fridge.After && spell.Highest > Fridge.Above
                && spell.Highest == readings.Where(reading => reading.At >= spell.From && reading.At <= spell.Until).Max(reading => reading.Celsius))
            && spells.Zip(spells.Skip(1)).All(pair => pair.First.Until <= pair.Second.From);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void An_hour_in_a_row_above_the_limit_is_always_told() => Prop.ForAll(Days, readings =>
    {
        WarmWatch watch = new(Fridge, Gap);
        DateTimeOffset? since = null;
        foreach ((DateTimeOffset at, double celsius) in readings)
        {
            watch.Take(at, celsius);
            since = celsius > Fridge.Above ? since ?? at : null;
            if (at - since >= Fridge.After && !watch.IsWarm)
                return false;
        }
        return true;
    }).QuickCheckThrowOnFailure();

    /// <summary>Up to 200 readings, most of them five minutes apart, around the limit, with gaps.</summary>
    private static Arbitrary<(DateTimeOffset At, double Celsius)[]> Days => Gen.Choose(0, 1_000_000).Select(seed =>
    {
        System.Random chance = new(seed);
        DateTimeOffset at = Samples.Morning;
        double celsius = 6;
        return Enumerable.Range(0, chance.Next(1, 200)).Select(_ =>
        {
            at += chance.Next(12) switch { 0 => TimeSpan.FromMinutes(chance.Next(600)), 1 => TimeSpan.FromSeconds(1), _ => TimeSpan.FromMinutes(5) };
            celsius = Math.Clamp(celsius + 3 * (chance.NextDouble() - 0.47), 2, 20);
            return (at, celsius);
        }).ToArray();
    }).ToArbitrary();

    private void Stay(double celsius, TimeSpan time)
    {
        for (TimeSpan gone = TimeSpan.Zero; gone < time; gone += Look)
            Say(celsius);
    }

    private WarmSpell? Say(double celsius) => _watch.Take(_now += Look, celsius);
}
