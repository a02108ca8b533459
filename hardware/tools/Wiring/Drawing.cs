using System.Globalization;
using System.Text;

namespace PantryChain.Wiring;

/// <summary>Draws a checked wiring as SVG: the same plan always gives the same bytes.</summary>
public sealed class Drawing
{
    private readonly StringBuilder _svg = new();
    private readonly WiringPlan _plan;
    private readonly Layout _layout;
    private readonly HashSet<HeaderPin> _used;

    private Drawing(WiringPlan plan)
    {
        (_plan, _layout) = (plan, Layout.Of(plan));
        _used = [.. plan.Nets.SelectMany(net => net.Ends).Where(end => end.Header is not null).Select(end => end.Header!)];
    }

    /// <summary>The picture.</summary>
    public static string Of(WiringPlan plan) => new Drawing(plan).Draw();

    private string Draw()
    {
        double width = Math.Max(960, _layout.Right);
        List<string> notes = [.. _plan.Notes.SelectMany(note => Wrap(note, width - 96))];
        double foot = _layout.Bottom + 34;
        double height = foot + (_plan.Settings.Count > 0 ? (_plan.Settings.Count * 20) + 34 : 0) + (notes.Count * 21) + 30;
        Line($"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {N(width)} {N(height)}" width="{N(width)}" height="{N(height)}" font-family="'Noto Sans', 'DejaVu Sans', 'Noto Sans CJK KR', 'Apple SD Gothic Neo', sans-serif" role="img">""");
        Line($"<title>{Safe(_plan.Title)} / {Safe(_plan.TitleKo)}</title>");
        Line($"<!-- Drawn by hardware/tools/Wiring from {_plan.File}; change that file and draw again. -->");
        Line($"""<rect x="1" y="1" width="{N(width - 2)}" height="{N(height - 2)}" rx="18" fill="{Ink.Paper}" stroke="{Ink.Edge}" stroke-width="2"/>""");
        Write(48, 50, _plan.Title, 23, Ink.Text, bold: true);
        Write(48, 78, _plan.TitleKo, 17, Ink.Faint);
        Board();
        foreach (Net net in _plan.Nets)
            Wire(net);
        foreach (Box box in _layout.Boxes)
            PartDrawing.Write(Line, box);
        Header();
        if (_plan.Model is { } model)
            ModelPanel(model);
        Footer(foot, width, notes);
        Line("</svg>");
        return _svg.ToString();
    }

    private void Board()
    {
        double top = Layout.HeaderTop - 26, height = (20 * Layout.Pitch) + 52;
        Line($"""<path d="M48 {N(top)} H{N(Layout.HeaderX + 42)} q12 0 12 12 V{N(top + height - 12)} q0 12 -12 12 H48 z" fill="{Ink.Board}" stroke="{Ink.BoardEdge}" stroke-width="1.5"/>""");
        Line($"""<text transform="translate(78 {N(top + (height / 2))}) rotate(-90)" text-anchor="middle" font-size="17" font-weight="600" fill="#3f6b4c">{Safe(_plan.Model?.Name ?? "Raspberry Pi Zero 2 W / 3 / 4 / 5")}</text>""");
        Write(62, top + 17, "▲ microSD end", 11, "#3f6b4c");
        Line($"""<rect x="{N(Layout.HeaderX - 15)}" y="{N(Layout.HeaderTop)}" width="62" height="{N(20 * Layout.Pitch)}" rx="5" fill="#2c2f36"/>""");
    }

    private void Header()
    {
        foreach (HeaderPin pin in PiHeader.Pins)
        {
            (double x, double y) = Layout.PinOf(pin);
            bool used = _used.Contains(pin) || _plan.Model is not null;
            string colour = !used ? "#8b9098" : _plan.Nets.Find(net => net.Ends.Any(end => end.Header == pin)) is { } net ? Ink.Of(net) : Ink.Pin(pin);
            string ring = pin.Role == PinRole.Ground && used ? "#d8d8d8" : colour; // black would vanish on the header
            string shape = pin.Number == 1 ? $"""<rect x="{N(x - 9.5)}" y="{N(y - 9.5)}" width="19" height="19" rx="2" """ : $"""<circle cx="{N(x)}" cy="{N(y)}" r="9.5" """;
            Line($"""{shape}fill="{(used ? "#f4d58d" : "#b9a877")}" stroke="{ring}" stroke-width="{(used ? 3 : 1)}"/>""");
            Line($"""<text x="{N(x)}" y="{N(y + 3.6)}" text-anchor="middle" font-size="10" font-weight="600" fill="#22252b">{pin.Number}</text>""");
            Label(pin, x, y, used, colour);
        }
    }

    private void Label(HeaderPin pin, double x, double y, bool used, string colour)
    {
        bool left = pin.Number % 2 == 1;
        string text = pin.Function.Length > 0 ? $"{pin.Name} {pin.Function}" : pin.Name;
        if (!used)
        {
            Line($"""<text x="{N(left ? x - 22 : x + 30)}" y="{N(y + 4)}" text-anchor="{(left ? "end" : "start")}" font-size="10.5" fill="{Ink.Faint}">{text}</text>""");
            return;
        }
        double wide = (text.Length * 6.6) + 12, at = left ? x - 18 - wide : x + 28;
        Line($"""<rect x="{N(at)}" y="{N(y - 8.5)}" width="{N(wide)}" height="17" rx="8.5" fill="{colour}"/>""");
        Line($"""<text x="{N(at + (wide / 2))}" y="{N(y + 3.8)}" text-anchor="middle" font-size="10.5" font-weight="600" fill="{(colour is "#e69f00" or "#cc79a7" or "#56b4e9" ? Ink.Text : "#ffffff")}">{text}</text>""");
    }

    private void Wire(Net net)
    {
        string colour = Ink.Of(net);
        List<IGrouping<int, Foot>> zones = [.. _layout.Feet(net).GroupBy(foot => foot.Zone).OrderBy(group => group.Key)];
        double lane = Layout.HeaderTop - 22 + (8 * (_plan.Nets.Where(other => _layout.Feet(other).Select(foot => foot.Zone).Distinct().Count() > 1).ToList().IndexOf(net) % 4));
        foreach (IGrouping<int, Foot> zone in zones)
        {
            double track = _layout.TrackOf(net, zone.Key);
            List<Foot> feet = [.. zone];
            if (zones.Count > 1)
                feet.Add(new Foot(track, lane, zone.Key, OnLeft: true));
            Zone(feet, track, colour);
        }
        if (zones.Count > 1)
            Stroke($"M{N(_layout.TrackOf(net, zones[0].Key))} {N(lane)} H{N(_layout.TrackOf(net, zones[^1].Key))}", colour);
        foreach (End end in net.Ends.Where(end => end.Header is not null))
            Root(end.Header!, colour);
    }

    private void Zone(List<Foot> feet, double track, string colour)
    {
        if (feet.Count == 2)
        {
            Foot a = feet[0], b = feet[1];
            double turn = Math.Min(7, Math.Abs(a.Y - b.Y) / 2);
            Stroke(turn < 0.5 ? $"M{N(a.X)} {N(a.Y)} H{N(b.X)}" : $"M{N(a.X)} {N(a.Y)} {Corner(a.X, a.Y, track, b.Y, turn)} {Corner2(track, b.X, b.Y, a.Y, turn)} H{N(b.X)}", colour);
            return;
        }
        double top = feet.Min(foot => foot.Y), bottom = feet.Max(foot => foot.Y);
        Stroke($"M{N(track)} {N(top)} V{N(bottom)}", colour);
        foreach (Foot foot in feet.Where(foot => foot.X != track))
        {
            Stroke($"M{N(foot.X)} {N(foot.Y)} H{N(track)}", colour);
            if (foot.Y > top && foot.Y < bottom)
                Line($"""<circle cx="{N(track)}" cy="{N(foot.Y)}" r="4.6" fill="{colour}"/>""");
        }
        foreach (double end in (double[])[top, bottom])
            if (feet.Count(foot => foot.Y == end) == 1)
                Line($"""<circle cx="{N(track)}" cy="{N(end)}" r="1.9" fill="{colour}"/>""");
    }

    private static string Corner(double x, double y, double track, double other, double turn) =>
        Math.Abs(x - track) < 0.5 ? "" : $"H{N(track - (Math.Sign(track - x) * turn))} Q{N(track)} {N(y)} {N(track)} {N(y + (Math.Sign(other - y) * turn))}";

    private static string Corner2(double track, double x, double y, double other, double turn) =>
        $"V{N(y + (Math.Sign(other - y) * turn))} Q{N(track)} {N(y)} {N(track + (Math.Sign(x - track) * turn))} {N(y)}";

    /// <summary>From the pin to where the channel begins: straight behind an even pin's label, between two rows for an odd pin.</summary>
    private void Root(HeaderPin pin, string colour)
    {
        (double x, double y) = Layout.PinOf(pin);
        Stroke(pin.Number % 2 == 0 ? $"M{N(x)} {N(y)} H{N(Layout.ZoneBegin)}" : $"M{N(x)} {N(y)} L{N(x + 16)} {N(y + (Layout.Pitch / 2))} H{N(Layout.ZoneBegin)}", colour);
    }

    private void Stroke(string path, string colour)
    {
        Line($"""<path d="{path}" fill="none" stroke="{Ink.Paper}" stroke-width="7.5" stroke-linejoin="round"/>""");
        Line($"""<path d="{path}" fill="none" stroke="{colour}" stroke-width="3.8" stroke-linejoin="round" stroke-linecap="round"/>""");
    }

    private void ModelPanel(PiModel model)
    {
        double x = 470, y = Layout.HeaderTop;
        void Row(string label, string text, bool mono = false)
        {
            Write(x, y, label, 13, Ink.Faint);
            Write(x, y + 24, text, mono ? 15 : 17, Ink.Text, bold: !mono, mono);
            y += 62;
        }
        Row("Header driven by / 헤더를 움직이는 칩", model.Controller);
        Row("GPIO chip's label, found by name / GPIO 칩 이름", model.Chip, mono: true);
        Row("gateway.json", $"\"cells\": {{ \"chip\": \"{model.Chip}\" }}", mono: true);
        Row("I2C / SPI", "/dev/i2c-1, /dev/spidev0.0", mono: true);
        Write(x, y, "/boot/firmware/config.txt", 13, Ink.Faint);
        foreach (string line in model.Config)
            Write(x, y += 24, line, 15, Ink.Text, mono: true);
        y += 58;
        foreach ((string colour, string text) in (ReadOnlySpan<(string, string)>)[("#d55e00", "3.3 V"), ("#8c3b8f", "5 V"), ("#2b2b2b", "ground / 접지"), ("#009e73", "I2C"), ("#b07d00", "SPI"), ("#0072b2", "free GPIO / 자유 GPIO")])
        {
            Line($"""<rect x="{N(x)}" y="{N(y - 12)}" width="34" height="15" rx="7.5" fill="{colour}"/>""");
            Write(x + 46, y, text, 14, Ink.Text);
            y += 25;
        }
    }

    private void Footer(double y, double width, List<string> notes)
    {
        if (_plan.Settings.Count > 0)
        {
            Line($"""<rect x="48" y="{N(y)}" width="{N(width - 96)}" height="{N((_plan.Settings.Count * 20) + 16)}" rx="8" fill="#efece3"/>""");
            for (int i = 0; i < _plan.Settings.Count; i++)
                Write(62, y + 22 + (i * 20), _plan.Settings[i], 13, Ink.Text, mono: true);
            y += (_plan.Settings.Count * 20) + 34;
        }
        foreach (string note in notes)
        {
            Write(48, y + 10, note, 14, Ink.Text);
            y += 21;
        }
    }

    private static IEnumerable<string> Wrap(string text, double width)
    {
        string line = "";
        double used = 0;
        foreach (string word in text.Split(' '))
        {
            double wide = word.Sum(letter => letter > 0x1100 ? 14.0 : 7.4) + 5;
            if (used + wide > width)
            {
                yield return line.TrimEnd();
                (line, used) = ("", 0);
            }
            (line, used) = (line + word + " ", used + wide);
        }
        yield return line.TrimEnd();
    }

    private void Write(double x, double y, string text, double size, string colour, bool bold = false, bool mono = false) =>
        Line($"""<text x="{N(x)}" y="{N(y)}" font-size="{N(size)}"{(bold ? " font-weight=\"700\"" : "")}{(mono ? " font-family=\"'DejaVu Sans Mono', monospace\" xml:space=\"preserve\"" : "")} fill="{colour}">{Safe(text)}</text>""");

    private void Line(string text) => _svg.Append(text).Append('\n');

    /// <summary>A number as SVG writes it, the same in every country.</summary>
    internal static string N(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>Text that cannot break the markup.</summary>
    internal static string Safe(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);
}
