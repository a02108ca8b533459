using PantryChain.Domain.Catalogue;
using PantryChain.Domain.Events;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Learning;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Time;
using PantryChain.Reorder.Patterns;

namespace PantryChain.Reorder.Tests.Patterns;

/// <summary>A made-up household with many products in packs of a kilogram, each a class of its own, whose journal is learnt as it is written.</summary>
internal sealed class Pantry
{
    private static readonly TimeSpan Korea = TimeSpan.FromHours(9);
    private readonly int _products;
    private readonly Dictionary<(int, ushort), double> _levels = [];
    private DateTimeOffset _now;
    private ulong _seq;

    public Pantry(int products = 1, DateOnly? start = null)
    {
        _products = products;
        _now = new DateTimeOffset((start ?? new DateOnly(2026, 3, 30)).ToDateTime(new TimeOnly(8, 0)), Korea);
        Book = NewBook();
    }

    public PatternBook Book { get; set; }

    public List<ThingEvent> Written { get; } = [];

    public HouseholdDay Today => Day(DateOnly.FromDateTime(_now.DateTime));

    public static Product Of(int number) => new(Gtin.Restricted((ulong)number), $"물건 {number}", $"Thing {number}", Mass.FromGrams(1000), $"class {number}");

    public static HouseholdDay Day(DateOnly date) => HouseholdDay.FromDate(date);

    public PatternBook NewBook() => Track(new PatternBook());

    public PatternBook Track(PatternBook book)
    {
        for (int product = 1; product <= _products; product++)
            book.Track(Of(product));
        return book;
    }

    public void NextDay(double days = 1.0) => _now = _now.AddDays(days);

    /// <summary>The clock shows another time from now on.</summary>
    public void Leap(DateTimeOffset to) => _now = to.ToOffset(Korea);

    public DateTimeOffset Now => _now;

    /// <summary>The coming dates.</summary>
    public IEnumerable<DateOnly> Dates(int days) => [.. Enumerable.Range(1, days).Select(DateOnly.FromDateTime(_now.DateTime).AddDays)];

    /// <summary>An event now, not learnt yet.</summary>
    public ThingEvent Event(int product, ThingEventKind kind, double delta, double? level = null, ushort slot = 0)
    {
        slot = slot == 0 ? (ushort)product : slot;
        double after = _levels[(product, slot)] = level ?? Math.Max(0.0, _levels.GetValueOrDefault((product, slot), 100_000) + delta);
        uint cycle = Book.CyclesAfter(Of(product).Gtin, kind == ThingEventKind.Used ? Mass.FromGrams(-delta) : Mass.Zero);
        return new ThingEvent(++_seq, _now, Today, new SlotId(slot), Of(product).Gtin, kind, Mass.FromGrams(delta), Mass.FromGrams(after), cycle, default, default);
    }

    public ThingEvent Learn(int product, ThingEventKind kind, double delta, double? level = null, ushort slot = 0)
    {
        ThingEvent seen = Event(product, kind, delta, level, slot);
        Written.Add(seen);
        Book.Learn(seen);
        return seen;
    }

    public void Daily(int product, int days, double grams)
    {
        for (int day = 0; day < days; day++)
        {
            NextDay();
            Learn(product, ThingEventKind.Used, -grams);
        }
    }

    public ConsumptionPattern Pattern(int product) => Book.Pattern(Of(product).Gtin, Today)!.Value;
}
