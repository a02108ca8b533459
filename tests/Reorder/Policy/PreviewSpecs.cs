using PantryChain.Domain.Learning;
using PantryChain.Domain.Ordering;
using PantryChain.Reorder.Policy;

namespace PantryChain.Reorder.Tests.Policy;

public sealed class PreviewSpecs
{
    private static readonly ReorderPolicy Policy = new();

    [Fact]
    public void Resuming_an_almost_empty_product_foretells_the_order_that_the_next_review_makes()
    {
        ReorderSituation paused = PolicySamples.Situation(packs: 0.3) with { Paused = true };

        ReorderPreview preview = Policy.Preview(paused, MandateMode.Approve);

        preview.Quantity.Should().Be(Policy.Advise(paused with { Paused = false }).Quantity).And.BePositive();
        preview.Next.Should().BeNull();
        preview.Blocks.Should().BeEmpty();
    }

    [Fact]
    public void Resuming_a_full_product_foretells_the_day_on_which_it_becomes_due_at_its_usual_rate()
    {
        ReorderSituation paused = PolicySamples.Situation(packs: 5.0) with { Paused = true };

        ReorderPreview preview = Policy.Preview(paused, MandateMode.Auto);

        double days = (5.0 - Policy.ReorderPoint(PolicySamples.Situation(5.0))) / PolicySamples.Pattern.PacksPerDay;
        preview.Quantity.Should().Be(0);
        (preview.Next!.Value - paused.Now).TotalDays.Should().Be(Math.Ceiling(days));
    }

    [Fact]
    public void What_else_stands_in_the_way_is_told_and_a_season_is_waited_for()
    {
        ReorderSituation paused = PolicySamples.Situation(packs: 0.3) with { Paused = true };

        Policy.Preview(paused with { Mandate = null }, MandateMode.Approve).Should().Match<ReorderPreview>(p => p.Blocks.Contains(ReorderBlock.NoMandate) && p.Next == null);
        Policy.Preview(paused with { Rules = new ProductRules { Season = Season.OfMonths(10) } }, MandateMode.Approve).Next!.Value.Month.Should().Be(10);
        Policy.Preview(paused with { OrderUnderWay = true }, MandateMode.Auto).Blocks.Should().Equal(ReorderBlock.OpenOrder);
        Policy.Preview(paused with { LastOrderedCycle = PolicySamples.Pattern.Cycles }, MandateMode.Auto).Next.Should().NotBeNull("another pack will be used up");
    }

    [Fact]
    public void Automatic_falls_back_to_asking_with_the_caution_named()
    {
        ConsumptionPattern known = PolicySamples.Pattern;

        Policy.CautionFor(1, known).Should().Be(ReorderCaution.FewApprovals);
        Policy.CautionFor(2, known).Should().Be(ReorderCaution.None);
        Policy.CautionFor(2, known with { RateShape = 5.0 }).Should().Be(ReorderCaution.RateUncertain);
        Policy.CautionFor(2, known with { Doubts = PatternDoubts.CoverageLow }).Should().Be(ReorderCaution.PredictionsMissed);
        Policy.CautionFor(2, known with { Doubts = PatternDoubts.StoppedUsing }).Should().Be(ReorderCaution.UseStopped);
        Policy.CautionFor(2, known with { Doubts = PatternDoubts.ClockLeapt }).Should().Be(ReorderCaution.PatternDoubted);
        Policy.ModeFor(MandateMode.Auto, 2, known with { Doubts = PatternDoubts.CoverageLow }).Should().Be(MandateMode.Approve);
        Policy.ModeFor(MandateMode.Shadow, 0, known).Should().Be(MandateMode.Shadow);
    }
}
