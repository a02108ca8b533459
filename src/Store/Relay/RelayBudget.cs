using Dapper;
using Npgsql;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Time;
using PantryChain.Ledger.Contracts;
using PantryChain.Store.Hosting;

namespace PantryChain.Store.Relay;

/// <summary>What one household may have the store bring: so many calls an hour, so much gas a day.</summary>
/// <remarks>
/// Gas counts as it was used, before that as it was set aside, and by a guess before a call is signed; a call that the chain refused unsent cost nothing.
/// A no is brought beyond the day's gas: whoever holds a stolen device could use the gas up first, and each no is good once.
/// </remarks>
internal sealed class RelayBudget(StoreFolder folder, TimeProvider clock)
{
    /// <summary>Gas of a call that nobody has estimated yet: a trigger with its proofs takes about that much.</summary>
    private const long Guess = 600_000;

    /// <summary>Passes a call that is within both limits.</summary>
    /// <exception cref="Refusal">429 with the time to wait: the same call is good then.</exception>
    public async Task RequireAsync(NpgsqlConnection connection, GatewayId gateway, string kind, ReadOnlyMemory<byte> data)
    {
        DateTimeOffset now = clock.GetUtcNow();
        DateTimeOffset hour = now - TimeSpan.FromHours(1), day = now - TimeSpan.FromDays(1);
        (long calls, DateTimeOffset? oldest) = await connection.QuerySingleAsync<(long, DateTimeOffset?)>(
            "select count(*), min(requested_at) from relay_calls where gateway = @gateway and requested_at > @hour", new { gateway, hour });
        if (calls >= folder.Options.RelaysPerHour)
            throw new Refusal(429, "rate_limited", "Too many calls in this hour.", "Wait and send the same call again.", Real(oldest - hour));
        if (IsNo(kind, data.Span))
            return;
        (long gas, DateTimeOffset? first) = await connection.QuerySingleAsync<(long, DateTimeOffset?)>(
            """
            select coalesce(sum(coalesce(gas, @Guess)), 0)::bigint, min(requested_at) from relay_calls join transactions on transactions.id = transaction_id
            where gateway = @gateway and requested_at > @day and not (status = 'refused' and gas is null)
            """, new { gateway, day, Guess });
        if (gas >= folder.Options.RelayGasPerDay)
            throw new Refusal(
                429, "gas_budget_spent", "This household's calls have used the gas that the store pays for in a day.",
                "Send the same call again later, or bring it to the chain yourself; cancellations, refunds and revoked mandates are brought all the same.", Real(first - day));
    }

    /// <summary>Household time as the caller's clock counts it.</summary>
    private TimeSpan? Real(TimeSpan? household) => clock is HouseholdTime rehearsed ? household / rehearsed.Speed : household;

    /// <summary>True for a call that only takes something back.</summary>
    internal static bool IsNo(string kind, ReadOnlySpan<byte> data) => kind is "cancel" or "refund" || (kind == "execute" && OrderEscrow.IsRevokeMandate(Inner(data)));

    /// <summary>The inner call's data of <c>execute(address,uint256,bytes,...)</c>, as far as it is there.</summary>
    private static ReadOnlySpan<byte> Inner(ReadOnlySpan<byte> data)
    {
        const int Offset = 4 + 2 * Hash32.Size;
        if (data.Length < Offset + Hash32.Size || data.Slice(Offset, 28).ContainsAnyExcept((byte)0))
            return default;
        long start = 4L + System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(data[(Offset + 28)..]) + Hash32.Size;
        return start < data.Length ? data[(int)start..] : default;
    }
}
