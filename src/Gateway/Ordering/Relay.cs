using Dapper;
using PantryChain.Domain.Identity;

namespace PantryChain.Gateway.Ordering;

/// <summary>What a relayed call is for; the names are the protocol's.</summary>
internal enum RelayKind : byte
{
    /// <summary>A call by the member's account, signed with the member key.</summary>
    Execute = 1,

    /// <summary>An order, signed with the device key.</summary>
    Trigger = 2,

    /// <summary>A veto, signed with the device key.</summary>
    Cancel = 3,

    /// <summary>A delivery, signed with the device key.</summary>
    Deliver = 4,

    /// <summary>Matured rewards, which anybody may bring and only the account is paid.</summary>
    Claim = 5,

    /// <summary>An order's money back after the seller was late, which anybody may bring and only the account is paid.</summary>
    Refund = 6,

    /// <summary>A mandate's end by the member's account, signed with the member key; a call of kind <c>execute</c> that any relay may bring.</summary>
    Revoke = 7,

    /// <summary>This device's end by the member's account, signed with the member key; a call of kind <c>execute</c> that any relay may bring.</summary>
    RevokeDevice = 8,

    /// <summary>A veto by the member's account, signed with the member key, for an order that the device can no longer call off; a call of kind <c>execute</c>.</summary>
    CancelByMember = 9,
}

/// <summary>Where a relayed call stands.</summary>
internal enum RelayStatus : byte
{
    /// <summary>Signed and kept; no relay has said that it has it.</summary>
    Kept = 0,

    /// <summary>A relay has it; the chain does not show it yet.</summary>
    Handed = 1,

    /// <summary>It is on chain. Final.</summary>
    Mined = 2,

    /// <summary>It can reach the chain no more, or it was dropped. Final.</summary>
    Refused = 3,
}

/// <summary>A signed call that should come on chain once.</summary>
/// <param name="Id">Chosen here: an order's own id, or a random one; the same id again is the same call.</param>
/// <param name="Kind">What for.</param>
/// <param name="To">The contract.</param>
/// <param name="Data">Selector and arguments, signature included.</param>
/// <param name="Subject">What it is about: the order's or mandate's id.</param>
/// <param name="After">The call that must be on chain before this one, or null.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Reason">Why it was refused, or null.</param>
internal sealed record Relay(Hash32 Id, RelayKind Kind, AccountAddress To, byte[] Data, Hash32 Subject, Hash32? After = null, RelayStatus Status = RelayStatus.Kept, string? Reason = null)
{
    /// <summary>Household time until which its signature holds; null where none limits it.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>True for a call of the member's account that the chain may well refuse, for it is about something that not all nodes tell of: no other call waits behind it.</summary>
    public bool Doubted { get; init; }

    /// <summary>True once nothing more will happen.</summary>
    public bool IsFinal => Status is RelayStatus.Mined or RelayStatus.Refused;

    /// <summary>True for a member's no and for money that comes back: all relays are asked, and no relay's word alone ends it.</summary>
    public bool IsUrgent => Kind is RelayKind.Cancel or RelayKind.Refund or RelayKind.Revoke or RelayKind.RevokeDevice;

    /// <summary>True for a call of the member's account.</summary>
    public bool IsOfMember => Kind is RelayKind.Execute or RelayKind.Revoke or RelayKind.RevokeDevice or RelayKind.CancelByMember;
}

/// <summary>How far one relay got with a call.</summary>
/// <param name="Relay">Its name.</param>
/// <param name="HandedAs">The id under which it was asked; a new one when an earlier one was spent in vain.</param>
/// <param name="Has">True once it said that it has the call.</param>
/// <param name="Tries">How often it was asked to bring it.</param>
/// <param name="Trouble">What went wrong last, or null.</param>
[method: ExplicitConstructor]
internal sealed record RelayTry(string Relay, Hash32 HandedAs, bool Has, int Tries, string? Trouble);
