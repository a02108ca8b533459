using System.Net;
using System.Text.Json;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Gateway.Cooperative;
using PantryChain.Gateway.Ordering;
using PantryChain.Gateway.Tests.Ordering;
using PantryChain.Rehearsal.Parts;
using PantryChain.Reorder.Machine;

namespace PantryChain.Gateway.Tests.Dashboard;

/// <summary>The form that takes a mandate back, on a whole gateway whose chain answers and whose store does not.</summary>
public sealed class RevokeFormSpecs : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private AnvilPart _anvil = null!;
    private GatewayWorld _world = null!;

    public async Task InitializeAsync()
    {
        _anvil = await AnvilPart.StartNewAsync(_folder.Path, new AnvilOptions { Genesis = Samples.Morning });
        Membership nowhere = GatewayWorld.Unreachable();
        _world = new GatewayWorld(speed: 60, joined: true) { Cooperative = nowhere with { Info = nowhere.Info with { RpcUrl = _anvil.Url } } };
        await _world.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _world.DisposeAsync();
        await _anvil.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_members_yes_counts_at_once_and_survives_a_kill_before_the_store_heard_of_it()
    {
        GivenMandate given = Give();
        using HttpClient browser = Browser();
        string form = await LogInAsync(browser);
        _world.Get<ReorderDesk>().Advance(OrderSamples.Propose(1));

        HttpStatusCode first = await RevokeAsync(browser, form);
        ReorderState rightAfter = _world.Get<ReorderDesk>()[Samples.Milk].State;
        HttpStatusCode again = await RevokeAsync(browser, form);
        await _world.KillAsync();
        await _world.StartAsync();

        (first, again, rightAfter).Should().Be((HttpStatusCode.SeeOther, HttpStatusCode.SeeOther, ReorderState.Watching));
        Relay call = _world.Get<RelayBook>().UnderWay().Should().ContainSingle().Subject;
        (call.Kind, call.Subject).Should().Be((RelayKind.Revoke, given.Id.Value));
        _world.Get<MandateBook>().NewestOf(Samples.Milk)!.Revoked!.Call.Should().Be(call.Id);
        _world.Get<MandateBook>().ActiveOf(Samples.Milk).Should().BeNull();
    }

    [Fact]
    public async Task Revoking_this_device_asks_for_the_login_the_form_and_the_pin_and_signs_its_end_and_the_mandates_at_once()
    {
        GivenMandate given = Give();
        using HttpClient browser = Browser();
        HttpStatusCode stranger = await PressAsync(browser, "none", GatewayWorld.PinDigits);
        string form = await LogInAsync(browser);

        HttpStatusCode foreign = await PressAsync(browser, "another", GatewayWorld.PinDigits), wrong = await PressAsync(browser, form, "99999999");
        int before = _world.Get<RelayBook>().UnderWay().Count;
        HttpStatusCode right = await PressAsync(browser, form, GatewayWorld.PinDigits), again = await PressAsync(browser, form, GatewayWorld.PinDigits);

        (stranger, foreign, wrong, before).Should().Be((HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden, HttpStatusCode.Forbidden, 0));
        (right, again).Should().Be((HttpStatusCode.SeeOther, HttpStatusCode.SeeOther));
        _world.Get<RelayBook>().UnderWay().Select(call => call.Kind).Should().Equal(RelayKind.RevokeDevice, RelayKind.Revoke);
        _world.Get<MandateBook>().ActiveOf(Samples.Milk).Should().BeNull();
        _world.Get<MandateBook>().NewestOf(Samples.Milk)!.Id.Should().Be(given.Id);
    }

    [Theory]
    [InlineData("en", "Revoke this device", "It cannot be undone.", "on its way to the chain")]
    [InlineData("ko", "이 기기 폐기", "되돌릴 수 없습니다.", "체인에 올리는 중입니다")]
    public async Task The_page_says_what_revoking_does_before_and_where_it_stands_after(string language, string title, string warning, string waiting)
    {
        using HttpClient browser = Browser();
        browser.DefaultRequestHeaders.AcceptLanguage.ParseAdd(language);
        string outside = WebUtility.HtmlDecode(await browser.GetStringAsync("/device"));
        string form = await LogInAsync(browser);
        string before = WebUtility.HtmlDecode(await browser.GetStringAsync("/device"));

        await PressAsync(browser, form, GatewayWorld.PinDigits);
        string after = WebUtility.HtmlDecode(await browser.GetStringAsync("/device"));

        outside.Should().Contain(title).And.NotContain("/device/revoke");
        before.Should().Contain(warning).And.Contain("/device/revoke");
        after.Should().Contain(waiting).And.NotContain("action=\"/device/revoke\"");
    }

    private static async Task<HttpStatusCode> PressAsync(HttpClient browser, string form, string pin)
    {
        using FormUrlEncodedContent fields = new(new Dictionary<string, string> { ["form"] = form, ["pin"] = pin });
        using HttpResponseMessage answer = await browser.PostAsync("/device/revoke", fields);
        return answer.StatusCode;
    }

    private GivenMandate Give()
    {
        Mandate terms = new(
            Samples.Address(8), Samples.Milk, 2, Bamtol.FromWon(3_600), Bamtol.FromWon(36_000), 30, 3, 1, default, Samples.Hash(99),
            DateTimeOffset.FromUnixTimeSeconds(1_900_000_000), 1);
        GivenMandate given = new(Ledger.Contracts.TypedMessages.Mandate(terms), terms, [Samples.Address(2)], MandateMode.Auto, Samples.Morning, Samples.Hash(150), RelayStatus.Mined, null);
        _world.Get<MandateBook>().Give(given, [new Relay(given.Call, RelayKind.Execute, Samples.Address(8), [1], given.Id.Value, Status: RelayStatus.Mined)]);
        return given;
    }

    private HttpClient Browser() => new(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = _world.Address };

    private static async Task<string> LogInAsync(HttpClient browser)
    {
        using FormUrlEncodedContent pin = new(new Dictionary<string, string> { ["pin"] = GatewayWorld.PinDigits });
        using HttpResponseMessage answer = await browser.PostAsync("/login", pin);
        using JsonDocument state = JsonDocument.Parse(await browser.GetStringAsync("/api/state"));
        return state.RootElement.GetProperty("form").GetString()!;
    }

    private static async Task<HttpStatusCode> RevokeAsync(HttpClient browser, string form)
    {
        using FormUrlEncodedContent fields = new(new Dictionary<string, string> { ["form"] = form, ["pin"] = GatewayWorld.PinDigits });
        using HttpResponseMessage answer = await browser.PostAsync("/products/8801115114154/mandate/revoke", fields);
        return answer.StatusCode;
    }
}
