using Microsoft.AspNetCore.Http;

namespace PantryChain.Ui.Hosting;

/// <summary>Headers that keep a page from loading, running or leaking anything but its own.</summary>
internal static class SecurityHeaders
{
    /// <summary>Only own files, no inline script or style, no framing (W3C Content Security Policy Level 3).</summary>
    public const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    public static Task Apply(HttpContext http, RequestDelegate next)
    {
        Set(http.Response.Headers);
        return next(http);
    }

    /// <summary>Sets them all.</summary>
    public static void Set(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
        headers.CacheControl = "no-store"; // how a household lives does not belong into caches; assets say otherwise themselves
    }
}
