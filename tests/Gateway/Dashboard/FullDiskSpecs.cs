using System.Net;
using System.Text.Json;
using PantryChain.Gateway.Member;
using PantryChain.Gateway.Storage;
using PantryChain.Telemetry.Journaling;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Gateway.Tests.Dashboard;

/// <summary>What a member sees while SQLite says that the disk is full. The file may not grow any more, and what is to be kept is made larger than what is left.</summary>
public sealed class FullDiskSpecs : IAsyncLifetime
{
    private readonly GatewayWorld _world = new(speed: 20_000);
    private HttpClient _browser = null!;

    public async Task InitializeAsync()
    {
        await _world.StartAsync();
        _browser = _world.NewBrowser();
        await Wait.Until(() => _world.Get<Journal>().Last >= 2, "the shelves were seen");
        _ = _world.Get<Sessions>(); // its table comes with its first use
        Do("CREATE TABLE filler(bytes BLOB)");
        foreach (string table in new[] { "sessions", "events" })
            Do($"CREATE TRIGGER full_{table} BEFORE INSERT ON {table} BEGIN INSERT INTO filler VALUES (zeroblob(1000000)); END");
        Do("PRAGMA max_page_count = 1"); // SQLite takes the present size for it
    }

    public async Task DisposeAsync()
    {
        _browser.Dispose();
        await _world.DisposeAsync();
    }

    [Theory]
    [InlineData("ko", "디스크에 자리를 만드세요", "디스크에 기록할 수 없어 아무것도 바꾸지 못했습니다")]
    [InlineData("en", "Make room on the disk", "The disk takes nothing more, so nothing was changed")]
    public async Task A_full_disk_is_said_on_every_page_and_a_login_is_a_sentence(string language, string everywhere, string login)
    {
        _browser.DefaultRequestHeaders.AcceptLanguage.ParseAdd(language);
        await Wait.Until(async () => (await _browser.GetStringAsync("/health")).Contains("disk_refuses", StringComparison.Ordinal), "health names it");

        foreach (string path in new[] { "/", "/activity", "/inbox", "/slots/1", $"/products/{Samples.Milk}", "/nowhere" })
            WebUtility.HtmlDecode(await (await _browser.GetAsync(path)).Content.ReadAsStringAsync()).Should().Contain(everywhere, path);
        using FormUrlEncodedContent pin = new([new("pin", GatewayWorld.PinDigits)]);
        using HttpResponseMessage refused = await _browser.PostAsync("/login", pin);

        refused.StatusCode.Should().Be(HttpStatusCode.InsufficientStorage);
        refused.Headers.Contains("Set-Cookie").Should().BeFalse();
        WebUtility.HtmlDecode(await refused.Content.ReadAsStringAsync()).Should().Contain(login);
    }

    [Fact]
    public async Task A_script_gets_the_code_and_after_room_was_made_the_login_goes_and_nothing_was_lost()
    {
        ulong kept = _world.Get<Journal>().Last;
        using FormUrlEncodedContent pin = new([new("pin", GatewayWorld.PinDigits)]), again = new([new("pin", GatewayWorld.PinDigits)]);
        using HttpRequestMessage request = new(HttpMethod.Post, "/login") { Content = pin };
        request.Headers.Accept.ParseAdd("application/json");
        using HttpResponseMessage refused = await _browser.SendAsync(request);
        using JsonDocument problem = JsonDocument.Parse(await refused.Content.ReadAsStringAsync());
        Do("PRAGMA max_page_count = 1000000");

        using HttpResponseMessage login = await _browser.PostAsync("/login", again);
        await Wait.Until(() => _world.Get<Journal>().Last > kept, "what was seen meanwhile is kept");

        problem.RootElement.GetProperty("code").GetString().Should().Be("disk_refuses");
        problem.RootElement.GetProperty("detail").GetString().Should().Contain("Make room");
        login.StatusCode.Should().Be(HttpStatusCode.SeeOther);
    }

    private void Do(string sql) => _world.Get<SqliteFile>().Write((writer, transaction) => { Sql.Run(writer, transaction, sql); });
}
