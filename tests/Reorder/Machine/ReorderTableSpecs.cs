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

    private static readonly (ReorderState From, ReorderTrigger Trigger, ReorderState To)[] Edges = [.. ReorderDiagram.Edges(new ReorderMachine())];

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
        ReorderMachine machine = new();
        ReorderProcess process = ReorderProcess.New(ReorderMachineSpecs.Milk) with { State = from, Number = 1 };
        uint number = ReorderMachine.Begins(trigger) ? 2u : 1u;
        Func<ReorderProcess> take = () => machine.Take(process, ReorderMachineSpecs.Step(number, trigger) with { Intent = ReorderMachineSpecs.Intent(number) });

        machine.Next(from, trigger).Should().Be(cell == "." ? null : StateOf(cell));
        machine.CanTake(process, trigger).Should().Be(cell != ".");
        if (cell != ".")
            take().State.Should().Be(StateOf(cell));
        else if (IsKnown(process, trigger))
            take().Should().Be(process);
        else
            take.Should().Throw<InvalidOperationException>().WithMessage($"*{from}*{trigger}*");
    }

    [Fact]
    public void Every_state_can_be_reached_and_left()
    {
        foreach (ReorderState state in Enum.GetValues<ReorderState>())
        {
            Edges.Should().Contain(edge => edge.From == state && edge.To != state);
            Edges.Should().Contain(edge => edge.To == state && edge.From != state);
        }
    }

    [Fact]
    public void An_end_has_an_outcome_and_only_ends_have_one()
    {
        foreach (var edge in Edges)
        {
            bool ends = edge.To is (ReorderState.Watching or ReorderState.Paused) && edge.From is not (ReorderState.Watching or ReorderState.Paused);
            (ReorderMachine.OutcomeOf(edge.From, edge.Trigger) != ReorderOutcome.None).Should().Be(ends, $"{edge.From} --{edge.Trigger}--> {edge.To}");
        }
    }

    [Fact]
    public void The_diagram_in_the_documentation_is_the_machine()
    {
        string documentation = File.ReadAllText(Path.Combine(ProjectRoot(), "docs", "reorder.md"));

        documentation.Should().Contain("```mermaid\n" + ReorderDiagram.ToMermaid() + "```");
    }

    /// <summary>Old news is taken in silence: of an intent that has ended, a yes that was given, a pause that does not hold.</summary>
    private static bool IsKnown(ReorderProcess process, ReorderTrigger trigger) => trigger switch
    {
        ReorderTrigger.Pause or ReorderTrigger.Resume => trigger == ReorderTrigger.Pause == process.Paused,
        ReorderTrigger.Approve => process.State != ReorderState.Proposed,
        _ => !process.UnderWay && !ReorderMachine.Begins(trigger),
    };

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
