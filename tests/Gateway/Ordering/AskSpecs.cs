using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Gateway.Dashboard;
using PantryChain.Gateway.Ordering;
using PantryChain.Ui.Texts;

namespace PantryChain.Gateway.Tests.Ordering;

/// <summary>The member's own order.</summary>
public sealed class AskSpecs : IDisposable
{
    private static readonly Gtin Milk = Samples.Milk;
    private readonly DecidingWorld _world = new();

    public AskSpecs()
    {
        _world.Live(days: 12);
        _world.Give(Milk);
        _world.Hear();
        _world.Put(Milk, 5);
    }

    public void Dispose() => _world.Dispose();

    [Fact]
    public void One_pack_is_ordered_over_a_full_shelf_and_a_second_click_is_the_same_order()
    {
        AskAnswer first = _world.Asks.Order(Milk, 1, out _), second = _world.Asks.Order(Milk, 1, out _);
        bool known = _world.Desk.WasAsked(Milk, 1);
        _world.Restart();

        (first, second, known).Should().Be((AskAnswer.Done, AskAnswer.Done, true));
        (_world.State(Milk), _world.Desk[Milk].Number, _world.Desk[Milk].Intent!.Quantity).Should().Be((ReorderState.Ordering, 1u, 1u));
        _world.Desk[Milk].Intent!.Why.Cause.Should().Be(ReorderCause.MemberAsked);
        _world.Desk[Milk].Approvals.Should().Be(0, "it is no accepted suggestion");
        _world.Desk.WasDecided(Milk, 1).Should().BeFalse();
        _world.Desk.WasAsked(Milk, 1).Should().BeTrue("the steps are its memory");
    }

    [Fact]
    public void An_old_page_orders_nothing()
    {
        _world.Asks.Order(Milk, 7, out _).Should().Be(AskAnswer.TooLate);
        _world.State(Milk).Should().Be(ReorderState.Watching);
    }

    [Fact]
    public void A_shelf_that_cannot_be_trusted_and_an_absence_do_not_stop_the_member()
    {
        _world.Wishes.Leave(_world.Time.Now, null);
        _world.Board.Ail(new SlotId(1), PantryChain.Domain.Sensing.SlotHealth.Disconnected);

        _world.Asks.Order(Milk, null, out ReorderBlocks blocks).Should().Be(AskAnswer.Done, blocks.ToString());
    }

    [Fact]
    public void For_a_pack_that_was_ordered_for_it_says_so_until_a_new_mandate_is_given()
    {
        uint cycles = _world.Learner.CountOf(Milk)!.Value.Cycles;
        _world.Hear(last: cycles);

        AskAnswer refused = _world.Asks.Order(Milk, null, out ReorderBlocks why);
        _world.Give(Milk);
        _world.Hear();

        (refused, why).Should().Be((AskAnswer.Blocked, (ReorderBlocks)ReorderBlock.NothingUsedSinceLastOrder));
        _world.Asks.Of(Milk).Quantity.Should().Be(1, "the contract counts per mandate");
    }

    [Fact]
    public void Without_a_mandate_and_while_paused_nothing_is_ordered()
    {
        AskAnswer none = _world.Asks.Order(Samples.Rice, null, out ReorderBlocks noMandate);
        _world.Desk.TryAdvance(new Reorder.Machine.ReorderStep(Milk, 0, Reorder.Machine.ReorderTrigger.Pause, _world.Time.Now));
        AskAnswer paused = _world.Asks.Order(Milk, null, out ReorderBlocks resting);

        (none, noMandate.Contains(ReorderBlock.NoMandate)).Should().Be((AskAnswer.Blocked, true));
        (paused, resting.Contains(ReorderBlock.Paused)).Should().Be((AskAnswer.Blocked, true));
    }

    [Fact]
    public void Whatever_stands_in_the_way_has_its_own_way_out_in_both_languages()
    {
        foreach (ReorderBlock block in Enum.GetValues<ReorderBlock>())
        {
            new EmptyWords(Language.Korean).Way(block, canUseUp: false).Should().NotBeNullOrWhiteSpace().And.MatchRegex("[가-힣]");
            new EmptyWords(Language.English).Way(block, canUseUp: false).Should().NotBeNullOrWhiteSpace().And.NotMatchRegex("[가-힣]");
        }
        new EmptyWords(Language.English).Way(ReorderBlock.NothingUsedSinceLastOrder, canUseUp: true).Should().Contain("Used up");
    }
}
