using System.Security.Cryptography;
using Dapper;
using Npgsql;
using PantryChain.Domain.Identity;
using PantryChain.Store.Hosting;

namespace PantryChain.Store.Joining;

/// <summary>The body of <c>POST join/challenge</c>.</summary>
internal sealed record ChallengeBody(string Invitation);

/// <summary>A challenge, to be signed into a join.</summary>
/// <param name="Challenge">32 random bytes.</param>
/// <param name="ExpiresAt">Real time from which it is no longer good.</param>
internal sealed record ChallengeAnswer(string Challenge, DateTimeOffset ExpiresAt);

/// <summary>What the store knows of an invitation and of a challenge that was given out for it.</summary>
/// <param name="ExpiresAt">Household time from which the invitation is no longer good.</param>
/// <param name="UsedBy">The join that used it, or null.</param>
/// <param name="Refused">How many of its claims the chain refused.</param>
/// <param name="ChallengeExpires">Real time, or null for a challenge that was not given out for this invitation.</param>
/// <param name="AnsweredBy">The signed request that answered the challenge, or null.</param>
internal sealed record JoinTicket(DateTimeOffset ExpiresAt, Hash32? UsedBy, int Refused, DateTimeOffset? ChallengeExpires, Hash32? AnsweredBy)
{
    /// <summary>How many refused claims an invitation bears: more than a person's mistakes, few enough to cost the cooperative nothing worth counting.</summary>
    public const int MostRefused = 5;

    /// <summary>Passes an invitation that is good for a join with this id, or for any when there is none yet.</summary>
    /// <exception cref="Refusal">It ran out, was used by another, or too many of its claims were refused.</exception>
    public void RequireInvitation(Hash32? join, DateTimeOffset householdTime)
    {
        if (UsedBy is not null && join is not null && UsedBy != join)
            throw Refusal.Conflict("invitation_used", "This invitation was used already.", "Ask the cooperative's desk for a new one.");
        if (UsedBy is null && ExpiresAt <= householdTime)
            throw new Refusal(403, "invitation_expired", "This invitation has run out.", "Ask the cooperative's desk for a new one.");
        if (UsedBy is null && Refused >= MostRefused)
            throw new Refusal(403, "invitation_spent", $"The chain refused {MostRefused} claims of this invitation.", "Ask the cooperative's desk for a new one, and look at the gateway's clock first.");
    }

    /// <summary>Passes a live challenge that no other request answered.</summary>
    /// <exception cref="Refusal">It was never given out for this invitation, is too old, or was answered by another request.</exception>
    public void RequireChallenge(Hash32 request, DateTimeOffset realTime)
    {
        const string again = "Ask for a new challenge (POST join/challenge) and sign that; 'join' does so by itself.";
        if (ChallengeExpires is not { } expires)
            throw new Refusal(403, "challenge_unknown", "This store gave out no such challenge for this invitation.", again);
        if (expires <= realTime)
            throw new Refusal(403, "challenge_expired", "The challenge is too old.", again);
        if (AnsweredBy is not null && AnsweredBy != request)
            throw Refusal.Conflict("challenge_used", "The challenge was answered by another request.", again);
    }
}

/// <summary>One-time challenges: whoever joins shows with a fresh signature that both keys are at hand now.</summary>
/// <remarks>Each is good for one signed request; that one may be repeated until the challenge expires, so that a join which broke off goes on.</remarks>
internal sealed class JoinChallenges(NpgsqlDataSource database, TimeProvider clock)
{
    private const int MostOpen = 8; // of one invitation; a person tries two or three times

    /// <summary>How long a challenge is good for, in real time: long enough to look for the PIN and to wait for a slow chain.</summary>
    public static TimeSpan Life => TimeSpan.FromHours(1);

    /// <summary>Real time: a challenge is a wait at a door, whatever household time does.</summary>
    public static TimeProvider Real => TimeProvider.System;

    /// <summary>Gives out a challenge to the holder of an invitation.</summary>
    /// <exception cref="Refusal">The invitation is unknown or has run out, or too many of its challenges are open.</exception>
    public async Task<ChallengeAnswer> IssueAsync(ChallengeBody body, CancellationToken stop)
    {
        Hash32 invitation = Invitations.HashOf(body.Invitation ?? "");
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        (await FindAsync(connection, invitation, default)).RequireInvitation(join: null, clock.GetUtcNow());
        DateTimeOffset now = Real.GetUtcNow(), expires = DateTimeOffset.FromUnixTimeSeconds((now + Life).ToUnixTimeSeconds());
        await connection.ExecuteAsync("delete from join_challenges where invitation = @invitation and expires_at <= @now", new { invitation, now });
        if (await connection.ExecuteScalarAsync<long>("select count(*) from join_challenges where invitation = @invitation and request is null", new { invitation }) >= MostOpen)
            throw new Refusal(429, "too_many_challenges", "Many challenges of this invitation are open.", "Answer one of them, or wait an hour.", Life);
        Hash32 challenge = new(RandomNumberGenerator.GetBytes(Hash32.Size));
        await connection.ExecuteAsync("insert into join_challenges (challenge, invitation, expires_at) values (@challenge, @invitation, @expires)", new { challenge, invitation, expires });
        return new ChallengeAnswer(challenge.ToString(), expires);
    }

    /// <summary>What is known of an invitation and a challenge: one read by index, and all that a wrong code costs.</summary>
    /// <exception cref="Refusal">The invitation is not known.</exception>
    public static async Task<JoinTicket> FindAsync(NpgsqlConnection connection, Hash32 invitation, Hash32 challenge) =>
        await connection.QuerySingleOrDefaultAsync<JoinTicket>(
            """
            select i.expires_at, i.request as used_by, i.refused, c.expires_at as challenge_expires, c.request as answered_by
            from invitations i left join join_challenges c on c.challenge = @challenge and c.invitation = i.code_hash
            where i.code_hash = @invitation
            """, new { invitation, challenge })
        ?? throw new Refusal(403, "invitation_unknown", "This invitation is not known.", "Ask the cooperative's desk for a new one.");

    /// <summary>Marks a challenge as answered by a request, inside the caller's transaction.</summary>
    /// <exception cref="Refusal">Another request was faster.</exception>
    public static async Task AnswerAsync(NpgsqlConnection connection, Hash32 challenge, Hash32 request)
    {
        int answered = await connection.ExecuteAsync(
            "update join_challenges set request = @request where challenge = @challenge and (request is null or request = @request)", new { challenge, request });
        if (answered == 0)
            throw Refusal.Conflict("challenge_used", "The challenge was answered by another request.", "Ask for a new challenge (POST join/challenge) and sign that.");
    }
}
