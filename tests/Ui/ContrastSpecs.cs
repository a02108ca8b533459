using System.Globalization;
using System.Text.RegularExpressions;
using PantryChain.Ui.Hosting;

namespace PantryChain.Ui.Tests;

/// <summary>The style sheet's colours against WCAG 2.2: 1.4.3 text, level AA, and 1.4.11 the edges of controls.</summary>
public sealed partial class ContrastSpecs
{
    private static readonly Dictionary<string, (double Light, double Dark)> Luminance = ReadColours();

    [Theory]
    [InlineData("ink", "ground", 4.5)]
    [InlineData("ink", "surface", 4.5)]
    [InlineData("ink", "sunken", 4.5)]
    [InlineData("ink-soft", "ground", 4.5)]
    [InlineData("ink-soft", "surface", 4.5)]
    [InlineData("ink-soft", "sunken", 4.5)]
    [InlineData("accent", "ground", 4.5)]
    [InlineData("accent", "surface", 4.5)]
    [InlineData("accent", "accent-wash", 4.5)]
    [InlineData("accent-ink", "accent", 4.5)]
    [InlineData("warning", "surface", 4.5)]
    [InlineData("warning", "warning-wash", 4.5)]
    [InlineData("bad", "ground", 4.5)]
    [InlineData("bad", "surface", 4.5)]
    [InlineData("bad", "bad-wash", 4.5)]
    [InlineData("ink", "bad-wash", 4.5)]
    [InlineData("ink-soft", "bad-wash", 4.5)]
    [InlineData("active", "active-wash", 4.5)]
    [InlineData("edge", "surface", 3.0)]
    [InlineData("edge", "ground", 3.0)]
    public void Text_and_controls_stand_out_in_light_and_in_dark(string above, string below, double least)
    {
        Contrast(Luminance[above].Light, Luminance[below].Light).Should().BeGreaterThanOrEqualTo(least, "light");
        Contrast(Luminance[above].Dark, Luminance[below].Dark).Should().BeGreaterThanOrEqualTo(least, "dark");
    }

    private static double Contrast(double a, double b) => (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);

    private static Dictionary<string, (double, double)> ReadColours()
    {
        using Stream stream = typeof(UiAssets).Assembly.GetManifestResourceStream("assets/pantry.css")!;
        using StreamReader reader = new(stream);
        return Colour().Matches(reader.ReadToEnd()).ToDictionary(
            match => match.Groups["name"].Value, match => (RelativeLuminance(match.Groups["light"].Value), RelativeLuminance(match.Groups["dark"].Value)));
    }

    /// <summary>WCAG 2.2, "relative luminance", of <c>rrggbb</c>.</summary>
    private static double RelativeLuminance(string colour)
    {
        double[] linear = [.. Enumerable.Range(0, 3).Select(i => Linear(int.Parse(colour.AsSpan(2 * i, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0))];
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
    }

    private static double Linear(double share) => share <= 0.04045 ? share / 12.92 : Math.Pow((share + 0.055) / 1.055, 2.4);

    [GeneratedRegex("--(?<name>[a-z-]+): light-dark\\(#(?<light>[0-9a-f]{6}), #(?<dark>[0-9a-f]{6})\\);")]
    private static partial Regex Colour();
}
