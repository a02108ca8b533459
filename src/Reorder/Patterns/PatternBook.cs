using PantryChain.Domain.Catalogue;
using PantryChain.Domain.Events;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Learning;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Time;

namespace PantryChain.Reorder.Patterns;

/// <summary>Station 6: learns a household's use of all its products from the journal's events, one after the other.</summary>
/// <remarks>
/// Not thread safe. A fold: the same events give the same book, whether learnt at once or from a saved state on. Time is counted in active days:
/// while nobody touched any shelf for two weeks, the household was away and the clock stood still.
/// </remarks>
public sealed class PatternBook
{
    private const int AwayDays = 14;
    private const uint CyclesBeforePredictions = 3; // below that the class prior speaks, not the household

    private readonly SortedDictionary<ulong, Mass> _packs = [];
    private readonly SortedDictionary<ulong, ProductHistory> _products = [];
    private readonly List<PatternFinding> _untold = [];
    private readonly CyclePrior _prior;
    private DateTimeOffset _start, _lastTouch;
    private uint _away;

    /// <summary>An empty book that starts from <paramref name="prior"/>, by default <see cref="CyclePrior.Global"/>.</summary>
    public PatternBook(CyclePrior? prior = null) => _prior = prior ?? CyclePrior.Global;

    /// <summary>Number of the last event learnt; 0 before the first.</summary>
    public ulong LastSeq { get; private set; }

    /// <summary>Confirmations and deviations that the journal does not hold yet, oldest first: append their observations, then learn those events.</summary>
    public IReadOnlyList<PatternFinding> Untold => _untold;

    /// <summary>Tells the book a product's pack mass; events of unknown products are counted past.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The pack weighs nothing.</exception>
    public void Track(Product product)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(product.Pack.Milligrams, 1, nameof(product));
        _packs[product.Gtin.Value] = product.Pack;
    }

    /// <summary>The cycle number that belongs into the next observation of a product when <paramref name="used"/> (not negative) was used.</summary>
    public uint CyclesAfter(Gtin gtin, Mass used) =>
        _packs.TryGetValue(gtin.Value, out Mass pack) ? (Find(gtin)?.CyclesAfter(used, pack) ?? CountFrom(gtin).CyclesAfter(used, pack)) : 0;

    /// <summary>Learns the journal's next event; one with a number already learnt changes nothing.</summary>
    public void Learn(ThingEvent seen)
    {
        if (seen.Seq <= LastSeq)
            return;
        LastSeq = seen.Seq;
        if (IsTouch(seen.Kind))
            Touch(seen.SeenAt);
        if (seen.Gtin.IsNone || !_packs.TryGetValue(seen.Gtin.Value, out Mass pack))
            return;

        ProductHistory before = (Find(seen.Gtin) ?? CountFrom(seen.Gtin)).Reach(ActiveDay(seen.Day));
        ProductHistory after = seen.Kind switch
        {
            ThingEventKind.Used => LearnUse(before, seen, pack),
            ThingEventKind.Restocked => LearnRestock(before, seen, pack),
            ThingEventKind.Corrected => before.Correct(seen.Delta, pack),
            _ => before,
        };
        if (IsLevel(seen.Kind))
            after = after.At(seen.Slot, seen.Level);
        if (seen.Kind is ThingEventKind.PatternConfirmed or ThingEventKind.Deviation)
            Told(seen);
        _products[seen.Gtin.Value] = after;
    }

    /// <summary>What is known about a product's use on <paramref name="today"/>; null before its first event.</summary>
    public ConsumptionPattern? Pattern(Gtin gtin, HouseholdDay today) => Find(gtin)?.Reach(ActiveDay(today)).Pattern(_prior);

    /// <summary>Stock of a product over all slots as the last events left it; null before its first event.</summary>
    public Mass? Stock(Gtin gtin) => Find(gtin)?.Stock;

    /// <summary>The whole book as one value that <see cref="Restore"/> takes back.</summary>
    public PatternState Save() => new(PatternState.CurrentVersion, LastSeq, _start, _lastTouch, _away, [.. _products.Values], [.. _untold]);

    /// <summary>A book as it was saved; products must be tracked again.</summary>
    /// <exception cref="FormatException">The state was written by another version: learn the journal from its first event instead.</exception>
    public static PatternBook Restore(PatternState state, CyclePrior? prior = null)
    {
        if (state.Version != PatternState.CurrentVersion)
            throw new FormatException($"Saved patterns have version {state.Version}, this program writes {PatternState.CurrentVersion}. Learn the journal anew.");
        PatternBook book = new(prior) { LastSeq = state.LastSeq, _start = state.Start, _lastTouch = state.LastTouch, _away = state.AwayDays };
        foreach (ProductHistory product in state.Products)
            book._products[product.Gtin.Value] = product;
        book._untold.AddRange(state.Untold);
        return book;
    }

    private ProductHistory LearnUse(ProductHistory before, ThingEvent seen, Mass pack)
    {
        double now = ActiveDays(seen.SeenAt);
        ProductHistory after = before.Use(seen.Delta.Abs(), pack, now, _prior);
        bool predicted = after.Cycles == before.Cycles + 1 && before.Finished.Count >= CyclesBeforePredictions;
        CycleForecast forecast = before.Finished.Forecast(_prior);
        if (predicted && Math.Abs(now - before.CycleStart - forecast.MedianDays) <= forecast.Window)
            Find(seen, ThingEventKind.PatternConfirmed, Mass.Zero, after.Cycles);
        return after;
    }

    /// <summary>A rise that no order explains, while the shelf would have lasted beyond the window: the household went shopping outside its pattern.</summary>
    private ProductHistory LearnRestock(ProductHistory before, ThingEvent seen, Mass pack)
    {
        double now = ActiveDays(seen.SeenAt);
        CycleForecast forecast = before.Finished.Forecast(_prior);
        bool rise = seen.Delta.Milligrams * 2 >= pack.Milligrams;
        double packsLeft = (double)before.Stock.Milligrams / pack.Milligrams;
        bool early = packsLeft > before.Shelf.Forecast(forecast).PacksPerDay * forecast.Window;
        if (!rise || !early || before.Finished.Count < CyclesBeforePredictions || now < before.QuietUntil)
            return before;
        Find(seen, ThingEventKind.Deviation, seen.Delta, before.Cycles);
        return before with { QuietUntil = now + forecast.Window };
    }

    private void Find(ThingEvent cause, ThingEventKind kind, Mass delta, uint cycles) =>
        _untold.Add(new PatternFinding(cause.Seq, new ThingObservation(cause.SeenAt, cause.Day, cause.Slot, cause.Gtin, kind, delta, cause.Level, cycles)));

    private void Told(ThingEvent seen)
    {
        int index = _untold.FindIndex(found => found.Observation.Gtin == seen.Gtin && found.Observation.Kind == seen.Kind);
        if (index >= 0)
            _untold.RemoveAt(index);
    }

    private ProductHistory? Find(Gtin gtin) => _products.GetValueOrDefault(gtin.Value);

    private ProductHistory CountFrom(Gtin gtin) => ProductHistory.New(gtin, ActiveDays(_lastTouch));

    private void Touch(DateTimeOffset at)
    {
        if (_start == default)
            (_start, _lastTouch) = (at, at);
        double gap = (at - _lastTouch).TotalDays;
        if (gap >= AwayDays)
            _away += (uint)gap;
        if (gap > 0.0)
            _lastTouch = at;
    }

    private uint ActiveDay(HouseholdDay day) => day.Number - Math.Min(day.Number, _away);

    private double ActiveDays(DateTimeOffset at) => _start == default ? 0.0 : Math.Max(0.0, (at - _start).TotalDays - _away);

    private static bool IsTouch(ThingEventKind kind) =>
        kind is ThingEventKind.Used or ThingEventKind.Restocked or ThingEventKind.Delivered or ThingEventKind.TagSeen or ThingEventKind.TagLost or ThingEventKind.Snapshot;

    private static bool IsLevel(ThingEventKind kind) =>
        kind is ThingEventKind.Used or ThingEventKind.Restocked or ThingEventKind.Delivered or ThingEventKind.Snapshot or ThingEventKind.Corrected;
}

/// <summary>A met prediction or a deviation that the journal should hold.</summary>
/// <param name="CauseSeq">Number of the event that showed it.</param>
/// <param name="Observation">What to append, with the household time and level of the cause.</param>
public sealed record PatternFinding(ulong CauseSeq, ThingObservation Observation);

/// <summary>A saved <see cref="PatternBook"/>; plain numbers, for JSON.</summary>
/// <param name="Version">Which program version can read it.</param>
/// <param name="LastSeq">Number of the last event in it.</param>
/// <param name="Start">Household time at which active days began.</param>
/// <param name="LastTouch">Household time of the last touch of any shelf.</param>
/// <param name="AwayDays">Whole days for which the clock stood still.</param>
/// <param name="Products">One state per product.</param>
/// <param name="Untold">Findings not yet in the journal.</param>
public sealed record PatternState(
    int Version, ulong LastSeq, DateTimeOffset Start, DateTimeOffset LastTouch, uint AwayDays,
    IReadOnlyList<ProductHistory> Products, IReadOnlyList<PatternFinding> Untold)
{
    /// <summary>The version that this program writes.</summary>
    public const int CurrentVersion = 1;
}
