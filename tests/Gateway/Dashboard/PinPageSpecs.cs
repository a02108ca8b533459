using System.Net;
using PantryChain.Gateway.Commands;
using PantryChain.Gateway.Member;
using PantryChain.Gateway.Sensing;
using PantryChain.Ledger.Blocks;
using Console = PantryChain.Gateway.Tests.Commands.Console;

namespace PantryChain.Gateway.Tests.Dashboard;

public sealed class PinPageSpecs : IAsyncLifetime
{
    private const string Old = "482913", Chosen = "밤나무 아래 우체통";

    private readonly GatewayWorld _world = new(speed: 1);
    private HttpClient _browser = null!;

    public async Task InitializeAsync()
    {
        File.Delete(_world.Folder.MemberKey);
        using P256Key key = P256Key.Create();
        MemberKeyFile.Create(_world.Folder.MemberKey, key, Old);
        await _world.StartAsync();
        await Wait.Until(() => _world.Get<ShelfBoard>().Readings.All(reading => reading.Stable), "the shelves had settled");
        _browser = _world.NewBrowser("en");
    }

    public async Task DisposeAsync()
    {
        _browser.Dispose();
        await _world.DisposeAsync();
    }

    [Fact]
    public async Task A_household_with_six_digits_gets_in_is_asked_for_a_new_PIN_and_gives_one()
    {
        using HttpClient other = _world.NewBrowser("en");
        (await LogInAsync(other, Old)).Should().Be(HttpStatusCode.SeeOther);
        (await LogInAsync(_browser, Old)).Should().Be(HttpStatusCode.SeeOther, "an old PIN locks nobody out");
        string form = await FormAsync();
        string asked = await _browser.PageAsync("/"), page = await _browser.PageAsync("/pin");

        (HttpStatusCode Status, string Page) easy = await ChangeAsync(form, Old, "12345678", "12345678"), differs = await ChangeAsync(form, Old, Chosen, Chosen + "!");
        HttpStatusCode wrong = (await ChangeAsync(form, "999999", Chosen, Chosen)).Status, changed = (await ChangeAsync(form, Old, Chosen, Chosen)).Status;

        asked.Should().Contain("href=\"/pin\"").And.Contain("short or easy to guess");
        page.Should().Contain("8 or more digits");
        easy.Status.Should().Be(HttpStatusCode.BadRequest);
        easy.Page.Should().Contain("anybody tries first");
        differs.Page.Should().Contain("not the same");
        (wrong, changed).Should().Be((HttpStatusCode.Forbidden, HttpStatusCode.SeeOther));
        (await _browser.PageAsync("/")).Should().NotContain("short or easy to guess");
        (await other.GetAsync("/api/state")).StatusCode.Should().Be(HttpStatusCode.Unauthorized, "whoever knew the old PIN is out");
        using HttpClient again = _world.NewBrowser("en");
        (await LogInAsync(again, Old)).Should().Be(HttpStatusCode.Forbidden);
        (await LogInAsync(again, Chosen)).Should().Be(HttpStatusCode.SeeOther);
    }

    [Fact]
    public async Task Without_a_login_nothing_is_changed()
    {
        (await ChangeAsync("made-up", Old, Chosen, Chosen)).Status.Should().Be(HttpStatusCode.Unauthorized);
        (await _browser.PageAsync("/pin")).Should().Contain("Log in with the present PIN");
    }

    [Fact]
    public async Task The_command_changes_it_from_files_and_refuses_what_is_easy()
    {
        File.WriteAllText(_world.Folder.Inside("old"), Old + "\n");
        File.WriteAllText(_world.Folder.Inside("easy"), "20240229\n");
        File.WriteAllText(_world.Folder.Inside("new"), Chosen + "\n");
        Console console = new(_world);

        (_, _, string easy) = await console.RunAsync(PinCommand.Create(), "--pin-file", _world.Folder.Inside("old"), "--new-pin-file", _world.Folder.Inside("easy"));
        (int code, string said, _) = await console.RunAsync(PinCommand.Create(), "--pin-file", _world.Folder.Inside("old"), "--new-pin-file", _world.Folder.Inside("new"));
        (_, _, string wrong) = await console.RunAsync(PinCommand.Create(), "--pin-file", _world.Folder.Inside("old"), "--new-pin-file", _world.Folder.Inside("new"));

        easy.Should().Contain("are tried first");
        code.Should().Be(0);
        said.Should().Contain("is changed");
        wrong.Should().Contain("The PIN is wrong");
        Pin.TryParse(Chosen, out Pin chosen).Should().BeTrue();
        using P256Key? key = Keys.TryUnlockMember(_world.Folder, chosen);
        key.Should().NotBeNull();
    }

    private static Task<HttpStatusCode> LogInAsync(HttpClient browser, string pin) => browser.SendFormAsync("/login", ("pin", pin));

    private async Task<string> FormAsync() => (await _browser.JsonAsync("/api/state")).GetProperty("form").GetString()!;

    private async Task<(HttpStatusCode Status, string Page)> ChangeAsync(string form, string old, string chosen, string again)
    {
        using FormUrlEncodedContent fields = new([new("form", form), new("pin", old), new("new", chosen), new("again", again)]);
        using HttpResponseMessage answer = await _browser.PostAsync("/pin", fields);
        return (answer.StatusCode, WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync()));
    }
}
