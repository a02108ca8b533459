using System.Globalization;
using PantryChain.Domain.Time;
using PantryChain.Reorder.Patterns;

namespace PantryChain.Reorder.Tests.Patterns;

public sealed class KoreanHolidaysSpecs
{
    [Theory]
    [InlineData(2025, "2025-01-29", "2025-10-06")] // a leap sixth month lies before Chuseok
    [InlineData(2026, "2026-02-17", "2026-09-25")]
    [InlineData(2027, "2027-02-07", "2027-09-15")]
    [InlineData(2028, "2028-01-27", "2028-10-03")] // a leap fifth month
    [InlineData(2033, "2033-01-31", "2033-09-08")] // a leap eleventh month lies behind Chuseok
    public void Seollal_and_Chuseok_fall_on_the_published_dates(int year, string seollal, string chuseok)
    {
        KoreanHolidays.Lunar(year, 1, 1).Should().Be(Date(seollal));
        KoreanHolidays.Lunar(year, 8, 15).Should().Be(Date(chuseok));
        KoreanHolidays.BuiltIn.On(Date(seollal).AddDays(-1))!.NameEn.Should().Contain("Seollal");
        KoreanHolidays.BuiltIn.On(Date(chuseok).AddDays(1))!.NameKo.Should().Contain("추석");
    }

    [Theory]
    [InlineData(2025, "2025-03-03", "2025-05-06", "2025-10-08")]
    [InlineData(2026, "2026-03-02", "2026-05-25", "2026-08-17", "2026-10-05")]
    [InlineData(2027, "2027-02-09", "2027-05-03", "2027-07-19", "2027-08-16", "2027-10-04", "2027-10-11", "2027-12-27")]
    [InlineData(2028, "2028-10-05")] // Chuseok on National Foundation Day, a Tuesday
    public void A_lost_holiday_is_replaced_by_the_law_in_force(int year, params string[] substitutes) =>
        KoreanHolidays.BuiltIn.All.Where(day => day.Substitute && day.Date.Year == year).Select(day => day.Date)
            .Should().Equal(substitutes.Select(Date));

    [Fact]
    public void A_substitute_is_never_a_weekend_nor_another_holiday() =>
        KoreanHolidays.BuiltIn.All.Where(day => day.Substitute).Should().OnlyContain(day =>
            day.Date.DayOfWeek != DayOfWeek.Saturday && day.Date.DayOfWeek != DayOfWeek.Sunday).And.OnlyHaveUniqueItems(day => day.Date);

    [Fact]
    public void Labour_Day_and_Constitution_Day_are_holidays_since_2026()
    {
        KoreanHolidays.BuiltIn.On(new DateOnly(2025, 7, 17)).Should().BeNull();
        KoreanHolidays.BuiltIn.On(new DateOnly(2026, 7, 17)).Should().NotBeNull();
        KoreanHolidays.BuiltIn.On(new DateOnly(2026, 5, 1)).Should().NotBeNull();
    }

    [Fact]
    public void The_end_of_the_lunar_calendar_is_told_a_year_ahead()
    {
        KoreanHolidays.RangeNotice(new DateOnly(2049, 12, 31)).Should().BeNull();
        KoreanHolidays.RangeNotice(new DateOnly(2050, 1, 1)).Should().Contain("2051-02-10").And.Contain("add ");
        KoreanHolidays.BuiltIn.IsDeliveryFree(new DateOnly(2051, 2, 11)).Should().BeFalse();
        KoreanHolidays.BuiltIn.All.Max(day => day.Date).Year.Should().Be(2050);
    }

    [Fact]
    public void Goods_that_would_come_at_Chuseok_come_after_it()
    {
        HolidayOutlook outlook = KoreanHolidays.BuiltIn.Outlook(Day("2026-09-22"), 1.2, 0.85);

        outlook.IsDeliveryFree(1).Should().BeFalse();
        outlook.NextDelivery(1).Should().Be(1);
        outlook.NextDelivery(2).Should().Be(5, "24 to 26 September are Chuseok and couriers work again on Sunday the 27th unless the seller's days say otherwise");
    }

    [Fact]
    public void The_week_before_a_feast_uses_more_and_the_week_after_less()
    {
        HolidayOutlook outlook = KoreanHolidays.BuiltIn.Outlook(Day("2026-09-17"), 1.2, 0.85);

        outlook.DemandFactor(0).Should().Be(1.2);
        outlook.DemandFactor(7).Should().Be(1.0, "the feast itself is left as it is");
        outlook.DemandFactor(10).Should().Be(0.85);
        outlook.DemandFactor(17).Should().Be(1.0);
        outlook.OrdinaryDays(7.0).Should().BeApproximately(8.4, 1e-9);
        outlook.OrdinaryDays(17.0).Should().BeApproximately(7 * 1.2 + 3 + 7 * 0.85, 1e-9);
        outlook.OrdinaryDays(100.5).Should().BeApproximately(7 * 1.2 + 3 + 7 * 0.85 + 83.5, 1e-9);
        default(HolidayOutlook).OrdinaryDays(3.5).Should().Be(3.5);
    }

    [Fact]
    public void The_household_s_file_adds_and_removes_days()
    {
        KoreanHolidays calendar = HolidayFile.Apply(
            """
            # our town
            add 2027-03-03 임시공휴일 | Temporary holiday
            remove 2027-05-01
            closed 2027-08-14 택배 없는 날 | Couriers' day off
            delivers 2027-01-01   # the dawn service comes
            """,
            "holidays.txt", out HolidayProblem? problem);

        problem.Should().BeNull();
        calendar.On(new DateOnly(2027, 3, 3))!.NameKo.Should().Be("임시공휴일");
        calendar.IsDeliveryFree(new DateOnly(2027, 3, 3)).Should().BeTrue();
        calendar.On(new DateOnly(2027, 5, 1)).Should().BeNull();
        calendar.IsDeliveryFree(new DateOnly(2027, 8, 14)).Should().BeTrue();
        calendar.IsDeliveryFree(new DateOnly(2027, 1, 1)).Should().BeFalse();
        calendar.On(new DateOnly(2027, 1, 1)).Should().NotBeNull();
    }

    [Theory]
    [InlineData("ad 2027-03-03 하나 | One")]
    [InlineData("add 2027-13-03 하나 | One")]
    [InlineData("add 2051-03-03 하나 | One")]
    [InlineData("add 2027-03-03 하나")]
    [InlineData("add 2027-03-03")]
    [InlineData("remove")]
    public void A_broken_file_is_named_with_its_line_and_the_built_in_calendar_goes_on(string line)
    {
        KoreanHolidays calendar = HolidayFile.Apply($"add 2027-03-04 둘 | Two\n{line}\n", "holidays.txt", out HolidayProblem? problem);

        calendar.Should().BeSameAs(KoreanHolidays.BuiltIn);
        problem!.Line.Should().Be(2);
        problem.En.Should().Contain("holidays.txt line 2").And.Contain("Write it as 'add 2027-03-03");
        problem.Ko.Should().Contain("2번째 줄");
    }

    private static DateOnly Date(string date) => DateOnly.ParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static HouseholdDay Day(string date) => HouseholdDay.FromDate(Date(date));
}
