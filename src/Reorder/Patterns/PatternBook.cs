using PantryChain.Domain.Catalogue;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Learning;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Time;

namespace PantryChain.Reorder.Patterns;

/// <summary>Where the count of a product's used up packs stands.</summary>
/// <param name="Cycles">Packs used up so far.</param>
/// <param name="PacksToNext">Packs that must still be used until it rises.</param>
/// <param name="IsReopened">True after the member said that a pack is not used up although its slot is empty, until something moves there.</param>
/// <param name="IsClosed">True after the count was closed over an empty slot, until something arrives: it is closed once only, whoever says so.</param>
public readonly record struct PackCount(uint Cycles, double PacksToNext, bool IsReopened, bool IsClosed);

/// <summary>Station 6: learns a household's use of all its products from the journal's events, one after the other.</summary>
/// <remarks>
/// Not thread safe. A fold: the same events give the same book, whether learnt at once or from a saved state on. Learning an event allocates nothing but findings.
/// Time is counted in active days (<see cref="HouseholdClock"/>): absences stand still, and a clock that leaps is not believed at once.
/// </remarks>
public sealed partial class PatternBook
{
    private const long MostMilligrams = 1_000_000_000; // a tonne: no shelf holds more, so a larger number is no weight
    private const int ProductsOfHouseholdEvent = 3;    // forecast D6
    private const double LighterShare = 0.98;          // a pack that came back this much lighter was poured from
    private static readonly TimeSpan BorrowedAtMost = TimeSpan.FromHours(4);
    private static readonly TimeSpan FindingsLast = TimeSpan.FromDays(7);

    private readonly SortedList<ulong, ProductEntry> _products = [];
    private readonly SortedList<string, ClassEntry> _classes = new(StringComparer.Ordinal);
    private readonly List<PatternFinding> _untold = [];
    private readonly PriorTable _priors;
    private readonly KoreanHolidays _holidays;
    private HouseholdClock _clock;
    private HolidayDemand _demand;
    private RefitSums _household;
    private uint _eventDay, _eventProducts;

    /// <summary>An empty book.</summary>
    /// <param name="priors">What is believed of product classes beforehand, by default the table that ships.</param>
    /// <param name="holidays">The calendar, by default the law's without a household's own file.</param>
    public PatternBook(PriorTable? priors = null, KoreanHolidays? holidays = null) =>
        (_priors, _holidays) = (priors ?? PriorTable.Shipped, holidays ?? KoreanHolidays.BuiltIn);

    /// <summary>Number of the last event learnt; 0 before the first.</summary>
    public ulong LastSeq { get; private set; }

    /// <summary>Confirmations and deviations that the journal does not hold yet, oldest first: append their observations, then learn those events.</summary>
    /// <remarks>A finding that the journal passed over for a week is let go, so a corrected pack size tells no old news.</remarks>
    public IReadOnlyList<PatternFinding> Untold => _untold;

    /// <summary>Tells the book a product's pack and class; events of unknown products are counted past. Another pack size scales what was learnt.</summary>
    /// <param name="product">The product.</param>
    /// <param name="slots">Where it stands now, or null for every slot that it was seen on; what it left behind elsewhere is no stock any more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The pack weighs nothing.</exception>
    public void Track(Product product, IEnumerable<SlotId>? slots = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(product.Pack.Milligrams, 1, nameof(product));
        ProductEntry entry = EntryOf(product.Gtin);
        entry.Pack = Math.Min(product.Pack.Milligrams, MostMilligrams);
        entry.Prior = _priors.Of(product.ClassId);
        entry.Class = ClassOf(product.ClassId);
        entry.Placed = slots is null ? null : [.. slots.Select(slot => slot.Value)];
        if (entry.Begun && entry.State.Pack != entry.Pack)
            entry.State.Repack(entry.Pack);
    }

    /// <summary>Takes a member's answer to "how long does a pack last?" as two cycles older than all that were seen; another answer replaces it.</summary>
    /// <param name="gtin">The product, tracked or not.</param>
    /// <param name="days">Days per pack, 0.1 to 3,650; null takes the answer back.</param>
    /// <exception cref="ArgumentOutOfRangeException">The days are outside that range.</exception>
    public void Tell(Gtin gtin, double? days)
    {
        if (days is { } given && !(given >= 0.1 && given <= 3650.0))
            throw new ArgumentOutOfRangeException(nameof(days), days, "A pack lasts from 0.1 to 3650 days. Give the days that one pack lasts.");
        EntryOf(gtin).Told = days ?? 0.0;
    }

    /// <summary>What a member said that a pack lasts, in days; null when nobody did.</summary>
    public double? ToldDays(Gtin gtin) => Find(gtin) is { Told: > 0.0 } entry ? entry.Told : null;

    /// <summary>The cycle number that belongs into the next observation of a product when <paramref name="used"/> (not negative) was used.</summary>
    public uint CyclesAfter(Gtin gtin, Mass used)
    {
        if (Find(gtin) is not { Pack: > 0 } entry)
            return 0;
        ProductHistory state = entry.Begun ? entry.State : new ProductHistory(gtin, entry.Pack, 0.0, 0);
        return state.Cycles + state.CountedBy(Math.Clamp(used.Milligrams, 0, MostMilligrams));
    }

    /// <summary>Where the count of a product's packs stands; null before its first event.</summary>
    public PackCount? Count(Gtin gtin) =>
        Find(gtin) is { Begun: true, Pack: > 0 } entry ? new PackCount(entry.State.Cycles, entry.State.PacksToNextCycle, entry.State.Reopened, entry.State.ClosedOnce) : null;

    /// <summary>What is known about a product's use on <paramref name="today"/>; null before its first event.</summary>
    public ConsumptionPattern? Pattern(Gtin gtin, HouseholdDay today)
    {
        if (Find(gtin) is not { Begun: true, Pack: > 0 } entry)
            return null;
        int idle = _clock.IdleDays(today, out bool away, out bool doubted);
        ProductHistory state = entry.State;
        if (idle > 0)
        {
            state.Close(_clock.OpenDay, IsHouseholdEvent(out _), FactorOn(_clock.OpenDay));
            state.CloseIdle(idle - 1);
        }
        PatternDoubts doubts = (away ? PatternDoubts.Away : PatternDoubts.None) | (doubted ? PatternDoubts.ClockLeapt : PatternDoubts.None);
        return state.Pattern(Forecast(entry, state), _clock.AtTouch + idle, doubts, entry.Placed);
    }

    /// <summary>Stock of a product over all its slots as the last events left it; null before its first event.</summary>
    public Mass? Stock(Gtin gtin) => Find(gtin) is { Begun: true } entry ? new Mass(entry.State.Slots.Sum(entry.Placed)) : null;

    /// <summary>The coming weeks' holidays with this household's own factors.</summary>
    public HolidayOutlook Outlook(HouseholdDay today) => _holidays.Outlook(today, _demand.Before, _demand.After);

    /// <summary>The whole book as one value that <see cref="Restore"/> takes back.</summary>
    public PatternState Save() => new(
        PatternState.CurrentVersion, LastSeq, [.. _products.Where(of => of.Value.Told > 0.0).Select(of => new ToldDays(new Gtin(of.Key), of.Value.Told))])
    {
        Clock = _clock, Demand = _demand, EventDay = _eventDay, EventProducts = _eventProducts, Household = _household,
        Classes = [.. _classes.Select(of => new ClassSums(of.Key, of.Value.Sums))],
        Products = [.. _products.Values.Where(entry => entry.Begun).Select(entry => entry.State)],
        Lifts = [.. _products.Values.Where(entry => entry is { Begun: true, Lift.Amount: > 0 }).Select(entry => entry.Lift)], Untold = [.. _untold],
    };

    /// <summary>A book as it was saved; products must be tracked again.</summary>
    /// <param name="state">What was saved; of another version only what members said is taken, and <see cref="LastSeq"/> is 0: the journal is to be learnt from its first event.</param>
    /// <param name="priors">As for a new book.</param>
    /// <param name="holidays">As for a new book.</param>
    /// <param name="journalEnd">Number of the journal's last event; where the state is ahead of it the journal came from a backup and is learnt anew as well.</param>
    public static PatternBook Restore(PatternState state, PriorTable? priors = null, KoreanHolidays? holidays = null, ulong journalEnd = ulong.MaxValue)
    {
        PatternBook book = new(priors, holidays);
        foreach (ToldDays told in state.Told)
            book.Tell(told.Gtin, Math.Clamp(double.IsFinite(told.Days) ? told.Days : 1.0, 0.1, 3650.0));
        if (state.Version != PatternState.CurrentVersion || state.LastSeq > journalEnd)
            return book;
        (book.LastSeq, book._clock, book._demand, book._household) = (state.LastSeq, state.Clock, state.Demand, state.Household);
        (book._eventDay, book._eventProducts) = (state.EventDay, state.EventProducts);
        foreach (ClassSums sums in state.Classes)
            book.ClassOf(sums.ClassId).Sums = sums.Sums;
        foreach (ProductHistory product in state.Products)
        {
            ProductEntry entry = book.EntryOf(product.Gtin);
            (entry.State, entry.Begun) = (product, true);
        }
        foreach (UseTaken lift in state.Lifts)
            book.EntryOf(lift.Before.Gtin).Lift = lift;
        book._untold.AddRange(state.Untold);
        return book;
    }

    private ProductEntry? Find(Gtin gtin) => _products.GetValueOrDefault(gtin.Value);

    private ProductEntry EntryOf(Gtin gtin)
    {
        if (!_products.TryGetValue(gtin.Value, out ProductEntry? entry))
            _products.Add(gtin.Value, entry = new ProductEntry { Prior = _priors.Of(""), Class = ClassOf("") });
        return entry;
    }

    private ClassEntry ClassOf(string classId)
    {
        if (!_classes.TryGetValue(classId, out ClassEntry? found))
            _classes.Add(classId, found = new ClassEntry());
        return found;
    }

    private CycleForecast Forecast(ProductEntry entry, in ProductHistory state)
    {
        PriorRefit refit = PriorRefit.Of(entry.Prior, _household, entry.Class.Sums, state.Share);
        return (entry.Told > 0.0 ? state.Finished.With(entry.Told, entry.Prior.Discount) : state.Finished).Forecast(entry.Prior, refit);
    }

    private double FactorOn(uint day) => _demand.FactorOn(_holidays.MarksOf(new HouseholdDay(day)));

    private bool IsHouseholdEvent(out uint products)
    {
        products = 0;
        for (int i = 0; i < _products.Count; i++)
            products += _products.GetValueAtIndex(i) is { Begun: true, State.IsUnusualToday: true } ? 1u : 0u;
        return products >= ProductsOfHouseholdEvent;
    }

    private sealed class ProductEntry
    {
        public ProductHistory State;
        public UseTaken Lift;
        public bool Begun;
        public long Pack;
        public double Told;
        public ushort[]? Placed;
        public required CyclePrior Prior;
        public required ClassEntry Class;
    }

    private sealed class ClassEntry
    {
        public RefitSums Sums;
    }
}
