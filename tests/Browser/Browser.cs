using Microsoft.Playwright;

namespace PantryChain.Browser.Tests;

/// <summary>Debian's Chromium, driven by Playwright; every page's errors are collected, and a blocked script or style is one.</summary>
public sealed class Browser : IAsyncDisposable
{
    private readonly IPlaywright _driver;
    private readonly IBrowser _chromium;

    private Browser(IPlaywright driver, IBrowser chromium) => (_driver, _chromium) = (driver, chromium);

    /// <summary>What the pages complained about.</summary>
    public List<string> Complaints { get; } = [];

    public static async Task<Browser> StartAsync()
    {
        IPlaywright driver = await Playwright.CreateAsync();
        IBrowser chromium = await driver.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = "/usr/bin/chromium",
            Args = ["--no-sandbox"], // as root Chromium has no sandbox of its own
        });
        return new Browser(driver, chromium);
    }

    /// <summary>A page as one reader sees it.</summary>
    /// <param name="address">What is opened.</param>
    /// <param name="language">The browser's language.</param>
    /// <param name="scheme">The device's colours.</param>
    /// <param name="width">Of the window, in CSS pixels.</param>
    /// <param name="session">A page whose cookies this one shares, or null for a stranger.</param>
    public async Task<IPage> OpenAsync(Uri address, string language = "ko-KR", ColorScheme scheme = ColorScheme.Light, int width = 1200, IPage? session = null)
    {
        IBrowserContext context = await _chromium.NewContextAsync(new BrowserNewContextOptions
        {
            Locale = language, ColorScheme = scheme, ViewportSize = new ViewportSize { Width = width, Height = 900 }, ReducedMotion = ReducedMotion.Reduce,
            StorageState = session is null ? null : await session.Context.StorageStateAsync(),
        });
        IPage page = await context.NewPageAsync();
        page.PageError += (_, error) => Complain($"{address}: {error}");
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
                Complain($"{address}: {message.Text}");
        };
        await page.GotoAsync(address.ToString(), new PageGotoOptions { WaitUntil = WaitUntilState.DOMContentLoaded }); // "load" and "idle" never come while events stream in
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        await _chromium.DisposeAsync();
        _driver.Dispose();
    }

    private void Complain(string text)
    {
        lock (Complaints)
            Complaints.Add(text);
    }
}
