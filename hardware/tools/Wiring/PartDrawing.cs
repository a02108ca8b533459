namespace PantryChain.Wiring;

/// <summary>Draws a part's box with its pins and a small picture of what it is.</summary>
internal static class PartDrawing
{
    public static void Write(Action<string> line, Box box)
    {
        (string fill, string edge) = box.Part.Kind.Shape switch
        {
            "bar" or "half" => ("#eceff3", "#7d8794"),
            "coil" => ("#e6eef7", "#6d8db0"),
            "probe" or "plain" => ("#f3ede2", "#a8946c"),
            _ => ("#e9e6f4", "#8a82ad"),
        };
        line($"""<rect x="{N(box.X)}" y="{N(box.Y)}" width="{N(Box.Width)}" height="{N(box.Height)}" rx="9" fill="{fill}" stroke="{edge}" stroke-width="1.6"/>""");
        line($"""<text x="{N(box.X + (Box.Width / 2))}" y="{N(box.Y + 18)}" text-anchor="middle" font-size="12.5" font-weight="700" fill="{Ink.Text}">{Drawing.Safe(box.Part.Label)}</text>""");
        Glyph(line, box, edge);
        foreach (PartPin pin in box.Part.Kind.Pins)
        {
            double x = box.PinX(pin), y = box.PinY(pin);
            line($"""<rect x="{N(x - 6)}" y="{N(y - 6)}" width="12" height="12" rx="2.5" fill="#f4d58d" stroke="#8a6d1f" stroke-width="1.2"/>""");
            line($"""<text x="{N(pin.Left ? x + 12 : x - 12)}" y="{N(y + 4.2)}" text-anchor="{(pin.Left ? "start" : "end")}" font-size="12" font-weight="600" fill="{Ink.Text}">{Drawing.Safe(pin.Name)}</text>""");
        }
    }

    private static void Glyph(Action<string> line, Box box, string edge)
    {
        double y = box.Y + Box.TitleHeight + ((box.Height - Box.TitleHeight - 6) / 2);
        bool both = box.Part.Kind.Pins.Any(pin => !pin.Left);
        double x = box.X + (both ? Box.Width / 2 : (Box.Width / 2) + 30);
        switch (box.Part.Kind.Shape)
        {
            case "chip": Chip(line, x, y); break;
            case "bar":
                line($"""<rect x="{N(x - 48)}" y="{N(y - 13)}" width="96" height="26" rx="3" fill="#c9d0d9" stroke="{edge}"/>""");
                line($"""<circle cx="{N(x - 9)}" cy="{N(y)}" r="8" fill="#eceff3" stroke="{edge}"/><circle cx="{N(x + 9)}" cy="{N(y)}" r="8" fill="#eceff3" stroke="{edge}"/><rect x="{N(x - 9)}" y="{N(y - 4)}" width="18" height="8" fill="#eceff3"/>""");
                line($"""<path d="M{N(x + 38)} {N(y - 38)} V{N(y - 18)} m-5 -7 l5 7 l5 -7" fill="none" stroke="{Ink.Text}" stroke-width="2"/>""");
                break;
            case "half":
                line($"""<rect x="{N(x - 26)}" y="{N(y - 24)}" width="52" height="48" rx="6" fill="#c9d0d9" stroke="{edge}"/><path d="M{N(x - 13)} {N(y - 13)} H{N(x + 13)} M{N(x - 13)} {N(y)} H{N(x + 8)} M{N(x - 13)} {N(y + 13)} H{N(x + 13)} M{N(x - 13)} {N(y - 13)} V{N(y + 13)}" fill="none" stroke="{edge}" stroke-width="3.4"/>""");
                break;
            case "coil":
                for (int i = 0; i < 4; i++)
                    line($"""<rect x="{N(x - 42 + (i * 7))}" y="{N(y - 42 + (i * 7))}" width="{N(84 - (i * 14))}" height="{N(84 - (i * 14))}" rx="8" fill="none" stroke="{edge}" stroke-width="2"/>""");
                break;
            case "probe":
                line($"""<path d="M{N(x - 34)} {N(y)} h22" stroke="#2b2b2b" stroke-width="5" fill="none"/><rect x="{N(x - 14)}" y="{N(y - 8)}" width="58" height="16" rx="8" fill="#c9d0d9" stroke="#7d8794"/>""");
                break;
            default:
                line($"""<path d="M{N(x)} {N(y - 28)} v10 m0 36 v10" stroke="#6a6f78" stroke-width="2.5" fill="none"/><rect x="{N(x - 9)}" y="{N(y - 18)}" width="18" height="36" rx="5" fill="#e2c9a0" stroke="{edge}"/><path d="M{N(x - 9)} {N(y - 9)} h18 M{N(x - 9)} {N(y - 2)} h18 M{N(x - 9)} {N(y + 5)} h18" stroke-width="3.4" stroke="#8f5a2b"/>""");
                break;
        }
    }

    private static void Chip(Action<string> line, double x, double y)
    {
        for (int i = -2; i <= 2; i++)
            line($"""<path d="M{N(x - 23)} {N(y + (i * 9))} h46" stroke="#8b9098" stroke-width="3"/>""");
        line($"""<rect x="{N(x - 17)}" y="{N(y - 25)}" width="34" height="50" rx="3" fill="#34373e"/><circle cx="{N(x - 10)}" cy="{N(y - 18)}" r="2.6" fill="#8b9098"/>""");
    }

    private static string N(double value) => Drawing.N(value);
}
