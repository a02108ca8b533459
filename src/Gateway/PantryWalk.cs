using PantryChain.DeviceDrivers.Shelf.Fusion;
using PantryChain.Domain.Events;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Sensing;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Inbox;
using PantryChain.Gateway.Learning;
using PantryChain.Gateway.Ordering;
using PantryChain.Gateway.Sensing;

namespace PantryChain.Gateway;

/// <summary>One sensor sample's life, stations 1 to 8 from top to bottom.</summary>
/// <remarks>
/// Every append is a local durable write; the drains that each one wakes own the network, so a dead uplink never stops sensing. Belongs to the sensing
/// thread alone. Before the gateway has joined a cooperative there is no chain to seal for and nobody to order from: stations 4, 5 and 8 are absent.
/// </remarks>
internal sealed class PantryWalk(
    ShelfStation shelf, SlotBench bench, TagPairing pairing, TagDesk tags, SlotFuser fuser, Observer observer, ShelfBoard board, ShelfKeeper keeper, Learner learner, Household household,
    TimeProvider time, Decider? decider = null)
{
    private readonly Queue<Sighting> _unkept = new();

    /// <summary>True while something that was seen waits for the disk.</summary>
    public bool Waits => _unkept.Count > 0;

    /// <summary>Takes the next sample, and the tags that moved meanwhile, all the way; false when there was no sample.</summary>
    /// <exception cref="IOException">The pins are gone.</exception>
    /// <exception cref="Telemetry.Storage.StorageException">The disk refused; what was seen waits here and is kept at a later step.</exception>
    public bool Step()
    {
        while (shelf.TryTakeTagChange(out TagChange change))                                        // 1 sense  (tags, from their readers' thread)
            See(change);
        if (!shelf.TrySample(out SensorSample sample))                                              // 1 sense
            return false;
        DateTimeOffset now = time.GetUtcNow();
        bench.Offer(sample, now);
        bool known = shelf.TryWeigh(sample, now, out StockReading reading, out StockStep? step);    // 2 weigh
        if (step is { } settled)
        {
            bench.Tap.Offer(settled);
            shelf.Hold(settled, tags.Around(settled), now);                                         // 2 weigh  (and wait: what is lifted may come back)
        }
        while (known && shelf.TryRelease(sample.Slot, now, out GatedStep due))
            Fuse(due);                                                                              // 2 weigh  (and fuse: which product it was)
        board.Show(reading, shelf.AwayOf(sample.Slot));
        if (known && step is null && observer.IsOpening(reading))
            Open(reading);
        while (_unkept.TryPeek(out Sighting sighting))
        {
            IReadOnlyList<ThingEvent> kept = Keep(sighting);                                        // 3 tell   (drained later; what is ambiguous waits in the inbox)
            _unkept.Dequeue();
                                                                                                    // 4 block  (once a day by DailySeal, or for an order by OrderPlacer)
                                                                                                    // 5 anchor (BlockDrain, then the store)
            learner.Learn();                                                                        // 6 learn  (what it finds is journaled too)
            foreach (ThingEvent seen in kept)
                decider?.Review(seen.Gtin);                                                         // 7 decide
        }                                                                                           // 8 order  (OrderDrain, woken by the decision)
        tags.LookAlone();
        return true;
    }

    private void See(in TagChange change)
    {
        bench.Tap.Offer(change);
        pairing.Offer(change);
        if (tags.Notice(change) is { } move)
            _unkept.Enqueue(new Sighting(Tag: move));
    }

    private void Fuse(in GatedStep due)
    {
        FusedStep fused = fuser.Explain(due.Step, due.Tags) with { IsDoubtful = due.IsDoubtful };
        tags.Look(fused);
        _unkept.Enqueue(new Sighting(Step: fused));
    }

    /// <summary>The opening level; on a slot of several products it is fused like a step from nothing.</summary>
    private void Open(in StockReading reading)
    {
        bool isStep = household.FindSlot(reading.Slot)!.Products.Count > 1 && !observer.IsRecalibrated(reading.Slot) && reading.Level.Abs() > SmallestOpening;
        _unkept.Enqueue(new Sighting(Opening: reading));
        if (isStep)
        {
            StockStep step = StockStep.Of(reading.Slot, reading.At, reading.Level, reading.Level, reading.Sigma);
            Fuse(new GatedStep(step, tags.Around(step)));
        }
    }

    private IReadOnlyList<ThingEvent> Keep(in Sighting sighting) =>
        sighting.Step is { } step ? keeper.Keep(step) : sighting.Tag is { } move ? keeper.Keep(move) : keeper.Open(sighting.Opening!.Value);

    private static readonly Mass SmallestOpening = Mass.FromGrams(5); // an empty shelf is no question

    /// <summary>What was seen and the journal does not have yet: a step, a tag that moved, or the opening level of a slot.</summary>
    private readonly record struct Sighting(FusedStep? Step = null, TagMove? Tag = null, StockReading? Opening = null);
}
