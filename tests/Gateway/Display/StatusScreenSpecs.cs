using FsCheck;
using FsCheck.Fluent;
using PantryChain.DeviceDrivers.Display;
using PantryChain.Domain.Ordering;
using PantryChain.Gateway.Dashboard;
using PantryChain.Gateway.Display;
using PantryChain.Ui.Texts;

namespace PantryChain.Gateway.Tests.Display;

/// <summary>The picture as a function: whatever the household's names and numbers are, it stays inside its place.</summary>
public sealed class StatusScreenSpecs
{
    [Fact]
    public void Nothing_is_ever_drawn_outside_the_contents_place_and_no_name_runs_into_its_bar() =>
        Prop.ForAll(Pictures().ToArbitrary(), Gen.Choose(0, 15).ToArbitrary(), (picture, moves) =>
        {
            (int X, int Y) place = StatusScreen.PlaceOf(moves);
            for (int screen = 0; screen < StatusScreen.ScreensOf(picture.Rows.Count); screen++)
            {
                PixelFrame frame = StatusScreen.Draw(picture, screen, place);
                List<(int X, int Y)> lit = [.. from y in Enumerable.Range(0, 64) from x in Enumerable.Range(0, 128) where frame[x, y] select (x - place.X, y - place.Y)];
                lit.All(pixel => pixel is { X: >= 0 and < 124, Y: >= 0 and < 60 }).Should().BeTrue();
                lit.Any(pixel => pixel is { X: 67 or 68, Y: < 40 }).Should().BeFalse("a name ends before its bar");
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Every_place_has_its_turn_so_that_no_pixel_shines_for_ever()
    {
        Enumerable.Range(0, 16).Select(moves => StatusScreen.PlaceOf(moves)).Distinct().Should().HaveCount(16);
        StatusPicture picture = new([new("우유", 1, "12일")], "", "이상 없음", IsTrouble: true);
        PixelFrame[] all = [.. Enumerable.Range(0, 16).Select(moves => StatusScreen.Draw(picture, 0, StatusScreen.PlaceOf(moves)))];

        (from y in Enumerable.Range(0, 50) from x in Enumerable.Range(0, 68) select all.Count(frame => frame[x, y])).Should().OnlyContain(shines => shines < 16, "letters move away from every pixel");
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(4, 1)]
    [InlineData(5, 2)]
    [InlineData(64, 16)]
    public void Four_slots_are_shown_at_once(int slots, int screens) => StatusScreen.ScreensOf(slots).Should().Be(screens);

    [Theory]
    [InlineData(double.NaN, 0)]
    [InlineData(double.NegativeInfinity, 0)]
    [InlineData(-1, 0)]
    [InlineData(0.001, 1)]
    [InlineData(0.5, 14)]
    [InlineData(1, 28)]
    [InlineData(double.PositiveInfinity, 28)]
    public void A_bar_is_as_long_as_the_share_that_is_left_and_what_is_left_is_seen(double share, int lit)
    {
        PixelFrame frame = StatusScreen.Draw(new StatusPicture([new("a", share, "")], "", "", IsTrouble: false), 0, (0, 0));

        Enumerable.Range(70, 28).Count(x => frame[x, 4]).Should().Be(lit);
    }

    [Theory]
    [InlineData(Language.Korean)]
    [InlineData(Language.English)]
    public void Every_trouble_has_words_that_fit_into_a_line(Language language)
    {
        DisplayWords words = new(language);
        foreach (TroubleCause cause in Enum.GetValues<TroubleCause>())
        {
            string text = words.Short(new Trouble(cause, "3")) + " +9";
            BitmapFont.Galmuri9.WidthOf(text).Should().BeLessThanOrEqualTo(120, $"'{text}' is seen whole");
            text.Should().NotMatchRegex("[A-Z][a-z]+[A-Z]", "a word of the program is no word of the household");
        }
    }

    [Theory]
    [InlineData(null, "?", "?")]
    [InlineData(-1.0, "0일", "0 d")]
    [InlineData(12.9, "12일", "12 d")]
    [InlineData(99.5, "99+", "99+")]
    public void Days_are_few_letters(double? days, string korean, string english)
    {
        new DisplayWords(Language.Korean).Days(days).Should().Be(korean);
        new DisplayWords(Language.English).Days(days).Should().Be(english);
    }

    [Fact]
    public void A_delivery_says_how_far_it_is_when_and_what()
    {
        new DisplayWords(Language.Korean).Delivery("우유 1 L", 2, OrderState.Shipped, new DateOnly(2026, 3, 4)).Should().Be("오는 중 3/4 우유 1 L 2");
        new DisplayWords(Language.English).Delivery("Milk", 2, OrderState.Accepted, null).Should().Be("packing: 2 Milk");
    }

    private static Gen<StatusPicture> Pictures()
    {
        Gen<string> texts = Gen.OneOf(Gen.Choose(0xAC00, 0xD7A3), Gen.Choose(' ', '~'), Gen.Choose(0, 0xD7FF), Gen.Constant(0x6F22)).ListOf().Select(codes => string.Concat(codes.Take(80).Select(code => (char)code)));
        Gen<double?> shares = Gen.Elements<double?>(null, double.NaN, double.PositiveInfinity, -3, 0, 0.4, 1, 7);
        Gen<StatusRow> rows = from name in texts from share in shares from days in texts select new StatusRow(name, share, days);
        return from all in rows.ListOf() from delivery in texts from notice in texts from wrong in Gen.Elements(true, false) select new StatusPicture([.. all.Take(9)], delivery, notice, wrong);
    }
}
