using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using PantryChain.Domain.Events;
using PantryChain.Domain.Identity;
using PantryChain.Gateway.Climate;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Cooperative;
using PantryChain.Gateway.Dashboard.Pages;
using PantryChain.Gateway.Inbox;
using PantryChain.Gateway.Member;
using PantryChain.Gateway.Storage;
using PantryChain.Gateway.Ordering;
using PantryChain.Telemetry.Journaling;
using PantryChain.Ui.Components;
using PantryChain.Ui.Hosting;

namespace PantryChain.Gateway.Dashboard;

/// <summary>Station 11: the household's pages, forms and JSON (protocol, "The gateway's pages").</summary>
internal static class DashboardServices
{
    /// <summary>Adds what the pages need.</summary>
    public static void AddDashboard(this IServiceCollection services, DataFolder folder, Household household, Membership? membership)
    {
        services.AddPantryUi(ui =>
        {
            (ui.HostName, ui.Zone, ui.IsRehearsal) = (household.Gateway.Value, household.Zone, () => membership?.Info.Rehearsal ?? false);
            ui.Hosts = DoorCertificate.HostsOf(household);
            ui.Proxies = Proxies.Parse(household.Options.Dashboard.Proxies);
            ui.Refused = (http, code) => http.RequestServices.GetRequiredService<Telemetry.Wire.Refusals>().Refuse("http", code);
            ui.Challenges = _ => [UiOptions.FormChallenge("/login"), UiOptions.TokenChallenge];
            ui.Navigation = words => [new NavigationItem("/", new GatewayWords(words.Language).Home), new NavigationItem("/activity", new GatewayWords(words.Language).Activity),
                new NavigationItem("/inbox", new InboxWords(words.Language).Inbox), .. ClimateItem(words)];
        });
        IEnumerable<NavigationItem> ClimateItem(Ui.Texts.Words words) => household.Climate.Count == 0 ? [] : [new NavigationItem(ClimatePages.Path, new ClimateWords(words.Language).Title)];
        services.AddSingleton(stations => new ClimateView(
            household, stations.GetRequiredService<ClimateBoard>(), stations.GetRequiredService<ClimateBook>(), stations.GetRequiredService<TimeProvider>()));
        services.AddLogins(folder);
        services.AddSingleton(stations => new Troubles(stations)).AddSingleton<ShelfHealth>().AddSingleton<KeptHealth>().AddSingleton<HealthReport>().AddSingleton<History>().AddSingleton(stations => new PantryView(stations)).AddSingleton<StateReport>().AddSingleton<SlotReport>()
            .AddSingleton(stations => new InboxView(stations.GetRequiredService<InboxBook>(), stations.GetRequiredService<InboxDesk>(), stations.GetRequiredService<CountDesk>(), household)).AddSingleton<Door>();
        services.AddHostedService<LivePages>();
        if (household.Options.Dashboard.Metrics)
            services.AddSingleton<GatewayMetrics>();
    }

    /// <summary>Maps all routes.</summary>
    public static void MapDashboard(this WebApplication app)
    {
        DiskState disk = app.Services.GetRequiredService<DiskState>();
        ClimateBoard climate = app.Services.GetRequiredService<ClimateBoard>();
        app.Services.GetRequiredService<UiOptions>().Notice = ui => ui.Path == "/" ? null // the first page has cards for both, which are live
            : disk.IsRefusing ? new TroubleWords(ui.Words.Language).Full : ClimatePages.Notice(climate, ui.Words.Language);
        app.UseFaults((http, error) => Refusal.OfFault(http, error).ExecuteAsync(http));
        app.UsePantryUi();
        app.UsePlainDoor();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseStatusCodePages(async context =>
        {
            int status = context.HttpContext.Response.StatusCode;
            IResult refusal = status == StatusCodes.Status404NotFound ? Refusal.NotFound(context.HttpContext)
                : Refusal.Of(context.HttpContext, status, $"http_{status}", words => words.NoForm, words => words.BadValueHint);
            await refusal.ExecuteAsync(context.HttpContext);
        });
        app.MapGet("/", IResult (HttpContext http, PantryView view, InboxView inbox, Troubles troubles, Door door) => Page<HomePage>(new { View = view, Inbox = inbox, Troubles = troubles, Form = door.FormOf(http), WeakPin = door.HasWeakPin(http) }));
        app.MapGet("/products/{gtin}", Product);
        app.MapGet("/activity", IResult (PantryView view, InboxView inbox, Journal journal) => Page<ActivityPage>(new { View = view, Inbox = inbox, Events = LivePages.Newest(journal, LivePages.ShownEvents) }));
        app.MapGet("/parts/orders", IResult (HttpContext http, PantryView view, Door door) => Page<OrdersPart>(new { View = view, Form = door.FormOf(http) }));
        app.MapGet("/parts/tokens", IResult (HttpContext http, PantryView view, Door door) => Page<TokensPart>(new { View = view, Form = door.FormOf(http) })).RequireAuthorization(Logins.Member);
        app.MapGet("/health", IResult (HealthReport health) => Results.Text(HealthReport.ToJson(health.Now()), "application/json"));
        app.MapGet("/health/strict", IResult (HealthReport health) => health.Now() is var now && now.Status == "ok"
            ? Results.Text(HealthReport.ToJson(now), "application/json") : Results.Text(HealthReport.ToJson(now), "application/json", statusCode: StatusCodes.Status503ServiceUnavailable));
        app.MapGet("/parts/troubles", IResult (HttpContext http, Troubles troubles, Door door) => Page<TroublePart>(new { Troubles = troubles, Form = door.FormOf(http) }));
        app.MapGet("/api/state", (HttpContext http, StateReport state, Door door) => Results.Text(state.ToJson(door.FormOf(http)), "application/json")).RequireAuthorization(Logins.MemberOrScript);
        app.MapGet("/calls", IResult (PantryView view) => Page<CallsPage>(new { View = view })).RequireAuthorization(Logins.Member);
        app.MapGet("/calls/{id}", IResult (HttpContext http, string id, [FromServices] CallFiles? calls) =>
            Hash32.TryParse(id, out Hash32 known) && calls?.Find(known) is { } call ? Results.Text(JsonSerializer.Serialize(call, CallJson.Readable().CallFile), "application/json") : Refusal.NotFound(http)).RequireAuthorization(Logins.MemberOrScript);
        app.MapGet("/api/calls", ([FromServices] CallFiles? calls) =>
            Results.Text(JsonSerializer.Serialize(calls?.Newest() ?? [], CallJson.Readable().IReadOnlyListCallFile), "application/json")).RequireAuthorization(Logins.MemberOrScript);
        RouteGroupBuilder forms = app.MapGroup("").RequireAuthorization(Logins.Member);
        forms.AddEndpointFilter(app.Services.GetRequiredService<Door>().RefuseOthers);
        app.MapForms(forms);
        app.MapPin(forms);
        app.MapDevice(forms);
        app.MapTrust();
        forms.MapTokens();
        forms.MapHabits();
        forms.MapAttention();
        app.MapInbox(forms);
        app.MapEmpty(forms);
        forms.MapDeliveries();
        app.MapSlotPages(forms);
        app.MapClimate();
        app.MapLocalCalls();
        if (app.Services.GetRequiredService<Household>().Options.Dashboard.Metrics)
            app.MapMetrics();
        app.MapLive("/live", http => Door.SessionOf(http) is not null);
    }

    private static async Task<IResult> Product(HttpContext http, string gtin, PantryView view, ClimateView climate, InboxView inbox, History history, Door door)
    {
        if (!Gtin.TryParse(gtin, out Gtin wanted) || view.Find(wanted) is null)
            return Refusal.NotFound(http);
        (IReadOnlyList<ThingEvent> events, IReadOnlyList<StockPoint> points) = await history.OfAsync(wanted, http.RequestAborted);
        return Page<ProductPage>(new
        {
            View = view, Climate = climate, Inbox = inbox, Gtin = wanted, Points = points, Events = events.Reverse().Take(LivePages.ShownEvents).ToList(), Form = door.FormOf(http),
        });
    }

    private static RazorComponentResult<TComponent> Page<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.All)] TComponent>(object parameters)
        where TComponent : Microsoft.AspNetCore.Components.IComponent => new(parameters);
}
