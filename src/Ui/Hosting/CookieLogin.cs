using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace PantryChain.Ui.Hosting;

/// <summary>The login by form of both hosts: ASP.NET Core's cookie, which holds the number of a session that the host can end.</summary>
public static class CookieLogin
{
    /// <summary>The scheme's name.</summary>
    public const string Scheme = CookieAuthenticationDefaults.AuthenticationScheme;

    /// <summary>Adds the scheme.</summary>
    /// <typeparam name="TSessions">Knows which sessions are live, and ends them: asked at every request, so a copied cookie is worthless after the logout.</typeparam>
    /// <param name="logins">The host's schemes.</param>
    /// <param name="cookie">The cookie's name.</param>
    /// <param name="path">The path that gets it over plain HTTP; over TLS it is the whole host.</param>
    /// <param name="life">How long a login lasts, in real time.</param>
    public static AuthenticationBuilder AddCookieLogin<TSessions>(this AuthenticationBuilder logins, string cookie, string path, TimeSpan life)
        where TSessions : CookieAuthenticationEvents => logins.AddCookie(Scheme, options =>
        {
            options.Cookie = new CookieBuilder
            {
                Name = cookie, Path = path, MaxAge = life, HttpOnly = true, SameSite = SameSiteMode.Strict, SecurePolicy = CookieSecurePolicy.SameAsRequest, IsEssential = true,
            };
            options.CookieManager = new HostCookies();
            (options.ExpireTimeSpan, options.SlidingExpiration, options.TimeProvider) = (life, false, TimeProvider.System); // real time, whatever household time does
            options.EventsType = typeof(TSessions);
        });

    /// <summary>Gives the browser its cookie for a session that was started.</summary>
    public static Task LogInAsync(this HttpContext http, string session) =>
        http.SignInAsync(Scheme, new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, session)], Scheme)));

    /// <summary>Ends the session and takes the cookie back.</summary>
    public static Task LogOutAsync(this HttpContext http) => http.SignOutAsync(Scheme);

    /// <summary>The number of the session that somebody is logged in with, or null.</summary>
    public static string? SessionOf(this ClaimsPrincipal? somebody) => somebody?.FindFirstValue(ClaimTypes.NameIdentifier);

    /// <summary>Over TLS a name that no other host and no plain connection can set (RFC 6265bis, "__Host-").</summary>
    private sealed class HostCookies : ICookieManager
    {
        private readonly ChunkingCookieManager _cookies = new();

        public string? GetRequestCookie(HttpContext context, string key) => _cookies.GetRequestCookie(context, NameOf(context, key));

        public void AppendResponseCookie(HttpContext context, string key, string? value, CookieOptions options) =>
            _cookies.AppendResponseCookie(context, NameOf(context, key), value, Wide(context, options));

        public void DeleteCookie(HttpContext context, string key, CookieOptions options) => _cookies.DeleteCookie(context, NameOf(context, key), Wide(context, options));

        private static string NameOf(HttpContext context, string key) => context.Request.IsHttps ? "__Host-" + key : key;

        private static CookieOptions Wide(HttpContext context, CookieOptions options)
        {
            if (context.Request.IsHttps)
                options.Path = "/"; // such a name asks for it
            return options;
        }
    }
}
