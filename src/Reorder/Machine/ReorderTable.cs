using PantryChain.Domain.Ordering;

namespace PantryChain.Reorder.Machine;

/// <summary>One legal edge.</summary>
/// <param name="From">State before.</param>
/// <param name="Trigger">What happened.</param>
/// <param name="To">State after; <see cref="ReorderState.Watching"/> becomes <see cref="ReorderState.Paused"/> where a pause waits for the running order to end.</param>
/// <param name="Effects">What the gateway does then, in order.</param>
/// <param name="Outcome">How order or proposal ended, on the edges that end one.</param>
public sealed record ReorderEdge(
    ReorderState From, ReorderTrigger Trigger, ReorderState To, IReadOnlyList<ReorderEffect> Effects, ReorderOutcome Outcome = ReorderOutcome.None);

/// <summary>The whole of station 7's machine: every legal edge, in the order of an order's life; any other pair is a bug and throws.</summary>
public static class ReorderTable
{
    private static readonly ReorderEdge[] AllEdges =
    [
        Edge(ReorderState.Watching, ReorderTrigger.Shadow, ReorderState.Watching, ReorderEffect.ShowShadow),
        Edge(ReorderState.Watching, ReorderTrigger.Propose, ReorderState.Proposed, ReorderEffect.AskMember),
        Edge(ReorderState.Watching, ReorderTrigger.Decide, ReorderState.Ordering, ReorderEffect.PlaceOrder),
        Edge(ReorderState.Watching, ReorderTrigger.Ask, ReorderState.Ordering, ReorderEffect.PlaceOrder),
        Edge(ReorderState.Watching, ReorderTrigger.Pause, ReorderState.Paused, ReorderEffect.TellPaused),

        Edge(ReorderState.Paused, ReorderTrigger.Resume, ReorderState.Watching, ReorderEffect.TellResumed),

        Edge(ReorderState.Proposed, ReorderTrigger.Approve, ReorderState.Ordering, ReorderEffect.CountApproval, ReorderEffect.PlaceOrder),
        End(ReorderState.Proposed, ReorderTrigger.Decline, ReorderOutcome.Declined, ReorderEffect.TellOutcome),
        End(ReorderState.Proposed, ReorderTrigger.Withdraw, ReorderOutcome.Withdrawn, ReorderEffect.TakeQuestionBack),
        new(ReorderState.Proposed, ReorderTrigger.Pause, ReorderState.Paused, [ReorderEffect.TakeQuestionBack, ReorderEffect.TellPaused], ReorderOutcome.Withdrawn),

        .. UnderWay(ReorderState.Ordering),
        End(ReorderState.Ordering, ReorderTrigger.OrderRefused, ReorderOutcome.Failed, ReorderEffect.TellOutcome),
        Edge(ReorderState.Ordering, ReorderTrigger.Veto, ReorderState.Ordering, ReorderEffect.CancelOrder),
        Edge(ReorderState.Ordering, ReorderTrigger.Opened, ReorderState.Open, ReorderEffect.ShowVetoWindow),
        Edge(ReorderState.Ordering, ReorderTrigger.Accepted, ReorderState.Accepted),
        Edge(ReorderState.Ordering, ReorderTrigger.Shipped, ReorderState.Shipped),

        .. UnderWay(ReorderState.Open),
        Edge(ReorderState.Open, ReorderTrigger.Opened, ReorderState.Open),
        Edge(ReorderState.Open, ReorderTrigger.Veto, ReorderState.Open, ReorderEffect.CancelOrder),
        Edge(ReorderState.Open, ReorderTrigger.Accepted, ReorderState.Accepted),
        Edge(ReorderState.Open, ReorderTrigger.Shipped, ReorderState.Shipped),

        .. UnderWay(ReorderState.Accepted),
        Edge(ReorderState.Accepted, ReorderTrigger.Opened, ReorderState.Accepted),
        Edge(ReorderState.Accepted, ReorderTrigger.Accepted, ReorderState.Accepted),
        Edge(ReorderState.Accepted, ReorderTrigger.Veto, ReorderState.Accepted, ReorderEffect.CancelOrder),
        Edge(ReorderState.Accepted, ReorderTrigger.Shipped, ReorderState.Shipped),
        Edge(ReorderState.Accepted, ReorderTrigger.Arrived, ReorderState.Settling, ReorderEffect.ReleaseOrder),

        .. UnderWay(ReorderState.Shipped),
        Edge(ReorderState.Shipped, ReorderTrigger.Opened, ReorderState.Shipped),
        Edge(ReorderState.Shipped, ReorderTrigger.Accepted, ReorderState.Shipped),
        Edge(ReorderState.Shipped, ReorderTrigger.Shipped, ReorderState.Shipped),
        Edge(ReorderState.Shipped, ReorderTrigger.Arrived, ReorderState.Settling, ReorderEffect.ReleaseOrder),

        .. UnderWay(ReorderState.Settling),
        Edge(ReorderState.Settling, ReorderTrigger.Opened, ReorderState.Settling),
        Edge(ReorderState.Settling, ReorderTrigger.Accepted, ReorderState.Settling),
        Edge(ReorderState.Settling, ReorderTrigger.Shipped, ReorderState.Settling),
        Edge(ReorderState.Settling, ReorderTrigger.Arrived, ReorderState.Settling),
        Edge(ReorderState.Settling, ReorderTrigger.ReleaseRefused, ReorderState.Settling, ReorderEffect.ReleaseOrder),
    ];

    private static readonly Dictionary<(ReorderState, ReorderTrigger), ReorderEdge> ByPair = AllEdges.ToDictionary(edge => (edge.From, edge.Trigger));

    /// <summary>Every legal edge.</summary>
    public static IReadOnlyList<ReorderEdge> Edges => AllEdges;

    /// <summary>The edge for a pair; false for an illegal one.</summary>
    public static bool TryFind(ReorderState from, ReorderTrigger trigger, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ReorderEdge? edge) =>
        ByPair.TryGetValue((from, trigger), out edge);

    /// <summary>The edge for a pair.</summary>
    /// <exception cref="InvalidOperationException">The pair is illegal: a bug in the caller, since the policy and the duplicates are sorted out before.</exception>
    public static ReorderEdge Find(ReorderState from, ReorderTrigger trigger) =>
        TryFind(from, trigger, out ReorderEdge? edge) ? edge : throw new InvalidOperationException($"A reorder that is {from} cannot take {trigger}.");

    /// <summary>
    /// What holds while an order is under way: the chain may end it at any moment in any of three ways, and a pause stops only the next order
    /// (un-pausing must never place one by surprise: openfoodnetwork #2549).
    /// </summary>
    private static ReorderEdge[] UnderWay(ReorderState state) =>
    [
        Edge(state, ReorderTrigger.Pause, state, ReorderEffect.TellPaused),
        Edge(state, ReorderTrigger.Resume, state, ReorderEffect.TellResumed),
        End(state, ReorderTrigger.Settled, ReorderOutcome.Settled, ReorderEffect.TellOutcome),
        End(state, ReorderTrigger.Cancelled, ReorderOutcome.Cancelled, ReorderEffect.TellOutcome),
        End(state, ReorderTrigger.Refunded, ReorderOutcome.Refunded, ReorderEffect.TellOutcome),
    ];

    private static ReorderEdge Edge(ReorderState from, ReorderTrigger trigger, ReorderState to, params ReorderEffect[] effects) => new(from, trigger, to, effects);

    private static ReorderEdge End(ReorderState from, ReorderTrigger trigger, ReorderOutcome outcome, params ReorderEffect[] effects) =>
        new(from, trigger, ReorderState.Watching, effects, outcome);
}
