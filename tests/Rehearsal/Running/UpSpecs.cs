using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Net;
using CliWrap.Buffered;
using CliWrap;
using PantryChain.Rehearsal.Parts;

namespace PantryChain.Rehearsal.Tests.Running;

public sealed class UpSpecs : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("up-").FullName;

    public UpSpecs() => File.SetUnixFileMode(_folder, File.GetUnixFileMode(_folder) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);

    [Theory]
    [InlineData("--sped 5", "'--sped' is not understood*./pantry help*")]
    [InlineData("--speed 0", "--speed 0 is out of range*")]
    [InlineData("--speed fast", "*fast*./pantry help*")]
    [InlineData("--replay /nowhere.csv", "--replay and --household belong together*")]
    [InlineData("--replay /nowhere.csv --household 84", "/nowhere.csv does not exist*")]
    [InlineData("--clerk robot", "--clerk robot is not understood*")]
    [InlineData("--home-broker robot", "--home-broker robot is not understood. Use embedded or mosquitto.")]
    [InlineData("--gateway-port 70000", "70000 is no port*")]
    [InlineData("--faults /nowhere.json", "/nowhere.json cannot be read*Faults by script*")]
    [InlineData("--json /nowhere/out.json", "The folder of /nowhere/out.json does not exist*")]
    public async Task Bad_input_is_one_line_exit_code_2_and_nothing_runs(string options, string message)
    {
        (int code, string said) = await RunAsync(["--data", _folder, .. options.Split(' ')]);

        code.Should().Be(2);
        said.Trim().Should().Match(message).And.NotContain("\n");
        Directory.Exists(Path.Combine(_folder, "brokers")).Should().BeFalse();
    }

    [Fact]
    public async Task A_busy_port_is_named_before_anything_starts()
    {
        using TcpListener busy = new(IPAddress.Loopback, 0);
        busy.Start();
        int port = ((IPEndPoint)busy.LocalEndpoint).Port;

        (int code, string said) = await RunAsync(["--data", _folder, "--gateway-port", port.ToString(CultureInfo.InvariantCulture)]);

        code.Should().Be(2);
        said.Should().StartWith($"Port {port} is busy.");
    }

    [Fact]
    public async Task A_folder_with_another_household_is_left_alone()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "rehearsal.json"), """{"seed":7,"firstDay":"2026-05-01","replay":null,"household":null}""");

        (int code, string said) = await RunAsync(["--data", _folder]);

        code.Should().Be(2);
        said.Should().Contain("the default household with --seed 7").And.Contain("--wipe");
    }

    [Theory]
    [InlineData("", "embedded", "has the mosquitto broker")] // a folder of an earlier version
    [InlineData(",\"homeBroker\":\"embedded\"", "mosquitto", "has the embedded broker")]
    public async Task A_folder_keeps_its_home_broker_because_what_was_heard_waits_there(string kept, string asked, string expected)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "rehearsal.json"), $$"""{"seed":1,"firstDay":"2026-05-01","replay":null,"household":null{{kept}}}""");

        (int code, string said) = await RunAsync(["--data", _folder, "--home-broker", asked]);

        code.Should().Be(2);
        said.Should().Contain(expected).And.Contain("Leave --home-broker away");
    }

    [Fact]
    public async Task Killing_the_supervisor_leaves_nothing_running()
    {
        ChildProcess supervisor = await ChildProcess.StartAsync(
            Tool.Dotnet, [Program, "up", "--headless", "--data", _folder], Path.Combine(_folder, "up.log"));
        List<int> started = [];
        await Until(() => (started = Descendants(supervisor.Id)).Count >= 3 || !supervisor.IsRunning);

        supervisor.Kill();

        started.Count.Should().BeGreaterThanOrEqualTo(3, await File.ReadAllTextAsync(Path.Combine(_folder, "up.log")));
        await Until(() => started.TrueForAll(process => !IsAlive(process)));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Program => HostPart.ProgramOf("Rehearsal");

    private static async Task<(int Code, string Said)> RunAsync(string[] options)
    {
        BufferedCommandResult run = await Cli.Wrap(Tool.Dotnet).WithArguments([Program, "up", "--headless", .. options]).WithValidation(CommandResultValidation.None).ExecuteBufferedAsync();
        run.StandardOutput.Should().BeEmpty();
        return (run.ExitCode, run.StandardError);
    }

    private static List<int> Descendants(int process) =>
        [.. ProcessTable.ChildrenOf(process).SelectMany(child => Descendants(child).Prepend(child))];

    private static bool IsAlive(int process)
    {
        try
        {
            string text = File.ReadAllText($"/proc/{process}/stat");
            return text[(text.LastIndexOf(')') + 2)..][0] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static async Task Until(Func<bool> condition)
    {
        for (Stopwatch waited = Stopwatch.StartNew(); !condition(); await Task.Delay(50))
            waited.Elapsed.Should().BeLessThan(TimeSpan.FromMinutes(3));
    }
}
