using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using PantryChain.Store.Hosting;

namespace PantryChain.Store.Tests;

/// <summary>The clerk's way in when the store stands behind a proxy that ends TLS, as it should.</summary>
public sealed class DeskDoorSpecs(StoreWorld world) : IClassFixture<StoreWorld>, IAsyncLifetime
{
    public async Task InitializeAsync()
    {
        if (world.Folder.Options.Proxies.Count > 0)
            return;
        await world.StopAsync();
        world.Folder = world.Folder with { Options = world.Folder.Options with { Hosts = ["store.example"], Proxies = ["127.0.0.1"] } };
        await world.StartAsync();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Behind_the_proxy_each_clerk_has_an_address_and_the_cookie_is_for_TLS_only()
    {
        using HttpClient guesser = Proxied("198.51.100.66"), clerk = Proxied("198.51.100.7");
        List<HttpStatusCode> guesses = [];
        for (int guess = 0; guess < 10; guess++)
            guesses.Add((await LogInAsync(guesser, "guess")).Status);

        (HttpStatusCode clerks, string cookie) = await LogInAsync(clerk, Password);

        guesses[0].Should().Be(HttpStatusCode.Unauthorized);
        guesses.Should().Contain(HttpStatusCode.TooManyRequests, "who guesses waits");
        clerks.Should().Be(HttpStatusCode.SeeOther);
        cookie.Should().StartWith("__Host-pantry_clerk=").And.Contain("secure").And.Contain("httponly").And.Contain("samesite=strict").And.Contain("path=/;");
    }

    [Fact]
    public async Task A_logout_ends_the_session_and_not_only_the_cookie()
    {
        using HttpClient clerk = Proxied("198.51.100.8");
        clerk.DefaultRequestHeaders.Add("Cookie", (await LogInAsync(clerk, Password)).Cookie.Split(';')[0]);
        HttpStatusCode before = await StatusAsync(clerk, "/desk");

        using FormUrlEncodedContent nothing = new([]);
        using HttpResponseMessage loggedOut = await clerk.PostAsync(new Uri("/desk/logout", UriKind.Relative), nothing);

        before.Should().Be(HttpStatusCode.OK);
        loggedOut.StatusCode.Should().Be(HttpStatusCode.SeeOther);
        (await StatusAsync(clerk, "/desk")).Should().Be(HttpStatusCode.Redirect, "the copied cookie opens nothing any more");
    }

    [Fact]
    public async Task A_logout_ends_the_desks_open_streams_and_nothing_more_is_told_there()
    {
        using HttpClient clerk = Proxied("198.51.100.18");
        clerk.DefaultRequestHeaders.Add("Cookie", (await LogInAsync(clerk, Password)).Cookie.Split(';')[0]);
        using HttpResponseMessage live = await clerk.GetAsync(new Uri("/desk/live", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        using StreamReader lines = new(await live.Content.ReadAsStreamAsync());
        string? first = await lines.ReadLineAsync();

        using FormUrlEncodedContent nothing = new([]);
        using HttpResponseMessage loggedOut = await clerk.PostAsync(new Uri("/desk/logout", UriKind.Relative), nothing);
        using CancellationTokenSource patience = new(TimeSpan.FromMinutes(2));
        Func<Task> ended = async () => await lines.ReadToEndAsync(patience.Token);

        live.StatusCode.Should().Be(HttpStatusCode.OK);
        first.Should().StartWith("retry:");
        await ended.Should().NotThrowAsync("the stream ends with the session");
    }

    [Fact]
    public async Task The_desks_open_streams_end_with_the_sessions_twelve_hours()
    {
        using HttpClient clerk = Proxied("198.51.100.19");
        clerk.DefaultRequestHeaders.Add("Cookie", (await LogInAsync(clerk, Password)).Cookie.Split(';')[0]);
        using StreamReader lines = new(await clerk.GetStreamAsync(new Uri("/desk/live", UriKind.Relative)));
        string? first = await lines.ReadLineAsync();
        TimeSpan life = await world.QueryAsync<TimeSpan>("select max(ends_at) - now() from clerk_sessions");

        await world.QueryAsync<long>("with moved as (update clerk_sessions set ends_at = ends_at - interval '12 hours' returning 1) select count(*) from moved"); // as if so much time had gone by
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(20));
        Func<Task> ended = async () => await lines.ReadToEndAsync(patience.Token);

        first.Should().StartWith("retry:");
        life.Should().BeCloseTo(TimeSpan.FromHours(12), TimeSpan.FromMinutes(5));
        await ended.Should().NotThrowAsync("the stream ends with the session");
        (await StatusAsync(clerk, "/desk/live")).Should().Be(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Another_password_ends_the_desks_streams_and_the_old_cookie_opens_none()
    {
        using HttpClient clerk = Proxied("198.51.100.20");
        string before = Password;
        clerk.DefaultRequestHeaders.Add("Cookie", (await LogInAsync(clerk, before)).Cookie.Split(';')[0]);
        using StreamReader lines = new(await clerk.GetStreamAsync(new Uri("/desk/live", UriKind.Relative)));
        string? first = await lines.ReadLineAsync();
        try
        {
            await world.StopAsync(); // the password is read at the start
            await File.WriteAllTextAsync(world.Folder.Key("clerk.password"), "another-password-of-the-clerk\n");
            await world.StartAsync();
            using CancellationTokenSource patience = new(TimeSpan.FromSeconds(20));
            Func<Task> ended = async () => await lines.ReadToEndAsync(patience.Token);
            using HttpClient thief = Proxied("198.51.100.20");
            thief.DefaultRequestHeaders.Add("Cookie", clerk.DefaultRequestHeaders.GetValues("Cookie"));

            first.Should().StartWith("retry:");
            try
            {
                await ended();
            }
            catch (IOException)
            {
                // cut off instead of ended: nothing more is told either way
            }
            (await StatusAsync(thief, "/desk/live")).Should().Be(HttpStatusCode.Unauthorized);
        }
        finally
        {
            await world.StopAsync();
            await File.WriteAllTextAsync(world.Folder.Key("clerk.password"), before + "\n");
            await world.StartAsync();
        }
    }

    [Fact]
    public async Task A_session_outlives_a_restart_and_only_its_hash_is_kept()
    {
        using HttpClient clerk = Proxied("198.51.100.9");
        string cookie = (await LogInAsync(clerk, Password)).Cookie.Split(';')[0];
        await world.StopAsync();
        await world.StartAsync();
        using HttpClient again = Proxied("198.51.100.9");
        again.DefaultRequestHeaders.Add("Cookie", cookie);

        (await StatusAsync(again, "/desk")).Should().Be(HttpStatusCode.OK);
        (await world.QueryAsync<long>("select count(*) from clerk_sessions where hash = '" + cookie.Split('=')[1] + "'")).Should().Be(0);
    }

    [Fact]
    public void Every_route_of_the_desk_asks_for_the_clerk_or_a_script_of_theirs_but_the_way_in_and_out()
    {
        IEnumerable<RouteEndpoint> desk = world.Service<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Where(route => ("/" + route.RoutePattern.RawText!.TrimStart('/')).StartsWith("/desk", StringComparison.OrdinalIgnoreCase));

        IEnumerable<string> open = desk.Where(route => route.Metadata.GetMetadata<IAuthorizeData>() is null).Select(route => route.RoutePattern.RawText!).Distinct();

        open.Should().BeEquivalentTo("/desk/login", "/desk/logout");
        desk.Should().HaveCountGreaterThan(30);
    }

    [Fact]
    public void The_ring_of_the_cookies_keys_is_the_stores_alone()
    {
        string ring = world.Folder.Key("ring");

        File.GetUnixFileMode(ring).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Directory.GetFiles(ring).Should().NotBeEmpty().And.OnlyContain(key => File.GetUnixFileMode(key) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Fact]
    public async Task The_store_answers_to_no_other_name_and_counts_who_asks_for_one()
    {
        using HttpClient rebound = Proxied("198.51.100.10");
        rebound.DefaultRequestHeaders.Host = "evil.example";
        rebound.DefaultRequestHeaders.Add("X-Forwarded-Host", "store.example");

        using HttpResponseMessage answer = await rebound.GetAsync(new Uri("/desk/login", UriKind.Relative));
        JsonElement problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        string said = $"{problem.GetProperty("title")} {problem.GetProperty("detail")}";
        string health = (await world.HealthAsync()).ToString();

        answer.StatusCode.Should().Be(HttpStatusCode.MisdirectedRequest);
        problem.GetProperty("code").GetString().Should().Be("wrong_host");
        said.Should().Contain("evil.example").And.Contain("\"hosts\" in store.json");
        health.Should().Contain("http.wrong_host");
    }

    [Fact]
    public void The_folder_of_the_keys_is_the_stores_alone()
    {
        string keys = Path.GetDirectoryName(world.Folder.Key("clerk.password"))!;
        File.GetUnixFileMode(keys).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.SetUnixFileMode(keys, File.GetUnixFileMode(keys) | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);

        StoreFolder.Open(world.Folder.Path);

        File.GetUnixFileMode(keys).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, "a folder of an earlier version is closed at the start");
    }

    private string Password => SecretFile.Read(world.Folder.Key("clerk.password"));

    /// <summary>A browser as the proxy's requests show it.</summary>
    private HttpClient Proxied(string address)
    {
        HttpClient browser = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = world.Http.BaseAddress };
        browser.DefaultRequestHeaders.Host = "store.example";
        browser.DefaultRequestHeaders.Add("X-Forwarded-For", address);
        browser.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        return browser;
    }

    private static async Task<(HttpStatusCode Status, string Cookie)> LogInAsync(HttpClient browser, string password)
    {
        using FormUrlEncodedContent form = new([new("password", password)]);
        using HttpResponseMessage answer = await browser.PostAsync(new Uri("/desk/login", UriKind.Relative), form);
        return (answer.StatusCode, answer.Headers.TryGetValues("Set-Cookie", out IEnumerable<string>? cookies) ? cookies.Single() : "");
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient browser, string path)
    {
        using HttpResponseMessage answer = await browser.GetAsync(new Uri(path, UriKind.Relative));
        return answer.StatusCode;
    }
}
