using System.Globalization;
using System.Net;
using System.Text.Json;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Gateway.Cooperative;
using PantryChain.Gateway.Dashboard;
using PantryChain.Gateway.Learning;
using PantryChain.Gateway.Ordering;
using PantryChain.Gateway.Tests.Cooperative;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Rewards;
using PantryChain.Telemetry.Journaling;

namespace PantryChain.Gateway.Tests.Dashboard;

/// <summary>What the member sees and does about rewards and standing.</summary>
public sealed class TokenPagesSpecs : IAsyncLifetime
{
    private Cooperation _cooperation = null!;
    private GatewayWorld _world = null!;
    private HttpClient _browser = null!;

    public async Task InitializeAsync()
    {
        _cooperation = await Cooperation.StartAsync();
        _world = new GatewayWorld(speed: 60, joined: true) { Cooperative = _cooperation.Member() };
        _cooperation.Now = _world.Time.GetUtcNow;
        await _world.StartAsync();
        _browser = _world.NewBrowser();
        await Wait.Until(() => _world.Get<Circumstances>().At is not null && _world.Get<Journal>().Last >= 2, "the first look is over");
    }

    public async Task DisposeAsync()
    {
        _browser.Dispose();
        await _world.DisposeAsync();
        await _cooperation.DisposeAsync();
    }

    [Theory]
    [InlineData("en", "everybody can read it for ever", "The ordering tier stays as it is", "Claim 25")]
    [InlineData("ko", "누구나 언제까지나 볼 수 있습니다", "주문 등급은 그대로입니다", "받기")]
    public async Task A_claim_says_what_it_makes_public_and_what_it_does_to_the_tier_and_needs_the_members_click(string language, string open, string tier, string button)
    {
        await MatureAsync(countsOwned: true);
        string form = await _browser.LogInAsync();
        _browser.DefaultRequestHeaders.AcceptLanguage.ParseAdd(language);
        string part = await _browser.PageAsync("/parts/tokens");
        int unasked = Claims().Count;

        HttpStatusCode stranger = await _browser.SendFormAsync("/tokens/claim", []), first = await _browser.SendFormAsync("/tokens/claim", ("form", form)), again = await _browser.SendFormAsync("/tokens/claim", ("form", form));

        part.Should().Contain(open).And.Contain(tier).And.Contain(button).And.Contain("data-claim=\"offer\"");
        (unasked, stranger, first, again).Should().Be((0, HttpStatusCode.Forbidden, HttpStatusCode.SeeOther, HttpStatusCode.SeeOther));
        Claims().Should().ContainSingle();
    }

    [Fact]
    public async Task A_claim_while_the_chain_is_away_is_refused_with_the_next_step_and_signs_nothing()
    {
        await MatureAsync(countsOwned: true);
        string form = await _browser.LogInAsync();
        long before = (await _browser.JsonAsync("/health")).GetProperty("refused").GetInt64();
        _browser.DefaultRequestHeaders.Accept.ParseAdd("application/json");
        _cooperation.Before = _ => throw new IOException("away");

        using FormUrlEncodedContent fields = new([new("form", form)]);
        using HttpResponseMessage refused = await _browser.PostAsync("/tokens/claim", fields);
        using JsonDocument problem = JsonDocument.Parse(await refused.Content.ReadAsStringAsync());

        refused.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        problem.RootElement.GetProperty("code").GetString().Should().Be("chain_unreachable");
        problem.RootElement.GetProperty("detail").GetString().Should().NotBeNullOrEmpty();
        (await _browser.JsonAsync("/health")).GetProperty("refused").GetInt64().Should().BeGreaterThan(before);
        Claims().Should().BeEmpty();
    }

    [Fact]
    public async Task A_store_that_counts_unclaimed_rewards_only_gets_no_claim_while_a_tier_is_in_use()
    {
        await MatureAsync(countsOwned: false);
        _browser.DefaultRequestHeaders.AcceptLanguage.ParseAdd("en");
        string form = await _browser.LogInAsync();
        string part = await _browser.GetStringAsync("/parts/tokens");

        HttpStatusCode refused = await _browser.SendFormAsync("/tokens/claim", ("form", form));

        part.Should().Contain("counts only unclaimed rewards").And.NotContain("/tokens/claim");
        refused.Should().Be(HttpStatusCode.Conflict);
        Claims().Should().BeEmpty();
    }

    [Fact]
    public async Task With_nothing_matured_there_is_no_button_and_a_claim_is_refused_with_the_next_step()
    {
        string form = await _browser.LogInAsync();
        string part = await _browser.GetStringAsync("/parts/tokens");
        using HttpRequestMessage request = new(HttpMethod.Post, "/tokens/claim") { Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["form"] = form }) };
        request.Headers.Accept.ParseAdd("application/json");
        using HttpResponseMessage response = await _browser.SendAsync(request);
        using JsonDocument problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync());

        part.Should().NotContain("data-claim");
        response.StatusCode.Should().Be(HttpStatusCode.Conflict);
        problem.RootElement.GetProperty("code").GetString().Should().Be("nothing_to_claim");
        problem.RootElement.GetProperty("detail").GetString().Should().Contain("30 days");
    }

    [Theory]
    [InlineData(0, "0", "every proposal waits for your yes")]
    [InlineData(1, "1", "orders may go out without asking")]
    public async Task The_suggested_mandate_asks_for_a_tier_once_the_household_has_one(byte tier, string asked, string said)
    {
        Stand(tier, countsOwned: true);
        _browser.DefaultRequestHeaders.AcceptLanguage.ParseAdd("en");
        await _browser.LogInAsync();

        string page = await _browser.GetStringAsync($"/products/{Samples.Milk}");

        page.Should().Contain($"data-tier=\"{asked}\"").And.Contain(said);
        MandateForm.DefaultsFor(Samples.Milk, null, tier).MinTier.Should().Be(tier);
    }

    [Fact]
    public void Unasked_it_orders_only_under_a_mandate_that_asks_for_a_tier()
    {
        GiveMandate(tier: 0, number: 1);
        MandateMode? without = _world.Get<Decider>().ModeOf(Samples.Milk);
        _world.Get<Learner>().Answer(Samples.Milk, 3, _world.Time.GetUtcNow());

        without.Should().Be(MandateMode.Approve);
        _world.Get<Decider>().CautionOf(Samples.Milk).Should().NotBe(ReorderCaution.None);
    }

    private void GiveMandate(byte tier, byte number)
    {
        Mandate terms = new(
            Samples.Address(8), Samples.Milk, 2, Bamtol.FromWon(3_600), Bamtol.FromWon(36_000), 30, 3, tier, default, Samples.Hash(99), DateTimeOffset.FromUnixTimeSeconds(1_900_000_000), 1);
        GivenMandate given = new(new MandateId(Samples.Hash(number)), terms, [Samples.Address(2)], MandateMode.Auto, Samples.Morning, Samples.Hash((byte)(150 + number)), RelayStatus.Mined, null);
        _world.Get<MandateBook>().Give(given, [new Relay(given.Call, RelayKind.Execute, Samples.Address(8), [1], given.Id.Value, Status: RelayStatus.Mined)]);
    }

    /// <summary>A reward of 25 Bamnamu that was kept long ago.</summary>
    private async Task MatureAsync(bool countsOwned)
    {
        RewardLeafMessage leaf = new(Bamnamu.FromTokens(25).Units.ToString(CultureInfo.InvariantCulture), Samples.Hash(3).ToString(), []);
        _cooperation.EpochRoot = new RewardLeaf(_world.Cooperative.AccountAddress, Bamnamu.FromTokens(25), Samples.Hash(3)).Hash();
        await _world.Get<RewardClaimer>().KeepAsync(new OwnLeaves(20_000, _cooperation.EpochRoot.ToString(), leaf, null, 10, "0"), CancellationToken.None);
        await _world.Get<RewardClaimer>().LookAsync(CancellationToken.None);
        Stand(1, countsOwned);
    }

    private void Stand(byte tier, bool countsOwned) => _world.Get<Circumstances>().Update(
        [], new Standing(new StandingLeaf(Samples.Address(8), tier, 20_000, Samples.Hash(3)), [], 10, default) { CountsOwned = countsOwned }, default, default, new Dictionary<MandateId, MandateOnChain>());

    private IReadOnlyList<Relay> Claims() => [.. _world.Get<RelayBook>().About(_world.Cooperative.AccountAddress.ToWord()).Where(relay => relay.Kind == RelayKind.Claim)];
}
