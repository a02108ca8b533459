using Microsoft.AspNetCore.Http;

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
        return reads || IsOwn(request) ? next(http) : ApiProblem.RefuseAsync(
            http, StatusCodes.Status403Forbidden, "other_site", ("This form was sent by another site and was refused.", "Open the page itself and send it again."),
            "다른 사이트에서 보낸 양식이라 받지 않았습니다. 페이지를 직접 열어 다시 보내세요.");
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
