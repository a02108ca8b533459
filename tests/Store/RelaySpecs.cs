using System.Net.Http.Json;
using System.Text.Json;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Time;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;
using PantryChain.Store.Relay;

namespace PantryChain.Store.Tests;

public sealed class RelaySpecs(StoreWorld world) : IClassFixture<StoreWorld>
{
    [Fact]
    public async Task A_members_signed_call_is_mined_once_however_often_it_is_sent()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "relay-a");
        object body = Body(NewId(), "execute", Approve(household, nonce: 0));

        JsonElement first = await PostAsync(household, body, 202);
        JsonElement[] again = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => PostAsync(household, body, 202)));
        JsonElement mined = await FinishedAsync(household, first.GetProperty("id").GetString()!);

        mined.GetProperty("status").GetString().Should().Be("mined");
        mined.GetProperty("transaction").GetString().Should().StartWith("0x");
        again.Select(answer => answer.GetProperty("id").GetString()).Should().AllBe(first.GetProperty("id").GetString());
        (await world.Service<MemberAccounts>().NonceAsync(household.Account, CancellationToken.None)).Should().Be(1);
        (await world.QueryAsync<long>("select count(*) from relay_calls where gateway = 'relay-a'")).Should().Be(1);
    }

    [Fact]
    public async Task Calls_that_build_on_each_other_go_in_order()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "relay-b");
        string[] ids = [NewId(), NewId(), NewId()];

        for (int i = 0; i < ids.Length; i++)
            await PostAsync(household, Body(ids[i], "execute", Approve(household, nonce: (ulong)i)), 202);

        foreach (string id in ids)
            (await FinishedAsync(household, id)).GetProperty("status").GetString().Should().Be("mined");
    }

    [Fact]
    public async Task A_call_that_the_contract_refuses_names_the_contracts_reason_and_blocks_nobody()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "relay-c");
        string wrong = NewId(), right = NewId();

        await PostAsync(household, Body(wrong, "execute", Approve(household, nonce: 7)), 202);
        await PostAsync(household, Body(right, "execute", Approve(household, nonce: 0)), 202);

        JsonElement refused = await FinishedAsync(household, wrong);
        refused.GetProperty("status").GetString().Should().Be("refused");
        refused.GetProperty("reason").GetString().Should().Be("AccountWrongNonce");
        (await FinishedAsync(household, right)).GetProperty("status").GetString().Should().Be("mined");
    }

    [Fact]
    public async Task An_id_stands_for_one_call_only()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "relay-d");
        string id = NewId();
        await PostAsync(household, Body(id, "execute", Approve(household, nonce: 0)), 202);

        JsonElement refusal = await PostAsync(household, Body(id, "execute", Approve(household, nonce: 1)), 409);

        refusal.GetProperty("code").GetString().Should().Be("id_reused");
    }

    [Fact]
    public async Task Only_the_own_account_and_the_listed_functions_are_relayed()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "relay-e"), neighbour = await TestHousehold.JoinAsync(world, "relay-f");
        EvmCall own = Approve(household, nonce: 0), foreign = Approve(neighbour, nonce: 0);
        byte[] cancel = new AbiWriter().ToCall("cancelBySignature((bytes32,address,uint32,uint128,uint128,uint32,bytes32,uint64),uint64,(bytes32,bytes32,bytes32,bytes32))");

        (string Expected, int Status, object Body)[] cases =
        [
            ("kind_unknown", 400, Body(NewId(), "mint", own)),
            ("target_not_allowed", 403, Body(NewId(), "execute", foreign)),
            ("target_not_allowed", 403, Body(NewId(), "trigger", own)),
            ("function_not_allowed", 403, Body(NewId(), "execute", own with { Data = new byte[] { 1, 2, 3, 4 } })),
            ("function_not_allowed", 403, Body(NewId(), "trigger", new EvmCall(world.Contracts.Escrow, own.Data))),
            ("malformed", 400, Body(NewId(), "cancel", new EvmCall(world.Contracts.Escrow, cancel))),
            ("not_your_device", 403, Body(NewId(), "cancel", new EvmCall(world.Contracts.Escrow, (byte[])[.. cancel, .. new byte[13 * 32]]))),
            ("target_not_allowed", 403, Body(NewId(), "execute", world.Service<MemberAccounts>().Execute(
                household.Member, household.Account, new EvmCall(neighbour.Account, own.Data), 0, world.Clock.GetUtcNow().AddDays(1)))),
            ("malformed", 400, new { id = "0x12", kind = "execute", to = own.To.ToString(), data = "0x" }),
            ("malformed", 400, new { id = NewId(), kind = "execute", to = own.To.ToString(), data = "0x123" }),
            ("too_large", 413, Body(NewId(), "execute", own with { Data = new byte[17 * 1024] })),
        ];
        foreach ((string expected, int status, object body) in cases)
            (await PostAsync(household, body, status)).GetProperty("code").GetString().Should().Be(expected);
    }

    [Fact]
    public async Task Nobody_without_a_token_relays_and_nobody_sees_anothers_call()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "relay-g"), neighbour = await TestHousehold.JoinAsync(world, "relay-h");
        string id = NewId();
        await PostAsync(household, Body(id, "execute", Approve(household, nonce: 0)), 202);

        using HttpResponseMessage nobody = await world.Http.PostAsJsonAsync("/api/v1/relay", Body(id, "execute", Approve(household, nonce: 0)));
        using HttpResponseMessage other = await neighbour.Http.GetAsync($"/api/v1/relay/{id}");

        ((int)nobody.StatusCode).Should().Be(403);
        (await nobody.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString().Should().Be("not_for_strangers");
        ((int)other.StatusCode).Should().Be(404);
    }

    [Fact]
    public async Task Too_many_calls_in_an_hour_are_put_off()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "relay-i");
        for (int i = 0; i < world.Folder.Options.RelaysPerHour; i++)
            await PostAsync(household, Body(NewId(), "execute", Approve(household, nonce: 99)), 202);

        JsonElement refusal = await PostAsync(household, Body(NewId(), "execute", Approve(household, nonce: 99)), 429);

        refusal.GetProperty("code").GetString().Should().Be("rate_limited");
    }

    [Fact]
    public async Task A_revocation_of_anybody_is_brought_once_without_a_token_and_counts_against_a_budget_of_its_own()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "relay-j");
        OrderEscrow escrow = world.Service<OrderEscrow>();
        Mandate mandate = MandateOf(household);
        string set = NewId();
        await PostAsync(household, Body(set, "execute", Execute(household, escrow.SetMandate(mandate), 0)), 202);
        (await FinishedAsync(household, set)).GetProperty("status").GetString().Should().Be("mined");
        EvmCall revoke = Execute(household, escrow.RevokeMandate(mandate), 1);
        (string first, string second) = (NewId(), NewId());

        (int taken, _) = await StrangerAsync(Body(first, "execute", revoke));
        (int again, JsonElement same) = await StrangerAsync(Body(second, "execute", revoke));
        await Wait.UntilAsync(async () => (await escrow.MandateAsync(TypedMessages.Mandate(mandate), default)).Revoked, "the mandate was taken back");
        (int late, JsonElement refusal) = await StrangerAsync(Body(NewId(), "execute", Execute(household, escrow.RevokeMandate(mandate), 2)));

        (taken, again, late).Should().Be((202, 202, 422));
        same.GetProperty("id").GetString().Should().Be(second);
        refusal.GetProperty("code").GetString().Should().Be("would_revert");
        (await world.QueryAsync<long>("select count(*) from stranger_calls")).Should().Be(1);
        (await world.QueryAsync<long>("select count(*) from relay_calls where gateway = 'relay-j'")).Should().Be(1);
    }

    [Fact]
    public async Task Anybody_brings_the_end_of_a_members_device_without_a_token()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "relay-n");
        DeviceRegistry registry = world.Service<DeviceRegistry>();

        (int taken, JsonElement answer) = await StrangerAsync(Body(NewId(), "execute", Execute(household, registry.Revoke(household.Device.Device), 0)));

        taken.Should().Be(202, answer.ToString());
        await Wait.UntilAsync(async () => (await registry.StandingAsync(household.Device.Device, default)).Account == default, "the device was let go");
    }

    [Fact]
    public async Task A_stranger_gets_nothing_but_a_no_and_no_more_than_the_days_gas()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "relay-k");
        OrderEscrow escrow = world.Service<OrderEscrow>();
        Mandate mandate = MandateOf(household);
        string set = NewId();
        await PostAsync(household, Body(set, "execute", Execute(household, escrow.SetMandate(mandate), 0)), 202);
        await FinishedAsync(household, set);
        EvmCall revoke = Execute(household, escrow.RevokeMandate(mandate), 1), nothing = new(household.Account, new byte[] { 1, 2, 3, 4 });
        (string Expected, int Status, object Body)[] cases =
        [
            ("not_for_strangers", 403, Body(NewId(), "trigger", nothing)),
            ("not_for_strangers", 403, Body(NewId(), "deliver", nothing)),
            ("not_for_strangers", 403, Body(NewId(), "execute", Execute(household, escrow.SetMandate(mandate with { Nonce = 9 }), 1))),
            ("function_not_allowed", 403, Body(NewId(), "refund", nothing)),
            ("malformed", 400, Body(NewId(), "execute", revoke with { Data = revoke.Data[..80] })),
            ("would_revert", 422, Body(NewId(), "execute", revoke with { To = new AccountAddress(new byte[20]) })),
        ];

        foreach ((string expected, int status, object body) in cases)
        {
            (int code, JsonElement refusal) = await StrangerAsync(body);
            (code, refusal.GetProperty("code").GetString()).Should().Be((status, expected));
        }
        await world.QueryAsync<long>(
            "with spent as (insert into stranger_calls select decode(repeat('ab', 32), 'hex'), 'refund', decode(repeat('ab', 32), 'hex'), 10000000, id, @now from transactions limit 1 returning gas) select gas from spent",
            new { now = world.Clock.GetUtcNow() });
        (int spent, JsonElement budget) = await StrangerAsync(Body(NewId(), "execute", revoke));
        await world.QueryAsync<long>("with gone as (delete from stranger_calls where kind = 'refund' returning gas) select gas from gone");

        (spent, budget.GetProperty("code").GetString()).Should().Be((429, "strangers_budget_spent"));
    }

    [Fact]
    public async Task An_account_that_used_up_its_share_leaves_the_no_of_others_its_gas()
    {
        await using TestHousehold greedy = await TestHousehold.JoinAsync(world, "relay-o"), other = await TestHousehold.JoinAsync(world, "relay-p");
        DeviceRegistry registry = world.Service<DeviceRegistry>();
        await world.QueryAsync<long>(
            """
            with spent as (insert into stranger_calls (id, kind, content, gas, transaction_id, requested_at, escrow, account)
            select decode(repeat('cd', 32), 'hex'), 'execute', decode(repeat('cd', 32), 'hex'), @gas, id, @now, @Devices, @Account from transactions limit 1 returning gas) select gas from spent
            """, new { gas = StrangersShares.OfOneAccount, now = world.Clock.GetUtcNow(), world.Service<ContractSet>().Devices, greedy.Account });

        (int spent, JsonElement refusal) = await StrangerAsync(Body(NewId(), "execute", Execute(greedy, registry.Revoke(greedy.Device.Device), 0)));
        (int taken, JsonElement answer) = await StrangerAsync(Body(NewId(), "execute", Execute(other, registry.Revoke(other.Device.Device), 0)));
        await world.QueryAsync<long>("with gone as (delete from stranger_calls where id = decode(repeat('cd', 32), 'hex') returning gas) select gas from gone");

        (spent, refusal.GetProperty("code").GetString()).Should().Be((429, "strangers_budget_spent"));
        refusal.GetProperty("title").GetString().Should().Contain("this account");
        taken.Should().Be(202, answer.ToString());
    }

    [Fact]
    public async Task A_strangers_veto_counts_for_the_account_whose_order_it_is()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "relay-q");
        OrderTerms terms = await TestOrders.OpenAsync(world, household);
        OrderEscrow escrow = world.Service<OrderEscrow>();

        (int taken, JsonElement answer) = await StrangerAsync(Body(NewId(), "cancel", escrow.Cancel(household.Device, terms, world.Clock.GetUtcNow().AddHours(1))));

        taken.Should().Be(202, answer.ToString());
        (await world.QueryAsync<long>("select count(*) from stranger_calls where kind = 'cancel' and account = @Account", new { household.Account })).Should().Be(1);
    }

    /// <summary>10 000 000 gas a day; what others spent of it, what then has no room.</summary>
    [Theory]
    [InlineData("execute", false, 5_000_000, 5_000_000, 0, 0, 0, 0, 0, "taken back")]
    [InlineData("cancel", false, 5_000_000, 5_000_000, 0, 0, 0, 0, 0, null)]
    [InlineData("cancel", false, 9_990_000, 5_000_000, 0, 0, 0, 0, 0, "calls of others")]
    [InlineData("cancel", false, 800_000, 0, 760_000, 0, 0, 0, 0, "this account")]
    [InlineData("cancel", false, 2_500_000, 0, 0, 2_500_000, 0, 0, 0, "your network")]
    [InlineData("execute", true, 1_250_000, 1_250_000, 0, 0, 1_250_000, 1_250_000, 1_250_000, "this other cooperative that are taken back")]
    [InlineData("cancel", true, 1_250_000, 1_250_000, 0, 0, 1_250_000, 1_250_000, 1_250_000, null)]
    [InlineData("cancel", true, 2_500_000, 0, 0, 0, 2_500_000, 2_500_000, 0, "members of this other cooperative")]
    [InlineData("cancel", true, 5_000_000, 0, 0, 0, 5_000_000, 0, 0, "members of other cooperatives")]
    [InlineData("cancel", false, 5_000_000, 0, 0, 0, 5_000_000, 0, 0, null)]
    public void Whoever_invents_accounts_mandates_or_cooperatives_uses_up_a_part_of_the_day_and_never_the_room_of_vetoes(
        string kind, bool isForeign, long all, long revoking, long ofAccount, long ofCaller, long foreign, long ofEscrow, long revokingAtEscrow, string? full)
    {
        ContractSet contracts = world.Service<ContractSet>();
        StrangersCall call = new(kind, 65_000, isForeign ? AccountAddress.Parse("0x00000000000000000000000000000000000f0e19") : contracts.Escrow, default, "198.51.100.0");

        string? why = world.Service<StrangersShares>().WhyNot(call, new StrangersShares.Spent(all, revoking, ofAccount, ofCaller, foreign, ofEscrow, revokingAtEscrow), 10_000_000);

        if (full is null)
            why.Should().BeNull();
        else
            why.Should().Contain(full);
    }

    private Mandate MandateOf(TestHousehold household) => new(
        household.Account, TestHousehold.Milk, 2, Bamtol.FromWon(3_000), Bamtol.FromWon(30_000), 30, 3, 1, new BasisPoints(0), default,
        DateTimeOffset.FromUnixTimeSeconds(world.Clock.GetUtcNow().AddDays(30).ToUnixTimeSeconds()), 1);

    private EvmCall Execute(TestHousehold household, EvmCall inner, ulong nonce) =>
        world.Service<MemberAccounts>().Execute(household.Member, household.Account, inner, nonce, world.Clock.GetUtcNow().AddDays(1));

    [Fact]
    public async Task Nothing_is_paid_for_a_contract_that_this_program_does_not_know_whatever_it_answers_to()
    {
        AccountAddress taker = AccountAddress.Parse("0x00000000000000000000000000000000000c0de5");
        await world.Chain.CallAsync("anvil_setCode", [taker.ToString(), "0x00"]); // stops, so any call succeeds
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "relay-m");
        OrderEscrow escrow = world.Service<OrderEscrow>();
        EvmCall revoke = Execute(household, escrow.RevokeMandate(MandateOf(household)), 0);
        byte[] inner = revoke.Data.ToArray();
        taker.ToWord().ToArray().CopyTo(inner, 4); // the account would call it, not the escrow
        OrderTerms terms = new(default, default, TestHousehold.Milk, default, 1, default, default, 1, default, new ChainTime(1));

        foreach ((string kind, EvmCall call) in new[] { ("refund", escrow.RefundAfter(terms) with { To = taker }), ("execute", revoke with { To = taker }), ("execute", revoke with { Data = inner }) })
        {
            (int status, JsonElement refusal) = await StrangerAsync(Body(NewId(), kind, call));
            (status, refusal.GetProperty("code").GetString()).Should().Be((403, "target_not_allowed"), kind);
        }
    }

    private async Task<(int Status, JsonElement Answer)> StrangerAsync(object body)
    {
        using HttpResponseMessage response = await world.Http.PostAsJsonAsync("/api/v1/relay", body);
        return ((int)response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
    }

    private EvmCall Approve(TestHousehold household, ulong nonce) => world.Service<MemberAccounts>().Execute(
        household.Member, household.Account, world.Service<BamtolToken>().ApproveEscrow(Bamtol.FromWon(1_000_000)), nonce, world.Clock.GetUtcNow().AddDays(1));

    private static object Body(string id, string kind, EvmCall call) => new { id, kind, to = call.To.ToString(), data = Hex.Encode(call.Data.Span) };

    private static string NewId() => new Hash32([.. Guid.NewGuid().ToByteArray(), .. Guid.NewGuid().ToByteArray()]).ToString();

    private static async Task<JsonElement> PostAsync(TestHousehold household, object body, int status)
    {
        using HttpResponseMessage response = await household.Http.PostAsJsonAsync("/api/v1/relay", body);
        JsonElement answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        ((int)response.StatusCode).Should().Be(status, answer.ToString());
        return answer;
    }

    private static async Task<JsonElement> FinishedAsync(TestHousehold household, string id) => (JsonElement)await Wait.ForAsync<object>(
        async () => await household.Http.GetFromJsonAsync<JsonElement>($"/api/v1/relay/{id}") is var answer && answer.GetProperty("status").GetString() is "mined" or "refused" ? answer : null,
        $"call {id} mined or refused");
}
