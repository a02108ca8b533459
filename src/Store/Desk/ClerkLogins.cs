using System.Buffers.Text;
using System.Security.Cryptography;
using Dapper;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Npgsql;
using PantryChain.Store.Hosting;
using PantryChain.Ui.Hosting;

namespace PantryChain.Store.Desk;

/// <summary>Who is known at the desk: the clerk by a cookie, scripts by the clerk's token.</summary>
internal static class ClerkLogins
{
    /// <summary>Whom a route asks for.</summary>
    public const string Clerk = "clerk", Script = "script";

    /// <summary>Adds logins, what routes may ask for, and the keys of the cookie.</summary>
    public static void AddClerkLogins(this IServiceCollection services, StoreFolder folder)
    {
        ClerkKeys keys = ClerkKeys.Open(folder);
        services.AddKeyRing(folder.Key("ring"));
        services.AddSingleton(keys).AddSingleton<ClerkSessions>().AddSingleton(new LoginThrottle(TimeProvider.System, longest: TimeSpan.FromMinutes(1)));
        services.AddAuthentication() // no default: only the desk asks the database who somebody is
            .AddCookieLogin<ClerkSessions>("pantry_clerk", "/desk", ClerkSessions.Life)
            .AddScheme<TokenLoginOptions, TokenLogin>(TokenLogin.Name, login => login.IsToken = keys.IsToken);
        services.AddAuthorizationBuilder()
            .AddPolicy(Clerk, asked => asked.AddAuthenticationSchemes(CookieLogin.Scheme).RequireAuthenticatedUser())
            .AddPolicy(Script, asked => asked.AddAuthenticationSchemes(TokenLogin.Name).RequireAuthenticatedUser());
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, LogInFirst>();
    }

    /// <summary>Leads a browser to the login, and tells everybody else how to log in.</summary>
    private sealed class LogInFirst : IAuthorizationMiddlewareResultHandler
    {
        public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
        {
            if (authorizeResult.Succeeded)
                return next(context);
            if (policy.AuthenticationSchemes.Contains(TokenLogin.Name))
                throw Refusal.Unauthorized("Send the clerk's token (keys/clerk.token in the store's folder) as 'Authorization: Bearer ...'.");
            if (!HttpMethods.IsGet(context.Request.Method) || context.Request.Path == "/desk/live")
                throw Refusal.Unauthorized("Log in at /desk/login first.");
            context.Response.Redirect("/desk/login");
            return Task.CompletedTask;
        }
    }
}

/// <summary>The clerk's sessions: a random number in the sealed cookie, of which the database keeps a keyed hash until it is over or logged out.</summary>
/// <remarks>
/// A copied cookie is worthless after the logout and a live stream ends a second after it, a copied database opens nothing, and another password or token ends all sessions, for the hash is keyed with them.
/// Real time, not household time: a rehearsal's days would log the clerk out every few seconds.
/// </remarks>
internal sealed class ClerkSessions(ClerkKeys keys, NpgsqlDataSource database) : CookieAuthenticationEvents
{
    /// <summary>How long a login lasts, in real time.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromHours(12);

    private const int IdSize = 32; // 256 random bits

    /// <summary>Starts a session; its number is returned.</summary>
    public async Task<string> StartAsync(CancellationToken stop)
    {
        string id = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(IdSize));
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        await connection.ExecuteAsync("delete from clerk_sessions where ends_at < @now", new { now });
        await connection.ExecuteAsync("insert into clerk_sessions values (@hash, @ends)", new { hash = HashOf(id), ends = now + Life });
        return id;
    }

    /// <summary>True while the session runs.</summary>
    public async Task<bool> IsLiveAsync(string? id, CancellationToken stop)
    {
        if (id is null)
            return false;
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        return await connection.ExecuteScalarAsync<bool>(
            "select exists (select from clerk_sessions where hash = @hash and ends_at > @now)", new { hash = HashOf(id), now = TimeProvider.System.GetUtcNow() });
    }

    /// <inheritdoc />
    public override async Task ValidatePrincipal(CookieValidatePrincipalContext context)
    {
        if (!await IsLiveAsync(context.Principal.SessionOf(), context.HttpContext.RequestAborted))
            context.RejectPrincipal();
    }

    /// <inheritdoc />
    public override async Task SigningOut(CookieSigningOutContext context)
    {
        AuthenticateResult known = await context.HttpContext.AuthenticateAsync(CookieLogin.Scheme);
        if (known.Principal.SessionOf() is not { } id)
            return;
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(CancellationToken.None); // a browser that leaves is logged out all the same
        await connection.ExecuteAsync("delete from clerk_sessions where hash = @hash", new { hash = HashOf(id) });
    }

    private string HashOf(string id) => keys.Sign("session " + id);
}
