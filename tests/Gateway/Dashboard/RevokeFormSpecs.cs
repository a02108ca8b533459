using System.Net;
using PantryChain.Domain.Ordering;
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
        GivenMandate given = _world.GiveMandate();
        using HttpClient browser = _world.NewBrowser();
        string form = await browser.LogInAsync();
        _world.Get<ReorderDesk>().Advance(OrderSamples.Propose(1));

        HttpStatusCode first = await browser.SendFormAsync("/products/8801115114154/mandate/revoke", ("form", form), ("pin", GatewayWorld.PinDigits));
        ReorderState rightAfter = _world.Get<ReorderDesk>()[Samples.Milk].State;
        HttpStatusCode again = await browser.SendFormAsync("/products/8801115114154/mandate/revoke", ("form", form), ("pin", GatewayWorld.PinDigits));
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
        GivenMandate given = _world.GiveMandate();
        using HttpClient browser = _world.NewBrowser();
        HttpStatusCode stranger = await PressAsync(browser, "none", GatewayWorld.PinDigits);
        string form = await browser.LogInAsync();

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
        using HttpClient browser = _world.NewBrowser();
        browser.DefaultRequestHeaders.AcceptLanguage.ParseAdd(language);
        string outside = await browser.PageAsync("/device");
        string form = await browser.LogInAsync();
        string before = await browser.PageAsync("/device");

        await PressAsync(browser, form, GatewayWorld.PinDigits);
        string after = await browser.PageAsync("/device");

        outside.Should().Contain(title).And.NotContain("/device/revoke");
        before.Should().Contain(warning).And.Contain("/device/revoke");
        after.Should().Contain(waiting).And.NotContain("action=\"/device/revoke\"");
    }

    private static Task<HttpStatusCode> PressAsync(HttpClient browser, string form, string pin) => browser.SendFormAsync("/device/revoke", ("form", form), ("pin", pin));
}
