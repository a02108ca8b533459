using System.CommandLine;
using System.Globalization;
using PantryChain.Gateway.Configuration;

namespace PantryChain.Gateway.Commands;

/// <summary><c>tare SLOT</c> and <c>calibrate SLOT --grams G</c>: weighings on the running gateway, which keeps the cells.</summary>
internal static class WeighingCommands
{
    private static readonly Argument<int> Slot = new("SLOT") { Description = "Number of the slot." };
    private static readonly Option<double> Grams = new("--grams") { Description = "The known mass of the second weighing, from a kitchen scale.", HelpName = "G", Required = true };

    /// <summary>Takes what stands on the slot as its container.</summary>
    public static Command Tare()
    {
        Command command = new("tare", "Takes what stands on a slot now as its container.") { Slot };
        command.SetAction(async (parsed, stop) =>
        {
            using LocalGateway gateway = Open(parsed);
            await gateway.DoAsync(string.Create(CultureInfo.InvariantCulture, $"api/slots/{parsed.GetValue(Slot)}/tare"), stop);
            parsed.InvocationConfiguration.Output.WriteLine($"Slot {parsed.GetValue(Slot)} is tared.");
            return 0;
        });
        return command;
    }

    /// <summary>Fits the line through two weighings.</summary>
    public static Command Calibrate()
    {
        Command command = new("calibrate", "Calibrates a slot by two weighings: nothing, then a known mass.") { Slot, Grams };
        command.SetAction(async (parsed, stop) =>
        {
            int slot = parsed.GetValue(Slot);
            double grams = parsed.GetValue(Grams);
            if (grams is not (> 0 and <= 100_000))
                throw new UserError("--grams must be above 0 and at most 100000.");
            TextWriter output = parsed.InvocationConfiguration.Output;
            using LocalGateway gateway = Open(parsed);
            Ask(output, $"Take everything off slot {slot}, its container too, then press Enter.");
            await gateway.DoAsync(string.Create(CultureInfo.InvariantCulture, $"api/slots/{slot}/weigh/empty"), stop);
            Ask(output, string.Create(CultureInfo.InvariantCulture, $"Put {grams} g on slot {slot}, then press Enter."));
            await gateway.DoAsync(string.Create(CultureInfo.InvariantCulture, $"api/slots/{slot}/weigh/loaded?grams={grams}"), stop);
            output.WriteLine($"Slot {slot} is calibrated. Put its container back and run './pantry gateway tare {slot}'.");
            return 0;
        });
        return command;
    }

    private static LocalGateway Open(ParseResult parsed)
    {
        DataFolder folder = CommandLine.FolderOf(parsed);
        return new LocalGateway(folder, GatewayFile.Read(folder));
    }

    private static void Ask(TextWriter output, string what)
    {
        output.WriteLine(what);
        Console.ReadLine();
    }
}
