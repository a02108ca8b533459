using System.Collections.Frozen;
using System.Globalization;
using System.Reflection;

namespace PantryChain.Reorder.Patterns;

/// <summary>One line of a prior table.</summary>
/// <param name="Class">The product class, or <c>*</c> for the whole category.</param>
/// <param name="Category">The category, or <c>*</c> for everything.</param>
/// <param name="Prior">What is believed.</param>
/// <param name="Pairs">Households times products behind it.</param>
/// <param name="Cycles">Cycles behind it.</param>
/// <param name="From">What the source called the class.</param>
public sealed record PriorEntry(string Class, string Category, CyclePrior Prior, uint Pairs, uint Cycles, string From);

/// <summary>What is believed about product classes before a household's own cycles are seen: class, else category, else everything.</summary>
/// <remarks>Immutable and thread safe. A class may be written with its category before a slash (<c>dairy/kefir</c>), so that an unknown class still finds its category.</remarks>
public sealed class PriorTable
{
    /// <summary>Stands for every class or every category.</summary>
    public const string Any = "*";

    private const string FirstLine = "# pantrychain priors 1";
    private const int Columns = 10;

    private readonly FrozenDictionary<string, CyclePrior> _classes, _categories;
    private readonly CyclePrior _global;

    /// <summary>A table of these entries; of two for the same class the later one holds.</summary>
    /// <exception cref="FormatException">No entry holds for everything.</exception>
    public PriorTable(IReadOnlyList<PriorEntry> entries)
    {
        Entries = entries;
        _classes = ByName(entries.Where(entry => entry.Class != Any), entry => entry.Class);
        _categories = ByName(entries.Where(entry => entry.Class == Any && entry.Category != Any), entry => entry.Category);
        _global = entries.LastOrDefault(entry => entry is { Class: Any, Category: Any })?.Prior
            ?? throw new FormatException("A prior table needs one line with class * and category *: what holds for everything else.");
    }

    /// <summary>The table that ships with the product; its origin stands at its head.</summary>
    public static PriorTable Shipped { get; } = Parse(ReadShipped(), "priors.csv");

    /// <summary>The lines.</summary>
    public IReadOnlyList<PriorEntry> Entries { get; }

    /// <summary>The prior of a product class, its category or everything; letters' case does not matter.</summary>
    public CyclePrior Of(string classId)
    {
        if (_classes.TryGetValue(classId, out CyclePrior? known))
            return known;
        int slash = classId.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && (_classes.TryGetValue(classId[(slash + 1)..], out known) || _categories.TryGetValue(classId[..slash], out known)) ? known
            : _categories.TryGetValue(classId, out known) ? known : _global;
    }

    /// <summary>One prior for everything.</summary>
    public static PriorTable Single(CyclePrior prior) => new([new PriorEntry(Any, Any, prior, 0, 0, "")]);

    /// <summary>Reads a table as <c>priors.csv</c> has it.</summary>
    /// <exception cref="FormatException">A line cannot be read; the text names the file, the line and what is expected.</exception>
    public static PriorTable Parse(string text, string name)
    {
        string[] lines = text.Split('\n');
        if (lines[0].Trim() != FirstLine)
            throw new FormatException($"{name} line 1: '{FirstLine}' is expected. Was the table written for another version? Take the one that came with this program.");
        List<PriorEntry> entries = [];
        for (int i = 1; i < lines.Length; i++)
        {
            string line = lines[i].Trim();
            if (line.Length > 0 && line[0] != '#' && !line.StartsWith("class,", StringComparison.Ordinal))
                entries.Add(ReadLine(line) ?? throw new FormatException(
                    $"{name} line {i + 1}: '{line}' is not class,category,log_mean,tau2,s2,nu0,phi,pairs,cycles,from with numbers above zero and phi up to 1. Mend or remove the line."));
        }
        return new PriorTable(entries);
    }

    private static PriorEntry? ReadLine(string line)
    {
        string[] cells = line.Split(',', Columns);
        Span<double> numbers = stackalloc double[7];
        if (cells.Length != Columns || cells[0].Length == 0 || cells[1].Length == 0)
            return null;
        for (int i = 0; i < numbers.Length; i++)
        {
            if (!double.TryParse(cells[i + 2], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i]) || !double.IsFinite(numbers[i]))
                return null;
        }
        if (numbers[1] <= 0.0 || numbers[2] <= 0.0 || numbers[3] <= 0.0 || numbers[4] is <= 0.0 or > 1.0 || numbers[5] is < 0.0 or > 1e9 || numbers[6] is < 0.0 or > 1e9)
            return null;
        return new PriorEntry(cells[0], cells[1], new CyclePrior(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]), (uint)numbers[5], (uint)numbers[6], cells[9]);
    }

    private static FrozenDictionary<string, CyclePrior> ByName(IEnumerable<PriorEntry> entries, Func<PriorEntry, string> name)
    {
        Dictionary<string, CyclePrior> byName = new(StringComparer.OrdinalIgnoreCase);
        foreach (PriorEntry entry in entries)
            byName[name(entry)] = entry.Prior;
        return byName.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }

    private static string ReadShipped()
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("priors.csv")!;
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }
}
