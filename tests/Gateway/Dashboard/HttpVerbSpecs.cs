using System.Net.Http.Headers;
using Microsoft.AspNetCore.Routing;

namespace PantryChain.Gateway.Tests.Dashboard;

public sealed class HttpVerbSpecs : IAsyncLifetime
{
    private readonly GatewayWorld _world = new(speed: 1, joined: true);

    public Task InitializeAsync() => _world.StartAsync();

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_address_takes_HEAD_and_OPTIONS_names_its_methods_and_says_how_to_log_in(bool loggedIn)
    {
        using HttpClient http = new(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = _world.Address };
        if (loggedIn)
        {
            http.DefaultRequestHeaders.Add("Cookie", (await _world.LogInAsync()).Cookie);
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "local-token-of-the-test");
        }

        IReadOnlyList<string> wrong = await HttpVerbWalk.AskAsync(
            http, _world.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>(), route => route.Contains("live", StringComparison.Ordinal) || route.Contains("recording", StringComparison.Ordinal));

        wrong.Should().BeEmpty();
    }

    [Fact]
    public async Task HEAD_of_a_page_an_asset_and_the_health_has_the_headers_and_no_body()
    {
        using HttpClient http = new() { BaseAddress = _world.Address };
        foreach (string path in new[] { "/", "/health", Ui.Hosting.UiAssets.Href("pantry.css"), "/live" })
        {
            using HttpRequestMessage request = new(HttpMethod.Head, path);
            using HttpResponseMessage answer = await http.SendAsync(request);

            answer.IsSuccessStatusCode.Should().BeTrue(path);
            answer.Content.Headers.ContentType.Should().NotBeNull(path);
            (await answer.Content.ReadAsByteArrayAsync()).Should().BeEmpty(path);
        }
    }

    [Fact]
    public async Task OPTIONS_of_an_address_that_is_none_is_not_found()
    {
        using HttpClient http = new() { BaseAddress = _world.Address };
        using HttpRequestMessage request = new(HttpMethod.Options, "/nowhere");
        using HttpResponseMessage answer = await http.SendAsync(request);

        answer.StatusCode.Should().Be(System.Net.HttpStatusCode.NotFound);
    }
}
