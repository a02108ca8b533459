using System.Security.Cryptography;
using Dapper;
using Npgsql;
using PantryChain.Domain.Identity;
using PantryChain.Ledger.Contracts;
using PantryChain.Store.Hosting;

namespace PantryChain.Store.Joining;

/// <summary>Codes that the desk hands to households: each joins one gateway, once, before it expires.</summary>
internal sealed class Invitations(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>Crockford's base 32: no I, L, O, U, so a code survives being read out on the telephone.</summary>
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    /// <summary>Sixteen characters are 80 bits, beyond guessing through any door.</summary>
    private const int Length = 16;

    /// <summary>How long a code is good for unless told otherwise.</summary>
    public static TimeSpan DefaultValidity => TimeSpan.FromDays(14);

    /// <summary>Longest note.</summary>
    public const int LongestNote = 200;

    /// <summary>Makes a code, stores its hash and returns it in groups of four; nobody can read it again later.</summary>
    /// <exception cref="Refusal">The note is none that can be read.</exception>
    public async Task<(string Code, DateTimeOffset ExpiresAt)> CreateAsync(string note, TimeSpan validity, CancellationToken stop)
    {
        note = note.Trim();
        if (note.Length > 0 && !PlainName.IsOne(note, LongestNote))
            throw Refusal.Malformed($"A note has up to {LongestNote} {PlainName.Expected}; it may be left out.");
        string code = RandomNumberGenerator.GetString(Alphabet, Length);
        DateTimeOffset now = clock.GetUtcNow();
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        await connection.ExecuteAsync(
            "insert into invitations (code_hash, note, created_at, expires_at) values (@hash, @note, @now, @expires)",
            new { hash = HashOf(code), note, now, expires = now + validity });
        return (string.Join('-', code.Chunk(4).Select(group => new string(group))), now + validity);
    }

    /// <summary>The newest invitations, without their codes.</summary>
    public async Task<IReadOnlyList<Invitation>> ListAsync(int limit, CancellationToken stop)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        return [.. await connection.QueryAsync<Invitation>(
            """
            select note, created_at, expires_at, households.gateway
            from invitations left join households on households.request = invitations.request
            order by created_at desc limit @limit
            """, new { limit })];
    }

    /// <summary>What is stored of a code, and what a join signs.</summary>
    public static Hash32 HashOf(string code) => JoinMessage.InvitationHash(code);
}

/// <summary>An invitation as the desk lists it.</summary>
/// <param name="Note">What the clerk wrote beside it.</param>
/// <param name="CreatedAt">Household time at which it was made.</param>
/// <param name="ExpiresAt">Household time from which it is no longer good.</param>
/// <param name="Gateway">Who used it, or null.</param>
internal sealed record Invitation(string Note, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, string? Gateway);
