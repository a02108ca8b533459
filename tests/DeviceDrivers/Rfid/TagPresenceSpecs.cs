using FsCheck;
using FsCheck.Fluent;
using PantryChain.DeviceDrivers.Rfid;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Sensing;

namespace PantryChain.DeviceDrivers.Tests.Rfid;

public sealed class TagPresenceSpecs
{
    private static readonly SlotId Left = new(1), Right = new(2);
    private static readonly FoundTag Blank = new(ReaderRig.Tag(1).Uid, null), Milk = new(ReaderRig.Tag(2).Uid, ReaderRig.Item), Copy = new(ReaderRig.Tag(3).Uid, ReaderRig.Item);

    private readonly TagPresence _presence = new();
    private readonly List<TagChange> _changes = [];
    private long _now = 1_000_000_000;

    [Fact]
    public void A_tag_comes_at_its_first_sighting_and_goes_a_second_after_its_last()
    {
        See(Left, Milk);
        long last = _now;
        See(Left, Milk);
        SeeFor(TimeSpan.FromMilliseconds(900), Left);
        _changes.Should().Equal(new TagChange(Left, Milk.Uid, Milk.Item, true, last - 25_000_000));

        SeeFor(TimeSpan.FromMilliseconds(200), Left);

        _changes.Should().HaveCount(2);
        _changes[1].Should().Be(new TagChange(Left, Milk.Uid, Milk.Item, false, last + 25_000_000));
        _presence.At(Left).Should().BeEmpty();
    }

    [Fact]
    public void A_reader_that_says_nothing_for_long_does_not_take_tags_away()
    {
        See(Left, Milk);
        _now += 3_600_000_000_000;

        See(Left);
        See(Left, Milk);

        _changes.Should().ContainSingle();
        _presence.At(Left).Should().Equal(Milk);
    }

    [Fact]
    public void A_memory_that_could_be_read_only_later_is_told_then()
    {
        See(Left, Milk with { Item = null });
        See(Left, Milk);
        See(Left, Milk);

        _changes.Select(change => change.Item).Should().Equal(null, Milk.Item);
        _changes.Should().OnlyContain(change => change.Present);
    }

    [Fact]
    public void A_tag_carried_to_another_slot_goes_and_comes_within_half_a_second()
    {
        See(Left, Milk);
        long moved = _now;
        while (_changes.Count < 3 && _now < moved + 2_000_000_000)
        {
            See(Left);
            See(Right, Milk);
        }

        _changes.Skip(1).Select(change => (change.Slot, change.Present)).Should().Equal((Left, false), (Right, true));
        (_now - moved).Should().BeLessThan(500_000_000);
        _presence.Doubts(_now).Should().BeEmpty();
    }

    [Fact]
    public void A_tag_that_two_readers_see_stays_where_it_was_first_and_is_told()
    {
        Random random = new(2);
        See(Left, Milk);
        for (int i = 0; i < 20_000; i++)
        {
            See(Left, random.Next(10) < 3 ? [] : [Milk]);
            See(Right, random.Next(10) < 3 ? [] : [Milk]);
        }

        _changes.Should().ContainSingle();
        _presence.Doubts(_now).Should().ContainSingle().Which.ToString().Should().Contain("ferrite").And.Contain("slot 1").And.Contain("slot 2");
        _presence.Tallies.Should().ContainSingle(tally => tally.Cause == "overlaps" && tally.Count == 1);

        while (_changes.Count < 3)
        {
            See(Left);
            See(Right, Milk);
        }
        _changes.Skip(1).Select(change => (change.Slot, change.Present)).Should().Equal([(Left, false), (Right, true)], "the other reader takes over when the first has lost it");
        _presence.Doubts(_now).Should().BeEmpty();
    }

    [Fact]
    public void A_second_tag_of_the_same_item_is_told_without_it()
    {
        See(Left, Milk);
        See(Right, Copy);
        See(Right, Copy);

        _changes.Select(change => (change.Uid, change.Item)).Should().Equal((Milk.Uid, Milk.Item), (Copy.Uid, null));
        _presence.Doubts(_now).Should().ContainSingle().Which.ToString().Should().Contain("same item");

        SeeFor(TimeSpan.FromSeconds(2), Left);
        See(Right, Copy);
        _presence.Doubts(_now).Should().BeEmpty();
    }

    [Fact]
    public void Numbers_that_change_each_time_are_no_tags_and_are_told_once()
    {
        for (int i = 0; i < 100; i++)
            See(Left, new FoundTag(ReaderRig.Tag($"08{i:X6}").Uid, null), Milk);

        _changes.Should().ContainSingle().Which.Uid.Should().Be(Milk.Uid);
        _presence.Tallies.Should().ContainSingle(tally => tally.Cause == "random_numbers" && tally.Count == 1);
        _presence.Doubts(_now).Should().ContainSingle().Which.ToString().Should().Contain("cannot be paired");
        SeeFor(TimeSpan.FromSeconds(11), Left, Milk);
        _presence.Doubts(_now).Should().BeEmpty();
    }

    [Fact]
    public void Whatever_readers_see_a_tag_comes_before_it_goes_and_is_at_one_slot_at_a_time() =>
        Prop.ForAll(Gen.Choose(0, 1_000_000).ToArbitrary(), seed =>
        {
            Random random = new(seed);
            TagPresence presence = new();
            List<TagChange> changes = [];
            FoundTag[] tags = [Blank, Milk, Copy];
            Dictionary<TagUid, SlotId> told = [];
            long now = 0;
            for (int i = 0; i < 600; i++)
            {
                now += random.Next(20, 400) * 1_000_000L;
                SlotId slot = random.Next(2) == 0 ? Left : Right;
                changes.Clear();
                presence.Observe(slot, [.. tags.Where(_ => random.Next(100) < 10 + i / 100 * 15)], now, changes);
                foreach (TagChange change in changes)
                {
                    bool known = told.TryGetValue(change.Uid, out SlotId at);
                    if (change.BusNanoseconds > now || (!change.Present && !(known && at == change.Slot)) || (change.Present && known && at != change.Slot))
                        return false;
                    if (change.Present)
                        told[change.Uid] = change.Slot;
                    else
                        told.Remove(change.Uid);
                }
                FoundTag[] all = [.. presence.At(Left), .. presence.At(Right)];
                if (all.Length != told.Count || all.Count(tag => tag.Item is not null) > 1)
                    return false;
            }
            return true;
        }).QuickCheckThrowOnFailure();

    private void See(SlotId slot, params FoundTag[] tags)
    {
        _now += 25_000_000;
        _presence.Observe(slot, tags, _now, _changes);
        _now += 25_000_000;
    }

    private void SeeFor(TimeSpan time, SlotId slot, params FoundTag[] tags)
    {
        for (long end = _now + time.Ticks * 100; _now < end;)
            See(slot, tags);
    }
}
