using System.CommandLine;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using PantryChain.Domain.Catalogue;
using PantryChain.Domain.Events;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Learning;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Time;
using PantryChain.Reorder.Patterns;
using PantryChain.Reorder.Policy;

namespace PantryChain.Bench;

/// <summary>What learning a day and deciding cost: microseconds, bytes allocated and bytes of state per product, on one core.</summary>
internal static class DecideBench
{
    private const int Products = 30;
    private const int Days = 60;
    private const int MeasuredDays = 10;
    private static readonly Option<int> Households = new("--households") { Description = "Households of 30 products that are decided again.", DefaultValueFactory = _ => 100_000 };
    private static readonly Option<int> Kept = new("--kept") { Description = "Households kept in memory, each with a life of its own; the others' decisions are theirs again, at other stocks.", DefaultValueFactory = _ => 500 };
    private static readonly Option<bool> Json = new("--json") { Description = "Print one JSON object instead of the lines." };

    public static Command Create()
    {
        Command command = new("decide", "One product's day: learning its use and deciding whether to order, in microseconds and bytes; then all households again.") { Households, Kept, Json };
        command.SetAction(parsed => Run(parsed.GetValue(Households), parsed.GetValue(Kept), parsed.GetValue(Json)));
        return command;
    }

    private static int Run(int households, int kept, bool json)
    {
        if (households < 1 || kept < 1)
        {
            Console.Error.WriteLine("--households and --kept take a number from 1 on.");
            return 2;
        }
        List<DecidingHousehold> homes = [.. Enumerable.Range(0, Math.Min(households, kept)).Select(seed => new DecidingHousehold(seed, Products))];
        for (int day = 0; day < Days; day++)
            homes.ForEach(home => home.Live());
        homes.ForEach(home => (home.Findings, home.Given) = (default, 0));
        Cost daily = Measure(() => Enumerable.Range(0, MeasuredDays).Sum(_ => homes.Sum(home => home.Live())), MeasuredDays * homes.Count * Products);
        (int findings, long findingBytes) = (homes.Sum(home => home.Findings.Count), homes.Sum(home => home.Findings.Bytes));
        long others = findingBytes + homes.Sum(home => home.Given);
        daily = daily with { Bytes = Math.Floor(Math.Max(0.0, daily.Bytes - (double)others / (MeasuredDays * homes.Count * Products)) * 10) / 10 };
        int rounds = (households + homes.Count - 1) / homes.Count;
        int due = 0;
        Cost again = Measure(() => due = Enumerable.Range(0, rounds).Sum(round => homes.Sum(home => home.Decide((round + 1.0) / rounds))), (long)rounds * homes.Count * Products);
        int state = Unsafe.SizeOf<ProductHistory>();
        double seconds = again.Microseconds * households * Products / 1e6;
        Console.WriteLine(json
            ? JsonSerializer.Serialize(new
            {
                dailyMicroseconds = Math.Round(daily.Microseconds, 3),
                dailyBytes = Math.Round(daily.Bytes, 2),
                findings,
                bytesPerFinding = findings == 0 ? 0 : findingBytes / findings,
                decideMicroseconds = Math.Round(again.Microseconds, 3),
                decideBytes = Math.Round(again.Bytes, 2),
                households,
                products = Products,
                seconds = Math.Round(seconds, 2),
                stateBytes = state,
                dueShare = Math.Round((double)due / ((long)rounds * homes.Count * Products), 4),
            }, JsonSerializerOptions.Web)
            : string.Create(CultureInfo.InvariantCulture, $"""
                one product's day, learnt and decided    {daily.Microseconds,8:0.00} µs {daily.Bytes,8:0.0} bytes allocated   (targets 5 µs, 0)
                  but for findings, told once in         {(double)MeasuredDays * homes.Count * Products / Math.Max(1, findings),8:0} product days {findingBytes / Math.Max(1, findings),4} bytes
                one product decided again                {again.Microseconds,8:0.00} µs {again.Bytes,8:0.0} bytes allocated   ({100.0 * due / ((long)rounds * homes.Count * Products):0.0} % were due)
                {households} households x {Products} products again   {seconds,8:0.0} s on one core                  (target 20 s for 100,000)
                state of one product                     {state,8} bytes                        (target below 512)
                """));
        return 0;
    }

    /// <param name="Microseconds">Processor time per product: other programs of the machine do not count.</param>
    /// <param name="Bytes">Allocated per product.</param>
    private readonly record struct Cost(double Microseconds, double Bytes);

    private static Cost Measure(Func<int> work, long products)
    {
        long bytes = GC.GetAllocatedBytesForCurrentThread();
        TimeSpan began = Environment.CpuUsage.TotalTime;
        work();
        double microseconds = (Environment.CpuUsage.TotalTime - began).TotalMicroseconds;
        // The loops' own closures take some ten kilobytes, whatever the number of products: below a tenth of a byte each.
        return new Cost(microseconds / products, Math.Floor((GC.GetAllocatedBytesForCurrentThread() - bytes) / (double)products * 10) / 10);
    }
}

/// <summary>A household with a book of patterns: every day some of each product is used, then each is decided.</summary>
internal sealed class DecidingHousehold
{
    private static readonly Mass Pack = Mass.FromGrams(1000);
    private readonly PatternBook _book = new(PriorTable.Shipped, KoreanHolidays.BuiltIn);
    private readonly ReorderPolicy _policy = new();
    private readonly Mandate[] _mandates;
    private readonly Gtin[] _gtins;
    private readonly double[] _packDays, _level;
    private readonly Random _chance;
    private DateTimeOffset _now = new(2026, 3, 2, 20, 0, 0, TimeSpan.FromHours(9));
    private ulong _seq;

    public DecidingHousehold(int seed, int products)
    {
        _chance = new Random(seed);
        _gtins = [.. Enumerable.Range(0, products).Select(i => Gtin.Restricted((uint)i + 1))];
        _packDays = [.. _gtins.Select(_ => Math.Exp(Math.Log(10) + 0.7 * StepTrial.Normal(_chance)))];
        _level = [.. _gtins.Select(_ => 2000.0)];
        _mandates = [.. _gtins.Select(gtin => new Mandate(default, gtin, 3, Bamtol.FromWon(3000), Bamtol.FromWon(100_000), 30, 3, 1, new BasisPoints(2000), default, DateTimeOffset.MaxValue, 1))];
        foreach (Gtin gtin in _gtins)
            _book.Track(new Product(gtin, "", "", Pack, "milk"));
    }

    /// <summary>One day: a use of every product learnt, then a decision on each; how many were due.</summary>
    public int Live()
    {
        _now = _now.AddDays(1);
        int due = 0;
        for (int i = 0; i < _gtins.Length; i++)
        {
            double used = Math.Min(_level[i], -Math.Log(1 - _chance.NextDouble()) * 1000 / _packDays[i]);
            _level[i] -= used;
            Learn(i, ThingEventKind.Used, -used);
            Journal();
            due += Decide(i, _level[i]) ? 1 : 0;
            if (_level[i] < 150)
            {
                _level[i] += 2000;
                Learn(i, ThingEventKind.Delivered, 2000);
            }
        }
        return due;
    }

    /// <summary>Findings since it was set anew, and the bytes of the uses that led to them.</summary>
    public (int Count, long Bytes) Findings { get; set; }

    /// <summary>Bytes of the journal's events themselves, which the gateway has read anyway.</summary>
    public long Given { get; set; }

    /// <summary>A decision on each product at a share of its stock; how many were due.</summary>
    public int Decide(double share)
    {
        int due = 0;
        for (int i = 0; i < _gtins.Length; i++)
            due += Decide(i, _level[i] * share) ? 1 : 0;
        return due;
    }

    private bool Decide(int product, double grams)
    {
        ConsumptionPattern? pattern = _book.Pattern(_gtins[product], Today);
        return _policy.Advise(new ReorderSituation(
            _now, Pack, Mass.FromGrams(grams), true, pattern, LeadTime.Usual, _mandates[product], Bamtol.FromWon(2500), Bamtol.FromWon(100_000),
            Bamtol.FromWon(100_000), 1, null, false, false)).Due;
    }

    /// <summary>Takes the book's findings into the journal, as a gateway does.</summary>
    private void Journal()
    {
        while (_book.Untold.Count > 0)
        {
            ThingObservation found = _book.Untold[0].Observation;
            long before = GC.GetAllocatedBytesForCurrentThread();
            ThingEvent told = new(++_seq, found.SeenAt, found.Day, found.Slot, found.Gtin, found.Kind, found.Delta, found.Level, found.Cycle, default, default);
            Given += GC.GetAllocatedBytesForCurrentThread() - before;
            _book.Learn(told);
        }
    }

    private HouseholdDay Today => HouseholdDay.FromDate(DateOnly.FromDateTime(_now.DateTime));

    private void Learn(int product, ThingEventKind kind, double grams)
    {
        Mass delta = Mass.FromGrams(grams);
        uint cycle = _book.CyclesAfter(_gtins[product], kind == ThingEventKind.Used ? delta.Abs() : Mass.Zero);
        int untold = _book.Untold.Count;
        long before = GC.GetAllocatedBytesForCurrentThread();
        ThingEvent seen = new(++_seq, _now, Today, new SlotId((ushort)(product + 1)), _gtins[product], kind, delta, Mass.FromGrams(_level[product]), cycle, default, default);
        long bytes = GC.GetAllocatedBytesForCurrentThread();
        Given += bytes - before;
        _book.Learn(seen);
        if (_book.Untold.Count > untold)
            Findings = (Findings.Count + 1, Findings.Bytes + GC.GetAllocatedBytesForCurrentThread() - bytes);
    }
}
