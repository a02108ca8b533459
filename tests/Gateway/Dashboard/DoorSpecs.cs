using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Member;
using PantryChain.Gateway.Sensing;
using PantryChain.Telemetry.Wire;
using PantryChain.Ui.Hosting;

namespace PantryChain.Gateway.Tests.Dashboard;

/// <summary>The pages as the home network reaches them; a proxy on this machine plays the senders.</summary>
public sealed class DoorSpecs : IAsyncLifetime
{
    private readonly GatewayWorld _world = new(speed: 1)
    {
        Household = GatewayFile.Check(Samples.Options with { Dashboard = new DashboardOptions { Address = "0.0.0.0", Port = 0, TlsPort = 0, Proxies = ["127.0.0.1"], Hosts = ["pantry.home.arpa"] } }, "gateway.json"),
    };

    public async Task InitializeAsync()
    {
        File.Exists(_world.Folder.Authority).Should().BeFalse("the household was set up by an earlier version");
        await _world.StartAsync();
        await Wait.Until(() => _world.Get<ShelfBoard>().Readings.All(reading => reading.Stable), "the shelves had settled");
    }

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task A_phone_on_the_plain_port_is_led_to_TLS_and_can_send_no_PIN()
    {
        using HttpClient phone = Browser("http", from: "192.168.0.20");
        phone.DefaultRequestHeaders.Host = "192.168.0.7:8080";
        int port = _world.Door("https").Port;

        foreach (string path in new[] { "/", "/health", "/api/state", "/activity?x=1" })
        {
            using HttpResponseMessage led = await phone.GetAsync(path);
            (led.StatusCode, led.Headers.Location?.ToString()).Should().Be((HttpStatusCode.RedirectKeepVerb, $"https://192.168.0.7:{port}{path}"));
        }
        using FormUrlEncodedContent pin = new([new("pin", GatewayWorld.PinDigits)]);
        using HttpResponseMessage login = await phone.PostAsync("/login", pin);

        login.StatusCode.Should().Be(HttpStatusCode.MisdirectedRequest);
        login.Headers.Contains("Set-Cookie").Should().BeFalse();
        login.Headers.Contains("Strict-Transport-Security").Should().BeFalse();
    }

    [Theory]
    [InlineData("ko", "이 집의 인증서", "설정 › 일반 › 정보")]
    [InlineData("en", "This household's certificate", "Certificate Trust Settings")]
    public async Task The_plain_port_hands_out_the_root_and_says_how_it_is_installed(string language, string title, string step)
    {
        using HttpClient phone = Browser("http", from: "192.168.0.20");
        phone.DefaultRequestHeaders.AcceptLanguage.ParseAdd(language);
        phone.DefaultRequestHeaders.Host = "192.168.0.7:8080";

        string page = WebUtility.HtmlDecode(await phone.GetStringAsync("/trust"));
        using HttpResponseMessage root = await phone.GetAsync("/ca.crt");

        HouseholdAuthority authority = _world.Get<HouseholdAuthority>();
        page.Should().Contain("class=\"qr\"", "a desk shows a phone the way").And.Contain(title).And.Contain(step).And.Contain(authority.Fingerprint[..23].Replace(':', ' ')).And.Contain("/ca.crt");
        root.Content.Headers.ContentType!.MediaType.Should().Be("application/x-x509-ca-cert");
        (await root.Content.ReadAsByteArrayAsync()).Should().Equal(authority.Root);
    }

    [Fact]
    public async Task This_machine_needs_no_TLS()
    {
        using HttpClient script = new() { BaseAddress = _world.Door("http") };

        (await script.GetStringAsync("/health")).Should().Contain("haneul");
    }

    [Fact]
    public async Task Over_TLS_the_root_vouches_and_the_session_is_for_TLS_only()
    {
        using HttpClient phone = Browser("https", from: null);
        using FormUrlEncodedContent pin = new([new("pin", GatewayWorld.PinDigits)]);

        using HttpResponseMessage login = await phone.PostAsync("/login", pin);

        login.StatusCode.Should().Be(HttpStatusCode.SeeOther);
        login.Headers.GetValues("Set-Cookie").Single().Should().StartWith("__Host-pantry_session=").And.Contain("secure").And.Contain("path=/;").And.Contain("samesite=strict");
    }

    [Theory]
    [InlineData("evil.example", 1)]
    [InlineData("evil.example", 2)]
    [InlineData("pantry.home.arpa.evil.example", 2)]
    public async Task A_name_of_somebody_else_gets_nothing_by_any_version_of_HTTP_and_is_counted(string name, int version)
    {
        using HttpClient rebound = Browser("https", from: null, trusting: true); // its user clicked the warning away
        long refused = _world.Get<Refusals>().Count;
        using HttpRequestMessage request = new(HttpMethod.Post, "/login") { Version = new Version(version, version == 1 ? 1 : 0), VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.Host = name;
        request.Headers.Add("Origin", "https://" + name);
        request.Headers.Add("Accept", "text/html");
        request.Content = new FormUrlEncodedContent([new("pin", GatewayWorld.PinDigits)]);

        using HttpResponseMessage answer = await rebound.SendAsync(request);

        answer.StatusCode.Should().Be(HttpStatusCode.MisdirectedRequest);
        (await answer.Content.ReadAsStringAsync()).Should().Contain("\"dashboard\": { \"hosts\"").And.Contain(name);
        _world.Get<Refusals>().Count.Should().Be(refused + 1);
    }

    [Fact]
    public async Task The_configured_name_is_answered()
    {
        using HttpClient browser = Browser("https", from: null);
        browser.DefaultRequestHeaders.Host = "pantry.home.arpa"; // the certificate is checked for it

        using HttpResponseMessage answer = await browser.GetAsync("/health");

        answer.StatusCode.Should().Be(HttpStatusCode.OK);
        _world.Get<DoorCertificate>().Current.MatchesHostname("pantry.home.arpa").Should().BeTrue();
    }

    [Fact]
    public async Task Sixty_guesses_from_twenty_addresses_are_not_all_judged_and_who_is_in_stays_in()
    {
        using HttpClient member = Browser("https", from: null);
        using FormUrlEncodedContent pin = new([new("pin", GatewayWorld.PinDigits)]);
        using HttpResponseMessage login = await member.PostAsync("/login", pin);
        member.DefaultRequestHeaders.Add("Cookie", login.Headers.GetValues("Set-Cookie").Single().Split(';')[0]);
        int judged = 0;
        Stopwatch guessing = Stopwatch.StartNew();
        for (int address = 10; address < 30; address++)
        {
            using HttpClient guesser = Browser("https", from: $"10.0.0.{address}");
            for (int guess = 0; guess < 3; guess++)
            {
                using FormUrlEncodedContent wrong = new([new("pin", "11")]);
                using HttpResponseMessage answer = await guesser.PostAsync("/login", wrong);
                judged += answer.StatusCode == HttpStatusCode.Forbidden ? 1 : 0;
            }
        }

        int refilled = (int)Math.Ceiling(guessing.Elapsed / LoginThrottle.Refill); // a busy machine guesses slowly, and time gives guesses back
        judged.Should().BeInRange(LoginThrottle.Burst, LoginThrottle.Burst + 1 + refilled);
        using HttpResponseMessage state = await member.GetAsync("/api/state");
        state.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    /// <summary>A browser that trusts the household's root and nothing else.</summary>
    private HttpClient Browser(string scheme, string? from, bool trusting = false)
    {
        X509ChainPolicy policy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificate(_world.Get<HouseholdAuthority>().Root));
        SocketsHttpHandler handler = new() { AllowAutoRedirect = false, UseCookies = false, SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy } };
        if (trusting)
            handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, errors) => errors == SslPolicyErrors.RemoteCertificateNameMismatch;
        HttpClient browser = new(handler) { BaseAddress = _world.Door(scheme) };
        if (from is not null)
            browser.DefaultRequestHeaders.Add("X-Forwarded-For", from);
        if (from is not null && scheme == "https")
            browser.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        return browser;
    }
}
