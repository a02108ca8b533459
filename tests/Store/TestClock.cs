using PantryChain.Rehearsal.Parts;

namespace PantryChain.Store.Tests;

/// <summary>Household time of a test: the real one plus what was skipped; the chain skips with it.</summary>
internal sealed class TestClock(AnvilPart chain) : TimeProvider
{
    private long _skippedTicks;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _skippedTicks));

    /// <summary>Sets this clock alone forward, as a machine whose clock is wrong.</summary>
    public void Drift(TimeSpan span) => Interlocked.Add(ref _skippedTicks, span.Ticks);

    /// <summary>Lets household time pass at once, here and in a new block of the chain.</summary>
    public async Task SkipAsync(TimeSpan span)
    {
        Interlocked.Add(ref _skippedTicks, span.Ticks);
        await chain.CallAsync("evm_increaseTime", [(long)span.TotalSeconds]);
        await chain.CallAsync("evm_mine", []);
    }
}
