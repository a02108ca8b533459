using System.Text.Json;
using System.Text.Json.Serialization;
using PantryChain.Domain.Events;
using PantryChain.Domain.Identity;

namespace PantryChain.Reorder.Patterns;

/// <summary>A met prediction or a deviation that the journal should hold.</summary>
/// <param name="CauseSeq">Number of the event that showed it.</param>
/// <param name="Observation">What to append, with the household time and level of the cause.</param>
public sealed record PatternFinding(ulong CauseSeq, ThingObservation Observation);

/// <summary>A member's word that a pack of a product lasts so many days.</summary>
public sealed record ToldDays(Gtin Gtin, double Days);

/// <summary>What one product class of a household says about its prior.</summary>
public sealed record ClassSums(string ClassId, RefitSums Sums);

/// <summary>A product's last use, and what was known before it.</summary>
public struct UseTaken
{
    [JsonInclude] internal ProductHistory Before;
    [JsonInclude] internal ushort Slot;
    [JsonInclude] internal long Amount; // milligrams; 0 for none that could be taken back
    [JsonInclude] internal DateTimeOffset At;
    [JsonInclude] internal uint Day;
}

/// <summary>A saved <see cref="PatternBook"/>; plain numbers, for JSON.</summary>
/// <param name="Version">Which program version can read it.</param>
/// <param name="LastSeq">Number of the last event in it; 0 means that the journal is to be learnt from its first event.</param>
/// <param name="Told">What members said; it is in no journal and survives every change of version.</param>
public sealed record PatternState(int Version, ulong LastSeq, IReadOnlyList<ToldDays> Told)
{
    /// <summary>The version that this program writes.</summary>
    public const int CurrentVersion = 4;

    /// <summary>Nothing learnt yet.</summary>
    public static PatternState Empty { get; } = new(CurrentVersion, 0, []);

    /// <summary>Active days and what is doubted about the time.</summary>
    public HouseholdClock Clock { get; init; }

    /// <summary>What the weeks around feasts do.</summary>
    public HolidayDemand Demand { get; init; }

    /// <summary>The last day on which several products were used unusually, or 0.</summary>
    public uint EventDay { get; init; }

    /// <summary>How many products that were.</summary>
    public uint EventProducts { get; init; }

    /// <summary>What all products say about the priors.</summary>
    public RefitSums Household { get; init; }

    /// <summary>The same by class.</summary>
    public IReadOnlyList<ClassSums> Classes { get; init; } = [];

    /// <summary>One state per product.</summary>
    public IReadOnlyList<ProductHistory> Products { get; init; } = [];

    /// <summary>The last use of each product, which a return soon after it takes back.</summary>
    public IReadOnlyList<UseTaken> Lifts { get; init; } = [];

    /// <summary>Findings not yet in the journal.</summary>
    public IReadOnlyList<PatternFinding> Untold { get; init; } = [];

    /// <summary>The state as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);

    /// <summary>Reads what <see cref="ToJson"/> wrote; never throws.</summary>
    /// <param name="json">The text.</param>
    /// <param name="notice">What happened to a state of another version or a broken one, else null: it is begun anew, the members' words kept where they can be read.</param>
    public static PatternState FromJson(string json, out string? notice)
    {
        notice = null;
        try
        {
            Head? head = JsonSerializer.Deserialize<Head>(json, JsonSerializerOptions.Web);
            if (head?.Version == CurrentVersion && JsonSerializer.Deserialize<PatternState>(json, JsonSerializerOptions.Web) is { } state && state.Told is not null)
                return state;
            notice = $"The saved patterns have version {head?.Version}, this program writes {CurrentVersion}: they are learnt from the journal anew.";
            return Empty with { Told = head?.Told ?? [] };
        }
        catch (Exception error) when (error is JsonException or FormatException or InvalidOperationException or NotSupportedException)
        {
            notice = $"The saved patterns cannot be read ({error.Message}): they are learnt from the journal anew. Answer again how long packs last where it was asked.";
            return Empty;
        }
    }

    private sealed record Head(int Version, IReadOnlyList<ToldDays>? Told);
}
