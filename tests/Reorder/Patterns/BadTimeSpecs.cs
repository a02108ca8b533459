using FsCheck;
using FsCheck.Fluent;
using PantryChain.Domain.Events;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Learning;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Time;
using PantryChain.Reorder.Patterns;

namespace PantryChain.Reorder.Tests.Patterns;

/// <summary>Clocks that leap, backups, nonsense in a journal: nothing throws, nothing is lost, all numbers stay numbers.</summary>
public sealed class BadTimeSpecs
{
    private static readonly DateTimeOffset Unix = new(1970, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_clock_that_starts_in_1970_costs_no_use_and_teaches_no_wrong_time()
    {
        Pantry right = Used(days: 30), wrong = Used(days: 30);
        DateTimeOffset before = wrong.Now;
        wrong.Leap(Unix);
        wrong.Learn(1, ThingEventKind.Used, -100);
        wrong.Pattern(1).AllowsAuto.Should().BeFalse();
        wrong.Book.Alarms(wrong.Today).Should().ContainSingle(alarm => alarm.Kind == PatternAlarmKind.ClockLeapt);
        wrong.Leap(before.AddHours(3));
        right.NextDay(0.125);
        right.Learn(1, ThingEventKind.Used, -100);
        foreach (Pantry home in new[] { right, wrong })
            home.Daily(1, days: 20, grams: 250);

        wrong.Pattern(1).Cycles.Should().Be(right.Pattern(1).Cycles);
        wrong.Pattern(1).PacksPerDay.Should().BeApproximately(right.Pattern(1).PacksPerDay, 0.01);
        wrong.Pattern(1).MedianCycleDays.Should().BeApproximately(right.Pattern(1).MedianCycleDays, 0.2);
        wrong.Pattern(1).AllowsAuto.Should().BeTrue("the clock is right again");
    }

    [Fact]
    public void A_gateway_that_began_in_1970_goes_on_at_once_when_the_clock_is_set()
    {
        Pantry home = new();
        home.Leap(Unix.AddHours(2));
        home.Learn(1, ThingEventKind.Snapshot, 0, level: 50_000);
        home.Daily(1, days: 4, grams: 250);
        home.Leap(new DateTimeOffset(2026, 4, 1, 8, 0, 0, TimeSpan.FromHours(9)));
        home.Daily(1, days: 20, grams: 250);

        home.Pattern(1).MedianCycleDays.Should().BeInRange(3.5, 6.0);
        home.Pattern(1).AllowsAuto.Should().BeTrue();
    }

    [Theory]
    [InlineData(300.0)]
    [InlineData(3000.0)]
    public void A_clock_that_leapt_ahead_and_back_is_believed_again_within_three_days(double days)
    {
        Pantry home = Used(days: 30);
        DateTimeOffset before = home.Now;
        home.Leap(before.AddDays(days));
        home.Daily(1, days: 1, grams: 250);
        home.Leap(before.AddDays(1));
        home.Daily(1, days: 4, grams: 250);

        home.Pattern(1).AllowsAuto.Should().BeTrue();
        home.Daily(1, days: 20, grams: 250);
        home.Pattern(1).MedianCycleDays.Should().BeInRange(3.5, 4.8);
        home.Pattern(1).PacksPerDay.Should().BeApproximately(0.25, 0.02);
    }

    [Fact]
    public void A_gateway_that_lay_in_a_drawer_for_years_is_believed_after_three_days()
    {
        Pantry home = Used(days: 30);
        home.NextDay(900);
        home.Daily(1, days: 4, grams: 250);

        home.Pattern(1).AllowsAuto.Should().BeTrue();
        home.Pattern(1).MedianCycleDays.Should().BeInRange(3.5, 6.0);
    }

    [Fact]
    public void A_page_asked_with_a_wrong_clock_gets_the_last_known_pattern_and_a_doubt()
    {
        Pantry home = Used(days: 30);
        ConsumptionPattern now = home.Pattern(1), later = home.Book.Pattern(Pantry.Of(1).Gtin, new HouseholdDay(uint.MaxValue))!.Value;

        later.Doubts.Should().HaveFlag(PatternDoubts.ClockLeapt);
        later.PacksPerDay.Should().Be(now.PacksPerDay);
        home.Book.Alarms(new HouseholdDay(0)).Should().NotBeNull();
    }

    [Fact]
    public void A_journal_from_a_backup_is_learnt_anew_with_the_members_words()
    {
        Pantry home = Used(days: 30);
        home.Book.Tell(Pantry.Of(1).Gtin, 4.0);

        PatternBook book = PatternBook.Restore(home.Book.Save(), journalEnd: 20);

        book.LastSeq.Should().Be(0);
        book.ToldDays(Pantry.Of(1).Gtin).Should().Be(4.0);
        PatternBook.Restore(home.Book.Save(), journalEnd: 31).LastSeq.Should().Be(home.Book.LastSeq);
    }

    [Fact]
    public void Whatever_a_journal_holds_nothing_throws_and_all_numbers_stay_finite() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
        {
            List<ThingEvent> events = Nonsense(seed, 120);
            Pantry home = new(products: 3);
            foreach (ThingEvent seen in events)
            {
                home.Book.Learn(seen);
                Check(home.Book, seen.Day);
            }
            return home.Book.LastSeq == 120;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_book_split_anywhere_over_nonsense_learns_the_same() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
        {
            List<ThingEvent> events = Nonsense(seed, 80);
            PatternBook whole = new Pantry(products: 3).Book, parts = new Pantry(products: 3).Book;
            foreach (ThingEvent seen in events)
            {
                whole.Learn(seen);
                parts.Learn(seen);
                if ((seen.Seq + (ulong)seed) % 7 == 0)
                    parts = new Pantry(products: 3).Track(PatternBook.Restore(PatternState.FromJson(parts.Save().ToJson(), out _)));
            }
            return whole.Save().ToJson() == parts.Save().ToJson();
        }).QuickCheckThrowOnFailure();

    private static void Check(PatternBook book, HouseholdDay day)
    {
        for (int product = 1; product <= 3; product++)
        {
            if (book.Pattern(Pantry.Of(product).Gtin, day) is not { } pattern)
                continue;
            double[] numbers =
            [
                pattern.PacksPerDay, pattern.RateShape, pattern.RateScale, pattern.DailyShape, pattern.MedianCycleDays, pattern.CycleSigma, pattern.Confidence,
                pattern.Coverage, pattern.LevelShift, pattern.ElapsedDays,
            ];
            numbers.Should().OnlyContain(number => double.IsFinite(number) && number >= 0.0);
            pattern.Confidence.Should().BeLessThanOrEqualTo(1.0);
        }
        book.Alarms(day).All(alarm => double.IsFinite(alarm.Value) && double.IsFinite(alarm.Expected) && alarm.Chance is >= 0.0 and <= 1.0).Should().BeTrue();
        book.Outlook(day).OrdinaryDays(30.0).Should().BeInRange(0.0, 400.0);
    }

    private static List<ThingEvent> Nonsense(int seed, int length)
    {
        Random random = new(seed);
        DateTimeOffset now = new(2026, 2, 1, 8, 0, 0, TimeSpan.FromHours(9));
        List<ThingEvent> events = [];
        for (int seq = 1; seq <= length; seq++)
        {
            now = random.Next(25) switch
            {
                0 => Unix.AddDays(random.Next(10)),
                1 => now.Year < 9000 ? now.AddDays(random.Next(2000)) : Unix,
                2 => new DateTimeOffset(2026, 2, 1, 8, 0, 0, TimeSpan.FromHours(9)).AddDays(random.Next(300)),
                3 => random.Next(2) == 0 ? DateTimeOffset.MinValue : DateTimeOffset.MaxValue,
                _ => now.Year < 9000 ? now.AddDays(random.NextDouble() * 3) : Unix,
            };
            uint day = random.Next(40) == 0 ? (uint)random.NextInt64(0, 1L + uint.MaxValue) : (uint)Math.Max(0, (now.UtcDateTime - DateTime.UnixEpoch).TotalDays);
            long delta = random.Next(12) switch { 0 => random.NextInt64(long.MinValue, long.MaxValue), 1 => 0, 2 => long.MinValue, _ => random.Next(-1_200_000, 300_000) };
            long level = random.Next(12) switch { 0 => random.NextInt64(long.MinValue, long.MaxValue), 1 => -1, _ => random.Next(0, 6_000_000) };
            events.Add(new ThingEvent(
                (ulong)seq, now, new HouseholdDay(day), new SlotId((ushort)random.Next(12)), random.Next(10) == 0 ? default : Pantry.Of(1 + random.Next(4)).Gtin,
                (ThingEventKind)random.Next(1, 13), new Mass(delta), new Mass(level), random.Next(10) == 0 ? (uint)random.NextInt64(0, 1L + uint.MaxValue) : 0, default, default));
        }
        return events;
    }

    private static Pantry Used(int days)
    {
        Pantry home = new();
        home.Learn(1, ThingEventKind.Snapshot, 0, level: 90_000);
        home.Daily(1, days, 250);
        return home;
    }
}
