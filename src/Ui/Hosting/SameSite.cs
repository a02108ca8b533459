using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace PantryChain.Ui.Hosting;

/// <summary>Refuses writes that a browser sends on behalf of another site, without tokens in forms.</summary>
internal static class SameSite
{
    /// <summary>
    /// A browser names the origin of every POST by <c>Sec-Fetch-Site</c> (W3C Fetch Metadata) or at least <c>Origin</c> (RFC 6454 §7); a program that sends neither is no
    /// browser and carries no one's cookies.
    /// </summary>
    public static Task RefuseForeignWrites(HttpContext http, RequestDelegate next)
    {
        HttpRequest request = http.Request;
        bool reads = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method);
        if (reads || IsOwn(request))
            return next(http);
        http.RequestServices.GetRequiredService<UiOptions>().Refused(http, "other_site");
        http.Response.StatusCode = StatusCodes.Status403Forbidden;
        return http.Response.WriteAsync("This form was sent by another site and was refused. Open the page itself and send it again.\n");
    }

    private static bool IsOwn(HttpRequest request)
    {
        string site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site.Length > 0)
            return site is "same-origin" or "none";
        string origin = request.Headers.Origin.ToString();
        return origin.Length == 0 || (Uri.TryCreate(origin, UriKind.Absolute, out Uri? uri) && string.Equals(uri.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase)); // HostCheck saw to it that this host is ours
    }
}
