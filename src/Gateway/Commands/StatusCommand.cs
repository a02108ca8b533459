using System.CommandLine;
using System.Text.Json;
using PantryChain.Gateway.Configuration;

namespace PantryChain.Gateway.Commands;

/// <summary><c>status</c>: how the gateway of this machine is, in a few lines.</summary>
internal static class StatusCommand
{
    /// <summary>The verb.</summary>
    public static Command Create()
    {
        Command command = new("status", "Says how the gateway on this machine is.");
        command.SetAction((parsed, stop) => RunAsync(CommandLine.FolderOf(parsed), parsed.InvocationConfiguration.Output, stop));
        return command;
    }

    private static async Task<int> RunAsync(DataFolder folder, TextWriter output, CancellationToken stop)
    {
        using LocalGateway gateway = new(folder, GatewayFile.Read(folder));
        if (await gateway.GetAsync("health", stop) is not { } health)
        {
            output.WriteLine($"The gateway does not run. Start it with {CommandLine.Next(folder, "run")}.");
            return 1;
        }
        output.WriteLine($"{health.GetProperty("gateway")}: {health.GetProperty("status")} at {health.GetProperty("at")}; home broker {health.GetProperty("home")}, cooperative {health.GetProperty("cooperative")}");
        output.WriteLine($"{health.GetProperty("journal")} events, {health.GetProperty("sealed")} blocks sealed, {health.GetProperty("accepted")} accepted, {health.GetProperty("anchored")} anchored");
        if (await gateway.GetAsync("api/state", stop) is not { } state)
            return 0;
        foreach (JsonElement slot in state.GetProperty("slots").EnumerateArray())
            output.WriteLine($"slot {slot.GetProperty("slot")}: {slot.GetProperty("grams").GetDouble():0} g, {slot.GetProperty("health")}");
        foreach (JsonElement order in state.GetProperty("orders").EnumerateArray())
            output.WriteLine($"order {order.GetProperty("order")}: {order.GetProperty("quantity")} x {order.GetProperty("gtin")}, {order.GetProperty("state")}");
        return 0;
    }
}
