using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;

namespace PantryChain.Ui.Hosting;

/// <summary>What HTTP asks of every address of both hosts (RFC 9110): HEAD wherever GET is, OPTIONS with what an address takes, 405 with the same, 401 with how to log in.</summary>
public static class HttpVerbs
{
    private static readonly object Head = new();

    /// <summary>True for a request whose answer has no body: a stream without end ends at its headers.</summary>
    public static bool IsHead(this HttpContext http) => http.Items.ContainsKey(Head);

    /// <summary>Before the router: HEAD is answered as GET is. The server sends no body after it, whatever is written (section 9.3.2).</summary>
    internal static Task Apply(HttpContext http, RequestDelegate next)
    {
        http.Response.OnStarting(static state => Complete((HttpContext)state), http);
        if (HttpMethods.IsHead(http.Request.Method))
        {
            http.Items[Head] = true;
            http.Request.Method = HttpMethods.Get;
        }
        return next(http);
    }

    /// <summary>Behind the router: what it would say to a method that an address does not take is the answer to OPTIONS (section 9.3.7).</summary>
    internal static async Task Options(HttpContext http, RequestDelegate next)
    {
        bool host = http.Request.Path.Value is "" or "*";
        if (!HttpMethods.IsOptions(http.Request.Method) || (!host && http.GetEndpoint() is null or RouteEndpoint))
        {
            await next(http);
            return;
        }
        if (host)
            http.Response.Headers.Allow = "GET, POST";
        else
            await http.GetEndpoint()!.RequestDelegate!(http);
        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static Task Complete(HttpContext http)
    {
        IHeaderDictionary headers = http.Response.Headers;
        if (!StringValues.IsNullOrEmpty(headers.Allow))
            headers.Allow = string.Join(", ", headers.Allow.SelectMany(line => line!.Split(", ")).SelectMany(method => method == HttpMethods.Get ? [method, HttpMethods.Head] : new[] { method }).Append(HttpMethods.Options).Distinct());
        if (http.Response.StatusCode == StatusCodes.Status401Unauthorized && StringValues.IsNullOrEmpty(headers.WWWAuthenticate))
            headers.WWWAuthenticate = http.RequestServices.GetRequiredService<UiOptions>().Challenges(http);
        return Task.CompletedTask;
    }
}
