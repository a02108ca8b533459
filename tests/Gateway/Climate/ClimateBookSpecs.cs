using FsCheck;
using FsCheck.Fluent;
using PantryChain.Gateway.Climate;
using PantryChain.Gateway.Configuration;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Gateway.Tests.Climate;

public sealed class ClimateBookSpecs : IDisposable
{
    private const string Fridge = "fridge";
    private static readonly DateTimeOffset Then = Samples.Morning;

    private readonly TempDataFolder _temp = new();
    private SqliteFile _file;
    private ClimateBook _book;

    public ClimateBookSpecs()
    {
        _file = SqliteFile.Open(_temp.Folder.Database);
        _book = new ClimateBook(_file);
    }

    public void Dispose()
    {
        _file.Dispose();
        _temp.Dispose();
    }

    [Fact]
    public void A_spell_that_lasts_is_carried_on_and_ends_as_one()
    {
        WarmSpell open = Spell(Then, null, 9);
        Keep(open: open);
        Keep(open: open with { Highest = 11, Above = TimeSpan.FromHours(3) });
        Restart();
        _book.Resume(Fridge).Should().Be((open with { Highest = 11, Above = TimeSpan.FromHours(3) }, ((DateTimeOffset, double)?)(Then, 9)));

        Keep(ended: [open with { Until = Then.AddHours(4), Highest = 11, Above = TimeSpan.FromHours(4) }]);

        _book.Spells(Fridge, default).Should().Equal(open with { Until = Then.AddHours(4), Highest = 11, Above = TimeSpan.FromHours(4) });
        _book.Resume(Fridge).Open.Should().BeNull();
    }

    [Fact]
    public void What_was_a_door_leaves_nothing()
    {
        Keep(open: Spell(Then, null, 9));
        Keep();

        _book.Resume(Fridge).Open.Should().BeNull();
        _book.Spells(Fridge, default).Should().BeEmpty();
    }

    [Fact]
    public void Readings_of_one_hour_in_two_lives_are_one_hour()
    {
        Keep(hours: [ClimateHour.Of(Then.AddMinutes(5), 4, 50), ]);
        Restart();
        Keep(hours: [ClimateHour.Of(Then.AddMinutes(40), 6, 60)]);

        _book.Hours(Fridge, default).Should().Equal(new ClimateHour(ClimateHour.Of(Then), 4, 6, 10, 2, 110, 2));
        _book.Hours(Fridge, Then.AddHours(1)).Should().BeEmpty();
    }

    [Fact]
    public void Places_do_not_mix()
    {
        Keep(ended: [Spell(Then, Then.AddHours(2), 9)]);

        _book.Spells("freezer", default).Should().BeEmpty();
        _book.Resume("freezer").Should().Be((null, null));
    }

    [Fact]
    public void Hours_go_after_400_days_and_spells_after_two_years_or_500_others()
    {
        for (int i = 0; i < 520; i++)
            Keep(ended: [Spell(Then.AddHours(3 * i), Then.AddHours(3 * i + 2), 9)], now: Then.AddDays(80));
        _book.Spells(Fridge, default).Should().HaveCount(ClimateBook.MostSpells).And.Contain(spell => spell.From == Then.AddHours(3 * 519)).And.NotContain(spell => spell.From == Then);
        Keep(hours: [ClimateHour.Of(Then, 4, null)], now: Then);

        Keep(now: Then.AddDays(401));
        _book.Hours(Fridge, default).Should().BeEmpty();
        Keep(now: Then.AddDays(800));
        _book.Spells(Fridge, default).Should().BeEmpty();
    }

    /// <summary>A gateway that is killed at any moment between two writes resumes with what it wrote last; its fridge goes on meanwhile.</summary>
    [Fact]
    public void Kills_at_any_moment_neither_lose_nor_double_a_spell_that_was_told() => Prop.ForAll(Gen.Choose(0, 1_000_000).ToArbitrary(), seed =>
    {
        string place = $"place-{seed}";
        System.Random chance = new(seed);
        WarmLimit limit = new(8, TimeSpan.FromHours(1));
        WarmWatch truth = new(limit, TimeSpan.FromHours(2)), watch = new(limit, TimeSpan.FromHours(2));
        List<WarmSpell> expected = [], ended = [];
        DateTimeOffset at = Then;
        for (int hour = 0; hour < 60; hour++)
        {
            double celsius = hour % 20 is >= 5 and < 14 ? 12 : 4; // nine hours warm, three times
            for (int look = 0; look < 6; look++, at += TimeSpan.FromMinutes(10))
            {
                if (truth.Take(at, celsius) is { } spell)
                    expected.Add(spell);
                if (watch.Take(at, celsius) is { } seen)
                    ended.Add(seen);
                if (ended.Count > 0 || look % 2 == 0) // as the station does: at once when it matters, else now and then
                {
                    _book.Keep([new ClimatePage(place, [], [.. ended], watch.Open, watch.Last)], at);
                    ended.Clear();
                }
                if (chance.Next(15) == 0)
                {
                    Restart();
                    (WarmSpell? open, (DateTimeOffset, double)? last) = _book.Resume(place);
                    watch = new WarmWatch(limit, TimeSpan.FromHours(2), open, last);
                }
            }
        }
        IReadOnlyList<WarmSpell> kept = [.. _book.Spells(place, default).Reverse()];
        kept.Select(spell => spell.Until).Should().Equal(expected.Select(spell => spell.Until));
        kept.Zip(expected).Should().OnlyContain(pair => (pair.First.From - pair.Second.From).Duration() <= TimeSpan.FromHours(1) && (pair.First.Lasted - pair.Second.Lasted).Duration() <= TimeSpan.FromHours(1));
        return true;
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(10));

    private void Restart()
    {
        _file.Dispose();
        _file = SqliteFile.Open(_temp.Folder.Database);
        _book = new ClimateBook(_file);
    }

    private void Keep(IReadOnlyCollection<ClimateHour>? hours = null, IReadOnlyList<WarmSpell>? ended = null, WarmSpell? open = null, DateTimeOffset? now = null) =>
        _book.Keep([new ClimatePage(Fridge, hours ?? [], ended ?? [], open, (Then, 9))], now ?? Then);

    private static WarmSpell Spell(DateTimeOffset from, DateTimeOffset? until, double highest) => new(from, until, highest, TimeSpan.FromHours(2), TimeSpan.Zero, 8);
}
