using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using PantryChain.Store.Hosting;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Store.Tests;

/// <summary>The document of the store's API against the routes that it answers and the codes that it gives.</summary>
public sealed partial class ApiDocumentSpecs(StoreWorld world) : IClassFixture<StoreWorld>
{
    private static readonly string[] SpeakOfRefusals = ["Store", "Ui"];

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
        IEnumerable<string> given = SpeakOfRefusals.SelectMany(project => Directory.EnumerateFiles(Path.Combine(root, "src", project), "*.cs", SearchOption.AllDirectories))
            .SelectMany(file => Code().Matches(File.ReadAllText(file)).Select(match => match.Groups["code"].Value));

        JsonElement code = (await ReadAsync()).GetProperty("components").GetProperty("schemas").GetProperty("Refusal").GetProperty("properties").GetProperty("code");
        string[] told = [.. code.GetProperty("enum").EnumerateArray().Select(value => value.GetString()!)];

        given.Distinct().Should().HaveCountGreaterThan(50).And.Contain(["too_many_tries", "wrong_host", "other_site"]);
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

    [Fact]
    public async Task The_page_of_the_document_admits_its_own_scripts_by_number_and_no_other_answer_is_wider_for_it()
    {
        using HttpClient anybody = new() { BaseAddress = world.Http.BaseAddress };
        async Task<(string Policy, string Body)> AskAsync(string path)
        {
            using HttpResponseMessage answer = await anybody.GetAsync(new Uri(path, UriKind.Relative));
            answer.StatusCode.Should().Be(System.Net.HttpStatusCode.OK, path);
            return (answer.Headers.GetValues("Content-Security-Policy").Single(), await answer.Content.ReadAsStringAsync());
        }

        (string first, string page) = await AskAsync(ApiPage.Path + "/");
        (string second, _) = await AskAsync(ApiPage.Path + "/");
        (string script, _) = await AskAsync(ApiPage.Path + "/scalar.js");
        (string pages, _) = await AskAsync("/desk/login");

        string number = Number().Match(first).Groups["number"].Value;
        number.Should().HaveLength(22);
        page.Should().Contain($"nonce=\"{number}\"").And.NotContain("://", "whatever it needs is here").And.Contain(ApiDocument.Path.TrimStart('/'));
        second.Should().NotBe(first, "each answer has a number of its own");
        first.Replace($"'nonce-{number}' ", "").Replace("'unsafe-inline' ", "").Should().Be(pages, "nothing else is wider");
        first.Split(';').Single(part => part.Contains("script-src", StringComparison.Ordinal)).Should().NotContain("unsafe", "a style may be inline, a script may not");
        script.Should().Be(pages);
        using HttpResponseMessage other = await anybody.GetAsync(new Uri(ApiPage.Path + "/v2", UriKind.Relative));
        other.StatusCode.Should().Be(System.Net.HttpStatusCode.NotFound);
    }

    private async Task<JsonElement> ReadAsync()
    {
        using HttpClient anybody = new() { BaseAddress = world.Http.BaseAddress };
        using JsonDocument document = JsonDocument.Parse(await anybody.GetStringAsync(new Uri(ApiDocument.Path, UriKind.Relative)));
        return document.RootElement.Clone();
    }

    [GeneratedRegex("script-src 'nonce-(?<number>[^']+)'")]
    private static partial Regex Number();

    [GeneratedRegex(@":[^}]*\}")]
    private static partial Regex Constraint();

    [GeneratedRegex(@"(?:new Refusal\(\s*\d+,\s*|new OpenDoor\(|RefuseAsync\(\s*http, StatusCodes\.\w+, |Refusal\.(?:NotFound|Conflict)\(\s*)""(?<code>\w+)""")]
    private static partial Regex Code();
}
