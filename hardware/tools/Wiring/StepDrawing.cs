using System.Text;

namespace PantryChain.Wiring;

/// <summary>One picture of the calibration guide: a shelf on its cell with something on it, and what the terminal shows.</summary>
/// <param name="Name">The picture's name without <c>.svg</c>.</param>
/// <param name="Title">What to do, in English.</param>
/// <param name="TitleKo">What to do, in Korean.</param>
/// <param name="Things">What stands on the shelf: <c>pack</c>, <c>two-packs</c>, <c>jar</c>, <c>jar-full</c>, <c>nothing</c>.</param>
/// <param name="Shown">Lines of the terminal; <c>$ </c> begins one that is typed.</param>
public sealed record StepDrawing(string Name, string Title, string TitleKo, string Things, IReadOnlyList<string> Shown)
{
    private const int Width = 960, Height = 330;

    /// <summary>Reads a <c>.steps</c> file: <c>step NAME</c>, then <c>title</c>, <c>title-ko</c>, <c>on</c> and <c>show</c>.</summary>
    /// <exception cref="WiringException">A line that is not understood.</exception>
    public static IReadOnlyList<StepDrawing> Read(string file, string text)
    {
        List<StepDrawing> steps = [];
        int number = 0;
        foreach (string raw in text.Split('\n'))
        {
            number++;
            string[] halves = raw.TrimEnd().Split(' ', 2);
            if (halves[0].Length == 0 || halves[0][0] == '#')
                continue;
            string value = halves.Length > 1 ? halves[1] : "";
            if (halves[0] == "step")
                steps.Add(new StepDrawing(value, "", "", "nothing", []));
            else if (steps.Count > 0 && Set(steps[^1], halves[0], value) is { } step)
                steps[^1] = step;
            else
                throw new WiringException(file, number, $"'{raw.Trim()}' is not understood. Known: step, title, title-ko, on, show.");
        }
        return steps;
    }

    /// <summary>The picture.</summary>
    public string Draw()
    {
        StringBuilder svg = new();
        void Line(string text) => svg.Append(text).Append('\n');
        Line($"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {Height}" width="{Width}" height="{Height}" font-family="'Noto Sans', 'DejaVu Sans', 'Noto Sans CJK KR', 'Apple SD Gothic Neo', sans-serif" role="img">""");
        Line($"<title>{Drawing.Safe(Title)} / {Drawing.Safe(TitleKo)}</title>");
        Line("<!-- Drawn by hardware/tools/Wiring from calibration.steps; change that file and draw again. -->");
        Line($"""<rect x="1" y="1" width="{Width - 2}" height="{Height - 2}" rx="18" fill="{Ink.Paper}" stroke="{Ink.Edge}" stroke-width="2"/>""");
        Line($"""<text x="40" y="44" font-size="20" font-weight="700" fill="{Ink.Text}">{Drawing.Safe(Title)}</text>""");
        Line($"""<text x="40" y="71" font-size="16" fill="{Ink.Faint}">{Drawing.Safe(TitleKo)}</text>""");
        Shelf(Line);
        Thing(Line);
        Terminal(Line);
        Line("</svg>");
        return svg.ToString();
    }

    private static StepDrawing? Set(StepDrawing step, string what, string value) => what switch
    {
        "title" => step with { Title = value },
        "title-ko" => step with { TitleKo = value },
        "on" => step with { Things = value },
        "show" => step with { Shown = [.. step.Shown, value] },
        _ => null,
    };

    /// <summary>From the side: base, bar cell held at its left end, plate held at its right end.</summary>
    private static void Shelf(Action<string> line)
    {
        line("""<rect x="50" y="284" width="270" height="14" rx="3" fill="#8a6d45"/>""");
        line("""<rect x="86" y="274" width="48" height="10" fill="#6a6f78"/><rect x="236" y="244" width="48" height="10" fill="#6a6f78"/>""");
        line("""<rect x="86" y="254" width="198" height="20" rx="2" fill="#c9d0d9" stroke="#7d8794"/><circle cx="174" cy="264" r="7.5" fill="#fbfaf6" stroke="#7d8794"/><circle cx="196" cy="264" r="7.5" fill="#fbfaf6" stroke="#7d8794"/>""");
        line("""<rect x="50" y="232" width="270" height="12" rx="3" fill="#8a6d45"/>""");
        line("""<path d="M86 264 h-22 q-10 0 -10 10 v10" fill="none" stroke="#d55e00" stroke-width="3"/>""");
    }

    private void Thing(Action<string> line)
    {
        switch (Things)
        {
            case "pack": Pack(line, 150); break;
            case "two-packs": Pack(line, 110); Pack(line, 190); break;
            case "jar": Jar(line, full: false); break;
            case "jar-full": Jar(line, full: true); break;
            default:
                line($"""<path d="M185 224 V150 m-14 14 l14 -14 l14 14" fill="none" stroke="{Ink.Faint}" stroke-width="3" stroke-dasharray="7 5"/>""");
                break;
        }
    }

    private static void Pack(Action<string> line, int x)
    {
        line($"""<path d="M{x} 232 v-82 l14 -20 h42 l14 20 v82 z" fill="#e6eef7" stroke="#6d8db0" stroke-width="2"/><path d="M{x} 150 h70" stroke="#6d8db0" stroke-width="2"/><rect x="{x + 8}" y="170" width="54" height="30" rx="4" fill="#0072b2"/>""");
        line($"""<text x="{x + 35}" y="190" text-anchor="middle" font-size="14" font-weight="700" fill="#ffffff">1063 g</text>""");
    }

    private static void Jar(Action<string> line, bool full)
    {
        if (full)
            line("""<path d="M142 170 h86 v54 q0 8 -8 8 h-70 q-8 0 -8 -8 z" fill="#e2c98f"/>""");
        line("""<path d="M142 142 v82 q0 8 8 8 h70 q8 0 8 -8 v-82 z" fill="none" stroke="#6d8db0" stroke-width="2.5"/><rect x="136" y="130" width="98" height="13" rx="3" fill="none" stroke="#6d8db0" stroke-width="2.5"/>""");
    }

    private void Terminal(Action<string> line)
    {
        line("""<rect x="360" y="96" width="560" height="202" rx="10" fill="#22252b"/><circle cx="380" cy="113" r="5" fill="#d55e00"/><circle cx="397" cy="113" r="5" fill="#e69f00"/><circle cx="414" cy="113" r="5" fill="#009e73"/>""");
        for (int i = 0; i < Shown.Count; i++)
            line($"""<text x="378" y="{145 + (i * 22)}" font-size="13" font-family="'DejaVu Sans Mono', monospace" xml:space="preserve" fill="{(Shown[i].StartsWith("$ ", StringComparison.Ordinal) ? "#9be0c3" : "#eceff3")}">{Drawing.Safe(Shown[i])}</text>""");
    }
}
