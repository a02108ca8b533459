using System.CommandLine;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.Json;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Cooperative;
using PantryChain.Gateway.Member;

namespace PantryChain.Gateway.Commands;

/// <summary><c>doctor</c>: looks at everything that a gateway needs and says the fix where something is missing.</summary>
internal static class DoctorCommand
{
    /// <summary>The verb.</summary>
    public static Command Create()
    {
        Command command = new("doctor", "Looks at everything that the gateway needs and says the fix.");
        command.SetAction((parsed, stop) => RunAsync(CommandLine.FolderOf(parsed), parsed.InvocationConfiguration.Output, stop));
        return command;
    }

    private static async Task<int> RunAsync(DataFolder folder, TextWriter output, CancellationToken stop)
    {
        int ill = 0;
        void Say(string what, string? fix)
        {
            ill += fix is null ? 0 : 1;
            output.WriteLine(fix is null ? $"ok    {what}" : $"wrong {what}: {fix}");
        }

        Household household = GatewayFile.Read(folder);
        Say("gateway.json", null);
        Say("device key", Try(() => Keys.LoadDevice(folder).Dispose()));
        Say("member key", File.Exists(folder.MemberKey) ? null : "missing. Run './pantry gateway init'.");
        Say("libmosquitto", NativeLibrary.TryLoad("libmosquitto.so.1", out _) ? null : "missing. Run 'sudo apt-get install libmosquitto1'.");
        if (household.Options.Home is { } home)
            Say($"home broker {home.Host}:{home.Port}", await ReachAsync(home.Host, home.Port, stop) ? null : "does not answer. Start it, or correct home in gateway.json.");
        if (Membership.Find(folder) is { } membership)
        {
            BrokerAddress broker = membership.Info.Broker;
            Uri store = household.Options.Store ?? membership.Store;
            Say($"store {store}", await ReachAsync(store.Host, store.Port, stop) ? null : "does not answer. Orders wait until it does; nothing is lost.");
            Say($"cooperative's broker {broker.Host}:{broker.Port}", await ReachAsync(broker.Host, broker.Port, stop) ? null : "does not answer. Blocks wait until it does.");
        }
        else
            Say("membership", "none. Run './pantry gateway join URL --invitation CODE' with a code from the store's desk.");
        await SayCellsAsync(folder, household, Say, stop);
        return ill == 0 ? 0 : 1;
    }

    private static async Task SayCellsAsync(DataFolder folder, Household household, Action<string, string?> say, CancellationToken stop)
    {
        using LocalGateway gateway = new(folder, household);
        if (await gateway.GetAsync("health", stop) is not { } health)
        {
            say("running gateway", "none. Start it with './pantry gateway run' to see its cells.");
            return;
        }
        foreach (JsonProperty slot in health.GetProperty("slots").EnumerateObject())
        {
            string? state = slot.Value.GetString();
            say($"cell of slot {slot.Name}", state switch
            {
                "Ok" => null,
                "Uncalibrated" => $"not calibrated. Run './pantry gateway calibrate {slot.Name} --grams G'.",
                "Noisy" => "noisy. Check the cell's screws and the shield of its cable.",
                "Saturated" => "at the end of its range. Take load off, or check the bridge's four wires.",
                "Desynchronised" => "out of step. Shorten the clock wire, or take load off the processor.",
                _ => "silent. Check power, ground and the data line's number.",
            });
        }
    }

    private static string? Try(Action act)
    {
        try
        {
            act();
            return null;
        }
        catch (UserError error)
        {
            return error.Message;
        }
    }

    private static async Task<bool> ReachAsync(string host, int port, CancellationToken stop)
    {
        using CancellationTokenSource soon = CancellationTokenSource.CreateLinkedTokenSource(stop);
        soon.CancelAfter(TimeSpan.FromSeconds(3));
        try
        {
            using TcpClient client = new();
            await client.ConnectAsync(host, port, soon.Token);
            return true;
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException)
        {
            return false;
        }
    }
}
