using System.Threading.Channels;

namespace PantryChain.Store.Hosting;

/// <summary>A bell between a writer and a drain: rung any number of times, it wakes the drain once.</summary>
/// <remarks>Thread safe; one waiting drain per bell. What there is to do stands in the database, never in the bell.</remarks>
internal sealed class Wake
{
    private readonly Channel<bool> _bell = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Wakes the drain, now or when it next waits.</summary>
    public void Ring() => _bell.Writer.TryWrite(true);

    /// <summary>Waits for a ring, at most <paramref name="longest"/> of real time, so that a lost ring only costs time.</summary>
    public async Task WaitAsync(TimeSpan longest, CancellationToken stop)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(longest);
        try
        {
            await _bell.Reader.ReadAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // The limit passed: look anyway.
        }
    }
}
