using PantryChain.Domain.Ordering;
using PantryChain.Reorder.Machine;

namespace PantryChain.Reorder.Tests.Machine;

public sealed class ReorderTableSpecs
{
    /// <summary>The machine once more, by hand: triggers in columns in the order of the enum, target states in rows; a dot is illegal.</summary>
    private static readonly Dictionary<ReorderState, string> Expected = new()
    {
        //                         Sh Pr De Ap Dc Wi Pa Re OR Ve Op Ac Sp Ar RR Se Ca Rf As
        [ReorderState.Watching] = "W  P  O  .  .  .  Z  .  .  .  .  .  .  .  .  .  .  .  O",
        [ReorderState.Paused] =   ".  .  .  .  .  .  .  W  .  .  .  .  .  .  .  .  .  .  .",
        [ReorderState.Proposed] = ".  .  .  O  W  W  Z  .  .  .  .  .  .  .  .  .  .  .  .",
        [ReorderState.Ordering] = ".  .  .  .  .  .  O  O  W  O  N  A  S  .  .  W  W  W  .",
        [ReorderState.Open] =     ".  .  .  .  .  .  N  N  .  N  N  A  S  .  .  W  W  W  .",
        [ReorderState.Accepted] = ".  .  .  .  .  .  A  A  .  A  A  A  S  D  .  W  W  W  .",
        [ReorderState.Shipped] =  ".  .  .  .  .  .  S  S  .  .  S  S  S  D  .  W  W  W  .",
        [ReorderState.Settling] = ".  .  .  .  .  .  D  D  .  .  D  D  D  D  D  W  W  W  .",
    };

    public static TheoryData<ReorderState, ReorderTrigger> AllPairs
    {
        get
        {
            TheoryData<ReorderState, ReorderTrigger> pairs = [];
            foreach (ReorderState state in Enum.GetValues<ReorderState>())
                foreach (ReorderTrigger trigger in Enum.GetValues<ReorderTrigger>())
                    pairs.Add(state, trigger);
            return pairs;
        }
    }

    [Theory]
    [MemberData(nameof(AllPairs))]
    public void Every_pair_leads_where_the_drawing_says_or_throws(ReorderState from, ReorderTrigger trigger)
    {
        string cell = Expected[from].Split(' ', StringSplitOptions.RemoveEmptyEntries)[(int)trigger - 1];
        Func<ReorderEdge> find = () => ReorderTable.Find(from, trigger);

        if (cell == ".")
            find.Should().Throw<InvalidOperationException>().WithMessage($"*{from}*{trigger}*");
        else
            find().To.Should().Be(StateOf(cell));
    }

    [Fact]
    public void Every_state_can_be_reached_and_left()
    {
        foreach (ReorderState state in Enum.GetValues<ReorderState>())
        {
            ReorderTable.Edges.Should().Contain(edge => edge.From == state && edge.To != state);
            ReorderTable.Edges.Should().Contain(edge => edge.To == state && edge.From != state);
        }
    }

    [Fact]
    public void An_end_has_an_outcome_and_only_ends_have_one()
    {
        foreach (ReorderEdge edge in ReorderTable.Edges)
        {
            bool ends = edge.To is (ReorderState.Watching or ReorderState.Paused) && edge.From is not (ReorderState.Watching or ReorderState.Paused);
            (edge.Outcome != ReorderOutcome.None).Should().Be(ends, $"{edge.From} --{edge.Trigger}--> {edge.To}");
        }
    }

    [Fact]
    public void The_diagram_in_the_documentation_is_the_table()
    {
        string documentation = File.ReadAllText(Path.Combine(ProjectRoot(), "docs", "reorder.md"));

        documentation.Should().Contain("```mermaid\n" + ReorderDiagram.ToMermaid() + "```");
    }

    private static ReorderState StateOf(string cell) => cell switch
    {
        "W" => ReorderState.Watching, "Z" => ReorderState.Paused, "P" => ReorderState.Proposed, "O" => ReorderState.Ordering,
        "N" => ReorderState.Open, "A" => ReorderState.Accepted, "S" => ReorderState.Shipped, _ => ReorderState.Settling,
    };

    private static string ProjectRoot()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "PantryChain.sln")))
            folder = Path.GetDirectoryName(folder)!;
        return folder;
    }
}
