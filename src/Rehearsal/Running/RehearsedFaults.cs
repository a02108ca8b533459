using PantryChain.DeviceDrivers.Simulation;
using PantryChain.Rehearsal.Commands;
using PantryChain.Rehearsal.World;

namespace PantryChain.Rehearsal.Running;

/// <summary>The fault script of a run: asked for, the run folder's own, or the gentle built-in one, so that everybody sees the product survive something.</summary>
internal static class RehearsedFaults
{
    /// <summary>What <c>--faults</c> says for a household in which nothing goes wrong.</summary>
    public const string Nothing = "none";

    private const string BuiltIn = "PantryChain.Rehearsal.World.faults.jsonl";

    /// <summary>Puts the script into the run folder, where the gateway reads it, once every entry was checked.</summary>
    /// <param name="folder">The run folder; its old script stays when nothing is asked.</param>
    /// <param name="plan">The household.</param>
    /// <param name="asked">A file, <see cref="Nothing"/>, or null.</param>
    /// <exception cref="UsageException">The script is absent or wrong; the text names file, entry and fix.</exception>
    public static void Keep(RunFolder folder, HouseholdPlan plan, string? asked)
    {
        try
        {
            string? source = asked ?? (File.Exists(folder.Faults) ? folder.Faults : null);
            if (source is not null and not Nothing)
                FaultScript.Read(source).Check(source, plan.Reach);
            if (source == folder.Faults)
                return;
            string text = source is null ? BuiltInFor(plan.Reach) : source == Nothing ? "[]\n" : File.ReadAllText(source);
            File.WriteAllText(folder.Faults + ".draft", text);
            File.Move(folder.Faults + ".draft", folder.Faults, overwrite: true);
        }
        catch (FormatException error)
        {
            throw new UsageException($"{error.Message} docs/sensing.md, 'Faults by script', says what there is.", error);
        }
    }

    /// <summary>The run folder's script.</summary>
    public static FaultScript Of(RunFolder folder) => File.Exists(folder.Faults) ? FaultScript.Read(folder.Faults) : FaultScript.None;

    /// <summary>The built-in script's entries that a household's hardware can have.</summary>
    internal static string BuiltInFor(FaultReach reach)
    {
        using Stream stream = typeof(RehearsedFaults).Assembly.GetManifestResourceStream(BuiltIn)!;
        using StreamReader reader = new(stream);
        string[] lines = reader.ReadToEnd().Split('\n');
        return string.Concat(lines.Where(line => line.Trim() is not ("[" or "]" or "")).Where(line => FaultScript.Parse("the built-in script", line).Fitting(reach).Entries.Count > 0).Select(line => line + "\n"));
    }
}
