using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection;

namespace PantryChain.Ui.Hosting;

/// <summary>The first look at every request: is it meant for this host, and who sent it.</summary>
internal static class HostCheck
{
    private const int MostShown = 80;

    /// <summary>Answers 421 (RFC 9110 §15.5.20) to any name but the host's own, before anything else looks at the request.</summary>
    /// <remarks><c>X-Forwarded-Host</c> is never read: a page of another site may send it. A proxy has to pass <c>Host</c> on.</remarks>
    public static Task Apply(HttpContext http, RequestDelegate next)
    {
        UiOptions options = http.RequestServices.GetRequiredService<UiOptions>();
        string? host = http.Request.Headers.Host.Count == 1 ? http.Request.Headers.Host[0] : null; // HTTP/2's :authority stands here too; a second Host is nobody's browser
        if (options.Hosts.Answers(host))
            return next(http);
        string asked = host is null ? "a request without one Host" : $"'{Shown(host)}'";
        return ApiProblem.RefuseAsync(
            http, StatusCodes.Status421MisdirectedRequest, "wrong_host",
            ($"This host does not answer to {asked}.", $"Use its address or one of its names; a further name is added as {options.Hosts.Option}."),
            $"이 이름으로는 열리지 않습니다. 기기의 주소나 이름으로 여세요. 이름은 {options.Hosts.Option}에 더합니다.");
    }

    /// <summary>Takes the sender's address and scheme from the headers of the operator's proxies, and of nobody else.</summary>
    public static void UseProxies(this WebApplication app, UiOptions options)
    {
        if (options.Proxies.Count == 0)
            return;
        ForwardedHeadersOptions forwarded = new() { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto, ForwardLimit = null };
        forwarded.KnownIPNetworks.Clear();
        forwarded.KnownProxies.Clear();
        foreach (System.Net.IPNetwork proxy in options.Proxies)
            forwarded.KnownIPNetworks.Add(proxy);
        app.UseForwardedHeaders(forwarded);
    }

    private static string Shown(string host) => string.Concat((host.Length <= MostShown ? host : host[..MostShown] + "…").Select(letter => char.IsControl(letter) ? '?' : letter));
}
