using System.Threading.Channels;
using PantryChain.Domain.Sensing;

namespace PantryChain.Gateway.Sensing;

/// <summary>What tag readers saw, on its way from their thread to the walk's.</summary>
/// <remarks>Bounded, and nothing is ever dropped: while it is full the readers wait, and say later what is still true then. Thread safe.</remarks>
internal sealed class TagQueue
{
    private const int Most = 256; // every tag of four full readers coming and going at once

    private readonly Channel<TagChange> _changes = Channel.CreateBounded<TagChange>(Most);

    /// <summary>Hands a change on; false while the queue is full.</summary>
    public bool TryPut(in TagChange change) => _changes.Writer.TryWrite(change);

    /// <summary>The change that has waited longest; false when there is none.</summary>
    public bool TryTake(out TagChange change) => _changes.Reader.TryRead(out change);
}
