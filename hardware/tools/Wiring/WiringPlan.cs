namespace PantryChain.Wiring;

/// <summary>A part that a wiring uses.</summary>
/// <param name="Name">Its name in the file, such as <c>U1</c>.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Label">What is written on it.</param>
/// <param name="Line">Line of the file.</param>
public sealed record Part(string Name, PartKind Kind, string Label, int Line);

/// <summary>One end of a wire: a pin of the Pi's header, or a pin of a part.</summary>
public sealed record End(HeaderPin? Header, Part? Part, PartPin? Pin)
{
    /// <summary>What it carries.</summary>
    public PinRole Role => Header?.Role ?? Pin!.Role;

    /// <summary>Its name in messages.</summary>
    public override string ToString() => Header is not null ? $"{Header.Name} (pin {Header.Number})" : $"{Part!.Name}.{Pin!.Name}";
}

/// <summary>All ends that one wire joins.</summary>
public sealed record Net(IReadOnlyList<End> Ends, int Line);

/// <summary>What one <c>.wiring</c> file says.</summary>
public sealed class WiringPlan
{
    private readonly Dictionary<string, string> _texts = [];
    private readonly string _file;

    private WiringPlan(string file) => _file = file;

    /// <summary>The file's name.</summary>
    public string File => _file;

    /// <summary>The model of a header drawing, or null for a wiring, which is the same on all models.</summary>
    public PiModel? Model { get; private set; }

    /// <summary>The title in English.</summary>
    public string Title => _texts.GetValueOrDefault("title", "");

    /// <summary>The title in Korean.</summary>
    public string TitleKo => _texts.GetValueOrDefault("title-ko", "");

    /// <summary>Sentences under the drawing, English and Korean in turn.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>Lines of <c>gateway.json</c> or <c>config.txt</c> that belong to this wiring.</summary>
    public List<string> Settings { get; } = [];

    /// <summary>Its parts in the order of the file.</summary>
    public List<Part> Parts { get; } = [];

    /// <summary>Its wires in the order of the file.</summary>
    public List<Net> Nets { get; } = [];

    /// <summary>GPIOs that an overlay makes to a bus line, by function (<c>bus SDA1 GPIO23</c>).</summary>
    public Dictionary<string, string> Buses { get; } = [];

    /// <summary>Reads a file.</summary>
    /// <remarks>
    /// <c>title</c>, <c>title-ko</c>, <c>note</c>, <c>set</c> and <c>pi MODEL</c> with their text; <c>part NAME KIND LABEL</c>; <c>wire END END ...</c> where an end is <c>pi.GPIO5</c>,
    /// <c>pi.GND@6</c> or <c>NAME.PIN</c>; <c>bus FUNCTION GPIO</c> when an overlay puts a bus on other pins. <c>#</c> at the start of a line is a remark.
    /// </remarks>
    /// <exception cref="WiringException">A line that is not understood.</exception>
    public static WiringPlan Read(string file, string text, IReadOnlyDictionary<string, PartKind> catalogue)
    {
        WiringPlan plan = new(file);
        int number = 0;
        foreach (string raw in text.Split('\n'))
        {
            number++;
            string line = raw.Trim();
            if (line.Length > 0 && line[0] != '#')
                plan.ReadLine(line, number, catalogue);
        }
        if (plan.Title.Length == 0 || plan.TitleKo.Length == 0)
            throw new WiringException(file, 1, "title and title-ko are missing.");
        return plan;
    }

    private void ReadLine(string line, int number, IReadOnlyDictionary<string, PartKind> catalogue)
    {
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string rest = line[words[0].Length..].Trim();
        switch (words)
        {
            case ["title" or "title-ko", _, ..]: _texts[words[0]] = rest; break;
            case ["note", _, ..]: Notes.Add(rest); break;
            case ["set", _, ..]: Settings.Add(line[4..]); break; // with its indentation
            case ["pi", var id]: Model = PiHeader.FindModel(id) ?? throw new WiringException(_file, number, $"there is no Pi '{id}'. Known: {string.Join(", ", PiHeader.Models.Select(model => model.Id))}."); break;
            case ["bus", var function, var gpio]: Buses[function] = gpio; break;
            case ["part", var name, var kind, ..] when words.Length > 3: AddPart(name, kind, string.Join(' ', words.Skip(3)), number, catalogue); break;
            case ["wire", _, _, ..]: Nets.Add(new Net([.. words.Skip(1).Select(end => EndOf(end, number))], number)); break;
            default: throw new WiringException(_file, number, $"'{line}' is not understood. See hardware/wiring/README.md for the format.");
        }
    }

    private void AddPart(string name, string kind, string label, int number, IReadOnlyDictionary<string, PartKind> catalogue)
    {
        if (!catalogue.TryGetValue(kind, out PartKind? known))
            throw new WiringException(_file, number, $"there is no part '{kind}' in parts.txt. Known: {string.Join(", ", catalogue.Keys)}.");
        if (name == "pi" || Parts.Exists(part => part.Name == name))
            throw new WiringException(_file, number, $"'{name}' is taken. Give this part another name.");
        Parts.Add(new Part(name, known, label, number));
    }

    private End EndOf(string text, int number)
    {
        string[] halves = text.Split('.', 2);
        if (halves.Length != 2)
            throw new WiringException(_file, number, $"'{text}' is no end of a wire. Write pi.GPIO5, pi.GND@6 or NAME.PIN.");
        if (halves[0] == "pi")
            return PiHeader.Find(halves[1], out string fault) is { } pin ? new End(pin, null, null) : throw new WiringException(_file, number, fault + ".");
        Part part = Parts.Find(candidate => candidate.Name == halves[0])
            ?? throw new WiringException(_file, number, $"there is no part '{halves[0]}' above this line. Add 'part {halves[0]} KIND LABEL' first.");
        PartPin found = part.Kind.Pins.FirstOrDefault(candidate => candidate.Name == halves[1])
            ?? throw new WiringException(_file, number, $"{part.Name} ({part.Kind.Kind}) has no pin '{halves[1]}'; it has {string.Join(", ", part.Kind.Pins.Select(candidate => candidate.Name))}.");
        return new End(null, part, found);
    }
}
