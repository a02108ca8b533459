using PantryChain.Rehearsal.Commands;
using PantryChain.Rehearsal.World;

namespace PantryChain.Rehearsal.Running;

/// <summary>What a run folder was begun with (<c>rehearsal.json</c>): the same household comes back whenever the folder is used again.</summary>
/// <param name="Seed">Where chance comes from.</param>
/// <param name="FirstDay">Day 0 of the default household.</param>
/// <param name="Replay">Full path of the file of purchases, or null.</param>
/// <param name="Household">The household in that file.</param>
internal sealed record RunRecord(ulong Seed, DateOnly FirstDay, string? Replay, string? Household)
{
    private const string FileName = "rehearsal.json";

    /// <summary>The folder's record, or a new one for what was asked.</summary>
    /// <exception cref="UsageException">The folder holds another household than the one asked for.</exception>
    public static RunRecord Of(RunFolder folder, UpOptions options, DateOnly today)
    {
        RunRecord asked = new(options.Seed, today, options.Replay is null ? null : Path.GetFullPath(options.Replay), options.Household);
        if (folder.Read<RunRecord>(FileName) is not { } kept)
            return asked;
        if (kept.Replay != asked.Replay || kept.Household != asked.Household || kept.Seed != asked.Seed)
        {
            string whose = kept.Replay is null ? $"the default household with --seed {kept.Seed}" : $"household {kept.Household} of {kept.Replay}";
            throw new UsageException($"{folder.Path} holds {whose}. Ask for that, name another folder with --data DIR, or remove it with './pantry down --wipe --data {folder.Path}'.");
        }
        return kept;
    }

    /// <summary>The household.</summary>
    /// <exception cref="UsageException">The file of purchases cannot be used.</exception>
    public HouseholdPlan Plan() => Replay is null
        ? DefaultHousehold.Plan(Seed, FirstDay)
        : ReplayHousehold.Plan(Household!, PurchaseFile.Read(Replay, Household!), Seed);

    /// <summary>Keeps it in the folder.</summary>
    public void Keep(RunFolder folder) => folder.Write(FileName, this);
}
