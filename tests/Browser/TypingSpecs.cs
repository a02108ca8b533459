using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;
using PantryChain.Ui.Hosting;
using PantryChain.Ui.Live;

namespace PantryChain.Browser.Tests;

/// <summary>Somebody types into a part of a page that is replaced meanwhile: a delivery code at home, a tag at the desk.</summary>
public sealed class TypingSpecs : IAsyncLifetime
{
    private const string Meta = """<meta name="htmx-config" content='{"includeIndicatorStyles":false,"allowEval":false,"allowScriptTags":false,"selfRequestsOnly":true,"historyCacheSize":0}'>"""; // as the shell of every page

    private readonly WebApplication _host;
    private int _version;

    public TypingSpecs()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddPantryUi(_ => { });
        _host = builder.Build();
        _host.UsePantryUi();
        _host.MapLive("/live", _ => true);
        _host.MapGet("/parts/orders", () => Results.Text(Part("fetched"), "text/html"));
        _host.MapGet("/", () => Results.Text(
            $"""
            <!doctype html><html lang="en"><head><title>t</title>{Meta}<link rel="icon" href="{UiAssets.Href("icon.svg")}"></head><body hx-ext="sse" sse-connect="/live">
            <div class="live" id="live-orders" hx-get="/parts/orders" hx-trigger="sse:orders" hx-swap="innerHTML">{Part("fetched")}</div>
            <div class="live" id="live-board" sse-swap="board" hx-swap="innerHTML">{Part("sent")}</div>
            <script src="{UiAssets.Href("lib/htmx.min.js")}"></script><script src="{UiAssets.Href("lib/sse.min.js")}"></script><script src="{UiAssets.Href("pantry.js")}"></script>
            </body></html>
            """, "text/html"));
    }

    [Theory]
    [InlineData("live-orders")]
    [InlineData("live-board")]
    public async Task What_is_being_typed_stays_with_focus_and_caret_while_the_part_around_it_is_replaced(string region)
    {
        await using Browser browser = await Browser.StartAsync();
        IPage page = await browser.OpenAsync(new Uri(_host.Urls.First()));
        ILocator code = page.Locator($"#{region} form[action='/orders/1/code'] input"), other = page.Locator($"#{region} form[action='/orders/2/code'] input");
        await other.FillAsync("77");
        await code.ClickAsync();
        await code.PressSequentiallyAsync("6425");
        await code.PressAsync("ArrowLeft");

        for (int refresh = 0; refresh < 3; refresh++)
            await ReplaceAsync(page, region);
        await page.Keyboard.TypeAsync("20");

        (await code.InputValueAsync()).Should().Be("642205", "typing went on where it was");
        (await other.InputValueAsync()).Should().Be("77");
        (await page.Locator($"#{region} input[name='count']").First.InputValueAsync()).Should().NotBe("0", "what nobody touched is the newest");
        browser.Complaints.Should().BeEmpty();
    }

    [Theory]
    [InlineData("live-orders")]
    [InlineData("live-board")]
    public async Task A_part_waits_until_an_input_method_has_put_its_letter_together(string region)
    {
        await using Browser browser = await Browser.StartAsync();
        IPage page = await browser.OpenAsync(new Uri(_host.Urls.First()));
        ILocator code = page.Locator($"#{region} form[action='/orders/1/code'] input");
        await code.ClickAsync();
        await code.EvaluateAsync("field => field.dispatchEvent(new CompositionEvent('compositionstart', { bubbles: true }))");
        await code.EvaluateAsync("field => { window.composed = field; }");
        Announce();
        await page.WaitForTimeoutAsync(1_500); // four times the pace of live parts
        bool waited = await page.EvaluateAsync<bool>("() => window.composed.isConnected");
        await code.EvaluateAsync("field => { field.value = '우'; field.dispatchEvent(new CompositionEvent('compositionend', { bubbles: true })); }");
        await page.WaitForFunctionAsync("() => !window.composed.isConnected");

        waited.Should().BeTrue();
        (await code.InputValueAsync()).Should().Be("우");
        browser.Complaints.Should().BeEmpty();
    }

    public Task InitializeAsync() => _host.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    private async Task ReplaceAsync(IPage page, string region)
    {
        string before = await page.Locator($"#{region} [data-version]").GetAttributeAsync("data-version") ?? "";
        Announce();
        await page.WaitForFunctionAsync("([region, before]) => document.querySelector(`#${region} [data-version]`)?.dataset.version !== before", new[] { region, before });
    }

    private void Announce()
    {
        Interlocked.Increment(ref _version);
        LiveHub hub = _host.Services.GetRequiredService<LiveHub>();
        hub.Announce("orders");
        hub.Publish<RawPart>("board", new Dictionary<string, object?> { [nameof(RawPart.Html)] = Part("sent") });
    }

    private string Part(string how) =>
        $"""
        <div data-version="{Volatile.Read(ref _version)}">{how}<form action="/orders/1/code" method="post"><input name="code" aria-label="code"><button>ok</button></form>
        <form action="/orders/2/code" method="post"><input name="code" aria-label="code"><button>ok</button></form><input name="count" aria-label="count" value="{Volatile.Read(ref _version)}"></div>
        """;
}

/// <summary>HTML as it is.</summary>
internal sealed class RawPart : Microsoft.AspNetCore.Components.ComponentBase
{
    /// <summary>The HTML.</summary>
    [Microsoft.AspNetCore.Components.Parameter]
    public string Html { get; set; } = "";

    /// <inheritdoc />
    protected override void BuildRenderTree(Microsoft.AspNetCore.Components.Rendering.RenderTreeBuilder builder) => builder.AddMarkupContent(0, Html);
}
