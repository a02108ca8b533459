using PantryChain.Domain.Catalogue;
using PantryChain.Domain.Events;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Learning;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Time;
using PantryChain.Reorder.Patterns;

namespace PantryChain.Reorder.Tests.Patterns;

/// <summary>A made-up household with one kilogram packs of milk on slot 1, whose journal is learnt as it is written.</summary>
internal sealed class Household
{
    public static readonly Product Milk = new(Gtin.Restricted(1), "우유", "Milk", Mass.FromGrams(1000), "milk");

    private DateTimeOffset _now = new(2026, 3, 2, 8, 0, 0, TimeSpan.FromHours(9));
    private Mass _level;
    private ulong _seq;

    public PatternBook Book { get; } = NewBook();

    public static PatternBook NewBook() => Track(new PatternBook());

    public static PatternBook Track(PatternBook book)
    {
        book.Track(Milk);
        return book;
    }

    /// <summary>A random but repeatable stretch of a household's life.</summary>
    public static IReadOnlyList<ThingEvent> Story(int seed, int length)
    {
        Random random = new(seed);
        Household home = new();
        List<ThingEvent> events = [home.Snapshot(5000)];
        while (events.Count < length)
        {
            home.Wait(random.Next(20) == 0 ? 20 : random.NextDouble());
            events.Add(random.Next(8) switch { 0 => home.Restock(1000), 1 => home.Deliver(2000), _ => home.Use(random.Next(20, 700)) });
        }
        return events;
    }

    public ThingEvent Snapshot(double grams)
    {
        _level = Mass.FromGrams(grams);
        return Learn(ThingEventKind.Snapshot, Mass.Zero);
    }

    public ThingEvent Use(double grams) => Learn(ThingEventKind.Used, -Mass.FromGrams(grams));

    public ThingEvent Restock(double grams) => Learn(ThingEventKind.Restocked, Mass.FromGrams(grams));

    public ThingEvent Deliver(double grams) => Learn(ThingEventKind.Delivered, Mass.FromGrams(grams));

    /// <summary>A use of that many grams was none.</summary>
    public ThingEvent TakeBackUse(double grams) => Learn(ThingEventKind.Corrected, Mass.FromGrams(grams));

    /// <summary>A restocking of that many grams was none.</summary>
    public ThingEvent TakeBackRestock(double grams) => Learn(ThingEventKind.Corrected, -Mass.FromGrams(grams));

    public void UseDaily(int days, double gramsPerDay)
    {
        for (int day = 0; day < days; day++)
        {
            _now = _now.AddDays(1);
            Use(gramsPerDay);
        }
    }

    public void Wait(double days) => _now = _now.AddDays(days);

    public void Journal(ThingObservation found) =>
        Book.Learn(new ThingEvent(++_seq, found.SeenAt, found.Day, found.Slot, found.Gtin, found.Kind, found.Delta, found.Level, found.Cycle, default, default));

    public ConsumptionPattern Pattern() => Book.Pattern(Milk.Gtin, Day)!.Value;

    private HouseholdDay Day => HouseholdDay.FromDate(DateOnly.FromDateTime(_now.DateTime));

    private ThingEvent Learn(ThingEventKind kind, Mass delta)
    {
        _level += delta;
        uint cycle = Book.CyclesAfter(Milk.Gtin, kind == ThingEventKind.Used ? delta.Abs() : Mass.Zero);
        ThingEvent seen = new(++_seq, _now, Day, new SlotId(1), Milk.Gtin, kind, delta, _level, cycle, default, default);
        Book.Learn(seen);
        return seen;
    }
}
