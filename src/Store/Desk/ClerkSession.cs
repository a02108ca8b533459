using System.Buffers.Text;
using System.Security.Cryptography;
using Dapper;
using Npgsql;
using PantryChain.Store.Hosting;
using PantryChain.Ui.Hosting;

namespace PantryChain.Store.Desk;

/// <summary>The clerk's login: a random number in a cookie, of which the database keeps a keyed hash until it is over or logged out.</summary>
/// <remarks>
/// A copied cookie is worthless after the logout and a live stream ends a second after it, a copied database opens nothing, and another password or token ends all sessions, for the hash is keyed with them.
/// Real time, not household time: a rehearsal's days would log the clerk out every few seconds.
/// </remarks>
internal sealed class ClerkSession(ClerkKeys keys, LoginThrottle throttle, NpgsqlDataSource database)
{
    private const int IdSize = 32; // 256 random bits
    private static readonly TimeSpan Life = TimeSpan.FromHours(12);

    /// <summary>Logs in with the clerk's password; false for a wrong one.</summary>
    /// <exception cref="Refusal">There were too many wrong ones from that address, or from all together.</exception>
    public async Task<bool> TryLogInAsync(HttpContext context, string? password, CancellationToken stop)
    {
        if (throttle.Take(context.Connection.RemoteIpAddress) is { Ticks: > 0 } wait)
            throw new Refusal(429, "too_many_tries", "Too many wrong passwords.", $"Wait {Math.Ceiling(wait.TotalSeconds):0} seconds, then try again. On the store's own machine it goes at once.");
        if (!keys.IsPassword(password))
            return false;
        throttle.Success(context.Connection.RemoteIpAddress);
        string id = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(IdSize));
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        await connection.ExecuteAsync("delete from clerk_sessions where ends_at < @now", new { now });
        await connection.ExecuteAsync("insert into clerk_sessions values (@hash, @ends)", new { hash = HashOf(id), ends = now + Life });
        context.Response.Cookies.Append(NameOf(context), id, Options(context));
        return true;
    }

    /// <summary>True for a request of a clerk who is logged in.</summary>
    public async Task<bool> IsLoggedInAsync(HttpContext context)
    {
        if (context.Request.Cookies[NameOf(context)] is not { Length: > 0 and <= 64 } id)
            return false;
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(context.RequestAborted);
        return await connection.ExecuteScalarAsync<bool>(
            "select exists (select from clerk_sessions where hash = @hash and ends_at > @now)", new { hash = HashOf(id), now = TimeProvider.System.GetUtcNow() });
    }

    /// <summary>Ends the session and takes the cookie back.</summary>
    public async Task LogOutAsync(HttpContext context, CancellationToken stop)
    {
        if (context.Request.Cookies[NameOf(context)] is { Length: > 0 and <= 64 } id)
        {
            await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
            await connection.ExecuteAsync("delete from clerk_sessions where hash = @hash", new { hash = HashOf(id) });
        }
        context.Response.Cookies.Delete(NameOf(context), Options(context));
    }

    private string HashOf(string id) => keys.Sign("session " + id);

    /// <summary>Over TLS a name that no other host and no plain connection can set (RFC 6265bis, "__Host-").</summary>
    private static string NameOf(HttpContext context) => context.Request.IsHttps ? "__Host-pantry_clerk" : "pantry_clerk";

    private static CookieOptions Options(HttpContext context) => new()
    {
        HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = context.Request.IsHttps, IsEssential = true, Path = context.Request.IsHttps ? "/" : "/desk", MaxAge = Life,
    };
}
