using PantryChain.DeviceDrivers.Rfid;
using PantryChain.DeviceDrivers.Simulation;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Sensing;

namespace PantryChain.DeviceDrivers.Tests.Rfid;

/// <summary>How soon comings and goings are told, in bus time: from the antenna through chip, bus, driver and debouncing.</summary>
public sealed class TagLatencySpecs
{
    private static readonly SlotId Slot = new(1);

    public static TheoryData<string> Kinds => ReaderRig.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void With_three_polls_in_ten_missed_comings_are_told_within_half_a_second_and_goings_within_one_and_a_half(string kind)
    {
        List<double> came = [], went = [];
        for (ulong seed = 1; seed <= 60; seed++)
        {
            using ReaderRig rig = ReaderRig.Of(kind, seed);
            rig.Field.MissedPolls = 0.3;
            rig.Run(TimeSpan.FromMilliseconds(300 + seed * 7));
            TagPresence presence = new();
            SimulatedTag tag = ReaderRig.Tag((int)seed, ReaderRig.Uri);

            TimeSpan phase = TimeSpan.FromMilliseconds(seed * 17 % 50 + 0.5); // anywhere between two polls
            rig.Field.Put(tag, phase);
            came.Add(Until(rig, presence, present: true) - phase.TotalMilliseconds);
            rig.Run(TimeSpan.FromMilliseconds(seed * 3));
            rig.Field.Take(tag, phase);
            went.Add(Until(rig, presence, present: false) - phase.TotalMilliseconds);
        }

        Percentile(came, 95).Should().BeLessThanOrEqualTo(500);
        went.Max().Should().BeLessThanOrEqualTo(1_500);
        went.Min().Should().BeGreaterThan(500, "a shorter silence is no going");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void With_three_polls_in_ten_missed_tags_that_lie_still_never_come_or_go_again(string kind)
    {
        using ReaderRig rig = ReaderRig.Of(kind, seed: 5);
        rig.Field.MissedPolls = 0.3;
        TagPresence presence = new();
        List<TagChange> changes = [];
        rig.Field.Put(ReaderRig.Tag(1, ReaderRig.Uri));
        rig.Field.Put(ReaderRig.Tag(2));

        for (long end = rig.Clock.Read() + 120_000_000_000; rig.Clock.Read() < end;)
        {
            if (rig.Poll())
                presence.Observe(Slot, rig.Seen, rig.Clock.Read(), changes);
        }

        changes.Should().HaveCount(2).And.OnlyContain(change => change.Present);
        rig.SaidSomething.Should().BeGreaterThan(1_200);
    }

    private static double Until(ReaderRig rig, TagPresence presence, bool present)
    {
        long begin = rig.Clock.Read();
        List<TagChange> changes = [];
        while (!changes.Exists(change => change.Present == present))
        {
            (rig.Clock.Read() - begin).Should().BeLessThan(5_000_000_000);
            long polled = rig.Clock.Read();
            if (rig.Poll())
                presence.Observe(Slot, rig.Seen, polled, changes);
        }
        return (rig.Clock.Read() - begin) / 1e6;
    }

    private static double Percentile(List<double> values, int percent)
    {
        values.Sort();
        return values[(values.Count * percent + 99) / 100 - 1];
    }
}
