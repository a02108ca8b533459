using System.Text.Json;
using System.Text.Json.Serialization;

namespace PantryChain.Rehearsal.Audit;

/// <summary>What a rehearsal came to, as <c>--json</c> writes it: found by the audit in journal, brokers, database and chain.</summary>
/// <param name="SimulatedDays">Household days since day 0.</param>
/// <param name="Samples">Weight samples that the gateway has taken since it last started.</param>
/// <param name="Events">Events in the journal.</param>
/// <param name="BlocksSealed">Blocks in the gateway's book.</param>
/// <param name="BlocksAnchored">Those whose batch's root, computed again from the store's table, is anchored on chain.</param>
/// <param name="TokensEarned">Bamnamu in the member's newest published reward leaf.</param>
/// <param name="Orders">Orders on chain by state.</param>
/// <param name="AutomaticOrders">Those that nobody was asked about.</param>
/// <param name="LostEvents">Numbers up to the end of the audited day that are not in an anchored block exactly as journaled, or that the home broker's recorder has not exactly so.</param>
/// <param name="DuplicateOrders">Orders on chain beyond the first for one mandate and cycle, opened while another of the product was open, or unknown to the gateway.</param>
/// <param name="TagEvents">Comings and goings of tags in the journal.</param>
/// <param name="Questions">Changes of which the gateway could not tell what they were: they wait in the inbox, or waited.</param>
/// <param name="OwnPurchasesUnderWay">Packs that the household bought elsewhere while an order of the product was on its way.</param>
/// <param name="SettledBy">Settled orders by what vouched for their delivery; <c>time_out</c> are those that the contract released after the seller's own record.</param>
/// <param name="SettledUndelivered">Settled orders of which the courier had not brought all packs.</param>
/// <param name="Products">How often each product was out since its first automatic order, whether the household was told before, and the mean stock.</param>
/// <param name="Faults">How often the fault script made what happen, by its own words.</param>
/// <param name="PeakMemoryMb">Most resident memory of each process, in MiB.</param>
/// <param name="HomeBroker">Which broker the home had: <c>embedded</c> or <c>mosquitto</c>.</param>
/// <param name="SecondsToDashboard">Real seconds from the command to the dashboard's first answer.</param>
/// <param name="SecondsToFirstSettledOrder">Real seconds from the dashboard's first answer to the first settled order; null while there is none, or when an earlier run had it.</param>
/// <param name="SecondsToFirstAutomaticOrder">The same for the first settled automatic order.</param>
/// <param name="Findings">What is wrong, in words; empty when nothing is.</param>
internal sealed record Summary(
    double SimulatedDays, long Samples, long Events, long BlocksSealed, long BlocksAnchored, decimal TokensEarned, SortedDictionary<string, int> Orders,
    SortedDictionary<string, int> AutomaticOrders, long LostEvents, long DuplicateOrders, long TagEvents, long Questions,
    int OwnPurchasesUnderWay, SortedDictionary<string, int> SettledBy, int SettledUndelivered,
    IReadOnlyList<EmptyAudit.Result> Products,
    SortedDictionary<string, int> Faults, SortedDictionary<string, long> PeakMemoryMb, string HomeBroker, double SecondsToDashboard,
    double? SecondsToFirstSettledOrder, double? SecondsToFirstAutomaticOrder, IReadOnlyList<string> Findings)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    };

    /// <summary>The object as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json) + "\n";
}
