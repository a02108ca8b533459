using System.Text;
using FsCheck;
using FsCheck.Fluent;
using PantryChain.DeviceDrivers.Display;

namespace PantryChain.DeviceDrivers.Tests.Display;

public sealed class BitmapFontSpecs
{
    private const int Baseline = 9, Line = 10;

    private static readonly BitmapFont Font = BitmapFont.Galmuri9;

    [Fact]
    public void Every_syllable_of_Korean_and_every_letter_of_ASCII_is_there_and_fits_into_a_line_of_ten_pixels()
    {
        Font.Glyphs.Should().BeGreaterThan(20_000);
        foreach (char letter in Enumerable.Range(0xAC00, 11_172).Concat(Enumerable.Range('!', 94)).Select(code => (char)code))
        {
            PixelFrame frame = new();
            int behind = Font.Draw(frame, letter.ToString(), 20, 20 + Baseline);
            List<(int X, int Y)> lit = Lit(frame);
            lit.Should().NotBeEmpty($"{letter} is a letter");
            lit.Should().OnlyContain(pixel => pixel.X >= 20 && pixel.X < behind && pixel.Y >= 20 && pixel.Y < 20 + Line, $"{letter} stays in its cell");
        }
    }

    [Fact]
    public void The_shipped_font_carries_its_licence()
    {
        using Stream licence = typeof(BitmapFont).Assembly.GetManifestResourceStream("Galmuri9.LICENSE.txt")!;
        using StreamReader text = new(licence);

        text.ReadToEnd().Should().Contain("SIL Open Font License").And.Contain("Lee Minseo");
    }

    [Fact]
    public void A_text_that_is_too_long_is_cut_with_an_ellipsis_as_late_as_it_can_be()
    {
        Font.Cut("우유", 40).Should().Be("우유");
        Font.Cut("유기농 저지방 우유 1 L", 66).Should().Be("유기농 저지…");
        Font.Cut("우유", 9).Should().BeEmpty();

        Prop.ForAll(Texts().ToArbitrary(), Gen.Choose(0, 140).ToArbitrary(), (text, width) =>
        {
            string cut = Font.Cut(text, width);
            Font.WidthOf(cut).Should().BeLessThanOrEqualTo(width);
            if (cut != text)
                (cut.Length == 0 || (cut.EndsWith('…') && text.StartsWith(cut[..^1], StringComparison.Ordinal))).Should().BeTrue($"'{cut}' is a beginning of '{text}'");
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Wherever_a_text_is_drawn_what_is_inside_is_the_same_and_nothing_else_is_touched() =>
        Prop.ForAll(Texts().ToArbitrary(), Gen.Choose(-60, 180).Two().ToArbitrary(), (text, at) =>
        {
            PixelFrame here = new(), there = new();
            Font.Draw(here, text, at.Item1, at.Item2);
            Font.Draw(there, text, 0, 30);

            Lit(here).All(pixel => pixel.Y >= at.Item2 - Baseline && pixel.Y <= at.Item2).Should().BeTrue("a line is ten pixels high");
            (from y in Enumerable.Range(0, PixelFrame.Height) from x in Enumerable.Range(0, PixelFrame.Width) select (X: x, Y: y, From: (X: x - at.Item1, Y: y - at.Item2 + 30)))
                .Where(pixel => pixel.From is { X: >= 0 and < PixelFrame.Width, Y: >= 0 and < PixelFrame.Height })
                .All(pixel => here[pixel.X, pixel.Y] == there[pixel.From.X, pixel.From.Y]).Should().BeTrue();
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Rectangles_are_cut_at_the_edges_whatever_their_numbers() =>
        Prop.ForAll(Gen.Choose(-200, 200).Two().ToArbitrary(), Gen.Choose(-10, 300).Two().ToArbitrary(), (at, size) =>
        {
            PixelFrame frame = new();
            frame.Fill(at.Item1, at.Item2, size.Item1, size.Item2);
            Lit(frame).All(pixel => pixel.X >= at.Item1 && pixel.X < at.Item1 + size.Item1 && pixel.Y >= at.Item2 && pixel.Y < at.Item2 + size.Item2).Should().BeTrue();
            frame.Invert(at.Item1, at.Item2, size.Item1, size.Item2);
            Lit(frame).Should().BeEmpty();
            frame.Outline(at.Item1, at.Item2, size.Item1, size.Item2);
            frame.Invert(int.MaxValue - 5, 0, int.MaxValue, int.MaxValue);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_letter_that_the_font_has_not_is_a_box()
    {
        PixelFrame frame = new();

        int behind = Font.Draw(frame, "🥛", 0, Baseline);

        behind.Should().Be(8);
        Lit(frame).Should().HaveCount(24);
    }

    [Theory]
    [InlineData("", "no space")]
    [InlineData("ENCODING 32\nDWIDTH 4 0\nBBX 1 1 0 0\nBITMAP\nzz\n", "'zz' is no row")]
    [InlineData("ENCODING 32\nDWIDTH 4 0\nBBX 1 2 0 0\nBITMAP\n80\n", "'' is no row")]
    [InlineData("ENCODING x\n", "numbers that it needs")]
    [InlineData("ENCODING 32\nDWIDTH\n", "no space")]
    [InlineData("ENCODING 32\nDWIDTH 4 0\nBBX 99 1 0 0\nBITMAP\n80\n", "no space")]
    [InlineData("ENCODING 32\nDWIDTH 4 0\nBBX 1 1 0 300\nBITMAP\n80\n", "no space")]
    [InlineData("ENCODING 32\nDWIDTH 99999999999 0\n", "numbers that it needs")]
    public void A_file_that_is_no_font_is_refused(string bdf, string said)
    {
        Action read = () => BitmapFont.Read(new MemoryStream(Encoding.UTF8.GetBytes(bdf)));

        read.Should().Throw<FormatException>().WithMessage($"*{said}*");
    }

    [Fact]
    public void Lines_that_end_as_on_other_machines_and_lines_longer_than_any_of_a_font_are_read()
    {
        string bdf = $"COMMENT {new string('x', 10_000)}\r\nENCODING 32\r\nDWIDTH 4 0\r\nBBX 3 1 0 0\r\nBITMAP\r\nA0\r\n";

        BitmapFont font = BitmapFont.Read(new MemoryStream(Encoding.UTF8.GetBytes(bdf)));

        PixelFrame frame = new();
        font.Draw(frame, " ", 0, Baseline);
        Lit(frame).Should().Equal((0, 8), (2, 8));
    }

    private static Gen<string> Texts() =>
        Gen.OneOf(Gen.Choose(0xAC00, 0xD7A3), Gen.Choose(' ', '~'), Gen.Choose(0, 0xD7FF), Gen.Constant((int)' ')).ListOf().Select(codes => string.Concat(codes.Take(40).Select(code => (char)code)));

    private static List<(int X, int Y)> Lit(PixelFrame frame) =>
        [.. from y in Enumerable.Range(0, PixelFrame.Height) from x in Enumerable.Range(0, PixelFrame.Width) where frame[x, y] select (x, y)];
}
