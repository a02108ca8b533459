using System.Net.Sockets;
using PantryChain.Gateway.Dashboard;

namespace PantryChain.Gateway.Tests.Dashboard;

/// <summary>What connections may hold of a gateway whose whole heap is 64 MiB.</summary>
public sealed class ConnectionSharesSpecs
{
    [Fact]
    public async Task However_many_connect_only_so_many_are_held_and_the_pages_are_there_again_when_they_go()
    {
        await using GatewayWorld world = new(speed: 60);
        await world.StartAsync();
        List<TcpClient> held = [];
        for (int count = 0; count < DoorHosting.Connections.Most; count++)
            held.Add(await ConnectAsync(world.Address));

        using HttpClient browser = new() { BaseAddress = world.Address, Timeout = TimeSpan.FromMinutes(2) };
        Func<Task> oneMore = () => browser.GetAsync(new Uri("/health", UriKind.Relative));
        await oneMore.Should().ThrowAsync<HttpRequestException>("it is closed at once");
        held.ForEach(connection => connection.Dispose());

        await Wait.Until(async () => await AnswersAsync(browser), "the page had come again");
    }

    private static async Task<TcpClient> ConnectAsync(Uri address)
    {
        TcpClient client = new();
        await client.ConnectAsync(address.Host, address.Port);
        return client;
    }

    private static async Task<bool> AnswersAsync(HttpClient browser)
    {
        try
        {
            using HttpResponseMessage answer = await browser.GetAsync(new Uri("/health", UriKind.Relative));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
