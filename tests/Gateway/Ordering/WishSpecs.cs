using Microsoft.Extensions.Logging.Abstractions;
using PantryChain.Gateway.Learning;
using PantryChain.Gateway.Ordering;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Gateway.Tests.Ordering;

public sealed class WishSpecs : IDisposable
{
    private readonly TempDataFolder _temp = new();
    private SqliteFile _file;

    public WishSpecs() => _file = SqliteFile.Open(_temp.Folder.Database);

    [Fact]
    public void Wishes_and_answers_outlive_a_kill()
    {
        WishBook wishes = new(_file);
        wishes.Leave(Samples.Morning, Samples.Morning.AddDays(7));
        wishes.Allow(Samples.Milk, Samples.Rice, allowed: false);
        AnswerBook answers = new(_file);
        answers.Keep(Samples.Milk, 4, Samples.Morning);
        answers.Keep(Samples.Milk, 5.5, Samples.Morning.AddHours(1));
        answers.Keep(Samples.Rice, null, Samples.Morning);

        Restart();

        new WishBook(_file).AwayAt(Samples.Morning.AddDays(3)).Should().Be(new Absence(Samples.Morning, Samples.Morning.AddDays(7)));
        new WishBook(_file).Allows(Samples.Milk, Samples.Rice).Should().BeFalse();
        new AnswerBook(_file).Of(Samples.Milk)!.Days.Should().Be(5.5, "the newest answer counts");
        new AnswerBook(_file).Of(Samples.Rice).Should().NotBeNull("it was skipped and is not asked again");
        new AnswerBook(_file).Lengths.Should().Equal((Samples.Milk, 5.5));
    }

    [Fact]
    public void An_absence_ends_by_its_day_or_by_word()
    {
        WishBook wishes = new(_file);
        wishes.Leave(Samples.Morning, Samples.Morning.AddDays(2));
        bool during = wishes.AwayAt(Samples.Morning.AddDays(1)) is not null, after = wishes.AwayAt(Samples.Morning.AddDays(2)) is not null;
        wishes.Leave(Samples.Morning, until: null);
        bool open = wishes.AwayAt(Samples.Morning.AddDays(200)) is not null;

        wishes.ComeHome(Samples.Morning.AddDays(201));
        Restart();

        (during, after, open).Should().Be((true, false, true));
        new WishBook(_file).AwayAt(Samples.Morning.AddDays(1)).Should().BeNull();
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(731)]
    [InlineData(double.NaN)]
    [InlineData(-3)]
    public void A_pack_that_lasts_no_time_or_for_ever_is_no_answer(double days)
    {
        AnswerBook answers = new(_file);

        Action keep = () => answers.Keep(Samples.Milk, days, Samples.Morning);

        keep.Should().Throw<ArgumentOutOfRangeException>();
        answers.Of(Samples.Milk).Should().BeNull();
    }

    [Fact]
    public void A_holiday_file_is_read_when_it_is_there_and_a_broken_line_is_named_while_the_law_counts()
    {
        DateOnly market = new(2026, 3, 4), newYear = new(2026, 1, 1);
        HolidayDesk without = Holidays();
        File.WriteAllText(_temp.Inside("holidays.txt"), "closed 2026-03-04 장날 | Market day\n");
        HolidayDesk good = Holidays();
        File.WriteAllText(_temp.Inside("holidays.txt"), "closed 2026-03-04 장날 | Market day\nclosed tomorrow\n");
        HolidayDesk broken = Holidays();

        (without.Calendar.IsDeliveryFree(market), without.Problem).Should().Be((false, null));
        (good.Calendar.IsDeliveryFree(market), good.Problem).Should().Be((true, null));
        good.ClosedFrom(Samples.Household.DayOf(Samples.Morning)).Should().Contain(Domain.Time.HouseholdDay.FromDate(market));
        (broken.Calendar.IsDeliveryFree(market), broken.Calendar.IsDeliveryFree(newYear)).Should().Be((false, true));
        broken.Problem!.Line.Should().Be(2);
        broken.Problem.En.Should().Contain("holidays.txt line 2");
    }

    [Fact]
    public void A_holiday_file_that_is_no_such_file_is_told_too()
    {
        File.WriteAllBytes(_temp.Inside("holidays.txt"), new byte[100_000]);

        Holidays().Problem!.En.Should().Contain("longer");
    }

    public void Dispose()
    {
        _file.Dispose();
        _temp.Dispose();
    }

    private HolidayDesk Holidays() => new(_temp.Folder, Samples.Household, NullLogger<HolidayDesk>.Instance);

    private void Restart()
    {
        _file.Dispose();
        _file = SqliteFile.Open(_temp.Folder.Database);
    }
}
