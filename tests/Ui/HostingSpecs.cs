using System.Net;
using System.Text.RegularExpressions;
using PantryChain.Ui.Hosting;

namespace PantryChain.Ui.Tests;

public sealed class HostingSpecs(GalleryHost host) : IClassFixture<GalleryHost>
{
    [Fact]
    public async Task Every_asset_that_a_page_names_is_served_and_kept_by_the_browser()
    {
        using HttpClient browser = host.NewClient();
        string page = await browser.GetStringAsync("/");
        string[] addresses = [.. Regex.Matches(page, "(?:src|href)=\"(/_content/[^\"]+)\"").Select(match => WebUtility.HtmlDecode(match.Groups[1].Value))];

        addresses.Should().HaveCount(UiAssets.All.Count, "the gallery uses every asset");
        foreach (string address in addresses)
        {
            using HttpResponseMessage answer = await browser.GetAsync(address);
            answer.StatusCode.Should().Be(HttpStatusCode.OK, address);
            answer.Headers.CacheControl!.ToString().Should().Contain("immutable");
            (await answer.Content.ReadAsByteArrayAsync()).Should().NotBeEmpty();
        }
    }

    [Fact]
    public async Task A_browser_that_has_an_asset_is_not_sent_it_again()
    {
        using HttpClient browser = host.NewClient();
        using HttpResponseMessage first = await browser.GetAsync(UiAssets.Href("pantry.css"));
        using HttpRequestMessage again = new(HttpMethod.Get, UiAssets.BasePath + "/pantry.css");
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);

        using HttpResponseMessage second = await browser.SendAsync(again);

        second.StatusCode.Should().Be(HttpStatusCode.NotModified);
        first.Content.Headers.ContentType!.MediaType.Should().Be("text/css");
    }

    [Fact]
    public async Task Assets_travel_compressed_where_the_browser_takes_it()
    {
        using HttpClient browser = host.NewClient();
        byte[] plain = await browser.GetByteArrayAsync(UiAssets.Href("lib/htmx.min.js"));
        browser.DefaultRequestHeaders.Add("Accept-Encoding", "gzip");

        using HttpResponseMessage zipped = await browser.GetAsync(UiAssets.Href("lib/htmx.min.js"));

        zipped.Content.Headers.ContentEncoding.Should().Equal("gzip");
        (await zipped.Content.ReadAsByteArrayAsync()).Length.Should().BeLessThan(plain.Length / 2);
    }

    [Theory]
    [InlineData("/_content/PantryChain.Ui/nothing.js")]
    [InlineData("/_content/PantryChain.Ui/../../etc/passwd")]
    [InlineData("/_content/PantryChain.Ui/")]
    [InlineData("/_content/PantryChain.Ui/lib%2f..%2fpantry.css")]
    public async Task What_is_no_asset_is_not_found(string address)
    {
        using HttpClient browser = host.NewClient();

        using HttpResponseMessage answer = await browser.GetAsync(address);

        answer.StatusCode.Should().Be(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Every_answer_carries_the_strict_headers()
    {
        using HttpClient browser = host.NewClient();
        foreach (string address in new[] { "/", "/missing", UiAssets.Href("pantry.js") })
        {
            using HttpResponseMessage answer = await browser.GetAsync(address);
            string policy = answer.Headers.GetValues("Content-Security-Policy").Single();

            policy.Should().Contain("default-src 'none'").And.NotContain("unsafe");
            answer.Headers.GetValues("X-Content-Type-Options").Should().Equal("nosniff");
            answer.Headers.GetValues("X-Frame-Options").Should().Equal("DENY");
            answer.Headers.GetValues("Referrer-Policy").Should().Equal("same-origin");
        }
        using HttpResponseMessage page = await browser.GetAsync("/");
        page.Headers.CacheControl!.NoStore.Should().BeTrue("how a household lives does not belong into caches");
    }

    [Fact]
    public async Task The_reader_chooses_language_and_colours_without_scripts()
    {
        using HttpClient browser = host.NewClient("ko");
        using HttpResponseMessage answer = await Choose(browser, ("language", "en"), ("theme", "dark"), ("back", "/?slot=2"));
        string[] cookies = [.. answer.Headers.GetValues("Set-Cookie")];
        browser.DefaultRequestHeaders.Add("Cookie", string.Join("; ", cookies.Select(cookie => cookie.Split(';')[0])));

        string page = await browser.GetStringAsync("/");

        answer.StatusCode.Should().Be(HttpStatusCode.Redirect);
        answer.Headers.Location!.OriginalString.Should().Be("/?slot=2");
        cookies.Should().OnlyContain(cookie => cookie.Contains("httponly", StringComparison.OrdinalIgnoreCase) && cookie.Contains("samesite=lax", StringComparison.OrdinalIgnoreCase));
        page.Should().Contain("<html lang=\"en\" data-theme=\"dark\"");
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example/")]
    [InlineData("")]
    [InlineData("evil")]
    [InlineData("/a\r\nSet-Cookie: x=y")]
    public async Task A_choice_never_leads_to_another_site(string back)
    {
        using HttpClient browser = host.NewClient();

        using HttpResponseMessage answer = await Choose(browser, ("language", "en"), ("back", back));

        answer.Headers.Location!.OriginalString.Should().Be("/");
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "null")]
    public async Task A_form_that_another_site_sends_is_refused(string header, string value)
    {
        using HttpClient browser = host.NewClient();
        browser.DefaultRequestHeaders.Add(header, value);

        using HttpResponseMessage answer = await Choose(browser, ("language", "en"));

        answer.StatusCode.Should().Be(HttpStatusCode.Forbidden);
        answer.Headers.Contains("Set-Cookie").Should().BeFalse();
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "same-origin")]
    [InlineData("Origin", "own")]
    public async Task The_pages_own_forms_are_taken(string header, string value)
    {
        using HttpClient browser = host.NewClient();
        browser.DefaultRequestHeaders.Add(header, value == "own" ? browser.BaseAddress!.GetLeftPart(UriPartial.Authority) : value);

        using HttpResponseMessage answer = await Choose(browser, ("language", "en"));

        answer.StatusCode.Should().Be(HttpStatusCode.Redirect);
    }

    [Theory]
    [InlineData("{}", "application/json")]
    [InlineData("x", "multipart/form-data; boundary=x")]
    [InlineData("language=a%00b", "application/x-www-form-urlencoded")]
    public async Task A_choice_that_is_no_form_is_refused_with_a_sentence(string body, string type)
    {
        using HttpClient browser = host.NewClient();
        using ByteArrayContent content = new(System.Text.Encoding.UTF8.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", type);

        using HttpResponseMessage answer = await browser.PostAsync("/preferences", content);

        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync()).Should().Contain("form");
    }

    [Fact]
    public async Task A_page_that_throws_answers_a_sentence_with_all_headers_and_half_an_answer_is_cut_off()
    {
        using HttpClient browser = host.NewClient();

        using HttpResponseMessage answer = await browser.GetAsync("/fails");
        Func<Task> half = () => browser.GetStringAsync("/fails-late");

        answer.StatusCode.Should().Be(HttpStatusCode.InternalServerError);
        (await answer.Content.ReadAsStringAsync()).Should().Be("It failed: broken");
        answer.Headers.Should().Contain(header => header.Key == "X-Content-Type-Options").And.Contain(header => header.Key == "X-Frame-Options");
        await half.Should().ThrowAsync<HttpRequestException>();
    }

    private static async Task<HttpResponseMessage> Choose(HttpClient browser, params (string Key, string Value)[] fields)
    {
        using FormUrlEncodedContent form = new(fields.Select(field => KeyValuePair.Create(field.Key, field.Value)));
        return await browser.PostAsync("/preferences", form);
    }
}
