using System.CommandLine;
using System.Text.Json;
using PantryChain.Gateway.Commands;
using PantryChain.Gateway.Ordering;
using PantryChain.Gateway.Tests.Ordering;
using PantryChain.Reorder.Machine;

namespace PantryChain.Gateway.Tests.Commands;

/// <summary><c>calls</c> beside a running gateway and on the folder of one that does not run.</summary>
public sealed class CallsSpecs : IAsyncLifetime
{
    private readonly GatewayWorld _world = new(speed: 60, joined: true);
    private readonly TempFolder _out = new();

    public Task InitializeAsync() => _world.StartAsync();

    public async Task DisposeAsync()
    {
        await _world.DisposeAsync();
        _out.Dispose();
    }

    [Fact]
    public async Task What_was_signed_and_waits_is_listed_and_written_whether_or_not_the_gateway_runs()
    {
        _world.Cooperative.Write(_world.Folder);
        Relay trigger = OrderSamples.Trigger(OrderSamples.Placed(1)) with { Data = [1, 2, 3, 4, 5] };
        _world.Get<ReorderDesk>().Advance(OrderSamples.Decide(1));
        _world.Get<OrderBook>().Place(OrderSamples.Placed(1), trigger);
        string file = Path.Combine(_out.Path, "calls.json"), later = Path.Combine(_out.Path, "later.json");

        (int code, string output, string error) = await new Console(_world).RunAsync(CallsCommand.Create(), "--out", file);
        await _world.KillAsync();
        StringWriter offline = new();
        RootCommand root = [CallsCommand.Create()];
        root.Add(CommandLine.Data);
        int afterwards = await root.Parse(["calls", "--out", later, "--data", _world.Folder.Path]).InvokeAsync(new InvocationConfiguration { Output = offline, EnableDefaultExceptionHandler = false });

        (code, afterwards).Should().Be((0, 0), error);
        output.Should().Contain("trigger").And.Contain("Orders 2 x Milk 1 L.").And.Contain("bring");
        offline.ToString().Should().Contain("Orders 2 x Milk 1 L.");
        foreach (string written in new[] { file, later })
        {
            CallFile call = JsonSerializer.Deserialize(await File.ReadAllTextAsync(written), CallJson.Default.CallFile)!;
            (call.Id, call.Data, call.ChainId).Should().Be((trigger.Id.ToString(), "0x0102030405", 31337ul));
        }
    }
}
