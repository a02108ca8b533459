using Dapper;
using Npgsql;
using PantryChain.Domain.Identity;
using PantryChain.Store.Hosting;
using PantryChain.Store.Sending;

namespace PantryChain.Store.Joining;

/// <summary>Takes a gateway in: uses up invitation and challenge, deploys the account, claims the device, opens the broker's door.</summary>
/// <remarks>
/// The first step commits invitation, name and transactions together; whatever is killed afterwards, the same request finds them and goes on. A household
/// that joined before keeps its logins until the new join is through, and loses nothing by one that is refused. A claim that the chain refuses gives the
/// invitation back, and an invitation bears few of those.
/// </remarks>
internal sealed class Joiner(
    NpgsqlDataSource database, JoinChain chain, TransactionQueue queue, JoinSecrets secrets, BrokerAccounts broker, TimeProvider clock, ILogger<Joiner> logger)
{
    /// <summary>Joins, or finishes a join that was cut off, or answers a finished one again while its challenge lives.</summary>
    /// <param name="request">The request as it was read.</param>
    /// <param name="origins">The store's own addresses.</param>
    /// <param name="stop">Gives up waiting; the join goes on.</param>
    /// <exception cref="Refusal">The invitation, the challenge, a signature, the name, the account or the claim is not accepted; or the chain takes too long.</exception>
    public async Task<JoinAnswer> JoinAsync(JoinRequest request, IReadOnlyCollection<string> origins, CancellationToken stop)
    {
        await using (NpgsqlConnection connection = await database.OpenConnectionAsync(stop))
            await CheckTicketAsync(connection, request); // whoever guesses codes costs no more than this read
        request.RequireSigned(chain.Contracts, origins);
        if (request.Message.Deadline <= clock.GetUtcNow())
            throw new Refusal(400, "deadline_passed", "The join's deadline has passed.", "Sign the join again with a later deadline.");
        IReadOnlyList<JoinStep> steps = await PlanAsync(request, stop);
        await BeginAsync(request, steps, stop);
        if (await chain.RefusalOfAsync(request, stop) is { } reason)
            await GiveBackAsync(request, reason, stop);
        await FinishAsync(request, stop);
        await broker.SyncAsync(stop);
        return new JoinAnswer(
            request.Gateway.Value, request.Account.ToString(), request.Device.ToString(), secrets.Token(request.Id),
            new JoinBroker(request.Gateway.Value, secrets.BrokerPassword(request.Id)));
    }

    /// <summary>What is to be done on chain; a claim that the chain would refuse is counted against its invitation, and nothing is queued.</summary>
    private async Task<IReadOnlyList<JoinStep>> PlanAsync(JoinRequest request, CancellationToken stop)
    {
        try
        {
            return await chain.PlanAsync(request, stop);
        }
        catch (Refusal refusal) when (refusal.Code == JoinChain.RefusedCode)
        {
            await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
            await CountRefusedAsync(connection, request);
            throw;
        }
    }

    private static Task<int> CountRefusedAsync(NpgsqlConnection connection, JoinRequest request) =>
        connection.ExecuteAsync("update invitations set refused = refused + 1 where code_hash = @Invitation", new { request.Message.Invitation });

    private async Task CheckTicketAsync(NpgsqlConnection connection, JoinRequest request)
    {
        JoinTicket ticket = await JoinChallenges.FindAsync(connection, request.Message.Invitation, request.Message.Challenge);
        ticket.RequireInvitation(request.Id, clock.GetUtcNow());
        ticket.RequireChallenge(request.Signed, JoinChallenges.Real.GetUtcNow());
    }

    private async Task BeginAsync(JoinRequest request, IReadOnlyList<JoinStep> steps, CancellationToken stop)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(stop);
        await connection.ExecuteAsync("select 1 from invitations where code_hash = @Invitation for update", new { request.Message.Invitation });
        await CheckTicketAsync(connection, request);
        await JoinChallenges.AnswerAsync(connection, request.Message.Challenge, request.Signed);
        await connection.ExecuteAsync("update invitations set request = @Id where code_hash = @Invitation", new { request.Id, request.Message.Invitation });
        await ReserveAsync(connection, request);
        foreach (JoinStep step in steps)
            await queue.EnqueueAsync(connection, step.Id, Wallets.RelayerName, $"{step.Name} of {request.Gateway}", step.Call, TransactionLane.Household(request.Gateway));
        await transaction.CommitAsync(stop);
        queue.Filled.Beat();
    }

    /// <summary>Keeps the name for a new household; one that joined already is only recognised, and nothing of it changes yet.</summary>
    private async Task ReserveAsync(NpgsqlConnection connection, JoinRequest request)
    {
        string alike = GatewayNames.AlikeOf(request.Gateway.Value);
        await connection.ExecuteAsync("select pg_advisory_xact_lock(hashtextextended(@alike, 0))", new { alike }); // two that look alike do not come in at once
        (GatewayId Gateway, DeviceId Device, AccountAddress Account, string Status)[] near = [.. await connection.QueryAsync<(GatewayId, DeviceId, AccountAddress, string)>(
            $"select gateway, device, account, status from households where {GatewayNames.AlikeSql} = @alike or device = @Device", new { alike, request.Device })];
        if (near.Any(one => one.Device == request.Device && one.Gateway != request.Gateway))
            throw Refusal.Conflict("device_taken", "This device joined under another name.", "Join under that name, or make a new device key.");
        if (near.Any(one => one.Gateway == request.Gateway && (one.Device != request.Device || one.Account != request.Account)))
            throw Refusal.Conflict("gateway_taken", "Another household has this gateway name.", "Choose another name; your device's id in it makes it unique.");
        if (near.Any(one => one.Gateway == request.Gateway && one.Status == "joined"))
            return;
        if (near.Any(one => one.Gateway != request.Gateway))
            throw Refusal.Conflict("gateway_alike", "Another household has a name that looks like this one.", "Choose another name; your device's id in it makes it unique.");
        GatewayNames.Check(request.Gateway, request.Device, broker.OwnUser);
        await connection.ExecuteAsync(
            """
            insert into households values (@Gateway, @Device, @Account, @dx, @dy, @mx, @my, @Id, @Signed, @token, @hash, 'joining', @now)
            on conflict (gateway) do update set request = @Id, attempt = @Signed, token_hash = @token, broker_hash = @hash where households.status = 'joining'
            """,
            new
            {
                request.Gateway, request.Device, request.Account, dx = request.DeviceKey.X, dy = request.DeviceKey.Y, mx = request.MemberKey.X, my = request.MemberKey.Y,
                request.Id, request.Signed, token = Household.HashOf(secrets.Token(request.Id)), hash = MosquittoPasswords.Hash(secrets.BrokerPassword(request.Id)), now = clock.GetUtcNow(),
            });
    }

    private async Task FinishAsync(JoinRequest request, CancellationToken stop)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        // The broker's hash stays while the password does, so that the same request again changes no file.
        int joined = await connection.ExecuteAsync(
            """
            update households set status = 'joined', request = @Id, attempt = @Signed, token_hash = @token,
                   broker_hash = case when request = @Id then broker_hash else @hash end
            where gateway = @Gateway and device = @Device and account = @Account
            """,
            new
            {
                request.Gateway, request.Device, request.Account, request.Id, request.Signed,
                token = Household.HashOf(secrets.Token(request.Id)), hash = MosquittoPasswords.Hash(secrets.BrokerPassword(request.Id)),
            });
        if (joined == 0)
            throw Refusal.Conflict("join_superseded", "Another join of this gateway was refused meanwhile and took the name with it.", "Join again with a new challenge and the same invitation.");
        logger.LogInformation("{Gateway} joined with device {Device}.", request.Gateway, request.Device);
    }

    private async Task GiveBackAsync(JoinRequest request, string reason, CancellationToken stop)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(stop);
        await connection.ExecuteAsync("delete from households where request = @Id and status = 'joining'", new { request.Id });
        await connection.ExecuteAsync(
            "update invitations set request = null where request = @Id and not exists (select 1 from households where households.request = @Id)", new { request.Id });
        await CountRefusedAsync(connection, request);
        await transaction.CommitAsync(stop);
        throw JoinChain.Refused(reason);
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
