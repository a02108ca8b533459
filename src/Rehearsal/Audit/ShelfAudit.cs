using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;
using PantryChain.DeviceDrivers.Simulation;
using PantryChain.Domain.Events;
using PantryChain.Domain.Identity;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Rehearsal.Audit;

/// <summary>Compares what the journal booked with what truly happened on the simulated shelf: whatever else moved the scales was no use and no delivery.</summary>
/// <remarks>Reads only. Opens a household of its own over the same files, as everybody does who asks the world.</remarks>
internal sealed class ShelfAudit(string gatewayDatabase, SimulatedHousehold truth)
{
    // What drift and noise may add up to: the sigma of a step is below a gram, and a scale carries its errors from one to the next.
    private const double LeastTolerance = 30, ToleranceShare = 0.01;

    /// <summary>How far bookings lag behind: a scale has to settle, which at the fastest speed takes half a household day, and a chip may have been away.</summary>
    private static readonly TimeSpan Lag = TimeSpan.FromDays(2);

    /// <summary>What the shelf's part of the audit found.</summary>
    internal sealed record Result(long TagEvents, long Questions, IReadOnlyList<string> Findings);

    /// <summary>Looks at all bookings.</summary>
    /// <param name="now">Household time.</param>
    public Result Run(DateTimeOffset now)
    {
        using SqliteConnection journal = SqliteFile.OpenReader(gatewayDatabase);
        List<Booked> events = [.. journal.Query("SELECT slot, kind, delta_mg, level_mg, seen_at FROM events ORDER BY seq").Select(row => new Booked(
            new SlotId((ushort)(long)row.slot), (ThingEventKind)(byte)(long)row.kind, (long)row.delta_mg / 1e3, (long)row.level_mg / 1e3, DateTimeOffset.FromUnixTimeMilliseconds((long)row.seen_at)))];
        HashSet<SlotId> asked = [.. journal.Query<long>("SELECT DISTINCT slot FROM inbox").Select(slot => new SlotId((ushort)slot))];
        List<string> findings = [];
        foreach (SlotPlan slot in truth.Plan.Slots)
            Compare(slot, [.. events.Where(booked => booked.Slot == slot.Slot)], isAsked: asked.Contains(slot.Slot), now, findings);
        return new Result(
            events.Count(booked => booked.Kind is ThingEventKind.TagSeen or ThingEventKind.TagLost), journal.ExecuteScalar<long>("SELECT count(*) FROM inbox"), findings);
    }

    private void Compare(SlotPlan slot, List<Booked> events, bool isAsked, DateTimeOffset now, List<string> findings)
    {
        if (events.FirstOrDefault(booked => booked.Kind == ThingEventKind.Snapshot) is not { } opening || isAsked)
            return; // what waits for the member's answer is booked by nobody yet
        SlotStock stock = truth.StockAt(slot.Slot, now);
        double used = -events.Where(booked => booked.Kind == ThingEventKind.Used).Sum(booked => booked.Grams);
        double added = events.Where(booked => booked.Kind is ThingEventKind.Restocked or ThingEventKind.Delivered).Sum(booked => booked.Grams);
        double arrived = stock.DeliveredPacks * slot.Pack.Grams;
        if (used > stock.Used.Grams + Tolerance(stock.Used.Grams))
            findings.Add(Text($"Slot {slot.Slot}: {used:0} g are booked as used, {stock.Used.Grams:0} g were."));
        if (added > arrived + Tolerance(arrived))
            findings.Add(Text($"Slot {slot.Slot}: {added:0} g are booked as added, {arrived:0} g were."));
        double booked = opening.Level + added - used + events.Where(booked => booked.Kind == ThingEventKind.Corrected).Sum(booked => booked.Grams);
        (double least, double most) = Levels(slot, now);
        double tolerance = Tolerance(stock.Used.Grams + arrived);
        if (booked < least - tolerance || booked > most + tolerance)
            findings.Add(Text($"Slot {slot.Slot}: by its bookings {booked:0} g lie there, in truth {truth.LevelAt(slot.Slot, now).Grams:0} g."));
    }

    /// <summary>Between which levels the bookings may be, as far as they lag behind.</summary>
    private (double Least, double Most) Levels(SlotPlan slot, DateTimeOffset now)
    {
        (double least, double most) = (double.MaxValue, double.MinValue);
        for (DateTimeOffset at = now - Lag; at <= now; at += TimeSpan.FromMinutes(10))
        {
            double grams = truth.LevelAt(slot.Slot, at < truth.Plan.Origin ? truth.Plan.Origin : at).Grams;
            (least, most) = (Math.Min(least, grams), Math.Max(most, grams));
        }
        return (least, most);
    }

    private static double Tolerance(double grams) => Math.Max(LeastTolerance, ToleranceShare * grams);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed record Booked(SlotId Slot, ThingEventKind Kind, double Grams, double Level, DateTimeOffset At);
}
