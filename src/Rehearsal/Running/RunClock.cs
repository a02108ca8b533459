using PantryChain.Domain.Time;
using PantryChain.Rehearsal.World;

namespace PantryChain.Rehearsal.Running;

/// <summary>Household time over the stops and kills of a rehearsal: it goes on where it stopped, and never back.</summary>
internal static class RunClock
{
    private const string FileName = "resume.json";

    /// <summary>Real time between the last look at the clock's file and the first weighing of a new rehearsal; day 0 begins then.</summary>
    private static readonly TimeSpan Curtain = TimeSpan.FromSeconds(6);

    /// <summary>How old a <see cref="Mark"/> can be when everything was killed at once.</summary>
    private static readonly TimeSpan Blind = TimeSpan.FromSeconds(1);

    /// <summary>Writes a clock that stands before day 0 and runs as slowly as the real one: founding a cooperative takes an unknown while, and no household day may pass meanwhile.</summary>
    public static void StandBy(RunFolder folder, HouseholdPlan plan, double speed) =>
        new HouseholdTime(plan.Origin - Curtain * speed - TimeSpan.FromHours(2), TimeProvider.System.GetUtcNow(), 1, TimeProvider.System).Write(folder.Clock);

    /// <summary>Writes <c>clock.json</c> for this run and gives the clock.</summary>
    public static HouseholdTime Start(RunFolder folder, HouseholdPlan plan, double speed)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        HouseholdTime clock = folder.Read<Shown>(FileName) is { } shown
            ? new HouseholdTime(shown.Household + Blind * shown.Speed, now, speed, TimeProvider.System)
            : new HouseholdTime(plan.Origin, now + Curtain, speed, TimeProvider.System);
        clock.Write(folder.Clock);
        return clock;
    }

    /// <summary>Notes what the clock shows; called a few times a second.</summary>
    public static void Mark(RunFolder folder, HouseholdTime clock) => folder.Write(FileName, new Shown(clock.GetUtcNow(), clock.Speed));

    private sealed record Shown(DateTimeOffset Household, double Speed);
}
