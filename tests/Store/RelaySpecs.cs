using System.Net.Http.Json;
using System.Text.Json;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;

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

        ((int)nobody.StatusCode).Should().Be(401);
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
