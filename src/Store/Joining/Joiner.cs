using Dapper;
using Npgsql;
using PantryChain.Domain.Identity;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;
using PantryChain.Store.Hosting;
using PantryChain.Store.Sending;

namespace PantryChain.Store.Joining;

/// <summary>Takes a gateway in: uses up the invitation, deploys the account, claims the device, opens the broker's door.</summary>
/// <remarks>
/// The first step commits invitation, household and both transactions together; whatever is killed afterwards, the same request finds them and goes on.
/// A claim that the chain refuses gives the invitation back.
/// </remarks>
internal sealed class Joiner(
    NpgsqlDataSource database, TransactionQueue queue, ContractSet contracts, MemberAccounts accounts, DeviceRegistry devices, JoinSecrets secrets, BrokerAccounts broker, TimeProvider clock, ILogger<Joiner> logger)
{
    /// <summary>Real time for which a request waits for the chain; the gateway asks again after that.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Joins, or finishes a join that was cut off, or answers a finished one again.</summary>
    /// <exception cref="Refusal">The invitation, the name, the account or the claim is not accepted; or the chain takes too long.</exception>
    public async Task<JoinAnswer> JoinAsync(JoinRequest request, CancellationToken stop)
    {
        AccountAddress expected = await accounts.AddressOfAsync(request.Owner, stop);
        if (expected != request.Account)
            throw new Refusal(400, "account_mismatch", "The account is not the member key's.", $"The account of this key is {expected}.");
        Hash32 attempt = await BeginAsync(request, stop);
        queue.Filled.Beat();
        await FinishAsync(request, attempt, stop);
        await broker.SyncAsync(stop);
        return new JoinAnswer(
            request.Gateway.Value, request.Account.ToString(), request.Device.ToString(), secrets.Token(request.Id),
            new JoinBroker(request.Gateway.Value, secrets.BrokerPassword(request.Id)));
    }

    /// <summary>Begins the join, or finds it; returns the attempt whose transactions are on their way.</summary>
    private async Task<Hash32> BeginAsync(JoinRequest request, CancellationToken stop)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(stop);
        (DateTimeOffset Expires, Hash32? UsedBy)? invitation = await connection.QuerySingleOrDefaultAsync<(DateTimeOffset, Hash32?)?>(
            "select expires_at, request from invitations where code_hash = @InvitationHash for update", new { request.InvitationHash });
        if (invitation is null)
            throw new Refusal(403, "invitation_unknown", "This invitation is not known.", "Ask the cooperative's desk for a new one.");
        if (invitation.Value.UsedBy == request.Id)
            return await connection.QuerySingleAsync<Hash32>("select attempt from households where request = @Id", new { request.Id });
        if (invitation.Value.UsedBy is not null)
            throw Refusal.Conflict("invitation_used", "This invitation was used already.", "Ask the cooperative's desk for a new one.");
        if (invitation.Value.Expires <= clock.GetUtcNow())
            throw new Refusal(403, "invitation_expired", "This invitation has run out.", "Ask the cooperative's desk for a new one.");
        if (request.Claim.Deadline <= clock.GetUtcNow())
            throw new Refusal(400, "deadline_passed", "The claim's deadline has passed.", "Sign the claim again with a later deadline.");
        await ReserveAsync(connection, request);
        await EnqueueAsync(connection, request, stop);
        await transaction.CommitAsync(stop);
        return request.Attempt;
    }

    private async Task ReserveAsync(NpgsqlConnection connection, JoinRequest request)
    {
        // A household that lost its token joins again under its old name: same device, same account, new secrets.
        await connection.ExecuteAsync("update invitations set request = @Id where code_hash = @InvitationHash", new { request.Id, request.InvitationHash });
        if (await connection.ExecuteScalarAsync<long>("select count(*) from households where device = @Device and gateway <> @Gateway", new { request.Device, request.Gateway }) > 0)
            throw Refusal.Conflict("device_taken", "This device joined under another name.", "Join under that name, or make a new device key.");
        int kept = await connection.ExecuteAsync(
            """
            insert into households values (@Gateway, @Device, @Account, @dx, @dy, @mx, @my, @Id, @Attempt, @token, @hash, 'joining', @now)
            on conflict (gateway) do update set request = @Id, attempt = @Attempt, token_hash = @token, broker_hash = @hash, status = 'joining'
            where households.device = @Device and households.account = @Account
            """,
            new
            {
                request.Gateway, request.Device, request.Account, dx = request.Claim.DeviceKey.X, dy = request.Claim.DeviceKey.Y, mx = request.Claim.MemberKey.X, my = request.Claim.MemberKey.Y,
                request.Id, request.Attempt, token = Household.HashOf(secrets.Token(request.Id)), hash = MosquittoPasswords.Hash(secrets.BrokerPassword(request.Id)), now = clock.GetUtcNow(),
            });
        if (kept == 0)
            throw Refusal.Conflict("gateway_taken", "Another household has this gateway name.", "Choose another name; your device's id in it makes it unique.");
    }

    private async Task EnqueueAsync(NpgsqlConnection connection, JoinRequest request, CancellationToken stop)
    {
        DeviceOnChain device = await devices.DeviceAsync(request.Device, stop);
        bool claimed = device.Account == request.Account;
        if (!claimed && !device.Account.IsZero)
            throw Refusal.Conflict("device_taken", "This device speaks for another account.", "Make a new device key.");
        if (!claimed && device.Nonce != request.Claim.Nonce)
            throw Refusal.Conflict("nonce_used", "The claim's nonce is not the device's next.", $"Sign the claim again with nonce {device.Nonce}.");
        if (!await accounts.IsDeployedAsync(request.Account, stop))
            await PutAsync("account", accounts.Create(request.Owner));
        if (!claimed && contracts.IsRehearsal)
            await PutAsync("attest", devices.Attest(request.Device, DeviceKind.Simulated));
        if (!claimed)
            await PutAsync("claim", devices.Claim(request.Claim));

        Task<bool> PutAsync(string step, EvmCall call) =>
            queue.EnqueueAsync(connection, TransactionQueue.IdOf(step, request.Attempt), Wallets.RelayerName, $"{step} of {request.Gateway}", call);
    }

    private async Task FinishAsync(JoinRequest request, Hash32 attempt, CancellationToken stop)
    {
        foreach (Hash32 step in (Hash32[])[TransactionQueue.IdOf("account", attempt), TransactionQueue.IdOf("claim", attempt)])
        {
            if (await queue.FindAsync(step, stop) is null)
                continue; // was on chain before
            TransactionRow row = await WaitAsync(step, stop);
            if (!row.IsMined)
                await GiveBackAsync(request, row.Reason!, stop);
        }
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        if (await connection.ExecuteAsync("update households set status = 'joined' where request = @Id and status = 'joining'", new { request.Id }) == 1)
            logger.LogInformation("{Gateway} joined with device {Device}.", request.Gateway, request.Device);
    }

    private async Task<TransactionRow> WaitAsync(Hash32 step, CancellationToken stop)
    {
        try
        {
            return await queue.WaitAsync(step, Patience, stop);
        }
        catch (TimeoutException)
        {
            throw new Refusal(503, "chain_slow", "The chain has not taken the claim yet.", "Send the same request again; it goes on where it is.");
        }
    }

    private async Task GiveBackAsync(JoinRequest request, string reason, CancellationToken stop)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(stop);
        await connection.ExecuteAsync("update invitations set request = null where request = @Id", new { request.Id });
        await connection.ExecuteAsync("delete from households where request = @Id and status = 'joining'", new { request.Id });
        await transaction.CommitAsync(stop);
        throw new Refusal(422, "chain_refused", "The chain refused the claim.", $"Reason: {reason}. Sign the claim anew (nonce, deadline) and use the same invitation.");
    }
}

/// <summary>What a gateway gets when it joined.</summary>
/// <param name="Gateway">Its name.</param>
/// <param name="Account">The member's account.</param>
/// <param name="Device">The device's id.</param>
/// <param name="Token">For <c>Authorization: Bearer</c>.</param>
/// <param name="Broker">Its credentials at the cooperative's broker.</param>
internal sealed record JoinAnswer(string Gateway, string Account, string Device, string Token, JoinBroker Broker);

/// <summary>Credentials at the cooperative's broker.</summary>
/// <param name="Username">The gateway's name.</param>
/// <param name="Password">256 random bits as text.</param>
internal sealed record JoinBroker(string Username, string Password);
