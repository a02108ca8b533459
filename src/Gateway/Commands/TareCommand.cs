using System.CommandLine;
using System.Globalization;

namespace PantryChain.Gateway.Commands;

/// <summary><c>tare SLOT</c>: takes what stands on a slot as its container, on the running gateway, which holds the cells.</summary>
internal static class TareCommand
{
    private static readonly Argument<int> Slot = new("SLOT") { Description = "Number of the slot." };
    private static readonly Option<bool> Undo = new("--undo") { Description = "Returns to the container before the newest tare." };

    /// <summary>The verb.</summary>
    public static Command Create()
    {
        Command command = new("tare", "Takes what stands on a slot now as its container; a second time changes nothing.") { Slot, Undo };
        command.SetAction(async (parsed, stop) =>
        {
            using LocalGateway gateway = LocalGateway.Open(parsed);
            int slot = parsed.GetValue(Slot);
            bool undo = parsed.GetValue(Undo);
            await gateway.DoAsync(string.Create(CultureInfo.InvariantCulture, $"api/slots/{slot}/tare{(undo ? "/undo" : "")}"), stop);
            parsed.InvocationConfiguration.Output.WriteLine(undo
                ? $"Slot {slot} has its earlier container again."
                : $"Slot {slot} is tared: what stands on it now is its container. {CommandLine.Next(CommandLine.FolderOf(parsed), $"tare {slot} --undo")} takes that back.");
            return 0;
        });
        return command;
    }
}
