using System.CommandLine;
using System.Text.Json;
using PantryChain.DeviceDrivers.Bus;
using PantryChain.Gateway.Configuration;

namespace PantryChain.Gateway.Commands;

/// <summary><c>doctor</c>: looks at everything that a gateway needs, from pins to brokers, and says the fix where something is missing.</summary>
internal static class DoctorCommand
{
    private static readonly Option<bool> Json = new("--json") { Description = "Print the findings as JSON: [{area, what, state, fix}]." };

    /// <summary>The verb.</summary>
    public static Command Create()
    {
        Command command = new("doctor", "Looks at everything that the gateway needs, from pins to brokers, and says the fix.") { Json };
        command.SetAction((parsed, stop) => RunAsync(CommandLine.FolderOf(parsed), parsed.GetValue(Json), parsed.InvocationConfiguration.Output, stop));
        return command;
    }

    /// <summary>0 when nothing is wrong, 1 when something that this household needs is.</summary>
    private static async Task<int> RunAsync(DataFolder folder, bool json, TextWriter output, CancellationToken stop)
    {
        Findings findings = new();
        Household? household = Read(folder, findings);
        Household? wired = household is { IsSimulated: true } ? null : household; // a simulated board asks nothing of this machine
        DoctorMachine machine = new(wired, MachineFiles.Here);
        machine.Look(findings);
        using (LocalGateway? gateway = household is null ? null : new LocalGateway(folder, household))
        {
            JsonElement? health = gateway is null ? null : await gateway.GetAsync("health", stop);
            if (health is { } running)
                DoctorCells.LookAtRunning(running, findings);
            else
                DoctorCells.LookAtBuses(wired, machine, new KernelHardware(), findings);
        }
        await DoctorNetwork.LookAsync(folder, household, findings, stop);
        findings.NameFolder(folder);
        output.WriteLine(json ? findings.ToJson() : findings.ToText());
        return findings.AnythingWrong ? 1 : 0;
    }

    private static string Count(int number, string of) => $"{number} {of}{(number == 1 ? "" : "s")}";

    private static Household? Read(DataFolder folder, Findings findings)
    {
        try
        {
            Household household = GatewayFile.Read(folder);
            findings.Ok("configuration", $"{folder.Configuration}: {Count(household.Slots.Count, "slot")} on {Count(household.Converters.Count, "converter")}, {Count(household.Readers.Count, "tag reader")}");
            return household;
        }
        catch (UserError error)
        {
            findings.Wrong("configuration", folder.Configuration, error.Message);
            return null;
        }
    }
}
