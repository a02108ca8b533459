using System.CommandLine;
using System.Text.Json;
using PantryChain.Gateway.Commands;
using PantryChain.Gateway.Configuration;

namespace PantryChain.Gateway.Tests.Commands;

/// <summary>Runs commands against a gateway of a test, as a person at its machine would.</summary>
internal sealed class Console(GatewayWorld world)
{
    /// <summary>Runs a verb.</summary>
    /// <param name="command">The verb.</param>
    /// <param name="args">What follows it.</param>
    /// <returns>Its exit code, what it printed, and what it said was wrong.</returns>
    public async Task<(int Code, string Output, string Error)> RunAsync(Command command, params string[] args)
    {
        // The gateway took a free port; a person would have it in gateway.json.
        GatewayOptions options = world.Household.Options with { Dashboard = new DashboardOptions { Port = world.Address.Port } };
        await File.WriteAllTextAsync(world.Folder.Configuration, JsonSerializer.Serialize(options, ConfigurationJson.Default.GatewayOptions));
        RootCommand root = [command];
        root.Add(CommandLine.Data);
        StringWriter output = new(), error = new();
        ParseResult parsed = root.Parse([command.Name, .. args, "--data", world.Folder.Path]);
        if (parsed.Errors.Count > 0)
            return (CommandLine.BadInput, "", parsed.Errors[0].Message);
        try
        {
            int code = await parsed.InvokeAsync(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false });
            return (code, output.ToString(), error.ToString());
        }
        catch (UserError refusal)
        {
            return (CommandLine.BadInput, output.ToString(), refusal.Message);
        }
    }
}

/// <summary>Input whose lines are made when they are read, as somebody acts who was told what to do; then it ends.</summary>
internal sealed class ActingReader(params Func<string>[] lines) : TextReader
{
    private int _read;

    public override string? ReadLine() => _read < lines.Length ? lines[_read++]() : null;
}
