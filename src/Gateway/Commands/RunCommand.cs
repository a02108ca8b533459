using System.CommandLine;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Cooperative;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Gateway.Commands;

/// <summary><c>run</c>: senses, tells, seals, learns, orders and shows until it is told to stop.</summary>
internal static class RunCommand
{
    /// <summary>The verb.</summary>
    public static Command Create()
    {
        Command command = new("run", "Runs the gateway until Ctrl-C or SIGTERM.");
        command.SetAction((parsed, stop) => RunAsync(CommandLine.FolderOf(parsed), cooperative => CommandLine.TimeOf(parsed, cooperative), stop));
        return command;
    }

    private static async Task<int> RunAsync(DataFolder folder, Func<CooperativeInfo?, TimeProvider> timeOf, CancellationToken stop)
    {
        Household household = GatewayFile.Read(folder);
        InitCommand.Tell(folder.Tighten(), Console.Out);
        Membership? membership = await Membership.RefreshAsync(folder, household.Options.Store, stop);
        try
        {
            await using WebApplication app = GatewayHost.Build(folder, household, membership, timeOf(membership?.Info));
            await app.StartAsync(stop);
            app.Logger.LogInformation("{Gateway} shows its pages at {Urls}{Lonely}", household.Gateway, string.Join(' ', app.Urls),
                membership is null ? $"; it has not joined a store yet: {CommandLine.Next(folder, "join URL --invitation CODE")}" : "");
            await app.WaitForShutdownAsync(stop);
            return 0;
        }
        catch (StorageException error)
        {
            throw new UserError(error.Message, error);
        }
        catch (IOException error) when (error.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            throw new UserError($"Port {household.Options.Dashboard.Port}{(household.Options.Dashboard.IsOpen ? $" or {household.Options.Dashboard.TlsPort}" : "")} is in use. Stop the other program, or choose another dashboard.port or dashboard.tlsPort in {folder.Configuration}.", error);
        }
    }
}
