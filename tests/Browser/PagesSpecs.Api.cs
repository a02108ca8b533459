using Microsoft.Playwright;

namespace PantryChain.Browser.Tests;

public sealed partial class PagesSpecs
{
    [Theory]
    [InlineData(ColorScheme.Light, 1200)]
    [InlineData(ColorScheme.Dark, 1200)]
    [InlineData(ColorScheme.Dark, 390)]
    public async Task The_stores_API_is_a_page_that_asks_nobody_else_and_breaks_no_policy(ColorScheme scheme, int width)
    {
        await using Browser browser = await Browser.StartAsync();
        IPage page = await browser.OpenAsync(new Uri(rehearsal.Store, "desk/login"), "en-US", scheme, width);
        List<string> strangers = [];
        page.Request += (_, request) =>
        {
            if (new Uri(request.Url) is { Scheme: "http" or "https" } asked && asked.Authority != rehearsal.Store.Authority)
                strangers.Add(request.Url);
        };

        await page.GotoAsync(new Uri(rehearsal.Store, "api/reference").ToString());
        await page.GetByText("/api/v1/relay/{id}").First.WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Attached, Timeout = 60_000 });
        await page.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Name = "PantryChain store" }).WaitForAsync(new LocatorWaitForOptions { Timeout = 60_000 });
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(RunningRehearsal.Screenshots, $"api-{scheme}-{width}.png".ToLowerInvariant()), Caret = ScreenshotCaret.Initial });
        string background = await page.EvaluateAsync<string>("getComputedStyle(document.querySelector('.scalar-app, .scalar-api-reference')).getPropertyValue('--scalar-background-1')");

        (background.Trim() == "#fff").Should().Be(scheme == ColorScheme.Light, "it is drawn with its styles, in the colours of the device (--scalar-background-1: {0})", background);
        strangers.Should().BeEmpty();
        browser.Complaints.Should().BeEmpty("the page's own policy lets it through");
    }
}
