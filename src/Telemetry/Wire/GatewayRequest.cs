using PantryChain.Domain.Identity;

namespace PantryChain.Telemetry.Wire;

/// <summary>What a member of a request holds.</summary>
public enum MemberKind : byte
{
    /// <summary>The number of a slot: 1 to 65 535.</summary>
    Slot,

    /// <summary>Text.</summary>
    Text,

    /// <summary>A whole number, written without fraction and exponent.</summary>
    Whole,

    /// <summary>Any finite number.</summary>
    Number,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Flag,
}

/// <summary>A member that a verb knows.</summary>
/// <param name="Name">As it is written, letter by letter.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="IsNeeded">Whether nothing can be done without it.</param>
public sealed record RequestMember(string Name, MemberKind Kind, bool IsNeeded = false);

/// <summary>A request to a gateway, on <c>.../request/VERB</c>, whose members are all known to the verb, there once, and of their kinds.</summary>
/// <param name="verb">The topic's last level.</param>
/// <param name="transaction">What the asker wants to see again in the answer: JSON text, exactly as it was written; null for none.</param>
/// <param name="members">Values by name.</param>
public sealed class GatewayRequest(string verb, string? transaction, IReadOnlyDictionary<string, object> members)
{
    /// <summary>Member that is echoed, of every verb.</summary>
    public const string TransactionMember = "transaction";

    /// <summary>The topic's last level.</summary>
    public string Verb => verb;

    /// <summary>The asker's own mark as JSON text, or null.</summary>
    public string? Transaction => transaction;

    /// <summary>The slot it is about, or none.</summary>
    public SlotId Slot => members.TryGetValue("slot", out object? slot) ? (SlotId)slot : default;

    /// <summary>True when the member is there.</summary>
    public bool Has(string member) => members.ContainsKey(member);

    /// <summary>A member that holds text, or null when it is not there.</summary>
    public string? Text(string member) => (string?)members.GetValueOrDefault(member);

    /// <summary>A member that holds a whole number, or null when it is not there.</summary>
    public long? Whole(string member) => (long?)members.GetValueOrDefault(member);

    /// <summary>A member that holds a number, or null when it is not there.</summary>
    public double? Number(string member) => (double?)members.GetValueOrDefault(member);

    /// <summary>A member that holds a truth, or null when it is not there.</summary>
    public bool? Flag(string member) => (bool?)members.GetValueOrDefault(member);
}
