using PantryChain.Domain.Time;

namespace PantryChain.DeviceDrivers.Simulation;

/// <summary>One time somebody wants some: when, how much, and how long the pack is away from the shelf.</summary>
internal readonly record struct Craving(DateTimeOffset At, long WantedMg, TimeSpan Away);

/// <summary>What a household wants of one slot's product, day by day: a pure function of seed, slot and day, whatever is in stock.</summary>
internal sealed class Demand(WorldPlan plan, SlotPlan slot)
{
    /// <summary>Two uses of one slot lie at least this far apart: longer than a pack stays away.</summary>
    private static readonly TimeSpan Apart = TimeSpan.FromMinutes(5);

    private readonly HouseholdDay _first = HouseholdDay.At(plan.Origin, plan.Zone);

    /// <summary>The wishes of one day (0 = the origin's local day) in order of time; none before the origin.</summary>
    public Craving[] On(int day)
    {
        Chance chance = Chance.Of(plan.Seed, slot.Slot.Value, (ulong)day);
        double wantedMg = slot.PacksPerDay(day) * slot.Content.Milligrams;
        int times = (int)(slot.UsesPerDay + chance.NextUnit());
        if (wantedMg <= 0 || times == 0)
            return [];
        // Log-normal with mean 1 and the planned coefficient of variation.
        double spread = Math.Sqrt(Math.Log(1 + slot.DayVariation * slot.DayVariation));
        double share = wantedMg / slot.UsesPerDay * Math.Exp(spread * chance.NextNormal() - spread * spread / 2);
        DateTimeOffset midnight = new HouseholdDay(_first.Number + (uint)day).StartsAt(plan.Zone);
        Craving[] cravings = new Craving[times];
        for (int i = 0; i < times; i++)
        {
            long wanted = Math.Max(1, (long)(share * (0.6 + 0.8 * chance.NextUnit())));
            cravings[i] = new Craving(midnight + TimeOfDay(ref chance), wanted, TimeSpan.FromSeconds(15 + 60 * chance.NextUnit()));
        }
        return [.. SpreadOut(cravings).Where(craving => craving.At >= plan.Origin)];
    }

    /// <summary>Breakfast, lunch and dinner with nibbling between: local hours and shares are a plain guess at a working household.</summary>
    private static TimeSpan TimeOfDay(ref Chance chance)
    {
        double which = chance.NextUnit(), where = chance.NextUnit();
        return TimeSpan.FromHours(which switch
        {
            < 0.35 => 6.5 + 2.5 * where,
            < 0.55 => 11.5 + 2 * where,
            < 0.90 => 17.5 + 3 * where,
            _ => 9 + 12 * where,
        });
    }

    private static Craving[] SpreadOut(Craving[] cravings)
    {
        Array.Sort(cravings, (a, b) => a.At.CompareTo(b.At));
        for (int i = 1; i < cravings.Length; i++)
        {
            DateTimeOffset earliest = cravings[i - 1].At + Apart;
            if (cravings[i].At < earliest)
                cravings[i] = cravings[i] with { At = earliest };
        }
        return cravings;
    }
}
