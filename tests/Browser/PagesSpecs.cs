using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace PantryChain.Browser.Tests;

/// <summary>Both pages in a real browser while a household lives: what a person sees, in the order in which it happens.</summary>
public sealed partial class PagesSpecs(RunningRehearsal rehearsal) : IClassFixture<RunningRehearsal>
{
    private const float SettledWithin = 240_000; // ms; at 10 days a minute the first order settles near 80 s, on a machine that does nothing else

    [Fact]
    public async Task A_family_and_its_store_watch_an_order_go_from_open_to_settled()
    {
        await using Browser browser = await Browser.StartAsync();
        IPage home = await browser.OpenAsync(rehearsal.Gateway);
        await LogIn(home, "pin", rehearsal.Pin);
        IPage desk = await browser.OpenAsync(new Uri(rehearsal.Store, "desk"), "en-US");
        await LogIn(desk, "password", rehearsal.ClerkPassword);

        await LevelsMoveWithoutReloading(home);
        string order = await FirstOrder(home);
        await desk.Locator($"article[data-order='{order}']").WaitForAsync(new LocatorWaitForOptions { Timeout = 120_000 });
        await PhotographAsync(browser, home, desk, "while-ordered");
        string[] seen = await StatesUntilSettled(home, order);
        await desk.Locator($"[data-key='{order} Settled']").WaitForAsync(new LocatorWaitForOptions { Timeout = 120_000 });
        await PhotographAsync(browser, home, desk, "after-settling");

        seen.Should().ContainInOrder("Open", "Settled");
        (await AccessibilityFaults(home)).Should().BeEmpty();
        (await AccessibilityFaults(desk)).Should().BeEmpty();
        browser.Complaints.Should().BeEmpty("no script fails and the content security policy blocks nothing");
    }

    private static async Task LogIn(IPage page, string field, string secret)
    {
        await page.Locator($"input[name='{field}']").FillAsync(secret);
        await page.Locator($"form:has(input[name='{field}']) button").ClickAsync();
        await page.Locator($"input[name='{field}']").WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Detached });
    }

    private static async Task LevelsMoveWithoutReloading(IPage home)
    {
        ILocator level = home.Locator("[data-slot='1'] .shelf-level");
        await level.WaitForAsync();
        string before = (await level.GetAttributeAsync("data-grams"))!;
        await home.EvaluateAsync("window.sameDocument = true");
        await home.WaitForFunctionAsync("before => document.querySelector(\"[data-slot='1'] .shelf-level\")?.dataset.grams !== before", before, new PageWaitForFunctionOptions { Timeout = 120_000 });

        (await home.EvaluateAsync<bool>("window.sameDocument === true")).Should().BeTrue("live means without reloading");
    }

    /// <summary>Waits for the first order on the page and begins to write down the states that it is shown in.</summary>
    private static async Task<string> FirstOrder(IPage home)
    {
        await home.EvaluateAsync("""
            () => {
              window.seenStates = {};
              const look = () => document.querySelectorAll("article[data-order]").forEach(card => {
                const states = window.seenStates[card.dataset.order] ??= [];
                if (states.at(-1) !== card.dataset.state) states.push(card.dataset.state);
              });
              new MutationObserver(look).observe(document.body, { childList: true, subtree: true, attributes: true });
              look();
            }
            """);
        ILocator first = home.Locator("article[data-order]").First;
        await first.WaitForAsync(new LocatorWaitForOptions { Timeout = SettledWithin });
        return (await first.GetAttributeAsync("data-order"))!;
    }

    private async Task<string[]> StatesUntilSettled(IPage home, string order)
    {
        try
        {
            await home.WaitForFunctionAsync("order => window.seenStates[order]?.at(-1) === 'Settled'", order, new PageWaitForFunctionOptions { Timeout = SettledWithin });
        }
        catch (TimeoutException error)
        {
            throw new TimeoutException($"{error.Message}\n{rehearsal.LastLines()}", error);
        }
        return await home.EvaluateAsync<string[]>("order => window.seenStates[order]", order);
    }

    /// <summary>Both pages in light, dark and on a phone, in both languages; kept below <c>artifacts/screenshots</c>.</summary>
    private static async Task PhotographAsync(Browser browser, IPage home, IPage desk, string moment)
    {
        foreach ((string name, IPage shown) in new[] { ("home", home), ("desk", desk) })
            foreach ((string look, string language, ColorScheme scheme, int width) in Looks)
            {
                IPage page = await browser.OpenAsync(new Uri(shown.Url), language, scheme, width, shown);
                await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(RunningRehearsal.Screenshots, $"{name}-{moment}-{look}.png"), FullPage = true, Caret = ScreenshotCaret.Initial }); // the driver hides carets by styles of its own, which the policy refuses
                int overflow = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth");
                await page.Context.CloseAsync();

                overflow.Should().BeLessThanOrEqualTo(0, $"{name} fits a width of {width} px");
            }
    }

    private static async Task<string[]> AccessibilityFaults(IPage page)
    {
        AxeResult result = await page.RunAxe(new AxeRunOptions { RunOnly = new RunOnlyOptions { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] } });
        return [.. result.Violations.Select(fault => $"{fault.Id}: {fault.Help} ({string.Join(", ", fault.Nodes.Select(node => node.Html))})")];
    }

    private static readonly (string, string, ColorScheme, int)[] Looks =
    [
        ("light-ko", "ko-KR", ColorScheme.Light, 1200),
        ("light-en", "en-US", ColorScheme.Light, 1200),
        ("dark-ko", "ko-KR", ColorScheme.Dark, 1200),
        ("phone-ko", "ko-KR", ColorScheme.Light, 390),
        ("phone-dark-en", "en-US", ColorScheme.Dark, 390),
    ];
}
