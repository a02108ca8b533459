using PantryChain.Rehearsal.Parts;

namespace PantryChain.Store.Tests;

/// <summary>The store as a process of its own, to be killed.</summary>
internal sealed class StoreProcess(StoreWorld world) : IAsyncDisposable
{
    private ChildProcess? _process;

    /// <summary>The program of the same build as this test: <c>bin/Store.Tests/CONFIGURATION</c> has <c>bin/Store/CONFIGURATION</c> as its neighbour.</summary>
    public static string Program { get; } = Path.Combine(
        AppContext.BaseDirectory, "..", "..", "Store", Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)), "PantryChain.Store.dll");

    public long PeakMemory => _process?.PeakMemory ?? 0;

    public async Task StartAsync() => _process = await ChildProcess.StartAsync(
        "dotnet", [Program, "run", "--data", world.Folder.Path], Path.Combine(world.RootFolder, "store.log"));

    /// <summary>Kills it as <c>kill -9</c> does and waits for its end.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await KillAsync();
    }
}
