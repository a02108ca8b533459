namespace PantryChain.Store.Hosting;

/// <summary>Tells any number of waiting tasks that something changed.</summary>
/// <remarks>Take <see cref="Next"/> before looking at the state, await it afterwards: no change between the two is missed. Thread safe.</remarks>
internal sealed class Pulse
{
    private TaskCompletionSource _next = New();

    /// <summary>Completes at the next beat.</summary>
    public Task Next => Volatile.Read(ref _next).Task;

    /// <summary>Completes what waits and starts the next beat.</summary>
    public void Beat() => Interlocked.Exchange(ref _next, New()).TrySetResult();

    /// <summary>Waits for a beat that was taken from <see cref="Next"/>, at most <paramref name="longest"/> of real time.</summary>
    public static async Task WaitAsync(Task beat, TimeSpan longest, CancellationToken stop)
    {
        try
        {
            await beat.WaitAsync(longest, stop);
        }
        catch (TimeoutException)
        {
            // Look anyway: a missed beat only costs time.
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
