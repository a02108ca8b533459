using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Reorder.Machine;
using PantryChain.Reorder.Policy;
using PantryChain.Reorder.Tests.Policy;

namespace PantryChain.Reorder.Tests.Machine;

/// <summary>Shared deliveries and substitutes need no states of their own: each product of a plan lives its own life in the same table.</summary>
public sealed class SharedDeliverySpecs
{
    private static readonly ReorderPlanner Planner = new(new ReorderPolicy());

    public static TheoryData<ReorderState> UnderWay
    {
        get
        {
            TheoryData<ReorderState> states = [];
            foreach (ReorderState state in Enum.GetValues<ReorderState>().Where(state => state is not (ReorderState.Watching or ReorderState.Paused)))
                states.Add(state);
            return states;
        }
    }

    [Fact]
    public void Of_a_shared_delivery_one_order_may_be_refused_while_the_other_settles()
    {
        ReorderAdvice[] plan = Planner.Plan([Candidate(PolicySamples.Milk, 0.3), Candidate(PolicySamples.Rice, 0.3)]);
        List<ReorderStep> milk = [Begin(PolicySamples.Milk, plan[0]), Step(PolicySamples.Milk, ReorderTrigger.OrderRefused)];
        List<ReorderStep> rice =
        [
            Begin(PolicySamples.Rice, plan[1]), Step(PolicySamples.Rice, ReorderTrigger.Accepted), Step(PolicySamples.Rice, ReorderTrigger.Shipped),
            Step(PolicySamples.Rice, ReorderTrigger.Arrived), Step(PolicySamples.Rice, ReorderTrigger.Settled),
        ];

        plan.Select(advice => advice.Why!.SharedWith).Should().Equal(1, 1);
        new ReorderMachine().Replay(PolicySamples.Milk, milk).LastOutcome.Should().Be(ReorderOutcome.Failed);
        new ReorderMachine().Replay(PolicySamples.Rice, rice).LastOutcome.Should().Be(ReorderOutcome.Settled);
        new ReorderMachine().Replay(PolicySamples.Rice, rice).Intent!.Why.SharedWith.Should().Be(1, "the explanation is kept with the step");
    }

    [Theory]
    [MemberData(nameof(UnderWay))]
    public void In_every_state_that_is_under_way_a_substitute_keeps_its_first_choice_back(ReorderState state)
    {
        ReorderProcess substitute = ReorderProcess.New(PolicySamples.Oat) with { State = state };
        ReorderCandidate oat = Candidate(PolicySamples.Oat, 0.0) with { SubstituteFor = PolicySamples.Milk };

        ReorderAdvice[] plan = Planner.Plan([Candidate(PolicySamples.Milk, 0.3), oat with { Situation = oat.Situation with { OrderUnderWay = substitute.UnderWay } }]);

        plan.Should().OnlyContain(advice => advice.Quantity == 0);
        plan[0].Blocks.Should().Contain(ReorderBlock.NeedUnderWay);
    }

    private static ReorderCandidate Candidate(Gtin gtin, double packs) => new(gtin, default, PolicySamples.Situation(packs, gtin));

    private static ReorderStep Begin(Gtin gtin, ReorderAdvice advice) =>
        Step(gtin, ReorderTrigger.Decide) with { Intent = new ReorderIntent(1, gtin, advice.Quantity, 5, PolicySamples.Saturday, advice.Why!) };

    private static ReorderStep Step(Gtin gtin, ReorderTrigger trigger) => new(gtin, 1, trigger, PolicySamples.Saturday);
}
