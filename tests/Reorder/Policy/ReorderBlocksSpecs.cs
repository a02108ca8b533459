using PantryChain.Domain.Ordering;

namespace PantryChain.Reorder.Tests.Policy;

public sealed class ReorderBlocksSpecs
{
    [Fact]
    public void Every_reason_fits_and_comes_back_in_the_order_of_its_rank()
    {
        ReorderBlocks all = [.. Enum.GetValues<ReorderBlock>()];

        all.Should().HaveCount(Enum.GetValues<ReorderBlock>().Length).And.OnlyHaveUniqueItems();
        all.Count.Should().Be(Enum.GetValues<ReorderBlock>().Length);
        Enumerable.Range(0, all.Count).Select(i => all[i]).Should().Equal(all);
        all[0].Should().Be(ReorderBlock.StillLearning);
    }

    [Fact]
    public void Reasons_combine_like_sets()
    {
        ReorderBlocks money = ReorderBlock.FundsTooLow | (ReorderBlocks)ReorderBlock.BudgetSpent;

        money.Should().Equal(ReorderBlock.BudgetSpent, ReorderBlock.FundsTooLow);
        money.Except(ReorderBlock.BudgetSpent).Should().Equal(ReorderBlock.FundsTooLow);
        money.Overlaps(ReorderBlock.Paused).Should().BeFalse();
        (money == ReorderBlocks.Create([ReorderBlock.FundsTooLow, ReorderBlock.BudgetSpent])).Should().BeTrue();
        ReorderBlocks.None.IsEmpty.Should().BeTrue();
        money.ToString().Should().Be("BudgetSpent, FundsTooLow");
        ((Func<bool>)(() => money.Contains((ReorderBlock)31))).Should().Throw<ArgumentOutOfRangeException>();
    }
}
