using System.Text.Json;
using PantryChain.Rehearsal.Parts;

namespace PantryChain.Browser.Tests;

/// <summary>A rehearsal in a folder of its own, started as <c>./pantry up --headless --speed 10</c> starts it, and stopped afterwards; half the usual speed leaves a busy machine time to draw.</summary>
public sealed class RunningRehearsal : IAsyncLifetime
{
    private static readonly TimeSpan StartUp = TimeSpan.FromMinutes(5);

    // not Directory.CreateTempSubdirectory: PostgreSQL runs as another user and must be able to enter
    private readonly string _folder = Path.Combine(Path.GetTempPath(), "pantrychain-browser-" + Guid.NewGuid().ToString("N")[..8]);
    private ChildProcess? _process;

    /// <summary>The household's dashboard.</summary>
    public Uri Gateway { get; private set; } = null!;

    /// <summary>The store.</summary>
    public Uri Store { get; private set; } = null!;

    /// <summary>What the member types to see what is theirs.</summary>
    public string Pin => Secret("member.pin");

    /// <summary>What the clerk types.</summary>
    public string ClerkPassword => Secret("store/keys/clerk.password");

    /// <summary>Where screenshots are kept as test output.</summary>
    public static string Screenshots { get; } = Directory.CreateDirectory(Path.Combine(Tool.ProjectFolder(), "artifacts", "screenshots")).FullName;

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(_folder);
        _process = await ChildProcess.StartAsync(
            Tool.Dotnet, [HostPart.ProgramOf("Rehearsal"), "up", "--headless", "--speed", "10", "--home-broker", "embedded", "--data", Path.Combine(_folder, "run")], Path.Combine(_folder, "rehearsal.log"));
        using CancellationTokenSource deadline = new(StartUp);
        using HttpClient http = new();
        Dictionary<string, int> ports = await UntilAsync(ReadPorts, deadline.Token);
        (Gateway, Store) = (new Uri($"http://127.0.0.1:{ports["gateway"]}/"), new Uri($"http://127.0.0.1:{ports["store"]}/"));
        await UntilAsync(() => AnswersAsync(http, new Uri(Gateway, "health"), deadline.Token), deadline.Token);
        await UntilAsync(() => AnswersAsync(http, new Uri(Store, "health"), deadline.Token), deadline.Token);
    }

    public async Task DisposeAsync()
    {
        if (_process is not null)
            await _process.StopAsync(TimeSpan.FromSeconds(30));
        _process?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>The rehearsal's last words, for a failure's message.</summary>
    public string LastLines() => string.Join('\n', File.ReadLines(Path.Combine(_folder, "rehearsal.log")).TakeLast(20));

    private string Secret(string name) => File.ReadAllText(Path.Combine(_folder, "run", name)).Trim();

    private Task<Dictionary<string, int>?> ReadPorts()
    {
        string file = Path.Combine(_folder, "run", "ports.json");
        return Task.FromResult(File.Exists(file) ? JsonSerializer.Deserialize<Dictionary<string, int>>(File.ReadAllText(file)) : null);
    }

    private static async Task<string?> AnswersAsync(HttpClient http, Uri address, CancellationToken cancel)
    {
        try
        {
            return await http.GetStringAsync(address, cancel);
        }
        catch (HttpRequestException)
        {
            return null; // not there yet
        }
    }

    private async Task<T> UntilAsync<T>(Func<Task<T?>> ask, CancellationToken deadline)
        where T : class
    {
        while (true)
        {
            if (await ask() is { } answer)
                return answer;
            if (_process is { IsRunning: false })
                throw new InvalidOperationException("The rehearsal ended early:\n" + LastLines());
            try
            {
                await Task.Delay(100, deadline);
            }
            catch (OperationCanceledException error)
            {
                throw new TimeoutException($"The rehearsal did not start within {StartUp.TotalSeconds} s:\n{LastLines()}", error);
            }
        }
    }
}
