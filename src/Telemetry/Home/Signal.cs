namespace PantryChain.Telemetry.Home;

/// <summary>Remembers that something happened until the one who waits for it has seen it. Any thread sets, one waits.</summary>
internal sealed class Signal : IDisposable
{
    private readonly SemaphoreSlim _set = new(0, 1);
    private readonly Lock _setting = new();

    public void Set()
    {
        lock (_setting)
        {
            if (_set.CurrentCount == 0)
                _set.Release();
        }
    }

    public Task WaitAsync(CancellationToken cancellation) => _set.WaitAsync(cancellation);

    public void Dispose() => _set.Dispose();
}
