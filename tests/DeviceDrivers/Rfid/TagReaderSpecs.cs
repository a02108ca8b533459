using PantryChain.Domain.Sensing;

namespace PantryChain.DeviceDrivers.Tests.Rfid;

/// <summary>What holds for every reader.</summary>
public sealed class TagReaderSpecs
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    public static TheoryData<string> Kinds => ReaderRig.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_reader_that_never_answered_is_disconnected_and_one_that_answers_is_ok(string kind)
    {
        using ReaderRig rig = ReaderRig.Of(kind);
        rig.Reader.Health.Should().Be(SlotHealth.Disconnected);

        rig.Until(() => rig.SaidSomething > 0, Second).Should().BeLessThan(TimeSpan.FromMilliseconds(300));

        rig.Seen.Should().BeEmpty();
        rig.Reader.Health.Should().Be(SlotHealth.Ok);
        rig.Told("starts").Should().Be(1);
        rig.Told("empty_polls").Should().Be(1);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_tag_is_told_with_the_item_that_its_memory_names(string kind)
    {
        using ReaderRig rig = ReaderRig.Of(kind);
        rig.Field.Put(ReaderRig.Tag(7, ReaderRig.Uri));

        rig.Until(() => rig.Seen.Count > 0, Second);

        rig.Seen.Should().ContainSingle().Which.Should().Be(new DeviceDrivers.Rfid.FoundTag(ReaderRig.Tag(7).Uid, ReaderRig.Item));
        rig.Told("items").Should().Be(1);
        rig.Run(2 * Second);
        rig.Told("items").Should().Be(1, "a memory is read once");
        rig.Told("garbled").Should().Be(0);
        rig.Pn532?.Hurried.Should().Be(0);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Numbers_of_four_seven_and_ten_bytes_are_told_and_two_at_once(string kind)
    {
        string[] numbers = ["A1B2C3D4", "04112233445566", "04112233445566778899", "04112233445567", "A1B2C354"];
        foreach (string first in numbers)
        {
            foreach (string second in numbers.Where(second => second != first))
            {
                using ReaderRig rig = ReaderRig.Of(kind);
                rig.Field.Put(ReaderRig.Tag(first));
                rig.Field.Put(ReaderRig.Tag(second));

                rig.Until(() => rig.Seen.Count == 2, Second);

                rig.Seen.Select(tag => tag.Uid.Hex).Should().BeEquivalentTo([first, second]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_tag_that_left_is_not_seen_and_one_that_comes_back_rewritten_is_read_anew(string kind)
    {
        using ReaderRig rig = ReaderRig.Of(kind);
        DeviceDrivers.Simulation.SimulatedTag tag = ReaderRig.Tag(1);
        rig.Field.Put(tag);
        rig.Until(() => rig.Seen.Count == 1, Second);
        rig.Seen[0].Item.Should().BeNull();
        rig.Told("blank").Should().Be(1);

        rig.Field.Take(tag);
        rig.Until(() => rig.Seen.Count == 0, Second);
        rig.Run(3 * Second);
        DeviceDrivers.Rfid.Type2Memory.Write(ReaderRig.Uri).CopyTo(tag.Data);
        rig.Field.Put(tag);
        rig.Until(() => rig.Seen.Count == 1, Second);

        rig.Seen[0].Item.Should().Be(ReaderRig.Item);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Tags_of_other_kinds_and_spoiled_memories_are_told_without_an_item(string kind)
    {
        using ReaderRig rig = ReaderRig.Of(kind);
        DeviceDrivers.Simulation.SimulatedTag classic = new(ReaderRig.Tag("A1B2C3D4").Uid, sak: 0x08), malformed = ReaderRig.Tag(2);
        malformed.Data[0] = 0x77;
        rig.Field.Put(classic);
        rig.Field.Put(malformed);

        rig.Until(() => rig.Seen.Count == 2, Second);

        rig.Seen.Should().OnlyContain(tag => tag.Item == null);
        rig.Told("other_kinds").Should().Be(1);
        rig.Told("malformed").Should().Be(1);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_tag_that_refuses_to_be_read_is_told_after_three_attempts(string kind)
    {
        using ReaderRig rig = ReaderRig.Of(kind);
        DeviceDrivers.Simulation.SimulatedTag locked = ReaderRig.Tag(2, ReaderRig.Uri);
        locked.LockedFrom = 3;
        rig.Field.Put(locked);

        rig.Until(() => rig.Seen.Count == 1, Second);

        rig.Seen[0].Item.Should().BeNull();
        (rig.Told("unreadable") + rig.Told("locked")).Should().Be(1);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_tag_that_could_not_be_read_for_a_while_is_asked_again(string kind)
    {
        using ReaderRig rig = ReaderRig.Of(kind);
        DeviceDrivers.Simulation.SimulatedTag tag = ReaderRig.Tag(2, ReaderRig.Uri);
        for (int attempt = 0; attempt < 3; attempt++)
            rig.Field.Put(tag);
        rig.Field.TearOff(tag, afterReads: 0); // each of the three is gone at its first reading
        rig.Field.Put(tag);
        rig.Until(() => rig.Seen.Count == 1, Second);
        rig.Seen[0].Item.Should().BeNull();

        rig.Until(() => rig.Seen is [{ Item: not null }], 2 * Second);

        rig.Told("unreadable").Should().Be(1);
        rig.Told("items").Should().Be(1);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_tag_torn_off_in_the_middle_of_a_reading_is_read_when_it_comes_back(string kind)
    {
        using ReaderRig rig = ReaderRig.Of(kind);
        DeviceDrivers.Simulation.SimulatedTag tag = ReaderRig.Tag(3, ReaderRig.Uri);
        rig.Field.Put(tag);
        rig.Field.TearOff(tag, afterReads: 2);
        rig.Run(Second);
        rig.Seen.Should().BeEmpty();
        rig.Told("torn").Should().Be(1);

        rig.Field.Put(tag);
        rig.Until(() => rig.Seen.Count == 1, Second);

        rig.Seen[0].Item.Should().Be(ReaderRig.Item);
    }

    [Theory]
    [InlineData("pn532")]
    [InlineData("mfrc522")]
    public void A_storm_of_refusals_costs_polls_and_ends_within_two_seconds(string kind)
    {
        using ReaderRig rig = ReaderRig.Of(kind);
        rig.Field.Put(ReaderRig.Tag(4, ReaderRig.Uri));
        rig.Until(() => rig.Seen.Count == 1, Second);
        for (int storm = 0; storm < 20; storm++)
        {
            rig.Bus.RefuseFor(TimeSpan.FromMilliseconds(100 + 731 * storm % 9_000));
            long said = rig.SaidSomething;
            rig.Run(TimeSpan.FromMilliseconds(100 + 731 * storm % 9_000));
            rig.SaidSomething.Should().Be(said);

            rig.Until(() => rig.SaidSomething > said, 2 * Second);

            rig.Seen.Should().ContainSingle();
            rig.Reader.Health.Should().Be(SlotHealth.Ok);
        }
        rig.Told("not_acknowledged").Should().BeGreaterThan(20);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_chip_that_lost_its_power_or_hangs_is_set_up_again_within_two_seconds(string kind)
    {
        using ReaderRig rig = ReaderRig.Of(kind);
        rig.Field.Put(ReaderRig.Tag(5, ReaderRig.Uri));
        rig.Until(() => rig.Seen.Count == 1, Second);
        for (int i = 0; i < 10; i++)
        {
            rig.Pn532?.LosePower(TimeSpan.FromMilliseconds(40 * i));
            rig.Mfrc522?.LosePower(TimeSpan.FromMilliseconds(40 * i));
            rig.Run(TimeSpan.FromMilliseconds(40 * i));
            long starts = rig.Told("starts");
            rig.Until(() => rig.Told("starts") > starts || (i == 0 && rig.SaidSomething > 0), 2 * Second);

            rig.Pn532?.Hang();
            rig.Mfrc522?.Hang();
            starts = rig.Told("starts");
            rig.Until(() => rig.Told("starts") > starts, 2 * Second);
            long said = rig.SaidSomething;
            rig.Until(() => rig.SaidSomething > said, Second);

            rig.Seen.Should().ContainSingle();
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Nobody_at_the_address_is_told_as_disconnected_and_hardly_loads_the_bus(string kind)
    {
        using ReaderRig rig = ReaderRig.Of(kind);
        rig.Bus.Detach(0x24);
        rig.Bus.Detach(0x2C);
        rig.Pn532?.LosePower(TimeSpan.FromHours(1));
        rig.Mfrc522?.LosePower(TimeSpan.FromHours(1));

        rig.Run(60 * Second);

        rig.SaidSomething.Should().Be(0);
        rig.Reader.Health.Should().Be(SlotHealth.Disconnected);
        rig.Polls.Should().BeLessThan(2_000);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_poll_keeps_the_bus_for_tens_of_milliseconds_at_most(string kind)
    {
        using ReaderRig rig = ReaderRig.Of(kind);
        for (int i = 0; i < 4; i++)
            rig.Field.Put(ReaderRig.Tag(i, ReaderRig.Uri), TimeSpan.FromMilliseconds(300 * i));

        rig.Run(3 * Second);

        rig.LongestPoll.TotalMilliseconds.Should().BeLessThan(kind == "mfrc522" ? 50 : 30);
    }
}
