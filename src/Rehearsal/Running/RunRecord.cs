using PantryChain.Rehearsal.Commands;
using PantryChain.Rehearsal.World;

namespace PantryChain.Rehearsal.Running;

/// <summary>What a run folder was begun with (<c>rehearsal.json</c>): the same household comes back whenever the folder is used again.</summary>
/// <param name="Seed">Where chance comes from.</param>
/// <param name="FirstDay">Day 0 of the default household.</param>
/// <param name="Replay">Full path of the file of purchases, or null.</param>
/// <param name="Household">The household in that file.</param>
/// <param name="HomeBroker">Which broker the home has; null in folders of earlier versions, which had mosquitto.</param>
internal sealed record RunRecord(ulong Seed, DateOnly FirstDay, string? Replay, string? Household, string? HomeBroker = null)
{
    private const string FileName = "rehearsal.json";

    /// <summary>The folder's record, or a new one for what was asked.</summary>
    /// <exception cref="UsageException">The folder holds another household than the one asked for.</exception>
    public static RunRecord Of(RunFolder folder, UpOptions options, DateOnly today)
    {
        RunRecord asked = new(options.Seed, today, options.Replay is null ? null : Path.GetFullPath(options.Replay), options.Household, options.HomeBroker ?? UpOptions.Mosquitto);
        if (folder.Read<RunRecord>(FileName) is not { } kept)
            return asked;
        if (kept.Replay != asked.Replay || kept.Household != asked.Household || kept.Seed != asked.Seed)
        {
            string whose = kept.Replay is null ? $"the default household with --seed {kept.Seed}" : $"household {kept.Household} of {kept.Replay}";
            throw new UsageException($"{folder.Path} holds {whose}. Ask for that, name another folder with --data DIR, or remove it with './pantry down --wipe --data {folder.Path}'.");
        }
        string broker = kept.HomeBroker ?? UpOptions.Mosquitto;
        if (options.HomeBroker is { } other && other != broker)
            throw new UsageException($"The home of {folder.Path} has the {broker} broker, and the recorder's session waits there. Leave --home-broker away, name another folder with --data DIR, or remove it with './pantry down --wipe --data {folder.Path}'.");
        return kept with { HomeBroker = broker };
    }

    /// <summary>The household.</summary>
    /// <exception cref="UsageException">The file of purchases cannot be used.</exception>
    public HouseholdPlan Plan() => Replay is null
        ? DefaultHousehold.Plan(Seed, FirstDay)
        : ReplayHousehold.Plan(Household!, PurchaseFile.Read(Replay, Household!), Seed);

    /// <summary>True when the gateway itself is the home's broker.</summary>
    public bool IsBrokerInside => HomeBroker == UpOptions.Embedded;

    /// <summary>Keeps it in the folder.</summary>
    public void Keep(RunFolder folder) => folder.Write(FileName, this);
}
