using PantryChain.Ledger.Contracts;
using PantryChain.Store.Hosting;
using PantryChain.Ui.Hosting;
using PantryChain.Ui.Texts;

namespace PantryChain.Store.Desk;

/// <summary>Station 11 at the store: the front page, the clerk's desk and its scripts.</summary>
internal static class DeskHosting
{
    /// <summary>Pages, live parts, the clerk's keys.</summary>
    public static void AddDesk(this WebApplicationBuilder builder, StoreFolder folder, ContractSet contracts)
    {
        builder.Services.AddPantryUi(ui =>
        {
            ui.HostNameIn = language => language == Language.Korean ? folder.Options.NameKo : folder.Options.Name;
            IEnumerable<string> named = folder.Options.Listen.Split(';').Concat(folder.Options.PublicUrls).Select(address => new UriBuilder(address).Host).Where(OwnHosts.IsName);
            ui.Hosts = new OwnHosts([.. folder.Options.Hosts, .. named], "\"hosts\" in store.json");
            ui.Proxies = Proxies.Parse(folder.Options.Proxies);
            ui.Refused = (http, code) => http.RequestServices.GetRequiredService<RefusalLog>().Count("http", code, $"{http.Request.Method} from {http.Connection.RemoteIpAddress}.");
            ui.Zone = TimeZoneInfo.FindSystemTimeZoneById(folder.Options.Rewards.TimeZone);
            ui.IsRehearsal = () => contracts.IsRehearsal;
            ui.Challenges = http => IsDesk(http.Request.Path) ? [UiOptions.FormChallenge("/desk/login")] : [UiOptions.TokenChallenge];
            ui.Navigation = words =>
            [
                new("/desk", words.Orders), new("/desk/catalogue", words.Catalogue), new("/desk/households", words.Households), new("/desk/treasury", words.Treasury),
                new("/desk/health", words.StoreHealth),
            ];
        });
        builder.Services.AddClerkLogins(folder);
        builder.Services.AddSingleton<DeskBoard>().AddSingleton<MemberBoard>();
        builder.Services.AddHostedService<DeskPublisher>();
    }

    /// <summary>The pages' middleware: headers, languages, logins; before anybody is looked up, the bounds of the open doors.</summary>
    public static void UseDesk(this WebApplication app)
    {
        app.UsePantryUi();
        app.UseRateLimiter();
        app.UseAuthentication();
        app.UseAuthorization();
    }

    /// <summary>Pages and actions.</summary>
    public static void MapDesk(this WebApplication app)
    {
        RouteGroupBuilder pages = app.MapGroup("/desk").RequireAuthorization(ClerkLogins.Clerk), scripts = app.MapGroup("/desk/api").RequireAuthorization(ClerkLogins.Script);
        app.MapFront();
        pages.MapDeskPages();
        scripts.MapDeskApi();
        pages.MapDeskHealth();
        scripts.MapQuarantine();
    }

    /// <summary>True for what the clerk sees by password; scripts below <c>/desk/api</c> show a token.</summary>
    private static bool IsDesk(PathString path) =>
        path.StartsWithSegments("/desk", StringComparison.OrdinalIgnoreCase, out PathString rest) && !rest.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase);
}
