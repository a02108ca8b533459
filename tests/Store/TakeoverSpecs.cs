using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using PantryChain.Domain.Identity;
using PantryChain.Ledger.Contracts;
using PantryChain.Store.Hosting;
using PantryChain.Store.Joining;

namespace PantryChain.Store.Tests;

/// <summary>Whoever wants another household's login, name or place finds the door for new households shut.</summary>
public sealed class TakeoverSpecs(StoreWorld world) : IClassFixture<StoreWorld>
{
    private static readonly string NoSuch = "0x" + new string('7', 64);

    [Fact]
    public async Task An_existing_household_is_not_taken_over_with_what_its_claim_left_on_chain()
    {
        await using TestHousehold victim = new(world, "victim");
        JoinBody first = await victim.SignJoinAsync(await TestHousehold.InviteAsync(world));
        await victim.JoinAsync(first);
        ClaimBody onChain = first.Claim!; // what 'eth_getLogs' and the transaction tell everybody
        string attackers = await TestHousehold.InviteAsync(world), challenge = await victim.ChallengeAsync(attackers);

        JsonElement asJoin = await RefusedAsync(
            first with { Invitation = attackers, Challenge = challenge, DeviceSignature = onChain.DeviceSignature, MemberSignature = onChain.MemberSignature, Deadline = onChain.Deadline }, 400);
        JsonElement asBefore = await RefusedAsync(first with { Invitation = attackers, Challenge = null!, DeviceSignature = onChain.DeviceSignature, MemberSignature = onChain.MemberSignature }, 400);
        JsonElement asOverheard = await RefusedAsync(first with { Invitation = attackers, Challenge = challenge }, 400);

        asJoin.GetProperty("code").GetString().Should().Be("bad_signature");
        asBefore.GetProperty("code").GetString().Should().Be("challenge_missing");
        asOverheard.GetProperty("code").GetString().Should().Be("bad_signature");
        ((int)(await victim.Http.GetAsync(new Uri("/api/v1/orders/" + NoSuch, UriKind.Relative))).StatusCode).Should().Be(404, "the victim's token still opens its door");
        await using TestHousehold stranger = await TestHousehold.JoinAsync(world, "stranger-1");
        JsonElement unused = await stranger.JoinAsync(stranger.SignJoin(attackers, await stranger.ChallengeAsync(attackers), claim: null));
        unused.GetProperty("gateway").GetString().Should().Be("stranger-1", "a refused try uses up no invitation");
    }

    [Fact]
    public async Task A_join_signed_for_another_store_is_refused_whatever_invitation_and_challenge_it_carries()
    {
        await using TestHousehold victim = new(world, "lured");
        string attackers = await TestHousehold.InviteAsync(world); // the store in between handed it on as its own
        string passedOn = await victim.ChallengeAsync(attackers);
        JoinBody body = victim.SignJoin(attackers, passedOn, await victim.NextClaimAsync(), store: "https://friendly.example");

        JsonElement relayed = await RefusedAsync(body, 403), rewritten = await RefusedAsync(body with { Store = JoinMessage.OriginOf(world.Http.BaseAddress!) }, 400);

        relayed.GetProperty("code").GetString().Should().Be("wrong_store");
        rewritten.GetProperty("code").GetString().Should().Be("bad_signature");
        (await world.QueryAsync<long>("select count(*) from households where gateway = 'lured'")).Should().Be(0);
    }

    [Fact]
    public async Task Where_the_operator_names_addresses_only_those_count()
    {
        await using TestHousehold near = new(world, "tunnelled"), named = new(world, "named");
        StoreFolder before = world.Folder;
        await RestartAsync(before with { Options = before.Options with { PublicUrls = ["https://Store.example/"] } });
        string invitation = await TestHousehold.InviteAsync(world);
        JoinBody local = await near.SignJoinAsync(invitation);
        JoinBody called = named.SignJoin(invitation, await named.ChallengeAsync(invitation), await named.NextClaimAsync(), store: "https://store.example");

        using HttpResponseMessage refused = await world.Http.PostAsJsonAsync("/api/v1/join", local), taken = await world.Http.PostAsJsonAsync("/api/v1/join", called);
        await RestartAsync(before);

        (await refused.Content.ReadAsStringAsync()).Should().Contain("wrong_store");
        ((int)taken.StatusCode).Should().Be(200);
    }

    [Fact]
    public async Task A_join_holds_for_its_own_invitation_name_and_challenge_only()
    {
        await using TestHousehold household = new(world, "bound");
        string invitation = await TestHousehold.InviteAsync(world), other = await TestHousehold.InviteAsync(world);
        JoinBody body = await household.SignJoinAsync(invitation);

        JsonElement elsewhere = await RefusedAsync(body with { Invitation = other }, 403);
        JsonElement sameChallenge = await RefusedAsync(body with { Invitation = other, Challenge = await household.ChallengeAsync(other) }, 400);
        JsonElement renamed = await RefusedAsync(body with { Gateway = "bound-2" }, 400);
        JsonElement made = await RefusedAsync(body with { Challenge = NoSuch }, 403);

        elsewhere.GetProperty("code").GetString().Should().Be("challenge_unknown");
        made.GetProperty("code").GetString().Should().Be("challenge_unknown");
        new[] { sameChallenge, renamed }.Select(answer => answer.GetProperty("code").GetString()).Should().AllBe("bad_signature");
        await household.JoinAsync(body);
    }

    [Fact]
    public async Task A_challenge_takes_one_answer_and_none_after_its_hour()
    {
        await using TestHousehold household = new(world, "one-answer");
        string invitation = await TestHousehold.InviteAsync(world);
        JoinBody body = await household.SignJoinAsync(invitation);
        string token = (await household.JoinAsync(body)).GetProperty("token").GetString()!;

        JsonElement second = await RefusedAsync(household.SignJoin(invitation, body.Challenge, claim: null, TimeSpan.FromDays(3)), 409);
        await world.QueryAsync<int>("update join_challenges set expires_at = now() - interval '1 second' where challenge = @c returning 1", new { c = Hash32.Parse(body.Challenge) });
        JsonElement late = await RefusedAsync(body, 403);
        JsonElement fresh = await household.JoinAsync(household.SignJoin(invitation, await household.ChallengeAsync(invitation), claim: null));

        second.GetProperty("code").GetString().Should().Be("challenge_used");
        late.GetProperty("code").GetString().Should().Be("challenge_expired");
        fresh.GetProperty("token").GetString().Should().Be(token, "the same invitation, name and keys are the same join");
    }

    [Fact]
    public async Task A_rejoin_that_the_chain_refuses_leaves_login_and_invitation_as_they_were()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "unlucky");
        await TestHousehold.RevokeAsync(world, household);
        string invitation = await TestHousehold.InviteAsync(world);
        DeviceClaim late = DeviceClaim.Sign(world.Contracts.DevicesDomain, household.Device, household.Member, household.Account, 1, DateTimeOffset.UnixEpoch);

        JsonElement missing = await RefusedAsync(household.SignJoin(invitation, await household.ChallengeAsync(invitation), claim: null), 409);
        JsonElement refusal = await RefusedAsync(household.SignJoin(invitation, await household.ChallengeAsync(invitation), late), 422);

        missing.GetProperty("code").GetString().Should().Be("claim_missing");
        refusal.GetProperty("code").GetString().Should().Be("chain_refused");
        (await world.QueryAsync<string>("select status from households where gateway = 'unlucky'")).Should().Be("joined");
        ((int)(await household.Http.GetAsync(new Uri("/api/v1/orders/" + NoSuch, UriKind.Relative))).StatusCode).Should().Be(404, "its token still opens its door");
        await household.JoinAsync(await household.SignJoinAsync(invitation));
        (await world.Service<DeviceRegistry>().DeviceAsync(household.Device.Device, CancellationToken.None)).Account.Should().Be(household.Account);
    }

    [Fact]
    public async Task A_claim_that_somebody_else_brought_on_chain_first_does_not_stop_the_join()
    {
        await using TestHousehold household = new(world, "overtaken");
        string invitation = await TestHousehold.InviteAsync(world);
        DeviceClaim claim = (await household.NextClaimAsync())!, again = (await household.NextClaimAsync(TimeSpan.FromDays(2)))!;
        JoinBody slow = household.SignJoin(invitation, await household.ChallengeAsync(invitation), claim), quick = household.SignJoin(invitation, await household.ChallengeAsync(invitation), again);

        JsonElement[] answers = await Task.WhenAll(household.JoinAsync(slow), household.JoinAsync(quick));

        answers[0].ToString().Should().Be(answers[1].ToString());
        (await world.Service<DeviceRegistry>().DeviceAsync(household.Device.Device, CancellationToken.None)).Nonce.Should().Be(1);
    }

    [Fact]
    public async Task Of_two_households_at_once_one_gets_the_name_and_one_the_invitation()
    {
        await using TestHousehold a = new(world, "same-name"), b = new(world, "same-name"), c = new(world, "other-name");
        string shared = await TestHousehold.InviteAsync(world);
        JoinBody[] bodies = [await a.SignJoinAsync(await TestHousehold.InviteAsync(world)), await b.SignJoinAsync(shared), await c.SignJoinAsync(shared)];

        HttpResponseMessage[] answers = await Task.WhenAll(bodies.Select(body => world.Http.PostAsJsonAsync("/api/v1/join", body)));

        answers.Count(answer => answer.IsSuccessStatusCode).Should().BeInRange(1, 2);
        answers.Where(answer => !answer.IsSuccessStatusCode).Select(answer => (int)answer.StatusCode).Should().AllBeEquivalentTo(409);
        (await world.QueryAsync<long>("select count(*) from households where gateway = 'same-name'")).Should().BeLessThanOrEqualTo(1);
    }

    [Theory]
    [InlineData("store")]
    [InlineData("st0re")]
    [InlineData("admin")]
    [InlineData("adm1n")]
    [InlineData("root")]
    [InlineData("pantry-0a1b2c")]
    [InlineData("pantry_oa1b2c")]
    public async Task The_stores_names_and_another_devices_made_up_name_are_kept(string name)
    {
        await using TestHousehold household = new(world, name);
        string invitation = await TestHousehold.InviteAsync(world);

        JsonElement refusal = await RefusedAsync(await household.SignJoinAsync(invitation), 409);

        refusal.GetProperty("code").GetString().Should().Be("name_reserved");
        File.ReadLines(world.PasswordFile).Select(line => line.Split(':')[0]).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task A_device_may_take_the_name_that_its_own_id_makes()
    {
        await using TestHousehold keys = new(world, "keys-only");
        string own = $"pantry-{keys.Device.Device.ToString()[2..8]}", invitation = await TestHousehold.InviteAsync(world), challenge = await keys.ChallengeAsync(invitation);

        JsonElement answer = await keys.JoinAsync(keys.SignJoin(invitation, challenge, await keys.NextClaimAsync(), gateway: own));

        answer.GetProperty("gateway").GetString().Should().Be(own);
    }

    [Theory]
    [InlineData("mira-10", "mira-lo")]
    [InlineData("barn_1", "bam-i")]
    public async Task A_name_that_looks_like_a_neighbours_is_refused(string first, string second)
    {
        await using TestHousehold neighbour = await TestHousehold.JoinAsync(world, first), other = new(world, second);

        JsonElement refusal = await RefusedAsync(await other.SignJoinAsync(await TestHousehold.InviteAsync(world)), 409);

        refusal.GetProperty("code").GetString().Should().Be("gateway_alike");
    }

    [Theory]
    [InlineData("")]
    [InlineData("Kim")]
    [InlineData("kim+")]
    [InlineData("kim/#")]
    [InlineData("$sys")]
    [InlineData("kim\n")]
    [InlineData("кim")]
    public async Task A_name_that_is_no_topic_level_is_refused(string name)
    {
        await using TestHousehold household = new(world, "plain-name");
        JoinBody body = await household.SignJoinAsync(await TestHousehold.InviteAsync(world));

        (await RefusedAsync(body with { Gateway = name }, 400)).GetProperty("code").GetString().Should().Be("malformed");
    }

    [Fact]
    public async Task A_household_that_once_took_the_stores_name_gets_no_line_of_the_password_file()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "once-store");
        await world.QueryAsync<int>("update households set gateway = 'store' where gateway = 'once-store' returning 1");

        await world.Service<BrokerAccounts>().SyncAsync(CancellationToken.None);

        File.ReadLines(world.PasswordFile).Count(line => line.StartsWith("store:", StringComparison.Ordinal)).Should().Be(1);
        (await TestHousehold.JoinAsync(world, "after-store")).Should().NotBeNull("the store's own login still works");
        await world.QueryAsync<int>("delete from households where gateway = 'store' returning 1");
    }

    [Fact]
    public async Task A_wrong_invitation_is_refused_before_anything_is_verified()
    {
        string zero = "0x" + new string('0', 64), nobody = "0x" + new string('0', 40), unsigned = "0x" + new string('0', 128);
        JoinBody body = new("0000-0000-0000-0000", "guesser", "https://nowhere.example", zero, zero, zero, zero, nobody, zero, 0, unsigned, unsigned, new ClaimBody(9, 0, unsigned, unsigned));

        (await RefusedAsync(body, 403)).GetProperty("code").GetString().Should().Be("invitation_unknown");
    }

    [Fact]
    public async Task Whoever_tries_too_often_waits_as_long_as_he_is_told_and_others_do_not()
    {
        StoreFolder before = world.Folder;
        await RestartAsync(before with { Options = before.Options with { JoinTriesPerMinute = 3, Proxies = ["127.0.0.1"] } });
        HttpStatusCode[] own = [await KnockAsync("2001:db8:1:2::1"), await KnockAsync("2001:db8:1:2::1"), await KnockAsync("2001:db8:1:2::1")];

        using HttpResponseMessage refused = await JoinAsync("2001:db8:1:2:ffff::9");
        HttpStatusCode neighbour = await KnockAsync("2001:db8:1:3::1");
        List<HttpStatusCode> many = [];
        for (int i = 0; i < 40; i++)
            many.Add(await KnockAsync($"10.0.0.{i}"));
        IReadOnlyDictionary<string, long> counted = world.Service<RefusalLog>().Counts; // what /health shows the clerk
        await RestartAsync(before);

        own.Should().AllBeEquivalentTo(HttpStatusCode.Forbidden);
        refused.StatusCode.Should().Be(HttpStatusCode.TooManyRequests, "a whole network of 64 bits is one household's, at whichever of the door's calls");
        (await refused.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString().Should().Be("too_many_tries");
        refused.Headers.RetryAfter!.Delta.Should().BeGreaterThan(TimeSpan.Zero).And.BeLessThan(TimeSpan.FromMinutes(1));
        neighbour.Should().Be(HttpStatusCode.Forbidden);
        many[0].Should().Be(HttpStatusCode.Forbidden);
        many[^1].Should().Be(HttpStatusCode.TooManyRequests, "all together have a limit too");
        counted["http.too_many_tries"].Should().Be(1 + many.Count(status => status == HttpStatusCode.TooManyRequests));
    }

    private async Task<HttpStatusCode> KnockAsync(string address)
    {
        using HttpResponseMessage answer = await PostAsync("/api/v1/join/challenge", new { invitation = "0000" }, address);
        return answer.StatusCode;
    }

    private Task<HttpResponseMessage> JoinAsync(string address) => PostAsync("/api/v1/join", new { }, address);

    private async Task<HttpResponseMessage> PostAsync(string path, object body, string address)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        request.Headers.Add("X-Forwarded-For", address);
        return await world.Http.SendAsync(request);
    }

    private async Task RestartAsync(StoreFolder folder)
    {
        await world.StopAsync();
        world.Folder = folder;
        await world.StartAsync();
    }

    private Task<JsonElement> RefusedAsync(JoinBody body, int status) => TestHousehold.RefusedAsync(world, body, status);
}
