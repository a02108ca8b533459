using System.Text.Json;
using PantryChain.Store.Hosting;

namespace PantryChain.Store.Tests;

/// <summary>Nodes that give little at once, or nothing for a while.</summary>
public sealed class NodeSpecs(StoreWorld world) : IClassFixture<StoreWorld>
{
    [Theory]
    [InlineData(RangeRefusal.TooManyResults, 10)]
    [InlineData(RangeRefusal.InvalidRequest, 10)]
    [InlineData(RangeRefusal.InvalidParameters, 7)]
    [InlineData(RangeRefusal.PayloadTooLarge, 100)]
    [InlineData(RangeRefusal.BadRequest, 1)]
    [InlineData(RangeRefusal.GatewayTimeout, 3)]
    public async Task A_node_that_refuses_long_stretches_is_asked_for_shorter_ones(RangeRefusal refusal, int longest)
    {
        await using NodeProxy node = new(world.Chain.Url) { Refusal = refusal, LongestStretch = (ulong)longest };
        await node.StartAsync();
        await world.StopAsync();
        await world.Chain.CallAsync("anvil_mine", ["0xfa"]);
        await world.RestartAsync(options => options with { Chain = options.Chain with { RpcUrl = node.Url.ToString() } });
        try
        {
            await Wait.UntilAsync(() => Task.FromResult(node.Refused > 0), "the follower asked for a long stretch"); // before its first look nothing is known to lag
            await UntilWellAsync();

            node.Refused.Should().BeInRange(1, 40);
            node.Answered.Should().BeLessOrEqualTo((ulong)longest);
            node.Topics.Should().Be(7, "only the events of orders' lives are asked for");
        }
        finally
        {
            await ToTheChainAsync();
        }
    }

    [Fact]
    public async Task A_single_block_that_is_refused_is_said_and_read_once_the_node_gives_it()
    {
        await using NodeProxy node = new(world.Chain.Url) { LongestStretch = 0 };
        await node.StartAsync();
        await world.StopAsync();
        await world.Chain.CallAsync("anvil_mine", ["0x20"]);
        await world.RestartAsync(options => options with { Chain = options.Chain with { RpcUrl = node.Url.ToString() } });
        try
        {
            await Wait.UntilAsync(async () => (await world.CausesAsync()).Contains("log_refused"), "said in health");
            JsonElement detail = (await world.HealthAsync()).GetProperty("details").EnumerateArray().First(cause => cause.GetProperty("code").GetString() == "log_refused");
            node.LongestStretch = 2;

            detail.GetProperty("what").GetString().Should().Contain("query returned more than 10000 results");
            detail.GetProperty("nextStep").GetString().Should().NotBeNullOrWhiteSpace();
            await UntilWellAsync();
        }
        finally
        {
            await ToTheChainAsync();
        }
    }

    [Fact]
    public async Task A_store_starts_and_serves_while_its_node_is_away_and_goes_on_when_it_comes()
    {
        await using NodeProxy node = new(world.Chain.Url);
        await world.RestartAsync(options => options with { Chain = options.Chain with { RpcUrl = node.Url.ToString() } });
        try
        {
            using HttpClient clerk = await ClerkAsync();
            using HttpResponseMessage orders = await clerk.GetAsync(new Uri("/desk", UriKind.Relative)), money = await clerk.GetAsync(new Uri("/desk/treasury", UriKind.Relative));
            string page = await clerk.GetStringAsync(new Uri("/desk/health", UriKind.Relative));
            using HttpResponseMessage catalogue = await world.Http.GetAsync(new Uri("/api/v1/catalogue", UriKind.Relative)), desk = await world.Http.GetAsync(new Uri("/", UriKind.Relative));
            string[] causes = await world.CausesAsync();
            JsonElement health = await world.HealthAsync(clerk: false);
            await node.StartAsync();

            catalogue.IsSuccessStatusCode.Should().BeTrue();
            desk.IsSuccessStatusCode.Should().BeTrue();
            orders.IsSuccessStatusCode.Should().BeTrue("the book of orders is the store's own");
            ((int)money.StatusCode).Should().Be(503, "balances are the chain's");
            page.Should().Contain("The chain&#x27;s node does not answer").And.Contain("Start the node");
            causes.Should().Contain("chain_down");
            (health.GetProperty("status").GetString(), health.GetProperty("chain").GetString()).Should().Be(("degraded", "down"));
            await UntilWellAsync();
            await using TestHousehold household = await TestHousehold.JoinAsync(world, "after-the-node");
        }
        finally
        {
            await ToTheChainAsync();
        }
    }

    [Fact]
    public async Task A_node_that_comes_as_another_chain_is_not_believed()
    {
        await using NodeProxy node = new(world.Chain.Url);
        await world.RestartAsync(options => options with { Chain = options.Chain with { RpcUrl = node.Url.ToString() } });
        await world.Chain.CallAsync("anvil_setChainId", [7]);
        try
        {
            await node.StartAsync();
            await Wait.UntilAsync(async () => (await world.CausesAsync()).Contains("wrong_chain"), "said in health");
            Func<Task> again = () => StoreHost.BuildAsync(world.Folder, world.Clock, CancellationToken.None);
            (await again.Should().ThrowAsync<UsageException>()).Which.Message.Should().Contain("is chain 7, not 31337");
        }
        finally
        {
            await world.Chain.CallAsync("anvil_setChainId", [31337]);
        }
        await UntilWellAsync();
        await ToTheChainAsync();
    }

    [Fact]
    public async Task A_store_whose_broker_is_away_at_the_start_serves_and_says_so()
    {
        await world.StopAsync();
        world.Broker.Kill();
        await world.Broker.WaitForExitAsync();
        await world.StartAsync();

        (await world.CausesAsync()).Should().Contain("broker_down");
        await world.Broker.RestartAsync();
        await UntilWellAsync();
    }

    [Fact]
    public async Task A_store_whose_database_is_away_at_the_start_says_what_to_do_and_ends()
    {
        await world.StopAsync();
        Func<Task> start = () => StoreHost.BuildAsync(
            world.Folder with { Options = world.Folder.Options with { Database = "Host=127.0.0.1;Port=1;Database=x;Username=x;Timeout=2" } }, world.Clock, CancellationToken.None);

        (await start.Should().ThrowAsync<UsageException>()).Which.Message.Should().Contain("Start it or correct 'database'");
        await world.StartAsync();
    }

    private async Task<HttpClient> ClerkAsync()
    {
        HttpClient clerk = new() { BaseAddress = world.Http.BaseAddress };
        clerk.DefaultRequestHeaders.AcceptLanguage.ParseAdd("en");
        clerk.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        using FormUrlEncodedContent login = new([new("password", SecretFile.Read(world.Folder.Key("clerk.password")))]);
        (await clerk.PostAsync(new Uri("/desk/login", UriKind.Relative), login)).Dispose();
        return clerk;
    }

    private Task UntilWellAsync() => Wait.UntilAsync(async () => (await world.CausesAsync()).Length == 0, "nothing is wrong");

    private Task ToTheChainAsync() => world.RestartAsync(options => options with { Chain = options.Chain with { RpcUrl = world.Chain.Url.ToString() } });
}
