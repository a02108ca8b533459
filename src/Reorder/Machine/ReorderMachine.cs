using PantryChain.Domain.Ordering;

namespace PantryChain.Reorder.Machine;

/// <summary>A step's result: the new state and what the gateway does once the step is stored.</summary>
/// <param name="Process">State after the step; the same value when the step was old news.</param>
/// <param name="Effects">Effects in order; empty for old news.</param>
/// <param name="IsNews">False when the step was known already and need not be stored.</param>
public readonly record struct ReorderTransition(ReorderProcess Process, IReadOnlyList<ReorderEffect> Effects, bool IsNews);

/// <summary>Advances a product's restocking by one step; pure, the table decides.</summary>
/// <remarks>
/// The gateway stores the step, then performs the effects, then may crash anywhere: after a restart it replays the steps and performs
/// <see cref="Resume"/>'s effects, each keyed by (product, number), so none happens twice.
/// </remarks>
public static class ReorderMachine
{
    private static readonly IReadOnlyList<ReorderEffect> Nothing = [];

    /// <summary>Applies one step. Steps of ended intents and repeated news of a running one change nothing.</summary>
    /// <exception cref="InvalidOperationException">The table has no such edge, or the step skips a number.</exception>
    public static ReorderTransition Advance(ReorderProcess process, ReorderStep step)
    {
        if (step.Gtin != process.Gtin)
            throw new InvalidOperationException($"A step of {step.Gtin} cannot advance {process.Gtin}.");
        if (IsOldNews(process, step))
            return new ReorderTransition(process, Nothing, IsNews: false);
        if (step.Number != (Begins(step.Trigger) ? process.NextNumber : process.Number))
            throw new InvalidOperationException($"Step {step.Trigger} has number {step.Number}, but the newest intent of {process.Gtin} is {process.Number}.");

        ReorderEdge edge = ReorderTable.Find(process.State, step.Trigger);
        ReorderProcess next = Apply(process, step, edge);
        return new ReorderTransition(next, edge.Effects, IsNews: next != process);
    }

    /// <summary>The effects that may have been lost with a crash right after the last step; each is safe to perform again.</summary>
    public static IReadOnlyList<ReorderEffect> Resume(ReorderProcess process) => process.State switch
    {
        ReorderState.Proposed => [ReorderEffect.AskMember],
        ReorderState.Ordering or ReorderState.Open or ReorderState.Accepted when process.Vetoed => [ReorderEffect.CancelOrder],
        ReorderState.Ordering => [ReorderEffect.PlaceOrder],
        ReorderState.Open => [ReorderEffect.ShowVetoWindow],
        ReorderState.Settling => [ReorderEffect.ReleaseOrder],
        _ => Nothing,
    };

    private static ReorderProcess Apply(ReorderProcess process, ReorderStep step, ReorderEdge edge)
    {
        bool held = step.Trigger switch
        {
            ReorderTrigger.Pause => true,
            ReorderTrigger.Resume => false,
            _ => process.Held,
        };
        ReorderState state = edge.To == ReorderState.Watching && held ? ReorderState.Paused : edge.To;
        bool becomesOrder = step.Trigger is ReorderTrigger.Propose or ReorderTrigger.Decide or ReorderTrigger.Ask;
        return process with
        {
            State = state,
            Held = held && state != ReorderState.Paused, // once nothing runs any more, the state itself says it
            Number = step.Number,
            Intent = becomesOrder ? step.Intent ?? throw new InvalidOperationException($"Step {step.Trigger} needs its intent.") : process.Intent,
            Order = becomesOrder ? default : step.Order.IsNone ? process.Order : step.Order,
            Vetoed = step.Trigger == ReorderTrigger.Veto || (process.Vetoed && edge.Outcome == ReorderOutcome.None && !becomesOrder),
            Since = state == process.State ? process.Since : step.At,
            Approvals = edge.Effects.Contains(ReorderEffect.CountApproval) ? process.Approvals + 1 : process.Approvals,
            LastOutcome = edge.Outcome == ReorderOutcome.None ? process.LastOutcome : edge.Outcome,
            Note = step.Note ?? (state == process.State ? process.Note : null),
        };
    }

    /// <summary>News arrives by message, by log and by answer, so often twice: what belongs to an ended intent, or was done already, is known.</summary>
    private static bool IsOldNews(ReorderProcess process, ReorderStep step)
    {
        if (step.Trigger is ReorderTrigger.Pause or ReorderTrigger.Resume)
            return step.Trigger == ReorderTrigger.Pause == process.Paused;
        if (Begins(step.Trigger))
            return step.Number <= process.Number;
        if (step.Number < process.Number)
            return true;
        return step.Number == process.Number && step.Number > 0 && (!process.UnderWay || IsSaidAlready(process.State, step.Trigger));
    }

    private static bool IsSaidAlready(ReorderState state, ReorderTrigger trigger) =>
        trigger == ReorderTrigger.Approve && state > ReorderState.Proposed;

    /// <summary>True for what begins an intent of its own.</summary>
    public static bool Begins(ReorderTrigger trigger) => trigger is ReorderTrigger.Shadow or ReorderTrigger.Propose or ReorderTrigger.Decide or ReorderTrigger.Ask;
}
