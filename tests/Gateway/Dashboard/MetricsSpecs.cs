using System.Globalization;
using System.Net;
using System.Text.Json;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Dashboard;
using PantryChain.Gateway.Drains;
using PantryChain.Telemetry.Journaling;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Gateway.Tests.Dashboard;

/// <summary><c>GET /metrics</c>: the health report's figures for a Prometheus.</summary>
public sealed class MetricsSpecs : IDisposable
{
    private const double TwentyDaysAMinute = 28_800;

    private readonly TempDataFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task Debians_Prometheus_scrapes_a_gateway_and_counts_what_the_gateway_counts()
    {
        await using GatewayWorld world = new(TwentyDaysAMinute, joined: true) { Household = WithMetrics() };
        await world.StartAsync();
        await Wait.Until(() => world.Get<Journal>().Last > 0, "something was sensed");
        await using PrometheusPart prometheus = new(_temp.Inside("prometheus"), world.Address);
        await prometheus.StartAsync();

        await Wait.Until(async () => await ValueAsync(prometheus, "up{job=\"pantry\"}") == 1, "Prometheus could read the answer", seconds: 30);

        (await ValueAsync(prometheus, "pantry_samples_total")).Should().BeGreaterThan(0);
        (await ValueAsync(prometheus, "pantry_events_total")).Should().BeInRange(1, world.Get<Journal>().Last);
        (await ValueAsync(prometheus, "count(pantry_slot_health == 1)")).Should().Be(2, "the household has two slots");
        (await ValueAsync(prometheus, "count(pantry_troubles)")).Should().Be(Enum.GetValues<TroubleCause>().Length);
        (await ValueAsync(prometheus, "pantry_cooperative_connected")).Should().Be(0, "its broker cannot be reached");
        (await prometheus.TargetsAsync()).Should().Contain("\"lastError\":\"\"");
    }

    [Fact]
    public async Task What_is_wrong_and_what_was_refused_is_a_figure_as_soon_as_health_says_it()
    {
        await using GatewayWorld world = new(speed: 1, joined: true) { Household = WithMetrics() };
        await world.StartAsync();
        using HttpClient http = new() { BaseAddress = world.Address };
        long refused = world.Get<Refusals>().Count;
        world.Get<Setbacks>().Note("order 0x12", new OverflowException());
        world.Get<Refusals>().Refuse("test", "nonsense");

        string[] lines = [], wrong = [];
        await Wait.Until(async () =>
        {
            wrong = CausesOf(world);
            lines = (await http.GetStringAsync("/metrics")).Split('\n');
            return wrong.SequenceEqual(CausesOf(world)); // a starting gateway's troubles come and go between two questions
        }, "nothing changed between the two questions");

        lines.Should().Contain(line => line.StartsWith($"pantry_refusals_total{{}} {refused + 1}", StringComparison.Ordinal));
        lines.Where(line => line.StartsWith("pantry_troubles{", StringComparison.Ordinal) && !line.Contains("} 0", StringComparison.Ordinal)).Select(line => line.Split('"')[1])
            .Should().BeEquivalentTo(wrong).And.NotBeEmpty();
    }

    [Fact]
    public async Task It_says_nothing_of_stock_products_accounts_or_amounts()
    {
        await using GatewayWorld world = new(TwentyDaysAMinute, joined: true) { Household = WithMetrics() };
        await world.StartAsync();
        await Wait.Until(() => world.Get<Journal>().Last > 0, "something was sensed");
        using HttpClient http = new() { BaseAddress = world.Address };

        string text = await http.GetStringAsync("/metrics");

        foreach (string secret in new[] { Samples.Milk.ToString(), Samples.Rice.ToString(), world.Cooperative.Account, "gram", "stock", "bamtol", "bamnamu", "mandate" })
            text.Should().NotContainEquivalentOf(secret);
    }

    [Fact]
    public async Task Without_the_option_there_is_no_such_page_and_nothing_collects()
    {
        await using GatewayWorld world = new(speed: 1);
        await world.StartAsync();
        using HttpClient http = new() { BaseAddress = world.Address };

        using HttpResponseMessage answer = await http.GetAsync("/metrics");

        answer.StatusCode.Should().Be(HttpStatusCode.NotFound);
        FluentActions.Invoking(world.Get<GatewayMetrics>).Should().Throw<InvalidOperationException>();
    }

    [Theory]
    [InlineData("GET", "127.0.0.1", HttpStatusCode.OK)]
    [InlineData("POST", "127.0.0.1", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "another.example", HttpStatusCode.MisdirectedRequest)]
    public async Task It_stands_behind_the_same_door_as_every_page(string method, string host, HttpStatusCode expected)
    {
        await using GatewayWorld world = new(speed: 1) { Household = WithMetrics() };
        await world.StartAsync();
        using HttpClient http = new() { BaseAddress = world.Address };
        using HttpRequestMessage request = new(new HttpMethod(method), "/metrics") { Headers = { Host = $"{host}:{world.Address.Port}" } };

        using HttpResponseMessage answer = await http.SendAsync(request);

        answer.StatusCode.Should().Be(expected);
    }

    private static string[] CausesOf(GatewayWorld world) => [.. world.Get<HealthReport>().Now().Causes.Select(cause => cause.Cause).Distinct().Order(StringComparer.Ordinal)];

    private static Household WithMetrics() => GatewayFile.Check(Samples.Options with { Dashboard = Samples.Options.Dashboard with { Metrics = true } }, "gateway.json");

    private static async Task<double?> ValueAsync(PrometheusPart prometheus, string query)
    {
        using JsonDocument answer = JsonDocument.Parse(await prometheus.AskAsync(query));
        JsonElement result = answer.RootElement.GetProperty("data").GetProperty("result");
        return result.GetArrayLength() == 0 ? null : double.Parse(result[0].GetProperty("value")[1].GetString()!, CultureInfo.InvariantCulture);
    }
}
