using System.CommandLine;
using Microsoft.Extensions.Logging;
using PantryChain.Rehearsal.Chain;
using PantryChain.Rehearsal.Parts;

namespace PantryChain.Rehearsal.Commands;

/// <summary><c>chain</c>: keeps a rehearsal chain whose history survives any kill.</summary>
internal static class ChainCommand
{
    private static readonly Option<DirectoryInfo> Data = new("--data") { Description = "Folder of the chain's journal.", HelpName = "DIR", Required = true };
    private static readonly Option<int> Port = new("--port") { Description = "Port of its JSON-RPC door on 127.0.0.1.", Required = true };
    private static readonly Option<string> Clock = new("--clock") { Description = "Clock file of the rehearsal.", HelpName = "FILE", Required = true };

    /// <summary>The verb.</summary>
    public static Command Create()
    {
        Command command = new("chain", "Keeps the rehearsal chain: journals transactions and stamps, mines, replays after a kill.") { Data, Port, Clock };
        command.SetAction((parsed, stop) => RunAsync(parsed.GetValue(Data)!, parsed.GetValue(Port), parsed.GetValue(Clock)!, stop));
        return command;
    }

    private static async Task<int> RunAsync(DirectoryInfo data, int port, string clock, CancellationToken stop)
    {
        if (!LoopbackPort.IsFree(port))
            throw new UsageException($"Port {port} is busy. Stop what listens there or name another one with --port.");
        using ILoggerFactory logs = LoggerFactory.Create(Log);
        await using ChainKeeper keeper = new(data.FullName, CommandLine.Clock(clock), logs.CreateLogger<ChainKeeper>());
        await keeper.StartAsync(stop);
        await using ChainFront front = new(keeper, port, Log);
        await front.RunAsync(stop);
        return 0;

        static void Log(ILoggingBuilder logging) => logging.ClearProviders().AddSimpleConsole(options => options.SingleLine = true)
            .AddFilter("Microsoft", LogLevel.Warning).AddFilter("System", LogLevel.Warning);
    }
}
