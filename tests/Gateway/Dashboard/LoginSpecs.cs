using System.Net;
using PantryChain.Gateway.Member;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Gateway.Tests.Dashboard;

/// <summary>The member's login over the life of a gateway: what survives a restart, what a logout ends, whose forms act.</summary>
public sealed class LoginSpecs : IAsyncLifetime
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly GatewayWorld _world = new(speed: 1, joined: true);

    public Task InitializeAsync() => _world.StartAsync();

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task A_login_and_its_forms_survive_a_restart()
    {
        (string cookie, string form) = await _world.LogInAsync();

        await RestartAsync();

        (await StateAsync(cookie)).Should().Be(HttpStatusCode.OK);
        (await PostAsync("/back", cookie, form)).Should().Be(HttpStatusCode.SeeOther);
    }

    [Fact]
    public async Task A_logout_ends_a_copied_cookie_also_after_a_restart()
    {
        (string cookie, string form) = await _world.LogInAsync();

        HttpStatusCode left = await PostAsync("/logout", cookie, form);
        HttpStatusCode copied = await StateAsync(cookie);
        await RestartAsync();

        (left, copied).Should().Be((HttpStatusCode.SeeOther, HttpStatusCode.Unauthorized));
        (await StateAsync(cookie)).Should().Be(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_form_of_another_login_of_the_same_member_is_refused_and_counted()
    {
        (string cookie, _) = await _world.LogInAsync();
        (_, string other) = await _world.LogInAsync();
        long refused = _world.Get<Refusals>().Count;

        HttpStatusCode without = await PostAsync("/back", cookie, null), foreign = await PostAsync("/back", cookie, other);

        (without, foreign).Should().Be((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden));
        _world.Get<Refusals>().Count.Should().Be(refused + 2);
    }

    [Fact]
    public async Task A_cookie_that_was_sealed_under_another_ring_opens_nothing_and_the_page_comes()
    {
        string sealedElsewhere;
        await using (GatewayWorld other = new(speed: 1))
        {
            await other.StartAsync();
            (sealedElsewhere, _) = await other.LogInAsync();
        }

        (await StateAsync(sealedElsewhere)).Should().Be(HttpStatusCode.Unauthorized);
        (await GetAsync("/", sealedElsewhere)).Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_ring_is_the_owners_alone()
    {
        await _world.LogInAsync();

        File.GetUnixFileMode(_world.Folder.KeyRing).Should().Be(Owner | UnixFileMode.UserExecute);
        Directory.GetFiles(_world.Folder.KeyRing).Should().NotBeEmpty().And.OnlyContain(key => File.GetUnixFileMode(key) == Owner);
    }

    [Fact]
    public async Task A_key_that_was_left_half_written_keeps_nobody_out()
    {
        (string cookie, _) = await _world.LogInAsync();
        await _world.KillAsync();
        foreach (string key in Directory.GetFiles(_world.Folder.KeyRing))
            await File.WriteAllTextAsync(key, (await File.ReadAllTextAsync(key))[..40]);

        await _world.StartAsync();

        (await StateAsync(cookie)).Should().Be(HttpStatusCode.Unauthorized);
        (string again, _) = await _world.LogInAsync();
        (await StateAsync(again)).Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_cookie_holds_the_sessions_number_sealed_and_the_file_holds_its_hash()
    {
        (string cookie, _) = await _world.LogInAsync();

        string value = cookie.Split(';')[0].Split('=')[1];

        _world.Get<Sessions>().IsLive(value).Should().BeFalse("what a cookie shows is no session's number");
    }

    private async Task RestartAsync()
    {
        await _world.KillAsync();
        await _world.StartAsync();
    }

    private Task<HttpStatusCode> StateAsync(string cookie) => GetAsync("/api/state", cookie);

    private async Task<HttpStatusCode> GetAsync(string path, string cookie)
    {
        using HttpClient browser = Browser(cookie);
        using HttpResponseMessage answer = await browser.GetAsync(path);
        return answer.StatusCode;
    }

    private async Task<HttpStatusCode> PostAsync(string path, string cookie, string? form)
    {
        using HttpClient browser = Browser(cookie);
        using FormUrlEncodedContent fields = new(form is null ? [] : [new("form", form)]);
        using HttpResponseMessage answer = await browser.PostAsync(path, fields);
        return answer.StatusCode;
    }

    private HttpClient Browser(string cookie) => new(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false })
    {
        BaseAddress = _world.Address, DefaultRequestHeaders = { { "Cookie", cookie } },
    };
}
