using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using Npgsql;
using PantryChain.Domain.Chain;
using PantryChain.Domain.Events;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Time;
using PantryChain.Ledger.Blocks;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;
using PantryChain.Ledger.Rewards;

namespace PantryChain.Store.Tests;

/// <summary>Orders as a household and the desk bring them about.</summary>
internal static class TestOrders
{
    public static readonly Bamtol Price = Bamtol.FromWon(2_900);

    /// <summary>Everything that an order needs, down to its opening on chain.</summary>
    /// <param name="world">Where.</param>
    /// <param name="household">Whose.</param>
    /// <param name="other">Another seller.</param>
    /// <param name="deadline">Until when it may be opened.</param>
    /// <param name="price">What it pays.</param>
    /// <param name="pastTheStore">True when somebody else brings it, whom the store's rules do not bind.</param>
    public static async Task<OrderTerms> OpenAsync(
        StoreWorld world, TestHousehold household, AccountAddress? other = null, ChainTime? deadline = null, Bamtol? price = null, bool pastTheStore = false)
    {
        (OrderTerms terms, EvmCall trigger) = await SignAsync(world, household, other, deadline, price);
        if (pastTheStore)
            await world.BringAsync(trigger);
        else
            await RelayAsync(household, "trigger", trigger);
        await StateAsync(household, world.Service<OrderEscrow>().IdOf(terms), "open");
        return terms;
    }

    /// <summary>How the store refuses to bring an order's opening.</summary>
    public static async Task<(int Status, string? Code)> TryOpenAsync(StoreWorld world, TestHousehold household, ChainTime deadline)
    {
        (_, EvmCall trigger) = await SignAsync(world, household, deadline: deadline);
        using HttpResponseMessage response = await PostAsync(household, NewId(), "trigger", trigger);
        return ((int)response.StatusCode, (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString());
    }

    private static async Task<(OrderTerms Terms, EvmCall Trigger)> SignAsync(
        StoreWorld world, TestHousehold household, AccountAddress? other = null, ChainTime? deadline = null, Bamtol? price = null)
    {
        await DeskAsync(world, "deposits", 200, new { reference = $"for {household.Gateway}", account = household.Account.ToString(), amount = "1000000" });
        if (await LeavesAsync(household) is null)
            await world.Clock.SkipAsync(TimeSpan.FromDays(1)); // a household's first standing comes with the end of its first day
        AccountAddress seller = other ?? world.Service<Sending.Wallets>().Seller.Address;
        SellerList sellers = new([seller]);
        Mandate mandate = new(
            household.Account, TestHousehold.Milk, 2, Price, Bamtol.FromWon(20_000), 30, MinCycles: 1, MinTier: 0, new BasisPoints(0), sellers.Root,
            DateTimeOffset.FromUnixTimeSeconds(world.Clock.GetUtcNow().AddDays(90).ToUnixTimeSeconds()), Nonce: 1);
        MemberAccounts accounts = world.Service<MemberAccounts>();
        OrderEscrow escrow = world.Service<OrderEscrow>();
        DateTimeOffset soon = DateTimeOffset.FromUnixTimeSeconds(world.Clock.GetUtcNow().AddDays(1).ToUnixTimeSeconds());
        ulong nonce = await accounts.NonceAsync(household.Account, CancellationToken.None);
        await RelayAsync(household, "execute", accounts.Execute(household.Member, household.Account, world.Service<BamtolToken>().ApproveEscrow(Bamtol.FromWon(100_000)), nonce, soon));
        await RelayAsync(household, "execute", accounts.Execute(household.Member, household.Account, escrow.SetMandate(mandate), nonce + 1, soon));
        SealedBlock block = household.Seal(uses: 1, urgent: true, cycle: 1);
        ThingEvent used = household.LastEvents[0];
        await household.SendAsync(block);
        await Wait.UntilAsync(() => Task.FromResult(household.LastState!.Anchored == block.Block.Height), "evidence anchored");
        JsonElement proof = await household.Http.GetFromJsonAsync<JsonElement>($"/api/v1/blocks/{block.Hash}/proof");
        JsonElement leaves = (JsonElement)await Wait.ForAsync(async () => (object?)await LeavesAsync(household), "a published epoch");
        Hash32 root = Hash32.Parse(proof.GetProperty("root").GetString()!);
        OrderTerms terms = new(
            TypedMessages.Mandate(mandate), household.Account, TestHousehold.Milk, seller, 1, price ?? Price, default, 1, Evidence.Of(EventLeaf.HashOf(used), block.Hash, root), deadline ?? soon);
        OrderTrigger trigger = new(
            terms, mandate, EventLeaf.Of(used), block.Block, root, StandingOf(household, leaves), household.Device.PublicKey, escrow.Sign(household.Device, terms),
            sellers.Proof(seller), [], [.. proof.GetProperty("proof").EnumerateArray().Select(hash => Hash32.Parse(hash.GetString()!))], Proof(leaves, "standing"));
        return (terms, escrow.Trigger(trigger));
    }

    /// <summary>An order that was accepted and shipped.</summary>
    public static async Task<OrderTerms> ShipAsync(StoreWorld world, TestHousehold household)
    {
        OrderTerms terms = await OpenAsync(world, household);
        OrderId order = world.Service<OrderEscrow>().IdOf(terms);
        await world.Clock.SkipAsync(TimeSpan.FromHours(24));
        await DeskUntilAsync(world, $"orders/{order}/accept");
        await StateAsync(household, order, "accepted");
        await DeskAsync(world, $"orders/{order}/ship", 200);
        await StateAsync(household, order, "shipped");
        return terms;
    }

    public static StandingLeaf StandingOf(TestHousehold household, JsonElement leaves) => new(
        household.Account, leaves.GetProperty("standing").GetProperty("tier").GetByte(), leaves.GetProperty("epoch").GetUInt32(),
        Hash32.Parse(leaves.GetProperty("standing").GetProperty("salt").GetString()!));

    public static List<Hash32> Proof(JsonElement leaves, string kind) =>
        [.. leaves.GetProperty(kind).GetProperty("proof").EnumerateArray().Select(hash => Hash32.Parse(hash.GetString()!))];

    public static async Task<JsonElement?> LeavesAsync(TestHousehold household)
    {
        using HttpResponseMessage response = await household.Http.GetAsync("/api/v1/leaves");
        return response.IsSuccessStatusCode ? await response.Content.ReadFromJsonAsync<JsonElement>() : null;
    }

    public static string NewId() => new Hash32([.. Guid.NewGuid().ToByteArray(), .. Guid.NewGuid().ToByteArray()]).ToString();

    public static Task<HttpResponseMessage> PostAsync(TestHousehold household, string id, string kind, EvmCall call) =>
        household.Http.PostAsJsonAsync("/api/v1/relay", new { id, kind, to = call.To.ToString(), data = Hex.Encode(call.Data.Span) });

    public static async Task<string> StatusAsync(TestHousehold household, string id) =>
        (await household.Http.GetFromJsonAsync<JsonElement>($"/api/v1/relay/{id}")).GetProperty("status").GetString()!;

    public static async Task RelayAsync(TestHousehold household, string kind, EvmCall call)
    {
        string id = NewId();
        using HttpResponseMessage response = await PostAsync(household, id, kind, call);
        response.IsSuccessStatusCode.Should().BeTrue(await response.Content.ReadAsStringAsync());
        JsonElement answer = (JsonElement)await Wait.ForAsync<object>(
            async () => await household.Http.GetFromJsonAsync<JsonElement>($"/api/v1/relay/{id}") is var now && now.GetProperty("status").GetString() is "mined" or "refused" ? now : null, $"{kind} mined");
        answer.GetProperty("status").GetString().Should().Be("mined", answer.ToString());
    }

    public static async Task<JsonElement> StateAsync(TestHousehold household, OrderId order, string state) => (JsonElement)await Wait.ForAsync<object>(async () =>
    {
        using HttpResponseMessage response = await household.Http.GetAsync($"/api/v1/orders/{order}");
        JsonElement answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        return response.IsSuccessStatusCode && answer.GetProperty("state").GetString() == state ? answer : null;
    }, $"order {state}");

    public static async Task<JsonElement> DeskAsync(StoreWorld world, string action, int status, object? body = null)
    {
        using HttpResponseMessage response = await SendToDeskAsync(world, action, body);
        string text = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).Should().Be(status, text);
        return text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text);
    }

    // Until the chain's newest block, which the desk goes by, has arrived at the store.
    public static Task DeskUntilAsync(StoreWorld world, string action) => Wait.UntilAsync(async () =>
    {
        using HttpResponseMessage response = await SendToDeskAsync(world, action, null);
        return response.IsSuccessStatusCode;
    }, action);

    public static Task<HttpResponseMessage> SendToDeskAsync(StoreWorld world, string action, object? body)
    {
        HttpRequestMessage request = new(HttpMethod.Post, $"/desk/api/{action}") { Content = JsonContent.Create(body ?? new { }) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", world.ClerkToken);
        return world.Http.SendAsync(request);
    }

    /// <summary>Books an own sale of one pack of milk as the follower would have, without its way over the chain.</summary>
    public static async Task BookSaleAsync(StoreWorld world, AccountAddress account)
    {
        await using NpgsqlConnection connection = await world.Database.OpenConnectionAsync();
        await connection.ExecuteAsync(
            """
            insert into orders (id, account, device, mandate, gtin, seller, quantity, bamtol, bamnamu, cycle, evidence, deadline, state, placed_at, changed_at)
            values (@id, @account, @none, @none, @Milk, @seller, 1, @price, 0, 1, @none, extract(epoch from @at), 4, @at, @at)
            """,
            new
            {
                id = Keccak256.Hash($"sale to {account}"), account, none = Hash32.Zero, TestHousehold.Milk, seller = world.Service<Sending.Wallets>().Seller.Address, price = Bamtol.FromWon(2_900),
                at = world.Clock.GetUtcNow(),
            });
    }
}
