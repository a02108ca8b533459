using System.Net;
using Microsoft.AspNetCore.Routing;

namespace PantryChain.Tests;

/// <summary>Asks every address of a host by HEAD, OPTIONS and a method that it does not take; new routes are asked without being named here.</summary>
internal static class HttpVerbWalk
{
    /// <summary>Lists every address whose answers are not those of RFC 9110.</summary>
    /// <param name="http">A client that follows no redirects.</param>
    /// <param name="endpoints">The host's routes.</param>
    /// <param name="streams">Routes whose GET does not end: only their headers are compared.</param>
    public static async Task<IReadOnlyList<string>> AskAsync(HttpClient http, IEnumerable<RouteEndpoint> endpoints, Predicate<string> streams)
    {
        List<string> wrong = [];
        foreach (IGrouping<string, string> route in endpoints
            .SelectMany(endpoint => (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"]).Select(method => (Path: PathOf(endpoint), method))).GroupBy(route => route.Path, route => route.method))
        {
            if (route.Contains("GET"))
                await HeadAsync(http, route.Key, streams(route.Key), wrong);
            using HttpResponseMessage options = await SendAsync(http, "OPTIONS", route.Key), other = await SendAsync(http, "PROPFIND", route.Key);
            string[] takes = [.. options.Content.Headers.Allow];
            string[] wanted = [.. route, .. route.Contains("GET") ? ["HEAD"] : Array.Empty<string>(), "OPTIONS"];
            if (options.StatusCode != HttpStatusCode.NoContent || wanted.Except(takes).Any())
                wrong.Add($"OPTIONS {route.Key}: {(int)options.StatusCode} {string.Join(", ", takes)}, but it takes {string.Join(", ", wanted)}");
            bool told = other.StatusCode == HttpStatusCode.MethodNotAllowed ? !wanted.Except(other.Content.Headers.Allow).Any() : other.StatusCode == HttpStatusCode.Unauthorized && other.Headers.WwwAuthenticate.Count > 0;
            if (!told || (await other.Content.ReadAsStringAsync()).Length == 0)
                wrong.Add($"PROPFIND {route.Key}: {(int)other.StatusCode} Allow {string.Join(", ", other.Content.Headers.Allow)}");
        }
        return wrong;
    }

    private static async Task HeadAsync(HttpClient http, string path, bool streams, List<string> wrong)
    {
        using HttpResponseMessage get = await SendAsync(http, "GET", path), head = await SendAsync(http, "HEAD", path);
        string body = await head.Content.ReadAsStringAsync(); // ends for a stream, too
        if (get.StatusCode != head.StatusCode || get.Content.Headers.ContentType?.ToString() != head.Content.Headers.ContentType?.ToString() || get.Headers.Location != head.Headers.Location || body.Length > 0)
            wrong.Add($"HEAD {path}: {(int)head.StatusCode} {head.Content.Headers.ContentType} where GET has {(int)get.StatusCode} {get.Content.Headers.ContentType}");
        if (get.StatusCode == HttpStatusCode.Unauthorized && (get.Headers.WwwAuthenticate.Count == 0 || head.Headers.WwwAuthenticate.Count == 0 || (!streams && (await get.Content.ReadAsStringAsync()).Length == 0)))
            wrong.Add($"GET {path}: 401 does not say how to log in");
    }

    private static Task<HttpResponseMessage> SendAsync(HttpClient http, string method, string path)
    {
        HttpRequestMessage request = new(new HttpMethod(method), path);
        return http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    private static string PathOf(RouteEndpoint endpoint) =>
        "/" + string.Join('/', (endpoint.RoutePattern.RawText ?? "").Trim('/').Split('/').Select(part => part.StartsWith('{') ? "1" : part));
}
