using Microsoft.AspNetCore.Http;

namespace PantryChain.Gateway.Tests.Ordering;

/// <summary>What something between gateway and store may answer instead of it.</summary>
internal static class OddAnswer
{
    public static IReadOnlyDictionary<string, Func<HttpContext, Task>> All { get; } = new Dictionary<string, Func<HttpContext, Task>>
    {
        ["a firewall's 403 page"] = Page(403),
        ["a 401 page"] = Page(401),
        ["a 404 page"] = Page(404),
        ["a 400 page"] = Page(400),
        ["a 451 page"] = Page(451),
        ["a busy proxy's 429"] = Page(429),
        ["a 502 page"] = Page(502),
        ["a captive portal's 200 page"] = Page(200),
        ["a redirect to a captive portal"] = http =>
        {
            http.Response.Redirect("http://127.0.0.1:9/portal");
            return Task.CompletedTask;
        },
        ["a permanent redirect"] = http =>
        {
            http.Response.StatusCode = 308;
            http.Response.Headers.Location = "/api/v1/relay?again";
            return Task.CompletedTask;
        },
        ["nothing at all, 204"] = http =>
        {
            http.Response.StatusCode = 204;
            return Task.CompletedTask;
        },
        ["JSON without a code"] = http => Results.Json(new { title = "Forbidden" }, statusCode: 403, contentType: "application/problem+json").ExecuteAsync(http),
        ["a code that nobody documented"] = http => OrderWorld.Problem(409, "because_i_say_so").ExecuteAsync(http),
        ["a known code on a page"] = async http =>
        {
            (http.Response.StatusCode, http.Response.ContentType) = (403, "text/html");
            await http.Response.WriteAsync("""{"code":"not_your_device"}""");
        },
        ["a known code of a busy server"] = http => OrderWorld.Problem(503, "malformed").ExecuteAsync(http),
        ["broken JSON"] = async http =>
        {
            http.Response.ContentType = "application/json";
            await http.Response.WriteAsync("""{"id":"0x12","sta""");
        },
        ["an answer about another call"] = http => Results.Json(new { id = "0x" + new string('9', 64), status = "mined" }).ExecuteAsync(http),
        ["a word that is no status"] = http => Results.Json(new { id = "", status = "certainly" }).ExecuteAsync(http),
        ["an answer without anything"] = http => Results.Json(new { }).ExecuteAsync(http),
        ["null"] = http => Results.Json((object?)null).ExecuteAsync(http),
        ["a body that breaks off"] = async http =>
        {
            (http.Response.ContentType, http.Response.ContentLength) = ("application/json", 500);
            await http.Response.WriteAsync("""{"id":""");
            http.Abort();
        },
        ["a connection that breaks off"] = http =>
        {
            http.Abort();
            return Task.CompletedTask;
        },
    };

    private static Func<HttpContext, Task> Page(int status) => async http =>
    {
        (http.Response.StatusCode, http.Response.ContentType) = (status, "text/html");
        await http.Response.WriteAsync("<h1>Forbidden by WAF</h1>");
    };
}
