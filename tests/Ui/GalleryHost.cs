using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PantryChain.Ui.Hosting;
using PantryChain.Ui.Live;

namespace PantryChain.Ui.Tests;

/// <summary>The gallery behind a real web server on a free port, as both hosts serve their pages.</summary>
public sealed class GalleryHost : IAsyncLifetime
{
    private readonly WebApplication _app;

    public GalleryHost()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddPantryUi(ui =>
        {
            ui.HostName = "gallery";
            ui.IsRehearsal = () => true;
            ui.Navigation = words => [new("/", words.Shelves), new("/orders", words.Orders)];
        });
        _app = builder.Build();
        _app.UseFaults((http, error) =>
        {
            http.Response.StatusCode = StatusCodes.Status500InternalServerError;
            return http.Response.WriteAsync($"It failed: {error.Message}");
        });
        _app.UsePantryUi();
        _app.MapLive("/live", http => http.Request.Headers.ContainsKey("Member"));
        _app.MapGet("/fails", string () => throw new InvalidOperationException("broken"));
        _app.MapGet("/fails-late", async (HttpContext http) =>
        {
            await http.Response.WriteAsync("half of ");
            await http.Response.Body.FlushAsync();
            throw new InvalidOperationException("broken");
        });
        _app.MapGet("/", () => new RazorComponentResult<Gallery>());
    }

    internal int Port => new Uri(_app.Urls.Single()).Port;

    internal LiveHub Hub => _app.Services.GetRequiredService<LiveHub>();

    internal FragmentRenderer Fragments => _app.Services.GetRequiredService<FragmentRenderer>();

    /// <summary>A browser without cookies or redirects of its own.</summary>
    internal HttpClient NewClient(string language = "ko")
    {
        HttpClient client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = new Uri(_app.Urls.Single()) };
        client.DefaultRequestHeaders.Add("Accept-Language", language);
        return client;
    }

    public Task InitializeAsync() => _app.StartAsync();

    public async Task DisposeAsync() => await _app.DisposeAsync();
}
