using PantryChain.Domain.Chain;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Time;
using PantryChain.Ledger.Blocks;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;
using PantryChain.Store.Hosting;
using PantryChain.Store.Joining;

namespace PantryChain.Store.Relay;

/// <summary>Which calls the store pays for: a household's own account, its own device's word to the escrow, its own rewards, a late order's money back; for strangers a no alone.</summary>
/// <remarks>Pure. The chain checks every signature again; these rules only keep gas for those who belong here.</remarks>
internal static class RelayRules
{
    /// <summary>Largest call: a trigger with four proofs of 32 hashes needs 6 KiB.</summary>
    public const int MostBytes = 16 * 1024;

    /// <summary>How far ahead an order's deadline may lie: gateways sign one of a week at most, and a later one keeps the buyer's money and product bound for as long.</summary>
    public static readonly TimeSpan FarthestDeadline = TimeSpan.FromDays(30); // household time

    private const int DeadlineAt = 7; // word of an order's terms

    private const string Signature = "(bytes32,bytes32,bytes32,bytes32)", Order = "(bytes32,address,uint32,uint128,uint128,uint32,bytes32,uint64)";

    // Where the device's key stands in the static head of each call, in words: order 8, mandate 12, event leaf 8, block 10, root 1, standing leaf 4.
    private static readonly Dictionary<string, Rule> Rules = new(StringComparer.Ordinal)
    {
        ["execute"] = new($"execute(address,uint256,bytes,uint256,uint64,{Signature})", Target.Account, KeyAt: null, AccountAt: null),
        ["trigger"] = new(
            $"trigger({Order},(address,uint64,uint32,uint128,uint128,uint16,uint32,uint8,uint16,bytes32,uint64,uint64),(uint64,uint32,uint16,uint64,uint8,uint32,bytes32,bytes32),"
            + "(bytes32,uint64,bytes32,uint64,uint64,uint32,bytes32,uint32,uint32,uint32),bytes32,(address,uint8,uint32,bytes32),"
            + $"{Signature},bytes32[],bytes32[],bytes32[],bytes32[])", Target.Escrow, KeyAt: 43, AccountAt: 8),
        ["cancel"] = new($"cancelBySignature({Order},uint64,{Signature})", Target.Escrow, KeyAt: 9, AccountAt: null),
        ["deliver"] = new($"confirmBySignature({Order},(bytes32,uint32,bool,uint64),{Signature})", Target.Escrow, KeyAt: 12, AccountAt: null),
        ["refund"] = new($"refundAfter({Order})", Target.Escrow, KeyAt: null, AccountAt: null),
        ["claim"] = new("claim(uint32,(address,uint128,bytes32),bytes32[])", Target.Rewards, KeyAt: null, AccountAt: 1),
    };

    /// <summary>Passes a call that this household may ask for.</summary>
    /// <exception cref="Refusal">The kind is unknown, the call another one, it is not the household's own, or its order could wait longer than orders may.</exception>
    public static void Check(ContractSet contracts, Household household, string kind, AccountAddress target, ReadOnlySpan<byte> data, DateTimeOffset now)
    {
        if (!Rules.TryGetValue(kind, out Rule? rule))
            throw new Refusal(400, "kind_unknown", $"'{kind}' is not a kind of call.", $"Use one of {string.Join(", ", Rules.Keys)}.");
        if (data.Length > MostBytes)
            throw new Refusal(413, "too_large", "The call is too large.", $"At most {MostBytes} bytes are relayed.");
        AccountAddress allowed = rule.Target switch { Target.Account => household.Account, Target.Escrow => contracts.Escrow, _ => contracts.Rewards };
        if (target != allowed)
            throw NotYours("target_not_allowed", $"A call of kind '{kind}' goes to {allowed}.");
        if (!data.StartsWith(AbiSignature.Selector(rule.Function).AsSpan()))
            throw NotYours("function_not_allowed", $"A call of kind '{kind}' is {rule.Function[..rule.Function.IndexOf('(', StringComparison.Ordinal)]}.");
        if (rule.Target == Target.Account)
            RequireOwnContract(contracts, data);
        if (rule.KeyAt is { } key && new P256PublicKey(Word(data, key), Word(data, key + 1)).ToDeviceId() != household.Device)
            throw NotYours("not_your_device", "The call must carry the signature of your own device.");
        if (rule.AccountAt is { } account && Word(data, account) != household.Account.ToWord())
            throw NotYours("not_your_account", "The call must be about your own account.");
        if (kind == "trigger" && Word(data, DeadlineAt).CompareTo(WordOf(now + FarthestDeadline)) > 0)
            throw new Refusal(400, "deadline_too_far", "The order's deadline lies too far ahead.",
                $"Sign the order with a deadline at most {FarthestDeadline.TotalDays:0} days ahead, as 'ordering.deadlineHours' does.");
    }

    /// <summary>Passes a call that the store brings for anybody: a veto, a refund, or an account that takes a mandate back or lets a device go.</summary>
    /// <exception cref="Refusal">It is something else.</exception>
    public static void CheckStranger(string kind, ReadOnlySpan<byte> data)
    {
        if (!Rules.TryGetValue(kind, out Rule? rule) || kind is not ("cancel" or "refund" or "execute"))
            throw NotForStrangers($"A call of kind '{kind}' is relayed for who joined here only.");
        if (data.Length > MostBytes)
            throw new Refusal(413, "too_large", "The call is too large.", $"At most {MostBytes} bytes are relayed.");
        if (!data.StartsWith(AbiSignature.Selector(rule.Function).AsSpan()))
            throw NotYours("function_not_allowed", $"A call of kind '{kind}' is {rule.Function[..rule.Function.IndexOf('(', StringComparison.Ordinal)]}.");
        if (kind == "execute" && !(Word(data, 1).IsZero && ContractOf(data) is not null))
            throw NotForStrangers("Of an account's calls only those that take a mandate back or let a device go are relayed for who did not join here.");
    }

    /// <summary>Which of the committed contracts an account's no goes to; null for any other call.</summary>
    public static string? ContractOf(ReadOnlySpan<byte> data) =>
        Inner(data) is var inner && OrderEscrow.IsRevokeMandate(inner) ? "OrderEscrow" : DeviceRegistry.IsRevoke(inner) ? "DeviceRegistry" : null;

    /// <summary>Which contract an account calls: the first word.</summary>
    public static AccountAddress InnerTarget(ReadOnlySpan<byte> data) => new(Word(data, 0).ToArray().AsSpan(Hash32.Size - AccountAddress.Size));

    /// <summary>The terms at the head of a veto or a refund; account and product are not among them.</summary>
    /// <exception cref="Refusal">They are cut off, or a number is out of its range.</exception>
    public static OrderTerms OrderOf(ReadOnlySpan<byte> data)
    {
        Hash32 last = Word(data, DeadlineAt); // so all eight are there
        try
        {
            return OrderEscrow.ReadTerms(data.Slice(4, 8 * Hash32.Size));
        }
        catch (FormatException)
        {
            throw Refusal.Malformed($"The call's order cannot be read (its last word is {last}): send selector and ABI-encoded arguments.");
        }
    }

    /// <summary>What an account calls: the bytes at the offset in the third word.</summary>
    private static ReadOnlySpan<byte> Inner(ReadOnlySpan<byte> data)
    {
        Hash32 offset = Word(data, 2);
        int start = offset.ToArray().AsSpan(0, Hash32.Size - 4).ContainsAnyExcept((byte)0) ? int.MaxValue
            : (int)Math.Min(int.MaxValue, System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(offset.ToArray().AsSpan(Hash32.Size - 4)));
        return start < data.Length - 4 - Hash32.Size ? data[(4 + start + Hash32.Size)..] : throw Refusal.Malformed("The call's data ends too early: send selector and ABI-encoded arguments.");
    }

    /// <summary>A member's account may do anything, but the store pays only for calls whose cost it knows: to the cooperative's own contracts, without ether.</summary>
    private static void RequireOwnContract(ContractSet contracts, ReadOnlySpan<byte> data)
    {
        Hash32 target = Word(data, 0), value = Word(data, 1);
        AccountAddress[] own = [contracts.Bamtol, contracts.Bamnamu, contracts.Devices, contracts.Rewards, contracts.Escrow];
        if (!value.IsZero || own.All(contract => contract.ToWord() != target))
            throw NotYours("target_not_allowed", "Through the store an account calls the cooperative's contracts only; bring other calls to the chain yourself.");
    }

    private static Hash32 WordOf(DateTimeOffset at) => new(new AbiWriter().Unsigned(ChainTime.Of(at).Seconds).ToArray());

    private static Hash32 Word(ReadOnlySpan<byte> data, int index)
    {
        int start = 4 + index * Hash32.Size;
        return data.Length >= start + Hash32.Size
            ? new Hash32(data.Slice(start, Hash32.Size))
            : throw Refusal.Malformed("The call's data ends too early: send selector and ABI-encoded arguments.");
    }

    private static Refusal NotForStrangers(string detail) => new(403, "not_for_strangers", "The store does not relay this call without a token.", detail);

    private static Refusal NotYours(string code, string detail) => new(403, code, "The store does not relay this call.", detail);

    private enum Target
    {
        Account,
        Escrow,
        Rewards,
    }

    private sealed record Rule(string Function, Target Target, int? KeyAt, int? AccountAt);
}
