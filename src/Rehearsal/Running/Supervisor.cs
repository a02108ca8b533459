using PantryChain.Rehearsal.Parts;

namespace PantryChain.Rehearsal.Running;

/// <summary>Sees to it that every part runs: starts it, and starts it again when it died, however it died.</summary>
/// <remarks>Thread safe.</remarks>
internal sealed class Supervisor(Action<string> tell) : IAsyncDisposable
{
    private readonly List<(Part Part, Task Watch)> _watched = [];
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Fails when a part cannot be brought back; never completes otherwise.</summary>
    public Task Failed => _failed.Task;

    /// <summary>The parts, in the order of their start.</summary>
    public IReadOnlyList<Part> Parts
    {
        get
        {
            lock (_lock)
                return [.. _watched.Select(watched => watched.Part)];
        }
    }

    /// <summary>Starts a part and keeps it running from then on.</summary>
    /// <exception cref="PartException">It does not start.</exception>
    public async Task StartAsync(Part part, CancellationToken cancellation)
    {
        await part.StartAsync(cancellation);
        lock (_lock)
            _watched.Add((part, Task.Run(() => WatchAsync(part), CancellationToken.None)));
    }

    /// <summary>Stops watching and asks each part to end, last started first; kills those that do not.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        foreach ((Part part, Task watch) in Enumerable.Reverse(_watched))
        {
            await watch;
            await part.StopAsync();
            await part.DisposeAsync();
        }
        _stop.Dispose();
    }

    private async Task WatchAsync(Part part)
    {
        try
        {
            while (true)
            {
                await part.WaitForExitAsync(_stop.Token);
                _stop.Token.ThrowIfCancellationRequested();
                tell($"{part.Name} died; it is started again.");
                await part.StartAsync(_stop.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // the end of the rehearsal
        }
        catch (Exception error)
        {
            _failed.TrySetException(error);
        }
    }
}
