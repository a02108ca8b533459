using System.Net.Sockets;
using PantryChain.Store.Hosting;

namespace PantryChain.Store.Tests;

/// <summary>What whoever reaches the store's port may hold of it.</summary>
public sealed class ConnectionSpecs(StoreWorld world) : IClassFixture<StoreWorld>
{
    [Fact]
    public async Task However_many_connect_only_so_many_are_held_and_the_store_answers_again_when_they_go()
    {
        await world.RestartAsync(options => options with { Connections = new ConnectionOptions { Most = 16 } });
        List<TcpClient> held = [];
        for (int count = 0; count < 16; count++)
            held.Add(new TcpClient(world.Http.BaseAddress!.Host, world.Http.BaseAddress.Port));

        using HttpClient one = new() { BaseAddress = world.Http.BaseAddress, Timeout = TimeSpan.FromSeconds(20) };
        Func<Task> oneMore = () => one.GetAsync(new Uri("/health", UriKind.Relative));
        await oneMore.Should().ThrowAsync<HttpRequestException>("it is closed at once");
        held.ForEach(connection => connection.Dispose());

        await Wait.UntilAsync(async () => await AnswersAsync(one), "the store answers again");
    }

    [Theory]
    [InlineData("{\"most\": 15}")]
    [InlineData("{\"perAddress\": 3}")]
    [InlineData("{\"perAddress\": 100001}")]
    [InlineData("{\"each\": 4}")]
    public void A_share_that_cannot_be_is_refused_with_the_members_name(string connections)
    {
        string folder = Directory.CreateTempSubdirectory("pantry-store-options-").FullName;
        File.WriteAllText(Path.Combine(folder, "store.json"), $$"""{"database":"Host=x","broker":{"passwordFile":"p"},"connections":{{connections}}}""");

        Action open = () => StoreFolder.Open(folder);

        open.Should().Throw<UsageException>().WithMessage($"*store.json*{connections.Split('"')[1]}*");
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<bool> AnswersAsync(HttpClient http)
    {
        try
        {
            using HttpResponseMessage answer = await http.GetAsync(new Uri("/health", UriKind.Relative));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
