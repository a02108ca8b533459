using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using PantryChain.Telemetry.Mqtt;

namespace PantryChain.Store.Tests;

public sealed class GarbageSpecs(StoreWorld world) : IClassFixture<StoreWorld>
{
    [Theory]
    [InlineData("GET", "/nothing/here", 404, "not_found")]
    [InlineData("GET", "/api/v1/relay", 405, "method_not_allowed")]
    [InlineData("POST", "/api/v1/catalogue", 405, "method_not_allowed")]
    [InlineData("GET", "/api/v1/leaves", 401, "unauthorized")]
    [InlineData("GET", "/api/v1/blocks/xyz/proof", 401, "unauthorized")]
    [InlineData("GET", "/api/v1/orders/xyz", 401, "unauthorized")]
    [InlineData("GET", "/desk/api/orders", 401, "unauthorized")]
    public async Task A_wrong_request_is_a_problem_with_a_code_and_a_next_step(string method, string path, int status, string code)
    {
        using HttpRequestMessage request = new(new HttpMethod(method), path);
        using HttpResponseMessage response = await world.Http.SendAsync(request);

        await ShouldRefuseAsync(response, status, code);
    }

    [Theory]
    [InlineData("/api/v1/join", "not json", "application/json", 400, "malformed")]
    [InlineData("/api/v1/join", "[]", "application/json", 400, "malformed")]
    [InlineData("/api/v1/join", "{}", "application/json", 400, "malformed")]
    [InlineData("/api/v1/join", "{\"nonce\": \"-5\"}", "application/json", 400, "malformed")]
    [InlineData("/api/v1/join", "a=b", "application/x-www-form-urlencoded", 415, "not_json")]
    [InlineData("/api/v1/relay", "{}", "application/json", 400, "malformed")]
    public async Task A_body_that_cannot_be_read_is_refused(string path, string body, string type, int status, string code)
    {
        using StringContent content = new(body, Encoding.UTF8, type);
        using HttpResponseMessage response = await world.Http.PostAsync(new Uri(path, UriKind.Relative), content);

        await ShouldRefuseAsync(response, status, code);
    }

    [Fact]
    public async Task A_body_beyond_64_KiB_is_refused()
    {
        using StringContent content = new("{\"gateway\":\"" + new string('x', 70_000) + "\"}", Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await world.Http.PostAsync(new Uri("/api/v1/join", UriKind.Relative), content);

        await ShouldRefuseAsync(response, 413, "too_large");
    }

    [Fact]
    public async Task An_invented_token_opens_nothing()
    {
        foreach (string path in new[] { "/api/v1/leaves", "/desk/api/orders" })
        {
            using HttpRequestMessage request = new(HttpMethod.Get, path) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", new string('0', 64)) } };
            using HttpResponseMessage response = await world.Http.SendAsync(request);

            await ShouldRefuseAsync(response, 401, "unauthorized");
        }
    }

    [Fact]
    public async Task Garbage_on_the_broker_is_counted_in_health_and_changes_nothing()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "noisy");
        MqttLink link = await household.LinkAsync();

        for (int i = 0; i < 20; i++)
            await link.PublishAsync(new MqttMessage(household.Topics.Block, Encoding.UTF8.GetBytes($"garbage {i}")));

        await Wait.UntilAsync(async () => (await HealthAsync()).GetProperty("refused").TryGetProperty("mqtt.malformed", out JsonElement count) && count.GetInt64() >= 20, "garbage counted");
        (await HealthAsync()).GetProperty("counts").GetProperty("blocksAccepted").GetInt64().Should().Be(0);
        await household.SendAsync(household.Seal(uses: 1));
    }

    [Fact]
    public async Task A_gateway_cannot_write_what_is_not_its_own()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "curious"), neighbour = await TestHousehold.JoinAsync(world, "quiet");
        MqttLink link = await household.LinkAsync();

        Func<Task> write = () => link.PublishAsync(new MqttMessage(neighbour.Topics.Block, "{}"u8.ToArray()));

        await write.Should().ThrowAsync<MqttRefusedException>();
    }

    [Theory]
    [InlineData("catalogue")]
    [InlineData("blocks/head")]
    [InlineData("nothing")]
    public async Task Every_answer_to_a_gateway_tells_the_stores_household_time(string path)
    {
        DateTimeOffset before = world.Clock.GetUtcNow();
        using HttpResponseMessage answer = await world.Http.GetAsync($"/api/v1/{path}");

        DateTimeOffset told = DateTimeOffset.ParseExact(answer.Headers.GetValues("PantryChain-Time").Single(), "O", System.Globalization.CultureInfo.InvariantCulture);
        told.Should().BeOnOrAfter(before).And.BeOnOrBefore(world.Clock.GetUtcNow());
    }

    [Fact]
    public async Task The_cooperative_and_its_catalogue_are_public()
    {
        JsonElement cooperative = await world.Http.GetFromJsonAsync<JsonElement>("/api/v1/cooperative");
        JsonElement catalogue = await world.Http.GetFromJsonAsync<JsonElement>("/api/v1/catalogue");

        cooperative.GetProperty("rehearsal").GetBoolean().Should().BeTrue();
        cooperative.GetProperty("contracts").GetProperty("escrow").GetString().Should().Be(world.Contracts.Escrow.ToString());
        cooperative.GetProperty("broker").GetProperty("port").GetInt32().Should().Be(world.Broker.Port);
        JsonElement milk = catalogue.EnumerateArray().Should().ContainSingle().Subject;
        milk.GetProperty("unitPrice").GetString().Should().Be("290000");
        milk.GetProperty("leadDays").GetProperty("2").GetDouble().Should().Be(0.8);
        milk.GetProperty("gtin").GetString().Should().Be(TestHousehold.Milk.ToString());
    }

    private Task<JsonElement> HealthAsync() => world.HealthAsync();

    private static async Task ShouldRefuseAsync(HttpResponseMessage response, int status, string code)
    {
        string text = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).Should().Be(status, text);
        response.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
        JsonElement problem = JsonSerializer.Deserialize<JsonElement>(text);
        problem.GetProperty("code").GetString().Should().Be(code);
        problem.GetProperty("title").GetString().Should().NotBeNullOrWhiteSpace();
        problem.GetProperty("detail").GetString().Should().NotBeNullOrWhiteSpace();
    }
}
