using System.Globalization;
using System.Text;
using PantryChain.Domain.Ordering;

namespace PantryChain.Reorder.Machine;

/// <summary>Draws <see cref="ReorderMachine"/> for people.</summary>
public static class ReorderDiagram
{
    /// <summary>The configured machine as a Mermaid state diagram: one arrow per pair of states, edges that change nothing left out.</summary>
    public static string ToMermaid()
    {
        StringBuilder text = new("stateDiagram-v2\n    [*] --> Watching\n");
        foreach (var arrow in Edges(new ReorderMachine()).Where(edge => edge.From != edge.To).GroupBy(edge => (edge.From, edge.To)).OrderBy(arrow => arrow.Key))
            text.Append(CultureInfo.InvariantCulture, $"    {arrow.Key.From} --> {arrow.Key.To}: {string.Join(", ", arrow.OrderBy(edge => edge.Trigger).Select(Label))}\n");
        return text.ToString();
    }

    /// <summary>Every edge of a machine.</summary>
    public static IEnumerable<(ReorderState From, ReorderTrigger Trigger, ReorderState To)> Edges(ReorderMachine machine) =>
        from state in machine.Info.States
        from edge in state.FixedTransitions
        select ((ReorderState)state.UnderlyingState, (ReorderTrigger)edge.Trigger.UnderlyingTrigger, (ReorderState)edge.DestinationState.UnderlyingState);

    private static string Label((ReorderState From, ReorderTrigger Trigger, ReorderState To) edge)
    {
        ReorderOutcome outcome = ReorderMachine.OutcomeOf(edge.From, edge.Trigger);
        string held = edge.To == ReorderState.Paused && edge.Trigger != ReorderTrigger.Pause ? " while held" : "";
        return (outcome == ReorderOutcome.None || $"{outcome}" == $"{edge.Trigger}" ? $"{edge.Trigger}" : $"{edge.Trigger} ({outcome})") + held;
    }
}
