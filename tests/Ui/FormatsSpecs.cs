using PantryChain.Domain.Quantities;
using PantryChain.Domain.Time;
using PantryChain.Ui.Texts;

namespace PantryChain.Ui.Tests;

public sealed class FormatsSpecs
{
    private static readonly TimeZoneInfo Seoul = TimeZoneInfo.FindSystemTimeZoneById("Asia/Seoul");

    internal static readonly Formats Korean = new(Language.Korean, Seoul), English = new(Language.English, Seoul);

    private static readonly DateTimeOffset Late = new(2026, 3, 13, 23, 20, 0, TimeSpan.Zero); // 08:20 on Saturday the 14th in Seoul

    [Theory]
    [InlineData(311.6, "312 g")]
    [InlineData(999.4, "999 g")]
    [InlineData(999.6, "1.00 kg")]
    [InlineData(12345.6, "12.35 kg")]
    [InlineData(-40, "−40 g")]
    [InlineData(0, "0 g")]
    [InlineData(-0.4, "0 g")]
    public void A_mass_reads_in_the_unit_of_a_kitchen(double grams, string expected) => English.Mass(Mass.FromGrams(grams)).Should().Be(expected);

    [Theory]
    [InlineData(-1422.37, 1, "−1,422.4")]
    [InlineData(-0.04, 1, "0.0")]
    [InlineData(20, 0, "20")]
    public void A_number_has_a_real_minus_sign_and_none_before_nothing(double value, int decimals, string expected) => Korean.Number(value, decimals).Should().Be(expected);

    [Fact]
    public void A_mass_never_pretends_to_be_exact()
    {
        Korean.Mass(Mass.FromGrams(310), Mass.FromGrams(0.02)).Should().Be("310 ± 1 g");
        Korean.Mass(Mass.FromGrams(7340), Mass.FromGrams(160)).Should().Be("7.34 ± 0.16 kg");
    }

    [Theory]
    [InlineData(0, "오늘", "today", "오늘", "today")]
    [InlineData(1, "내일", "tomorrow", "내일", "tomorrow")]
    [InlineData(3, "화요일", "Tuesday", "화요일에", "on Tuesday")]
    [InlineData(7, "3월 21일 (토)", "Sat 21 Mar", "3월 21일 (토)에", "on Sat 21 Mar")]
    [InlineData(-2, "3월 12일 (목)", "Thu 12 Mar", "3월 12일 (목)에", "on Thu 12 Mar")]
    public void A_day_is_named_as_people_name_it_from_where_they_stand(int days, string korean, string english, string onKorean, string onEnglish)
    {
        Korean.Day(Late.AddDays(days), Late).Should().Be(korean);
        English.Day(Late.AddDays(days), Late).Should().Be(english);
        Korean.OnDay(Late.AddDays(days), Late).Should().Be(onKorean);
        English.OnDay(Late.AddDays(days), Late).Should().Be(onEnglish);
        English.Day(Late.AddDays(70), null).Should().Be("Saturday", "without a place to stand the weekday is all there is");
    }

    [Fact]
    public void Money_is_won_with_decimals_only_where_there_are_any()
    {
        Korean.Money(Bamtol.FromWon(128_400)).Should().Be("128,400원");
        English.Money(new Bamtol(1_234_550)).Should().Be("₩12,345.50");
        English.Money(new Bamtol(1_234_505)).Should().Be("₩12,345.05");
        Korean.Money(new Bamtol(UInt128.MaxValue)).Should().Be("3,402,823,669,209,384,634,633,746,074,317,682,114.55원", "a page that shows nonsense is better than none");
        Korean.Reward(Bamnamu.FromTokens(1200)).Should().Be("밤나무 1,200");
        English.Reward(new Bamnamu(12_345_600_000_000_000_000)).Should().Be("12.35 Bamnamu");
    }

    [Fact]
    public void Dates_are_those_of_the_household()
    {
        Korean.DateAndTime(Late).Should().Be("3월 14일 (토) 08:20");
        English.DateAndTime(Late).Should().Be("Sat 14 Mar 08:20");
        Korean.Weekday(Late).Should().Be("토요일");
        English.Weekday(Late).Should().Be("Saturday");
        English.Date(HouseholdDay.At(Late, Seoul)).Should().Be("Sat 14 Mar");
        Korean.LongDate(Late).Should().Be($"{Late.Year}년 3월 14일");
        English.LongDate(Late).Should().Be($"14 Mar {Late.Year}");
        Formats.Iso(Late).Should().Be("2026-03-13T23:20:00Z");
    }

    [Theory]
    [InlineData(3.9, 5.2, "3~6일", "3–6 days")]
    [InlineData(0.2, 0.9, "하루 미만", "less than a day")]
    [InlineData(0.7, 1.3, "길어야 2일", "up to 2 days")]
    [InlineData(3.0, 3.0, "3일", "3 days")]
    [InlineData(20, 90, "20일 이상", "at least 20 days")]
    [InlineData(70, 90, "두 달 이상", "over two months")]
    [InlineData(0, 0, "하루 미만", "less than a day")]
    [InlineData(12, 3650, "12일 이상", "at least 12 days")]
    public void A_span_of_days_is_rounded_outwards(double low, double high, string korean, string english)
    {
        Korean.Days(low, high).Should().Be(korean);
        English.Days(low, high).Should().Be(english);
    }

    [Theory]
    [InlineData("ko-KR,ko;q=0.9,en;q=0.8", Language.Korean)]
    [InlineData("en-US,en;q=0.9,ko;q=0.8", Language.English)]
    [InlineData("fr-FR,fr;q=0.9,en;q=0.5", Language.English)]
    [InlineData("de", Language.Korean)]
    [InlineData("", Language.Korean)]
    [InlineData("*;q=;;,\u0001", Language.Korean)]
    [InlineData(null, Language.Korean)]
    public void The_browsers_wish_decides_the_language(string? header, Language expected) => Languages.FromHeader(header).Should().Be(expected);
}
