using System.Text.Json;
using System.Text.Json.Nodes;
using PantryChain.Rehearsal.Parts;
using Xunit.Abstractions;

namespace PantryChain.Walk.Tests;

/// <summary>A gateway with a folder of its own, started by its three commands, becomes a member of a store that runs elsewhere.</summary>
public sealed class JoiningFromElsewhereSpecs(ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly string _folder = Path.Combine(Path.GetTempPath(), "pantrychain-elsewhere-" + Guid.NewGuid().ToString("N")[..8]); // PostgreSQL's user must be able to enter
    private readonly CancellationTokenSource _deadline = new(Patience);
    private readonly HttpClient _http = new();
    private ChildProcess? _rehearsal, _second;
    private Uri _store = null!;

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(_folder);
        _rehearsal = await ChildProcess.StartAsync(Tool.Dotnet, [HostPart.ProgramOf("Rehearsal"), "up", "--headless", "--speed", "60", "--data", Run()], Path.Combine(_folder, "rehearsal.log"));
        await UntilAsync(() => Task.FromResult(File.Exists(Run("ports.json"))), "the rehearsal's ports");
        int port = JsonNode.Parse(await File.ReadAllTextAsync(Run("ports.json")))!["store"]!.GetValue<int>();
        _store = new Uri($"http://127.0.0.1:{port}/");
    }

    [Fact]
    public async Task A_gateway_in_another_folder_joins_the_store_keeps_its_time_and_has_its_blocks_taken()
    {
        await UntilAsync(async () => (await HealthAsync(_store)) is { } health && health["counts"]?["households"]?.GetValue<long>() == 1, "the store with its first household");
        await UntilAsync(() => Task.FromResult(RehearsedDays() > 8), "more household days than a claim lives, so that only the store's own clock helps");

        string made = await GatewayAsync("init", "--pin-file", Second("pin"));
        made.Should().Contain("join URL --invitation CODE --data " + Second("data"));
        int port = Furnish();
        string code = (await VerbAsync("Store", "invite", "--data", Run("store"), "--note", "second home")).Trim();
        string joined = await GatewayAsync("join", _store.ToString(), "--invitation", code, "--pin-file", Second("pin"));
        joined.Should().Contain("Joined Chestnut Cooperative").And.Contain("run --data " + Second("data"));
        _second = await ChildProcess.StartAsync(Tool.Dotnet, [HostPart.ProgramOf("Gateway"), "run", "--data", Second("data")], Second("run.log"));

        JsonNode? last = null;
        await UntilAsync(
            async () => (last = await HealthAsync(new Uri($"http://127.0.0.1:{port}/"))) is { } health && health["cooperative"]!.GetValue<string>() == "connected" && health["accepted"]!.GetValue<long>() >= 2,
            "two accepted blocks", () => $"{last}\n{Tail(Second("run.log"))}");
        last!["rejected"].Should().BeNull();
        last["rehearsal"]!.GetValue<bool>().Should().BeTrue();
        last["slots"]!["1"]!.GetValue<string>().Should().BeOneOf(["Stale", "Disconnected"], "its cell is absent, and all else goes on");
        (await File.ReadAllTextAsync(Second("run.log"))).Should().Contain("gpiochip").And.Contain("tried again");
        (await HealthAsync(_store))!["counts"]!["households"]!.GetValue<long>().Should().Be(2);
    }

    public async Task DisposeAsync()
    {
        foreach (ChildProcess? process in (ChildProcess?[])[_second, _rehearsal])
        {
            if (process is not null)
                await process.StopAsync(TimeSpan.FromSeconds(30));
            process?.Dispose();
        }
        _http.Dispose();
        _deadline.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string Run(string name = "") => Path.Combine(_folder, "run", name);

    private string Second(string name) => Path.Combine(Directory.CreateDirectory(Path.Combine(_folder, "second")).FullName, name);

    private Task<string> GatewayAsync(string verb, params string[] words) => VerbAsync("Gateway", [verb, .. words, "--data", Second("data")]);

    /// <summary>What a newcomer edits: a free port, no broker at home; and pins that no machine has, as on a desk before anything is soldered.</summary>
    private int Furnish()
    {
        string file = Path.Combine(Second("data"), "gateway.json");
        JsonNode own = JsonNode.Parse(File.ReadAllText(file))!;
        int port = LoopbackPort.Free();
        own["home"] = null;
        own["dashboard"]!["port"] = port;
        own["cells"]!["chip"] = "pinctrl-nowhere";
        File.WriteAllText(file, own.ToJsonString());
        return port;
    }

    private double RehearsedDays()
    {
        if (!File.Exists(Run("clock.json")))
            return 0;
        JsonNode clock = JsonNode.Parse(File.ReadAllText(Run("clock.json")))!;
        return (TimeProvider.System.GetUtcNow() - clock["start"]!.GetValue<DateTimeOffset>()).TotalDays * clock["speed"]!.GetValue<double>();
    }

    private async Task<string> VerbAsync(string project, params string[] words)
    {
        string log = Path.Combine(_folder, $"{project}-{words[0]}.log");
        using ChildProcess process = await ChildProcess.StartAsync(Tool.Dotnet, [HostPart.ProgramOf(project), .. words], log);
        await process.WaitAsync(_deadline.Token);
        string text = await File.ReadAllTextAsync(log);
        output.WriteLine(text.TrimEnd());
        process.ExitCode.Should().Be(0, text);
        return text;
    }

    private async Task<JsonNode?> HealthAsync(Uri host)
    {
        try
        {
            using HttpRequestMessage request = new(HttpMethod.Get, new Uri(host, "health"));
            string clerk = Run("store/keys/clerk.token");
            if (host == _store && File.Exists(clerk))
                request.Headers.Authorization = new("Bearer", (await File.ReadAllTextAsync(clerk, _deadline.Token)).Trim()); // figures are for the clerk
            using HttpResponseMessage response = await _http.SendAsync(request, _deadline.Token);
            return JsonNode.Parse(await response.Content.ReadAsStringAsync(_deadline.Token));
        }
        catch (Exception error) when (error is HttpRequestException or JsonException)
        {
            return null; // not there yet
        }
    }

    private async Task UntilAsync(Func<Task<bool>> holds, string what, Func<string>? state = null)
    {
        try
        {
            while (!await holds())
            {
                if (_rehearsal is { IsRunning: false })
                    throw new InvalidOperationException("The rehearsal ended early:\n" + Tail(Path.Combine(_folder, "rehearsal.log")));
                await Task.Delay(100, _deadline.Token);
            }
        }
        catch (OperationCanceledException error)
        {
            throw new TimeoutException($"No {what} within {Patience.TotalSeconds:0} s.\n{state?.Invoke() ?? Tail(Path.Combine(_folder, "rehearsal.log"))}", error);
        }
    }

    private static string Tail(string log) => File.Exists(log) ? string.Join('\n', File.ReadLines(log).TakeLast(20)) : "(no log)";
}
