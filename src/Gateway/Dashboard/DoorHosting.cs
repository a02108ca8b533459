using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Mvc;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Dashboard.Pages;
using PantryChain.Gateway.Member;
using PantryChain.Ui.Hosting;

namespace PantryChain.Gateway.Dashboard;

/// <summary>Where the pages listen: plain on this machine; HTTPS beyond it, with a plain port that only leads there and hands out the root.</summary>
/// <remarks>No HSTS (RFC 6797): it would hold for every port of the machine's name, a home automation beside us and the page with the root included, and browsers ignore it for addresses.</remarks>
internal static class DoorHosting
{
    /// <summary>The whole heap has 64 MiB, and sensing lives in the same process. A guest leaves the others room, also over the network's IPv6, which family and guests share.</summary>
    internal static readonly ConnectionBounds Connections = new(Most: 160, PerAddress: 40, PerNetwork: 120);

    private const string TrustPath = "/trust", RootPath = "/ca.crt";

    /// <summary>Listens at the configured places; an open gateway without a certificate authority gets one here.</summary>
    public static void ListenAtDoor(this WebApplicationBuilder builder, DataFolder folder, DashboardOptions door, Household household)
    {
        IPAddress address = IPAddress.Parse(door.Address);
        ConnectionShares shares = new(Connections, Proxies.Parse(door.Proxies));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            shares.Bound(kestrel.Limits);
            kestrel.Listen(address, door.Port, listen => listen.Use(shares.Serve));
        });
        if (!door.IsOpen)
            return;
        HouseholdAuthority authority = HouseholdAuthority.OpenOrCreate(folder, household);
        DoorCertificate certificate = new(authority, folder, DoorCertificate.HostsOf(household), TimeProvider.System);
        builder.Services.AddSingleton(authority).AddSingleton(certificate);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(address, door.TlsPort, listen =>
            {
                listen.Use(shares.Serve);
                listen.UseHttps(https => https.ServerCertificateSelector = (_, _) => certificate.Current);
            });
            if (door.Port != 0 && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any))
                kestrel.Listen(IPAddress.Loopback, door.Port); // the commands of this machine
        });
    }

    /// <summary>Lets nothing but the way to HTTPS through the plain port, except on this machine.</summary>
    public static void UsePlainDoor(this WebApplication app)
    {
        if (app.Services.GetService<HouseholdAuthority>() is not null)
            app.Use(LeadToTls);
    }

    /// <summary>The root of the household's authority, and the page that says how it is installed.</summary>
    public static void MapTrust(this WebApplication app)
    {
        app.MapGet(RootPath, IResult (HttpContext http, [FromServices] HouseholdAuthority? authority) =>
            authority is null ? Refusal.NotFound(http) : Results.File(authority.Root, "application/x-x509-ca-cert", "pantrychain-root.crt"));
        app.MapGet(TrustPath, IResult (HttpContext http, [FromServices] HouseholdAuthority? authority) => authority is null ? Refusal.NotFound(http)
            : new Microsoft.AspNetCore.Http.HttpResults.RazorComponentResult<TrustPage>(new { authority.Fingerprint, Until = authority.Ends, Root = RootPath, Here = ForPhones(http.Request), Secure = TlsAddress(http, "/") }));
    }

    /// <summary>The page's address as a phone can open it, or null where the request came by a name of this machine alone.</summary>
    private static string? ForPhones(HttpRequest request) =>
        request.Host.Host == "localhost" || (IPAddress.TryParse(request.Host.Host.Trim('[', ']'), out IPAddress? address) && IPAddress.IsLoopback(address)) ? null
        : $"{request.Scheme}://{request.Host}{request.PathBase}{TrustPath}";

    private static Task LeadToTls(HttpContext http, RequestDelegate next)
    {
        if (http.Request.IsHttps || IsThisMachine(http.Connection.RemoteIpAddress) || IsForEverybody(http.Request.Path))
            return next(http);
        if (!HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method))
            return Refusal.Of(http, StatusCodes.Status421MisdirectedRequest, "not_secure", words => words.NotSecure, words => words.NotSecureHint(TlsAddress(http, "/")), TrustPath).ExecuteAsync(http);
        http.Response.StatusCode = StatusCodes.Status307TemporaryRedirect; // a permanent one would outlive a household that closes the door again
        http.Response.Headers.Location = TlsAddress(http, http.Request.PathBase + http.Request.Path + http.Request.QueryString);
        return Task.CompletedTask;
    }

    private static bool IsForEverybody(PathString path) =>
        path == TrustPath || path == RootPath || path == "/preferences" || path.StartsWithSegments(UiAssets.BasePath, StringComparison.Ordinal);

    private static bool IsThisMachine(IPAddress? sender) => sender is not null && IPAddress.IsLoopback(sender.IsIPv4MappedToIPv6 ? sender.MapToIPv4() : sender);

    /// <summary>The same host by HTTPS; its name is one of ours, for others were refused before.</summary>
    private static string TlsAddress(HttpContext http, string path)
    {
        ICollection<string> listened = http.RequestServices.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        int port = listened.Where(address => address.StartsWith("https:", StringComparison.Ordinal)).Select(address => BindingAddress.Parse(address).Port).First();
        return $"https://{new HostString(http.Request.Host.Host, port).ToUriComponent()}{path}";
    }
}
