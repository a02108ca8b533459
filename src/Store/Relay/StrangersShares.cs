using Dapper;
using Npgsql;
using PantryChain.Domain.Identity;
using PantryChain.Ledger.Contracts;
using PantryChain.Store.Hosting;

namespace PantryChain.Store.Relay;

/// <summary>What a stranger's call is about, as far as shares are counted.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Gas">What it would cost now.</param>
/// <param name="Contract">The escrow or registry that it is about.</param>
/// <param name="Account">The member's account whose no it is, as the chain shows it.</param>
/// <param name="Caller">The network that it came from, or null for this machine (a rehearsal, or a proxy that names nobody).</param>
internal sealed record StrangersCall(string Kind, ulong Gas, AccountAddress Contract, AccountAddress Account, string? Caller);

/// <summary>The day's gas for calls of strangers, in shares: whoever invents accounts, mandates or cooperatives uses up a part of it and never the veto of somebody else.</summary>
/// <remarks>
/// A veto needs an order that is open and so paid for, which costs its maker several times what the relay pays; a mandate costs next to nothing. So calls of accounts (mandates and
/// devices that are taken back) may use half, and the other half is there for vetoes and refunds alone.
/// </remarks>
internal sealed class StrangersShares(ContractSet contracts, StoreFolder folder, TimeProvider clock)
{
    /// <summary>Which part of a day's gas all foreign escrows together, one of them, and one caller may cost; revocations get half of each.</summary>
    private const int ForeignPart = 2, OneForeignPart = 4, CallerPart = 4, RevocationPart = 2;

    /// <summary>Gas of one account in a day: two calls of the dearest kind, a dozen where P-256 is a precompile.</summary>
    internal const long OfOneAccount = 2 * (long)StrangersCheck.MostGas;

    private const string Counted =
        """
        select coalesce(sum(gas), 0)::bigint as "All",
               coalesce(sum(gas) filter (where kind = 'execute'), 0)::bigint as Revoking,
               coalesce(sum(gas) filter (where account = @Account), 0)::bigint as OfAccount,
               coalesce(sum(gas) filter (where caller = @Caller), 0)::bigint as OfCaller,
               coalesce(sum(gas) filter (where escrow <> @Escrow and escrow <> @Devices), 0)::bigint as "Foreign",
               coalesce(sum(gas) filter (where escrow = @Contract), 0)::bigint as OfEscrow,
               coalesce(sum(gas) filter (where escrow = @Contract and kind = 'execute'), 0)::bigint as RevokingAtEscrow
        from stranger_calls where requested_at > @since
        """;

    /// <summary>Passes a call for which the day's gas has room.</summary>
    /// <exception cref="Refusal">429 with the share that is used up: the same call is good later, or at another relay.</exception>
    public async Task RequireAsync(NpgsqlConnection connection, StrangersCall call)
    {
        Spent spent = await connection.QuerySingleAsync<Spent>(
            Counted, new { call.Account, call.Caller, call.Contract, contracts.Escrow, contracts.Devices, since = clock.GetUtcNow() - TimeSpan.FromDays(1) });
        if (WhyNot(call, spent, folder.Options.StrangersGasPerDay) is { } share)
            throw new Refusal(429, "strangers_budget_spent", $"The day's gas for {share} is spent.", "Send the same call again later, or to another relay.");
    }

    /// <summary>The share that has no room for a call, or null.</summary>
    internal string? WhyNot(StrangersCall call, Spent spent, long budget)
    {
        long gas = (long)call.Gas;
        bool isForeign = call.Contract != contracts.Escrow && call.Contract != contracts.Devices, isRevocation = call.Kind == "execute";
        return spent.All + gas > budget ? "calls of others"
            : spent.OfAccount + gas > OfOneAccount ? "calls about this account"
            : call.Caller is not null && spent.OfCaller + gas > budget / CallerPart ? "calls from your network"
            : isRevocation && spent.Revoking + gas > budget / RevocationPart ? "mandates and devices of others that are taken back; what is left is for vetoes and refunds"
            : isForeign && spent.Foreign + gas > budget / ForeignPart ? "members of other cooperatives"
            : isForeign && spent.OfEscrow + gas > budget / OneForeignPart ? "members of this other cooperative"
            : isForeign && isRevocation && spent.RevokingAtEscrow + gas > budget / OneForeignPart / RevocationPart ? "mandates of this other cooperative that are taken back; what is left is for vetoes and refunds"
            : null;
    }

    /// <summary>The gas of the last 24 hours.</summary>
    internal sealed record Spent(long All, long Revoking, long OfAccount, long OfCaller, long Foreign, long OfEscrow, long RevokingAtEscrow);
}
