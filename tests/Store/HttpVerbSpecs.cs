using System.Net.Http.Headers;
using Microsoft.AspNetCore.Routing;

namespace PantryChain.Store.Tests;

public sealed class HttpVerbSpecs(StoreWorld world) : IClassFixture<StoreWorld>
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_address_takes_HEAD_and_OPTIONS_names_its_methods_and_says_how_to_log_in(bool loggedIn)
    {
        using HttpClient http = new(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = world.Http.BaseAddress };
        if (loggedIn)
        {
            using FormUrlEncodedContent login = new([new("password", Hosting.SecretFile.Read(world.Folder.Key("clerk.password")))]);
            using HttpResponseMessage answer = await http.PostAsync(new Uri("/desk/login", UriKind.Relative), login);
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", world.ClerkToken);
        }

        IReadOnlyList<string> wrong = await HttpVerbWalk.AskAsync(http, world.Service<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>(), route => route.Contains("live", StringComparison.Ordinal));

        wrong.Should().BeEmpty();
    }
}
