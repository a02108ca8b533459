using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using PantryChain.Store.Hosting;
using PantryChain.Ui.Hosting;

namespace PantryChain.Store.Desk;

/// <summary>The clerk's login: a signed cookie that holds nothing but its end, so it outlives a restart and needs no table.</summary>
/// <remarks>Real time, not household time: a rehearsal's days would log the clerk out every few seconds.</remarks>
internal sealed class ClerkSession(ClerkKeys keys, LoginThrottle throttle)
{
    private const string Cookie = "pantry_clerk";
    private static readonly TimeSpan Life = TimeSpan.FromHours(12);

    /// <summary>Logs in with the clerk's password; false for a wrong one.</summary>
    /// <exception cref="Refusal">There were too many wrong ones from that address.</exception>
    public bool TryLogIn(HttpContext context, string? password)
    {
        string address = context.Connection.RemoteIpAddress?.ToString() ?? "";
        if (throttle.WaitOf(address) > TimeSpan.Zero)
            throw new Refusal(429, "too_many_tries", "Too many wrong passwords.", "Wait a minute, then try again.");
        throttle.Mistake(address); // counted first, so that guesses sent at the same time all count
        if (!keys.IsPassword(password))
            return false;
        throttle.Success(address);
        string end = (TimeProvider.System.GetUtcNow() + Life).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        context.Response.Cookies.Append(Cookie, $"{end}.{Sign(end)}", Options(context));
        return true;
    }

    /// <summary>True for a request of a clerk who is logged in.</summary>
    public bool IsLoggedIn(HttpContext context)
    {
        string[] parts = (context.Request.Cookies[Cookie] ?? "").Split('.');
        return parts.Length == 2
            && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Sign(parts[0])), Encoding.UTF8.GetBytes(parts[1]))
            && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out long end)
            && end > TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
    }

    /// <summary>Takes the cookie back.</summary>
    public static void LogOut(HttpContext context) => context.Response.Cookies.Delete(Cookie, Options(context));

    private string Sign(string end) => keys.Sign("session " + end);

    private static CookieOptions Options(HttpContext context) =>
        new() { HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = context.Request.IsHttps, IsEssential = true, Path = "/desk", MaxAge = Life };
}
