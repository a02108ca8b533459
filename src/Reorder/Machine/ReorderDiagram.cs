using System.Text;
using PantryChain.Domain.Ordering;

namespace PantryChain.Reorder.Machine;

/// <summary>Draws <see cref="ReorderTable"/> for people.</summary>
public static class ReorderDiagram
{
    /// <summary>The table as a Mermaid state diagram: one arrow per pair of states, edges that change nothing left out.</summary>
    public static string ToMermaid()
    {
        StringBuilder text = new("stateDiagram-v2\n    [*] --> Watching\n");
        foreach (var arrow in ReorderTable.Edges.Where(edge => edge.From != edge.To).GroupBy(edge => (edge.From, edge.To)))
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"    {arrow.Key.From} --> {arrow.Key.To}: {string.Join(", ", arrow.Select(Label))}\n");
        return text.ToString();
    }

    private static string Label(ReorderEdge edge) =>
        edge.Outcome == ReorderOutcome.None || $"{edge.Outcome}" == $"{edge.Trigger}" ? $"{edge.Trigger}" : $"{edge.Trigger} ({edge.Outcome})";
}
