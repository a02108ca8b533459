using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Routing;

namespace PantryChain.Store.Tests;

public sealed class HttpGarbageSpecs(StoreWorld world) : IClassFixture<StoreWorld>
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Garbage_at_any_route_is_refused_with_words_and_never_a_fault(int seed)
    {
        using HttpClient http = await ClerkAsync();

        IReadOnlyList<string> wrong = await HttpGarbage.FeedAsync(
            http, world.Service<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>(), route => route.Contains("live", StringComparison.Ordinal) || route.Contains("log", StringComparison.Ordinal),
            (random, request) =>
            {
                if (random.Next(3) > 0)
                    request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", world.ClerkToken);
                return "note=x";
            }, requests: 1_500, seed);

        wrong.Should().BeEmpty();
    }

    [Fact]
    public async Task Text_that_cannot_be_is_taken_at_no_route_and_a_fault_at_none()
    {
        using HttpClient http = await ClerkAsync();

        IReadOnlyList<string> wrong = await HttpGarbage.ImpossibleAsync(
            http, world.Service<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>(), route => route.Contains("live", StringComparison.Ordinal) || route.EndsWith("logout", StringComparison.Ordinal),
            request =>
            {
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", world.ClerkToken);
                return "x=x";
            });

        wrong.Should().BeEmpty();
    }

    [Theory]
    [InlineData("/desk/invitations", "note=a%00b", "application/x-www-form-urlencoded")]
    [InlineData("/desk/redemptions", "reference=a%00b&amountWon=1", "application/x-www-form-urlencoded")]
    [InlineData("/desk/api/invitations", "{\"note\":\"a\\u0000b\",\"days\":1}", "application/json")]
    public async Task Text_with_a_NUL_is_a_request_that_cannot_be_read_and_no_fault_of_the_store(string path, string body, string type)
    {
        using HttpClient http = await ClerkAsync();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", world.ClerkToken);
        using StringContent content = new(body, Encoding.UTF8, type);

        using HttpResponseMessage answer = await http.PostAsync(new Uri(path, UriKind.Relative), content);

        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync()).Should().Contain("malformed");
    }

    [Theory]
    [InlineData("/desk/invitations", "note=%E3%85%A4%E1%85%9F", "application/x-www-form-urlencoded")]
    [InlineData("/desk/invitations", "note=%E2%80%AEmiK", "application/x-www-form-urlencoded")]
    [InlineData("/desk/api/invitations", "{\"note\":\"\\u2800\"}", "application/json")]
    [InlineData("/desk/api/invitations", "{\"note\":\"a\\nb\"}", "application/json")]
    public async Task A_note_that_nobody_sees_whole_is_refused_and_makes_no_invitation(string path, string body, string type)
    {
        using HttpClient http = await ClerkAsync();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", world.ClerkToken);
        long before = await world.QueryAsync<long>("select count(*) from invitations");
        using StringContent content = new(body, Encoding.UTF8, type);

        using HttpResponseMessage answer = await http.PostAsync(new Uri(path, UriKind.Relative), content);

        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync()).Should().Contain("nothing invisible");
        (await world.QueryAsync<long>("select count(*) from invitations")).Should().Be(before);
    }

    private async Task<HttpClient> ClerkAsync()
    {
        HttpClient http = new(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = world.Http.BaseAddress };
        using FormUrlEncodedContent login = new([new("password", Hosting.SecretFile.Read(world.Folder.Key("clerk.password")))]);
        using HttpResponseMessage answer = await http.PostAsync(new Uri("/desk/login", UriKind.Relative), login);
        answer.StatusCode.Should().Be(HttpStatusCode.SeeOther);
        return http;
    }
}
