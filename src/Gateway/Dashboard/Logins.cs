using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Member;
using PantryChain.Ui.Hosting;

namespace PantryChain.Gateway.Dashboard;

/// <summary>Who is known here: the member by a cookie, scripts of this machine by the content of <c>keys/local.token</c>.</summary>
internal static class Logins
{
    /// <summary>Whom a route asks for.</summary>
    public const string Member = "member", Script = "script", MemberOrScript = "member or script";

    /// <summary>Adds logins, what routes may ask for, the forms' own tokens, and the keys of all this.</summary>
    public static void AddLogins(this IServiceCollection services, DataFolder folder)
    {
        services.AddKeyRing(folder.KeyRing);
        services.AddSingleton<MemberSessions>();
        byte[] token = File.Exists(folder.LocalToken) ? Encoding.UTF8.GetBytes(File.ReadAllText(folder.LocalToken).Trim()) : [];
        services.AddAuthentication(CookieLogin.Scheme)
            .AddCookieLogin<MemberSessions>("pantry_session", "/", Sessions.Lifetime)
            .AddScheme<TokenLoginOptions, TokenLogin>(TokenLogin.Name, login =>
                login.IsToken = shown => token.Length > 0 && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(shown), token));
        services.AddAuthorizationBuilder()
            .AddPolicy(Member, asked => asked.AddAuthenticationSchemes(CookieLogin.Scheme).RequireAuthenticatedUser())
            .AddPolicy(Script, asked => asked.AddAuthenticationSchemes(TokenLogin.Name).RequireAuthenticatedUser())
            .AddPolicy(MemberOrScript, asked => asked.AddAuthenticationSchemes(CookieLogin.Scheme, TokenLogin.Name).RequireAuthenticatedUser());
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, LogInFirst>();
        services.AddAntiforgery(forms =>
        {
            (forms.FormFieldName, forms.HeaderName, forms.SuppressXFrameOptionsHeader) = ("form", null, true); // the page's own header is stricter
            forms.Cookie = new CookieBuilder { Name = "pantry_form", Path = "/", HttpOnly = true, SameSite = SameSiteMode.Strict, SecurePolicy = CookieSecurePolicy.SameAsRequest, IsEssential = true };
        });
    }

    /// <summary>A login that lasts as long as its row.</summary>
    private sealed class MemberSessions(Sessions sessions) : CookieAuthenticationEvents
    {
        public override Task ValidatePrincipal(CookieValidatePrincipalContext context)
        {
            if (!sessions.IsLive(context.Principal.SessionOf()))
                context.RejectPrincipal();
            return Task.CompletedTask;
        }

        public override Task SigningOut(CookieSigningOutContext context)
        {
            sessions.End(context.HttpContext.User.SessionOf());
            return Task.CompletedTask;
        }
    }

    /// <summary>Says to whoever is not known how to become so, as a page or as a problem.</summary>
    private sealed class LogInFirst : IAuthorizationMiddlewareResultHandler
    {
        public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult) =>
            authorizeResult.Succeeded ? next(context) : Refusal.LogIn(context).ExecuteAsync(context);
    }
}
