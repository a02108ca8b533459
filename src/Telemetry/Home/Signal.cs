namespace PantryChain.Telemetry.Home;

/// <summary>Wakes one waiting drain; signals that arrive while it works are one signal afterwards.</summary>
/// <remarks>Thread safe for any number of callers of <see cref="Set"/> and one waiter.</remarks>
public sealed class Signal : IDisposable
{
    private readonly SemaphoreSlim _set = new(0, 1);
    private readonly Lock _setting = new();

    /// <summary>Wakes the waiter, now or when it next waits.</summary>
    public void Set()
    {
        lock (_setting)
        {
            if (_set.CurrentCount == 0)
                _set.Release();
        }
    }

    /// <summary>Returns when the signal is set.</summary>
    public Task WaitAsync(CancellationToken cancellation) => _set.WaitAsync(cancellation);

    /// <summary>Returns when the signal is set, or after <paramref name="longest"/> of real time.</summary>
    public Task WaitAsync(TimeSpan longest, CancellationToken cancellation) => _set.WaitAsync(longest, cancellation);

    /// <inheritdoc />
    public void Dispose() => _set.Dispose();
}
