using System.Net.Http.Headers;
using Microsoft.AspNetCore.Routing;

namespace PantryChain.Gateway.Tests.Dashboard;

public sealed class HttpGarbageSpecs : IAsyncLifetime
{
    private readonly GatewayWorld _world = new(speed: 1, joined: true);

    public Task InitializeAsync() => _world.StartAsync();

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task Garbage_at_any_route_is_refused_with_words_and_never_a_fault()
    {
        using HttpClient http = new(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = _world.Address };
        (string cookie, string form) = await _world.LogInAsync();

        IReadOnlyList<string> wrong = await HttpGarbage.FeedAsync(
            http, _world.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>(),
            route => route.Contains("live", StringComparison.Ordinal) || route.Contains("recording", StringComparison.Ordinal) || route.Contains("logout", StringComparison.Ordinal),
            (random, request) =>
            {
                if (random.Next(4) > 0)
                    request.Headers.TryAddWithoutValidation("Cookie", cookie);
                if (random.Next(2) == 0)
                    request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "local-token-of-the-test");
                return $"form={Uri.EscapeDataString(form)}";
            }, requests: 1_500, seed: 1);

        wrong.Should().BeEmpty();
    }

    [Fact]
    public async Task Text_that_cannot_be_is_taken_at_no_route_and_a_fault_at_none()
    {
        using HttpClient http = new(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = _world.Address };
        (string cookie, string form) = await _world.LogInAsync();

        IReadOnlyList<string> wrong = await HttpGarbage.ImpossibleAsync(
            http, _world.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>(),
            route => route.Contains("live", StringComparison.Ordinal) || route.Contains("recording", StringComparison.Ordinal) || route.Contains("logout", StringComparison.Ordinal),
            request =>
            {
                request.Headers.TryAddWithoutValidation("Cookie", cookie);
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "local-token-of-the-test");
                return $"form={Uri.EscapeDataString(form)}";
            });

        wrong.Should().BeEmpty();
    }
}
