using PantryChain.Domain.Events;
using PantryChain.Domain.Sensing;
using PantryChain.Gateway.Blocks;
using PantryChain.Gateway.Learning;
using PantryChain.Gateway.Ordering;
using PantryChain.Gateway.Sensing;
using PantryChain.Telemetry.Journaling;

namespace PantryChain.Gateway;

/// <summary>One sensor sample's life, stations 1 to 8 from top to bottom.</summary>
/// <remarks>
/// Every append is a local durable write; the drains that each one wakes own the network, so a dead uplink never stops sensing. Belongs to the sensing
/// thread alone. Before the gateway has joined a cooperative there is no chain to seal for and nobody to order from: stations 4, 5 and 8 are absent.
/// </remarks>
internal sealed class PantryWalk(
    ShelfStation shelf, SlotBench bench, Observer observer, ShelfBoard board, Journal journal, Learner learner, TimeProvider time, BlockKeeper? blocks = null, Decider? decider = null)
{
    private readonly Queue<Sighting> _unkept = new();

    /// <summary>Takes the next sample all the way; false when there was none.</summary>
    /// <exception cref="IOException">The pins are gone.</exception>
    /// <exception cref="Telemetry.Storage.StorageException">The disk refused; what was seen waits here and is kept at a later step.</exception>
    public bool Step()
    {
        if (!shelf.TrySample(out SensorSample sample))                                              // 1 sense
            return false;
        DateTimeOffset now = time.GetUtcNow();
        bench.Offer(sample, now);
        bool known = shelf.TryWeigh(sample, now, out StockReading reading, out StockStep? step);    // 2 weigh
        if (step is { } told)
            bench.Tap.Offer(told);
        board.Show(reading);
        if (known && (step is not null || observer.IsOpening(reading)))
            _unkept.Enqueue(new Sighting(reading, step));
        while (_unkept.TryPeek(out Sighting sighting))
        {
            ThingEvent seen = Keep(sighting);                                                       // 3 tell   (drained later)
            _unkept.Dequeue();
            if (seen.Kind == ThingEventKind.Delivered)
                blocks?.SealFor(seen);                                                              // 4 block  (others: once a day, DailySeal)
                                                                                                    // 5 anchor (BlockDrain, then the store)
            learner.Learn();                                                                        // 6 learn  (what it finds is journaled too)
            decider?.Review(seen.Gtin);                                                             // 7 decide
        }                                                                                           // 8 order  (OrderDrain, woken by the decision)
        return true;
    }

    private ThingEvent Keep(in Sighting sighting)
    {
        if (sighting.Step is not { } change)
            return journal.Append(observer.Opening(sighting.Reading));
        ThingObservation observation = observer.Observe(change, out Arrival? arrival);
        return journal.Append([observation], (writer, transaction, kept) =>
        {
            if (arrival is not null)
                OrderBook.Arrive(writer, transaction, arrival.Order, kept[0].Seq, arrival.Packs, kept[0].SeenAt);
        })[0];
    }

    /// <summary>What a scale told and the journal does not have yet: a step, or the opening level of a slot.</summary>
    private readonly record struct Sighting(StockReading Reading, StockStep? Step);
}
