namespace PantryChain.Gateway.Drains;

/// <summary>Wakes one waiting drain; signals that arrive while it works are one signal afterwards.</summary>
/// <remarks>Thread safe for any number of callers of <see cref="Set"/> and one waiter.</remarks>
internal sealed class Signal : IDisposable
{
    private readonly SemaphoreSlim _raised = new(0, 1);
    private readonly Lock _lock = new();

    /// <summary>Wakes the waiter, now or when it next waits.</summary>
    public void Set()
    {
        lock (_lock)
        {
            if (_raised.CurrentCount == 0)
                _raised.Release();
        }
    }

    /// <summary>Returns when the signal is set, or after <paramref name="longest"/> of real time.</summary>
    public Task WaitAsync(TimeSpan longest, CancellationToken stop) => _raised.WaitAsync(longest, stop);

    /// <inheritdoc />
    public void Dispose() => _raised.Dispose();
}
