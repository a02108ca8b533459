using System.Text.Encodings.Web;
using System.Text.Unicode;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using PantryChain.Ui.Live;

namespace PantryChain.Ui.Hosting;

/// <summary>What both hosts add to show pages.</summary>
public static class UiHosting
{
    /// <summary>Adds Razor components, the reader's <see cref="UiContext"/> and the <see cref="LiveHub"/>.</summary>
    public static IServiceCollection AddPantryUi(this IServiceCollection services, Action<UiOptions> configure)
    {
        UiOptions options = new();
        configure(options);
        services.AddRazorComponents();
        services.AddSingleton(HtmlEncoder.Create(UnicodeRanges.All)); // Korean travels as Korean; markup is encoded as ever
        services.AddSingleton(options);
        services.AddScoped<UiContext>();
        services.TryAddSingleton(host => new FaultLog(host.GetRequiredService<ILogger<FaultLog>>(), TimeProvider.System));
        services.TryAddSingleton<FragmentRenderer>();
        services.TryAddSingleton<LiveHub>();
        return services;
    }

    /// <summary>
    /// Refuses what is meant for another host, sets strict security headers, answers HEAD and OPTIONS, refuses forms sent by other sites, finds out the reader's language and colours, serves the assets below
    /// <see cref="UiAssets.BasePath"/> and takes the reader's choices. Call it before mapping pages.
    /// </summary>
    public static WebApplication UsePantryUi(this WebApplication app)
    {
        app.Use(HostCheck.Apply);
        app.UseProxies(app.Services.GetRequiredService<UiOptions>());
        app.Use(HttpVerbs.Apply);
        app.Use(SecurityHeaders.Apply);
        app.Use(SameSite.RefuseForeignWrites);
        app.Use(Preferences.Read);
        app.UseRouting(); // here and not, as it is by default, before all of these
        app.Use(HttpVerbs.Options);
        app.MapGet(UiAssets.BasePath + "/{**path}", UiAssets.Serve);
        app.MapPost(Preferences.Path, Preferences.Write).DisableAntiforgery();
        return app;
    }

    /// <summary>Serves the hub's server-sent events at <paramref name="path"/>; live parts of pages connect to it.</summary>
    /// <param name="app">The host, or a part of it.</param>
    /// <param name="path">Where.</param>
    /// <param name="isKnown">Whether a request comes from somebody who is logged in, and so goes before those who are not.</param>
    /// <param name="mayWatch">Whether whoever opened a stream may still watch, asked before anything is sent and at least every second; null for parts that anybody may see.</param>
    public static IEndpointConventionBuilder MapLive(this IEndpointRouteBuilder app, string path, Func<HttpContext, bool> isKnown, Func<HttpContext, Task<bool>>? mayWatch = null) =>
        app.MapGet(path, (HttpContext http, LiveHub hub) => hub.Serve(http, isKnown(http), mayWatch ?? (_ => Task.FromResult(true))));
}
