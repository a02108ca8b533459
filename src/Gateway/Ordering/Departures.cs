using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Cooperative;
using PantryChain.Reorder.Machine;

namespace PantryChain.Gateway.Ordering;

/// <summary>When the gateway next looks around, and when a decided order leaves the house: never at the moment of somebody's act.</summary>
internal sealed class Departures(Discretion discretion, MandateBook mandates, Circumstances circumstances, Household household)
{
    private static readonly TimeSpan BeforeCutOff = TimeSpan.FromMinutes(10); // household time, for the way to the chain

    /// <summary>Household time until the next look at store and chain.</summary>
    public TimeSpan UntilNextLook() => discretion.UntilNextLook();

    /// <summary>A random time after the decision, and before the seller's next cut-off if the decision was.</summary>
    public DateTimeOffset DueOf(ReorderProcess process)
    {
        DateTimeOffset decided = process.Since, due = decided + discretion.BeforeOrder(process.Gtin, process.Number);
        if (mandates.ActiveOf(process.Gtin) is not { } mandate || circumstances.OfferFor(process.Gtin, mandate.Sellers)?.Supply.CutOff is not { } cutOff)
            return due;
        DateTimeOffset local = TimeZoneInfo.ConvertTime(decided, household.Zone);
        TimeSpan left = cutOff - TimeOnly.FromTimeSpan(local.TimeOfDay); // over midnight if need be
        DateTimeOffset latest = decided + (left > BeforeCutOff ? left - BeforeCutOff : TimeSpan.Zero);
        return due < latest ? due : latest;
    }
}
