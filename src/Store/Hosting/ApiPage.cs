using System.Buffers.Text;
using System.Security.Cryptography;
using PantryChain.Ui.Hosting;
using Scalar.AspNetCore;

namespace PantryChain.Store.Hosting;

/// <summary>The API's document as a page to read and to try calls from (Scalar), whose files lie in its assembly.</summary>
internal static class ApiPage
{
    /// <summary>Where anybody may read it, as the document itself.</summary>
    public const string Path = "/api/reference";

    /// <summary>Maps the page and its two scripts.</summary>
    public static void MapApiPage(this WebApplication app) => app.MapScalarApiReference(Path, static (page, http) =>
    {
        if (http.Request.RouteValues.Count > 0) // the name of a document, of which there is one
            throw Refusal.NotFound("not_found", "There is one document of this API.", $"See {Path}.");
        string nonce = page.Nonce = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));
        Admit(nonce, http.Response.Headers);
        page.Title = "PantryChain store, API";
        page.Favicon = UiAssets.Href("icon.svg");
        page.OpenApiRoutePattern = ApiDocument.Path;
        page.DefaultFonts = false; // they would come from a network of strangers
        page.Telemetry = false;
        page.ProxyUrl = null;
        page.HideClientButton = true;
        page.ShowDeveloperTools = DeveloperToolsVisibility.Never;
        page.Agent = new ScalarAgentOptions { Disabled = true };
        page.Mcp = new ScalarMcpOptions { Disabled = true };
    });

    /// <summary>Widens the policy of all pages for this answer: scripts that bear its number, and styles, which Scalar makes as elements without a number and as attributes.</summary>
    /// <remarks>A style could carry nothing away, for images and connections are this host's own, and no text of a stranger stands on the page.</remarks>
    private static void Admit(string nonce, IHeaderDictionary headers) => headers.ContentSecurityPolicy = headers.ContentSecurityPolicy.ToString()
        .Replace("script-src", $"script-src 'nonce-{nonce}'", StringComparison.Ordinal)
        .Replace("style-src", "style-src 'unsafe-inline'", StringComparison.Ordinal);
}
