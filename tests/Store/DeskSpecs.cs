using System.Net;
using System.Net.Http.Headers;
using PantryChain.Store.Hosting;

namespace PantryChain.Store.Tests;

public sealed class DeskSpecs(StoreWorld world) : IClassFixture<StoreWorld>
{
    [Theory]
    [InlineData("ko", "리허설 체인입니다")]
    [InlineData("en", "Rehearsal chain.")]
    public async Task The_front_page_names_the_cooperative_and_says_that_it_is_a_rehearsal(string language, string notice)
    {
        using HttpClient browser = NewBrowser(language);

        string page = await browser.GetStringAsync(new Uri("/", UriKind.Relative));

        page.Should().Contain(notice).And.Contain(WebUtility.HtmlEncode(language == "ko" ? world.Folder.Options.NameKo : world.Folder.Options.Name)).And.Contain(WebUtility.HtmlEncode(language == "ko" ? "우유" : "Milk"));
    }

    [Theory]
    [InlineData("/desk")]
    [InlineData("/DESK")]
    [InlineData("/desk/catalogue")]
    [InlineData("/desk/households")]
    [InlineData("/desk/treasury")]
    public async Task Nobody_sees_the_desk_without_the_clerks_password(string path)
    {
        using HttpClient browser = NewBrowser("en");

        using HttpResponseMessage page = await browser.GetAsync(new Uri(path, UriKind.Relative));

        page.StatusCode.Should().Be(HttpStatusCode.Redirect);
        page.Headers.Location!.ToString().Should().Be("/desk/login");
    }

    [Fact]
    public async Task Forms_and_live_parts_are_refused_without_a_login()
    {
        using HttpClient browser = NewBrowser("en");

        using HttpResponseMessage form = await PostAsync(browser, "/desk/invitations", ("note", "x")), live = await browser.GetAsync(new Uri("/desk/live", UriKind.Relative));

        form.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        live.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        (await world.QueryAsync<long>("select count(*) from invitations where note = 'x'")).Should().Be(0);
    }

    [Fact]
    public async Task A_wrong_password_is_refused_and_a_forged_cookie_opens_nothing()
    {
        using HttpClient browser = NewBrowser("en"), forger = NewBrowser("en");

        using HttpResponseMessage wrong = await PostAsync(browser, "/desk/login", ("password", "guess"));
        forger.DefaultRequestHeaders.Add("Cookie", "pantry_clerk=9999999999." + new string('0', 64));
        using HttpResponseMessage forged = await forger.GetAsync(new Uri("/desk", UriKind.Relative));

        wrong.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        (await wrong.Content.ReadAsStringAsync()).Should().Contain("This is not the password.");
        forged.StatusCode.Should().Be(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task The_clerk_logs_in_and_every_page_opens_in_both_languages()
    {
        foreach (string language in new[] { "ko", "en" })
        {
            using HttpClient clerk = await LogInAsync(language);
            foreach (string path in new[] { "/desk", "/desk/catalogue", "/desk/households", "/desk/treasury" })
            {
                using HttpResponseMessage page = await clerk.GetAsync(new Uri(path, UriKind.Relative));

                page.StatusCode.Should().Be(HttpStatusCode.OK);
                (await page.Content.ReadAsStringAsync()).Should().Contain($"lang=\"{language}\"");
            }
        }
    }

    [Fact]
    public async Task An_invitation_from_the_desk_lets_a_household_join_and_appears_there_without_how_it_lives()
    {
        using HttpClient clerk = await LogInAsync("en");
        using HttpResponseMessage made = await PostAsync(clerk, "/desk/invitations", ("note", "Kim, 3rd floor"));
        string code = System.Text.RegularExpressions.Regex.Match(await made.Content.ReadAsStringAsync(), "[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}").Value;
        await using TestHousehold household = new(world, "desk-kim");

        await household.JoinAsync(await household.SignJoinAsync(code));

        string page = await clerk.GetStringAsync(new Uri("/desk/households", UriKind.Relative));
        page.Should().Contain("desk-kim").And.Contain("Kim, 3rd floor").And.NotContain(code);
    }

    [Fact]
    public async Task A_new_price_is_in_the_catalogue_at_once_and_the_old_one_in_the_history()
    {
        using HttpClient clerk = await LogInAsync("en");

        using HttpResponseMessage changed = await PostAsync(clerk, $"/desk/catalogue/{TestHousehold.Milk}", ("priceWon", "3100"));
        using HttpResponseMessage wrong = await PostAsync(clerk, $"/desk/catalogue/{TestHousehold.Milk}", ("priceWon", "-3"));

        changed.StatusCode.Should().Be(HttpStatusCode.SeeOther);
        wrong.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await world.Http.GetStringAsync(new Uri("/api/v1/catalogue", UriKind.Relative))).Should().Contain("\"310000\"");
        (await world.QueryAsync<long>("select count(*) from price_changes")).Should().Be(2);
    }

    [Fact]
    public async Task Delivery_days_season_and_shelf_life_change_at_the_desk_and_stand_in_the_catalogue()
    {
        using HttpClient clerk = await LogInAsync("en");
        string path = $"/desk/catalogue/{TestHousehold.Milk}/supply";

        using HttpResponseMessage changed = await PostAsync(
            clerk, path, ("deliveryDays", "tue"), ("deliveryDays", "fri"), ("cutOff", "14:00"), ("seasonMonths", "9"), ("seasonMonths", "8"), ("shelfLifeDays", "9"));
        string limited = await world.Http.GetStringAsync(new Uri("/api/v1/catalogue", UriKind.Relative)), page = await clerk.GetStringAsync(new Uri("/desk/catalogue", UriKind.Relative));
        HttpStatusCode[] wrong =
        [
            (await PostAsync(clerk, path, ("deliveryDays", "someday"))).StatusCode, (await PostAsync(clerk, path, ("seasonMonths", "13"))).StatusCode,
            (await PostAsync(clerk, path, ("cutOff", "late"))).StatusCode, (await PostAsync(clerk, path, ("shelfLifeDays", "0"))).StatusCode,
        ];
        using HttpResponseMessage unknown = await PostAsync(clerk, "/desk/catalogue/8801115114154/supply");
        using HttpResponseMessage back = await PostAsync(clerk, path);

        (changed.StatusCode, unknown.StatusCode, back.StatusCode).Should().Be((HttpStatusCode.SeeOther, HttpStatusCode.NotFound, HttpStatusCode.SeeOther));
        limited.Should().Contain("\"deliveryDays\":[\"tue\",\"fri\"]").And.Contain("\"cutOff\":\"14:00:00\"").And.Contain("\"seasonMonths\":[8,9]").And.Contain("\"shelfLifeDays\":9");
        page.Should().Contain("delivered Tue, Fri").And.Contain("orders until 14:00").And.Contain("on sale in Aug, Sep").And.Contain("keeps 9 days");
        wrong.Should().OnlyContain(status => status == HttpStatusCode.BadRequest);
        (await world.Http.GetStringAsync(new Uri("/api/v1/catalogue", UriKind.Relative))).Should()
            .Contain("\"deliveryDays\":[\"mon\",\"tue\",\"wed\",\"thu\",\"fri\",\"sat\",\"sun\"]").And.Contain("\"shelfLifeDays\":null", "an empty form sets no limit");
    }

    [Fact]
    public async Task A_deposit_by_form_is_minted_to_the_household()
    {
        using HttpClient clerk = await LogInAsync("en");
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "desk-lee");

        using HttpResponseMessage booked = await PostAsync(clerk, "/desk/deposits", ("account", household.Account.ToString()), ("amountWon", "20000"), ("reference", "bank 99"));

        booked.StatusCode.Should().Be(HttpStatusCode.SeeOther);
        await Wait.UntilAsync(async () => await world.Service<Ledger.Contracts.BamtolToken>().BalanceAsync(household.Account, CancellationToken.None) == Domain.Quantities.Bamtol.FromWon(20_000), "minted");
        (await clerk.GetStringAsync(new Uri("/desk/treasury", UriKind.Relative))).Should().Contain("bank 99").And.Contain("20,000");
    }

    [Fact]
    public async Task The_live_connection_brings_the_orders()
    {
        using HttpClient clerk = await LogInAsync("en");
        using CancellationTokenSource limit = new(TimeSpan.FromMinutes(2));

        using HttpResponseMessage live = await clerk.GetAsync(new Uri("/desk/live", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, limit.Token);
        using StreamReader lines = new(await live.Content.ReadAsStreamAsync(limit.Token));
        List<string> events = [];
        while (!events.Contains("event: orders") || !events.Contains("event: clock"))
            events.Add(await lines.ReadLineAsync(limit.Token) ?? throw new EndOfStreamException());

        live.Content.Headers.ContentType!.MediaType.Should().Be("text/event-stream");
    }

    [Fact]
    public async Task A_form_of_another_site_is_refused()
    {
        using HttpClient clerk = await LogInAsync("en");
        clerk.DefaultRequestHeaders.Add("Origin", "https://elsewhere.example");

        using HttpResponseMessage form = await PostAsync(clerk, "/desk/invitations", ("note", "foreign"));

        form.StatusCode.Should().Be(HttpStatusCode.Forbidden);
    }

    private async Task<HttpClient> LogInAsync(string language)
    {
        HttpClient browser = NewBrowser(language);
        using HttpResponseMessage answer = await PostAsync(browser, "/desk/login", ("password", SecretFile.Read(world.Folder.Key("clerk.password"))));
        answer.StatusCode.Should().Be(HttpStatusCode.SeeOther);
        string cookie = answer.Headers.GetValues("Set-Cookie").Single();
        cookie.Should().Contain("httponly").And.Contain("samesite=strict");
        browser.DefaultRequestHeaders.Add("Cookie", cookie.Split(';')[0]);
        return browser;
    }

    private HttpClient NewBrowser(string language)
    {
        HttpClient browser = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = world.Http.BaseAddress };
        browser.DefaultRequestHeaders.AcceptLanguage.Add(new StringWithQualityHeaderValue(language));
        browser.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));
        return browser;
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient browser, string path, params (string Name, string Value)[] fields) =>
        browser.PostAsync(new Uri(path, UriKind.Relative), new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))));
}
