using Microsoft.Playwright;

namespace PantryChain.Browser.Tests;

/// <content>The pages behind the first one.</content>
public sealed partial class PagesSpecs
{
    private const string Refused = "form[action$='/loaded'], main:has(a.button[href='/slots/1'])";

    [Fact]
    public async Task Slots_the_inbox_and_products_read_well_for_a_stranger_and_a_member_by_day_by_night_and_on_a_phone()
    {
        await using Browser browser = await Browser.StartAsync();
        List<string> faults = [];

        IPage home = await browser.OpenAsync(rehearsal.Gateway);
        await home.Locator("a[href^='/products/']").First.WaitForAsync();
        string product = await ProductWorthSeeing(home);
        await LookAsync(home, "slots/1", "slot-stranger-light-ko");
        await LookAsync(home, product, "product-stranger-light-ko");
        await LookAsync(home, "inbox", "inbox-light-ko");
        await LogIn(home, "pin", rehearsal.Pin);
        IPage night = await browser.OpenAsync(rehearsal.Gateway, "en-US", ColorScheme.Dark, 390, home);
        await LookAsync(night, "inbox", "inbox-phone-dark-en");
        await LookAsync(night, product, "product-phone-dark-en");
        await LookAsync(night, "slots/1", "slot-phone-dark-en");
        await WeighWrongly(night);
        await SeeAsync(night, "slot-refused-phone-dark-en");
        await night.Locator("a.button[href='/slots/1']").ClickAsync();
        ILocator drop = night.Locator("form[action$='/drop'] button");
        if (await drop.CountAsync() > 0)
            await drop.ClickAsync();

        faults.Should().BeEmpty();
        browser.Complaints.Where(complaint => !complaint.Contains("status of 4", StringComparison.Ordinal)).Should().BeEmpty("only the weighing was refused");

        async Task LookAsync(IPage page, string path, string name)
        {
            await page.GotoAsync(new Uri(rehearsal.Gateway, path).ToString(), new PageGotoOptions { WaitUntil = WaitUntilState.DOMContentLoaded });
            await SeeAsync(page, name);
        }

        async Task SeeAsync(IPage page, string name)
        {
            await page.EvaluateAsync("document.querySelectorAll('main details').forEach(more => more.open = true)");
            await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(RunningRehearsal.Screenshots, name + ".png"), FullPage = true, Caret = ScreenshotCaret.Initial }); // the driver hides carets by styles of its own, which the policy refuses
            if (await page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth") is > 0 and int wide)
                faults.Add($"{name} is {wide} px too wide");
            faults.AddRange((await AccessibilityFaults(page)).Select(fault => $"{name}: {fault}"));
        }
    }

    /// <summary>Goes through the guided weighing up to a refusal: by a mass of nothing, unless the shelf is in use and cannot be weighed at all.</summary>
    private static async Task WeighWrongly(IPage page)
    {
        await page.Locator("form[action$='/empty'] button").ClickAsync();
        await page.Locator(Refused).First.WaitForAsync();
        ILocator loaded = page.Locator("form[action$='/loaded']");
        if (await loaded.CountAsync() == 0)
            return;
        await loaded.Locator("input[name='grams']").FillAsync("0");
        await loaded.Locator("button").ClickAsync();
        await page.Locator("a.button[href='/slots/1']").WaitForAsync();
    }

    /// <summary>A product with a question or an alarm while there is one, or else any.</summary>
    private static async Task<string> ProductWorthSeeing(IPage home) => await home.EvaluateAsync<string>("""
        async () => {
          const paths = [...new Set([...document.querySelectorAll("a[href^='/products/']")].map(link => link.getAttribute("href")))];
          const texts = await Promise.all(paths.map(async path => (await fetch(path)).text()));
          const found = ["data-asks", "data-alarm", "data-caution"].map(what => texts.findIndex(text => text.includes(what))).find(at => at >= 0);
          return paths[found ?? 0];
        }
        """);
}
