using System.Net.Http.Json;
using System.Text.Json;
using PantryChain.Ledger.Contracts;
using PantryChain.Store.Joining;

namespace PantryChain.Store.Tests;

public sealed class JoiningSpecs(StoreWorld world) : IClassFixture<StoreWorld>
{
    [Fact]
    public async Task A_household_joins_and_the_chain_knows_its_device()
    {
        await using TestHousehold household = new(world, "kim");

        JsonElement answer = await household.JoinAsync(await household.SignJoinAsync(await TestHousehold.InviteAsync(world)));

        answer.GetProperty("account").GetString().Should().Be(household.Account.ToString());
        DeviceOnChain device = await world.Service<DeviceRegistry>().DeviceAsync(household.Device.Device, CancellationToken.None);
        device.Account.Should().Be(household.Account);
        device.Kind.Should().Be(DeviceKind.Simulated);
        (await world.Service<MemberAccounts>().IsDeployedAsync(household.Account, CancellationToken.None)).Should().BeTrue();
    }

    [Fact]
    public async Task The_same_request_again_gives_the_same_answer()
    {
        await using TestHousehold household = new(world, "lee");
        string invitation = await TestHousehold.InviteAsync(world);
        JoinBody body = await household.SignJoinAsync(invitation);

        JsonElement first = await household.JoinAsync(body);
        JsonElement again = await household.JoinAsync(body);

        again.ToString().Should().Be(first.ToString());
    }

    [Fact]
    public async Task A_used_invitation_takes_nobody_else()
    {
        await using TestHousehold household = new(world, "park"), other = new(world, "choi");
        string invitation = await TestHousehold.InviteAsync(world);
        await household.JoinAsync(await household.SignJoinAsync(invitation));

        JsonElement refusal = await RefusedAsync(await other.SignJoinAsync(invitation), 409);

        refusal.GetProperty("code").GetString().Should().Be("invitation_used");
        refusal.GetProperty("detail").GetString().Should().NotBeNullOrWhiteSpace();
    }

    [Fact]
    public async Task An_expired_or_invented_invitation_is_refused()
    {
        await using TestHousehold household = new(world, "jung");
        (string expired, _) = await world.Service<Invitations>().CreateAsync("", TimeSpan.Zero, CancellationToken.None);

        JsonElement old = await RefusedAsync(await household.SignJoinAsync(expired), 403);
        JsonElement invented = await RefusedAsync(await household.SignJoinAsync("0000-0000-0000-0000"), 403);

        old.GetProperty("code").GetString().Should().Be("invitation_expired");
        invented.GetProperty("code").GetString().Should().Be("invitation_unknown");
    }

    [Fact]
    public async Task A_name_that_is_taken_and_a_device_that_joined_are_refused()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "kang"), thief = new(world, "kang");
        string invitation = await TestHousehold.InviteAsync(world);
        JoinBody renamed = household.SignJoin(invitation, await household.ChallengeAsync(invitation), claim: null, gateway: "kang2");

        JsonElement taken = await RefusedAsync(await thief.SignJoinAsync(await TestHousehold.InviteAsync(world)), 409);
        JsonElement twice = await RefusedAsync(renamed, 409);

        taken.GetProperty("code").GetString().Should().Be("gateway_taken");
        twice.GetProperty("code").GetString().Should().Be("device_taken");
    }

    [Fact]
    public async Task A_claim_signed_by_others_is_refused()
    {
        await using TestHousehold household = new(world, "yoon"), stranger = new(world, "yoon");
        string invitation = await TestHousehold.InviteAsync(world);
        JoinBody body = await household.SignJoinAsync(invitation), foreign = await stranger.SignJoinAsync(invitation);

        JsonElement device = await RefusedAsync(body with { DeviceSignature = foreign.DeviceSignature }, 400);
        JsonElement member = await RefusedAsync(body with { MemberSignature = foreign.MemberSignature }, 400);
        JsonElement account = await RefusedAsync(body with { Account = foreign.Account }, 400);
        JsonElement claim = await RefusedAsync(body with { Claim = body.Claim! with { DeviceSignature = foreign.Claim!.DeviceSignature } }, 400);

        new[] { device, member, account, claim }.Select(answer => answer.GetProperty("code").GetString()).Should().AllBe("bad_signature");
    }

    [Fact]
    public async Task A_household_that_lost_its_token_joins_again_with_a_new_invitation()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "shin");
        string lost = household.Http.DefaultRequestHeaders.Authorization!.Parameter!;

        await household.JoinAsync(await household.SignJoinAsync(await TestHousehold.InviteAsync(world)));

        household.Http.DefaultRequestHeaders.Authorization!.Parameter.Should().NotBe(lost);
        using HttpRequestMessage old = new(HttpMethod.Get, "/api/v1/leaves") { Headers = { Authorization = new("Bearer", lost) } };
        using HttpResponseMessage answer = await world.Http.SendAsync(old);
        ((int)answer.StatusCode).Should().Be(401);
    }

    [Fact]
    public async Task The_broker_takes_the_password_that_the_store_wrote_and_keeps_others_out()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "han");

        await household.LinkAsync();

        (await household.LinkAsync()).IsConnected.Should().BeTrue();
        File.ReadAllText(world.PasswordFile).Should().MatchRegex(@"(?m)^han:\$7\$101\$[A-Za-z0-9+/]{16}\$[A-Za-z0-9+/]{86}==$");
        File.GetUnixFileMode(world.PasswordFile).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task A_claim_that_the_chain_would_refuse_costs_the_cooperative_nothing_and_an_invitation_bears_five()
    {
        string invitation = await TestHousehold.InviteAsync(world);
        List<string?> codes = [];
        for (int attempt = 0; attempt < 6; attempt++)
        {
            await using TestHousehold household = new(world, $"gas{attempt}x");
            await household.NextClaimAsync();
            DeviceClaim late = DeviceClaim.Sign(world.Contracts.DevicesDomain, household.Device, household.Member, household.Account, 0, DateTimeOffset.FromUnixTimeSeconds(1000));

            JsonElement refusal = await RefusedAsync(household.SignJoin(invitation, await household.ChallengeAsync(invitation), late), attempt < 5 ? 422 : 403);

            codes.Add(refusal.GetProperty("code").GetString());
            (await world.Service<MemberAccounts>().IsDeployedAsync(household.Account, CancellationToken.None)).Should().BeFalse();
        }

        codes.Should().Equal("chain_refused", "chain_refused", "chain_refused", "chain_refused", "chain_refused", "invitation_spent");
        (await world.QueryAsync<long>("select count(*) from transactions where purpose like '% of gas%x'")).Should().Be(0);
    }

    [Fact]
    public async Task A_half_done_join_goes_on_after_a_restart()
    {
        await using TestHousehold household = new(world, "oh-oh");
        JoinBody body = await household.SignJoinAsync(await TestHousehold.InviteAsync(world));
        await world.Chain.CallAsync("evm_setAutomine", [false]);
        Task<HttpResponseMessage> cut = world.Http.PostAsJsonAsync("/api/v1/join", body);
        await Wait.UntilAsync(async () => await world.QueryAsync<long>("select count(*) from transactions where purpose like '%oh-oh' and status = 'sent'") >= 1, "the join's first transaction is sent");

        await world.StopAsync();
        await world.StartAsync();
        await world.Chain.CallAsync("evm_setAutomine", [true]);
        await world.Chain.CallAsync("evm_mine", []);
        await household.JoinAsync(body);

        await cut.ContinueWith(_ => { }, TaskScheduler.Default);
        (await world.Service<DeviceRegistry>().DeviceAsync(household.Device.Device, CancellationToken.None)).Nonce.Should().Be(1);
    }

    private Task<JsonElement> RefusedAsync(JoinBody body, int status) => TestHousehold.RefusedAsync(world, body, status);
}
