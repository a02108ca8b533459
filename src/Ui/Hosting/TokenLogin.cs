using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace PantryChain.Ui.Hosting;

/// <summary>Who may show a token.</summary>
public sealed class TokenLoginOptions : AuthenticationSchemeOptions
{
    /// <summary>True for the right token; takes as long for every wrong one. Default: none is.</summary>
    public Predicate<string> IsToken { get; set; } = static _ => false;
}

/// <summary>The login of scripts: <c>Authorization: Bearer</c> and a token from the host's folder (RFC 6750).</summary>
public sealed class TokenLogin(IOptionsMonitor<TokenLoginOptions> options, ILoggerFactory log, UrlEncoder encoder) : AuthenticationHandler<TokenLoginOptions>(options, log, encoder)
{
    /// <summary>The scheme's name.</summary>
    public const string Name = "Token";

    private const string Prefix = "Bearer ";

    /// <inheritdoc />
    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        string shown = Request.Headers.Authorization.ToString();
        if (!shown.StartsWith(Prefix, StringComparison.Ordinal) || !Options.IsToken(shown[Prefix.Length..]))
            return Task.FromResult(AuthenticateResult.NoResult());
        ClaimsPrincipal script = new(new ClaimsIdentity(Scheme.Name));
        return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(script, Scheme.Name)));
    }
}
