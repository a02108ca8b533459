using System.Net;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Gateway.Tests.Dashboard;

/// <summary>What a guest sends who wants the pages to fail, or the log to be full or silent.</summary>
public sealed class BadFormSpecs : IAsyncLifetime
{
    private readonly GatewayWorld _world = new(speed: 1, joined: true);
    private readonly LogLines _log = new();

    public async Task InitializeAsync()
    {
        await _world.StartAsync();
        _world.Get<ILoggerFactory>().AddProvider(_log);
    }

    public async Task DisposeAsync()
    {
        await _world.DisposeAsync();
        _log.Dispose();
    }

    [Fact]
    public async Task A_form_that_is_none_gets_a_sentence_at_every_route_never_a_fault_and_no_line_more()
    {
        using HttpClient browser = Browser();
        browser.DefaultRequestHeaders.Add("Cookie", (await _world.LogInAsync()).Cookie);
        long refused = _world.Get<Refusals>().Count;
        List<string> wrong = [];
        string[] forms = [.. Routes("POST").Where(route => !route.Contains("/api/", StringComparison.Ordinal))];

        foreach (string route in forms)
        {
            foreach ((string name, ByteArrayContent body) in BadForms.All())
            {
                using (body)
                {
                    using HttpResponseMessage answer = await browser.PostAsync(new Uri(route, UriKind.Relative), body);
                    if (answer.StatusCode != HttpStatusCode.BadRequest || (await answer.Content.ReadAsStringAsync()).Length == 0)
                        wrong.Add($"{route}, {name}: {answer.StatusCode}");
                }
            }
        }

        forms.Should().HaveCountGreaterThan(15).And.Contain("/preferences");
        wrong.Should().BeEmpty();
        _world.Get<Refusals>().Count.Should().Be(refused + (forms.Length * BadForms.All().Count()), "each is counted under /health");
        _log.Lines.Where(line => line.Contains("Exception", StringComparison.Ordinal)).Should().BeEmpty();
        _log.Lines.Count(line => line.Contains("Refused", StringComparison.Ordinal)).Should().BeLessThanOrEqualTo(forms.Length, "once a route");
    }

    [Fact]
    public async Task A_thousand_invented_paths_are_one_kind_and_a_wrong_PIN_is_still_told()
    {
        using HttpClient browser = Browser();
        for (int path = 0; path < 1_100; path++)
        {
            using HttpRequestMessage request = new(new HttpMethod(path % 2 == 0 ? "GET" : $"INVENT{path}"), $"/{path}zzz{new string('z', 500)}");
            using HttpResponseMessage lost = await browser.SendAsync(request);
        }
        int told = _log.Lines.Count(line => line.Contains("Refused", StringComparison.Ordinal));

        using FormUrlEncodedContent pin = new([new("pin", "99999999")]);
        using HttpResponseMessage wrong = await browser.PostAsync(new Uri("/login", UriKind.Relative), pin);

        told.Should().BeLessThanOrEqualTo(2);
        wrong.StatusCode.Should().Be(HttpStatusCode.Forbidden);
        _log.Lines.Should().ContainSingle(line => line.Contains("POST /login", StringComparison.Ordinal) && line.Contains("wrong_pin", StringComparison.Ordinal));
        _log.Lines.Should().OnlyContain(line => line.Length < 500);
    }

    private HttpClient Browser() => new(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = _world.Address };

    private IEnumerable<string> Routes(string method) => _world.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        .Where(route => route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains(method) == true)
        .Select(route => string.Join('/', route.RoutePattern.RawText!.Split('/').Select(part => part.StartsWith('{') ? "1" : part)));
}
