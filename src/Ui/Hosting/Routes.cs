using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace PantryChain.Ui.Hosting;

/// <summary>Names requests by the route that took them, which is one of a closed set; a path or a method anybody can invent.</summary>
public static class Routes
{
    /// <summary>For example <c>POST /products/{gtin}/mode</c>; <c>no route</c> for what leads nowhere.</summary>
    public static string NameOf(HttpContext http) =>
        http.GetEndpoint() is RouteEndpoint { RoutePattern.RawText: { } pattern } route
            ? string.Join(' ', [.. route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [], '/' + pattern.TrimStart('/')])
            : "no route";
}
