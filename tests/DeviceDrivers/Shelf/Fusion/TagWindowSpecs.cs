using PantryChain.DeviceDrivers.Shelf.Fusion;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Sensing;
using static PantryChain.DeviceDrivers.Tests.Shelf.Fusion.FusionSamples;

namespace PantryChain.DeviceDrivers.Tests.Shelf.Fusion;

public sealed class TagWindowSpecs
{
    private static readonly SlotId Shelf = new(2);

    private readonly TagWindow _window = new(TagReach.Usual);

    [Fact]
    public void A_tag_that_left_around_a_step_is_its_evidence_once()
    {
        _window.Add(Move(1, MilkCode, present: false, seconds: -8));

        TagEvidence first = _window.Take(Step(-400), Belongs), second = _window.Take(Step(-400), Belongs);

        first.Moves.Should().Equal(new TagMoves(MilkCode, 1, 0, 0));
        first.Tagged.Should().Contain(MilkCode);
        second.Moves.Should().BeEmpty("a move belongs to one step");
    }

    [Fact]
    public void Away_and_back_is_a_touch_even_after_a_meal()
    {
        _window.Add(Move(1, MilkCode, present: false, seconds: -420));
        _window.Add(Move(1, MilkCode, present: true, seconds: -3));

        _window.Take(Step(-200), Belongs).Moves.Should().Equal(new TagMoves(MilkCode, 0, 0, 1));
    }

    [Fact]
    public void A_touch_long_before_is_none_of_this_step()
    {
        _window.Add(Move(1, MilkCode, present: false, seconds: -300));
        _window.Add(Move(1, MilkCode, present: true, seconds: -280));

        _window.Take(Step(-200), Belongs).Moves.Should().BeEmpty();
    }

    [Fact]
    public void The_next_hand_is_none_of_this_step()
    {
        _window.Add(Move(1, JuiceCode, present: false, seconds: 25));

        _window.Take(Step(-200), Belongs).Speaks.Should().BeFalse();
    }

    [Fact]
    public void Two_tags_with_one_serial_number_are_one_item()
    {
        _window.Add(Move(1, MilkCode, present: true, seconds: -4, serial: "17"));
        _window.Add(Move(2, MilkCode, present: true, seconds: -3, serial: "17"));

        _window.Take(Step(1063), Belongs).Moves.Should().Equal(new TagMoves(MilkCode, 0, 1, 0));
    }

    [Fact]
    public void A_repetition_says_nothing_new()
    {
        _window.Add(Move(1, MilkCode, present: true, seconds: -4)).Should().NotBeNull();
        _window.Add(Move(1, MilkCode, present: true, seconds: -2)).Should().BeNull();

        _window.Take(Step(1063), Belongs).Moves.Should().Equal(new TagMoves(MilkCode, 0, 1, 0));
    }

    [Fact]
    public void A_tag_that_left_is_what_it_was_known_as()
    {
        _window.Settle(Move(1, MilkCode, present: true, seconds: -400, serial: "17"));

        _window.Add(Move(1, default, present: false, seconds: -4))!.Value.Gtin.Should().Be(MilkCode, "a tag that is gone cannot be read");
    }

    [Fact]
    public void Strangers_and_unknown_tags_are_kept_apart()
    {
        _window.Add(Move(1, EggsCode, present: true, seconds: -4));
        _window.Add(Move(2, default, present: true, seconds: -4));

        TagEvidence evidence = _window.Take(Step(300), gtin => gtin == MilkCode);

        evidence.Should().Match<TagEvidence>(tags => tags.StrangersCame == 1 && tags.Unknown == 1 && tags.Moves.Count == 0 && tags.Tagged.Count == 0);
    }

    [Fact]
    public void A_contradiction_is_passed_on()
    {
        _window.Add(Move(1, MilkCode, present: true, seconds: -4) with { Conflict = true });

        _window.Take(Step(1063), Belongs).Conflict.Should().BeTrue();
    }

    [Fact]
    public void A_tag_that_left_while_the_weight_stayed_is_told_once()
    {
        _window.Add(Move(1, MilkCode, present: false, seconds: 0));
        _window.Add(Move(2, JuiceCode, present: false, seconds: 0));
        _window.Add(Move(2, JuiceCode, present: true, seconds: 20));

        _window.TakeAlone(Noon.AddMinutes(5)).Should().BeEmpty("a step may still come");
        _window.TakeAlone(Noon.AddMinutes(14)).Should().ContainSingle().Which.Gtin.Should().Be(MilkCode);
        _window.TakeAlone(Noon.AddMinutes(20)).Should().BeEmpty();
    }

    private static bool Belongs(Gtin gtin) => gtin == MilkCode || gtin == JuiceCode;

    private static TagMove Move(byte uid, Gtin gtin, bool present, double seconds, string? serial = null) =>
        new(Shelf, new TagUid([4, 0, 0, 0, 0, 0, uid]), gtin, serial, present, Noon.AddSeconds(seconds));
}
