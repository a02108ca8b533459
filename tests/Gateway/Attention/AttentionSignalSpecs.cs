using PantryChain.Gateway.Attention;

namespace PantryChain.Gateway.Tests.Attention;

/// <summary>What lamp and buzzer do, moment by moment.</summary>
public sealed class AttentionSignalSpecs
{
    private static readonly TimeOnly Noon = new(12, 0), Night = new(23, 30);

    private readonly AttentionSignal _signal = new(new TimeOnly(21, 0), new TimeOnly(7, 0));
    private TimeSpan _now = TimeSpan.FromSeconds(10);

    [Fact]
    public void Nothing_shines_or_sounds_while_nothing_is_to_be_done()
    {
        _signal.Look([], asks: false, _now);

        Play(beats: 50, Noon).Should().OnlyContain(beat => !beat.Lamp && !beat.Buzzer);
    }

    [Fact]
    public void A_question_flashes_the_lamp_once_in_two_seconds_and_makes_no_sound()
    {
        _signal.Look([], asks: true, _now);

        List<(bool Lamp, bool Buzzer)> played = Play(beats: 50, Noon);

        played.Count(beat => beat.Lamp).Should().Be(5);
        played.Should().OnlyContain(beat => !beat.Buzzer);
    }

    [Fact]
    public void What_goes_wrong_lights_the_lamp_and_sounds_three_times()
    {
        _signal.Look(["disk"], asks: true, _now);

        List<(bool Lamp, bool Buzzer)> played = Play(beats: 50, Noon);

        played.Should().OnlyContain(beat => beat.Lamp);
        played.Select(beat => beat.Buzzer).Take(7).Should().Equal(true, false, true, false, true, false, false);
        played.Count(beat => beat.Buzzer).Should().Be(3);
    }

    [Fact]
    public void While_it_lasts_it_sounds_again_every_hour()
    {
        _signal.Look(["disk"], asks: false, _now);
        int beeps = 0;
        for (TimeSpan end = _now + TimeSpan.FromMinutes(150); _now < end;)
        {
            beeps += Play(beats: 5, Noon).Count(beat => beat.Buzzer);
            _signal.Look(["disk"], asks: false, _now);
        }

        beeps.Should().Be(9);
    }

    [Fact]
    public void At_night_it_is_silent_and_says_in_the_morning_what_still_lasts()
    {
        _signal.Look(["disk"], asks: false, _now);
        List<(bool Lamp, bool Buzzer)> night = Play(beats: 50, Night);

        List<(bool Lamp, bool Buzzer)> morning = Play(beats: 50, new TimeOnly(7, 0));

        night.Should().OnlyContain(beat => beat.Lamp && !beat.Buzzer);
        morning.Count(beat => beat.Buzzer).Should().Be(3);
    }

    [Fact]
    public void What_is_over_by_the_morning_makes_no_sound()
    {
        _signal.Look(["disk"], asks: false, _now);
        Play(beats: 5, Night);
        _signal.Look([], asks: false, _now);

        Play(beats: 50, Noon).Should().OnlyContain(beat => !beat.Buzzer && !beat.Lamp);
    }

    [Fact]
    public void Once_silenced_it_stays_so_until_something_else_goes_wrong_and_the_lamp_goes_on()
    {
        _signal.Look(["disk"], asks: false, _now);
        Play(beats: 1, Noon);
        _signal.Silence();

        Play(beats: 20, Noon).Should().OnlyContain(beat => beat.Lamp && !beat.Buzzer);
        _now += TimeSpan.FromHours(5);
        _signal.Look(["disk"], asks: false, _now);
        Play(beats: 20, Noon).Should().OnlyContain(beat => !beat.Buzzer);
        _signal.Look(["disk", "slot 4"], asks: false, _now);

        Play(beats: 20, Noon).Count(beat => beat.Buzzer).Should().Be(3);
        _signal.IsSilenced.Should().BeFalse();
    }

    [Fact]
    public void Equal_hours_mean_that_no_hour_is_quiet()
    {
        AttentionSignal always = new(new TimeOnly(0, 0), new TimeOnly(0, 0));
        always.Look(["disk"], asks: false, _now);

        always.At(_now, Night).Buzzer.Should().BeTrue();
    }

    private List<(bool Lamp, bool Buzzer)> Play(int beats, TimeOnly local)
    {
        List<(bool, bool)> played = [];
        for (int i = 0; i < beats; i++, _now += AttentionSignal.Beat)
            played.Add(_signal.At(_now, local));
        return played;
    }
}
