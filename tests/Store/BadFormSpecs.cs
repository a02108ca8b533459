using System.Net;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using PantryChain.Store.Hosting;

namespace PantryChain.Store.Tests;

/// <summary>What anybody sends to the store who wants its pages to fail or its log to be full.</summary>
public sealed class BadFormSpecs(StoreWorld world) : IClassFixture<StoreWorld>
{
    private static readonly string[] WithoutForm = ["/accept", "/handover", "/{action}", "/payout", "/withdraw", "/acknowledge", "/logout"]; // a button alone: nothing of the body is read

    [Fact]
    public async Task A_form_that_is_none_gets_a_sentence_at_every_route_never_a_fault_and_no_line_more()
    {
        using LogLines log = new();
        world.Service<ILoggerFactory>().AddProvider(log);
        using HttpClient clerk = await ClerkAsync();
        List<string> wrong = [];
        string[] forms = [.. world.Service<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(route => route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains("POST") == true)
            .Select(route => '/' + route.RoutePattern.RawText!.TrimStart('/'))
            .Where(route => !route.Contains("/api/", StringComparison.Ordinal) && !WithoutForm.Any(button => route.EndsWith(button, StringComparison.Ordinal)))];

        foreach (string route in forms)
        {
            foreach ((string name, ByteArrayContent body) in BadForms.All())
            {
                using (body)
                {
                    string path = route.Replace("{gtin}", "8801115114154", StringComparison.Ordinal).Replace("{order}", $"0x{new string('1', 64)}", StringComparison.Ordinal);
                    using HttpResponseMessage answer = await clerk.PostAsync(new Uri(path, UriKind.Relative), body);
                    if (answer.StatusCode != HttpStatusCode.BadRequest || (await answer.Content.ReadAsStringAsync()).Length == 0)
                        wrong.Add($"{route}, {name}: {answer.StatusCode}");
                }
            }
        }

        forms.Should().HaveCountGreaterThan(6).And.Contain("/preferences").And.Contain("/desk/login");
        wrong.Should().BeEmpty();
        log.Lines.Where(line => line.Contains("Exception", StringComparison.Ordinal)).Should().BeEmpty();
    }

    private async Task<HttpClient> ClerkAsync()
    {
        HttpClient http = new(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = world.Http.BaseAddress };
        using FormUrlEncodedContent login = new([new("password", SecretFile.Read(world.Folder.Key("clerk.password")))]);
        using HttpResponseMessage answer = await http.PostAsync(new Uri("/desk/login", UriKind.Relative), login);
        answer.StatusCode.Should().Be(HttpStatusCode.SeeOther);
        return http;
    }
}
