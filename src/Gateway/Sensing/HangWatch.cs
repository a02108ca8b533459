namespace PantryChain.Gateway.Sensing;

/// <summary>Notices a call that does not come back: who makes it says when it goes in and out, everybody else may ask.</summary>
/// <remarks>One call at a time; thread safe.</remarks>
/// <param name="real">The machine's time.</param>
internal sealed class HangWatch(TimeProvider real)
{
    /// <summary>From so long on a call is said to hang: many times any adapter's own time-out.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private const long Idle = long.MinValue;

    private long _since = Idle;

    /// <summary>True while a call has been under way for longer than <see cref="Patience"/>.</summary>
    public bool IsHung => Volatile.Read(ref _since) is var since and not Idle && real.GetElapsedTime(since) > Patience;

    /// <summary>Makes the call.</summary>
    public void Call(Action call)
    {
        Volatile.Write(ref _since, real.GetTimestamp());
        try
        {
            call();
        }
        finally
        {
            Volatile.Write(ref _since, Idle);
        }
    }
}
