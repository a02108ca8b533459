using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using PantryChain.Store.Hosting;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Store.Tests;

/// <summary>The document of the store's API against the routes that it answers and the codes that it gives.</summary>
public sealed partial class ApiDocumentSpecs(StoreWorld world) : IClassFixture<StoreWorld>
{
    [Fact]
    public async Task Every_route_of_the_API_is_in_the_document_with_its_method_and_how_it_refuses()
    {
        JsonElement paths = (await ReadAsync()).GetProperty("paths");
        List<string> missing = [];
        int routes = 0;
        foreach (RouteEndpoint route in world.Service<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            string path = Constraint().Replace("/" + route.RoutePattern.RawText!.Trim('/'), "}");
            if (path == ApiDocument.Path || !(path.StartsWith("/api/v1/", StringComparison.Ordinal) || path.StartsWith("/desk/api/", StringComparison.Ordinal)))
                continue;
            foreach (string method in route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods)
            {
                routes++;
                if (!paths.TryGetProperty(path, out JsonElement found) || !found.TryGetProperty(method.ToLowerInvariant(), out JsonElement operation)
                    || !operation.GetProperty("responses").TryGetProperty("default", out JsonElement refusal) || !refusal.GetProperty("content").TryGetProperty("application/problem+json", out _))
                    missing.Add($"{method} {path}");
            }
        }

        missing.Should().BeEmpty();
        routes.Should().BeGreaterThan(20);
    }

    [Fact]
    public async Task Every_code_of_a_refusal_that_stands_in_the_source_is_in_the_document()
    {
        string root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "PantryChain.sln")))
            root = Path.GetDirectoryName(root)!;
        IEnumerable<string> given = Directory.EnumerateFiles(Path.Combine(root, "src", "Store"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => Code().Matches(File.ReadAllText(file)).Select(match => match.Groups["code"].Value));

        JsonElement code = (await ReadAsync()).GetProperty("components").GetProperty("schemas").GetProperty("Refusal").GetProperty("properties").GetProperty("code");
        string[] told = [.. code.GetProperty("enum").EnumerateArray().Select(value => value.GetString()!)];

        given.Distinct().Should().HaveCountGreaterThan(50);
        given.Concat(StoreCodes.All.Keys).Distinct().Except(told).Should().BeEmpty();
    }

    [Fact]
    public async Task A_body_of_the_document_is_what_the_call_reads()
    {
        JsonElement document = await ReadAsync();

        JsonElement relay = document.GetProperty("components").GetProperty("schemas").GetProperty("RelayBody").GetProperty("properties");

        relay.EnumerateObject().Select(member => member.Name).Should().BeEquivalentTo("id", "kind", "to", "data");
        document.GetProperty("paths").GetProperty("/api/v1/relay").GetProperty("post").GetProperty("requestBody").ToString().Should().Contain("RelayBody");
    }

    private async Task<JsonElement> ReadAsync()
    {
        using HttpClient anybody = new() { BaseAddress = world.Http.BaseAddress };
        using JsonDocument document = JsonDocument.Parse(await anybody.GetStringAsync(new Uri(ApiDocument.Path, UriKind.Relative)));
        return document.RootElement.Clone();
    }

    [GeneratedRegex(@":[^}]*\}")]
    private static partial Regex Constraint();

    [GeneratedRegex(@"(?:new Refusal\(\s*\d+,\s*|Refusal\.(?:NotFound|Conflict)\(\s*)""(?<code>\w+)""")]
    private static partial Regex Code();
}
