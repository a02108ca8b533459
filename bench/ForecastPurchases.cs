using System.Globalization;
using System.Text;

namespace PantryChain.Bench;

/// <summary>One line of a purchase file: who bought what class of product on which day.</summary>
internal readonly record struct Purchase(string Household, string Class, int Day);

/// <summary>Reads purchases from CSV (RFC 4180): columns household, date, and class_id or else product; others are passed over.</summary>
internal static class PurchaseFile
{
    /// <summary>All purchases of the file in its order; what cannot be read is told with file, line and what to do.</summary>
    /// <exception cref="FormatException">A column, a field or a date is not as expected.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IReadOnlyList<Purchase> Read(string path)
    {
        if (Directory.Exists(path))
            throw new FormatException($"{path} is a folder. Give the CSV file with the purchases.");
        if (!File.Exists(path))
            throw new FormatException($"{path} does not exist. Give the path of a CSV file with the columns household, product, class_id, date.");
        using StreamReader reader = new(path, Encoding.UTF8);
        return Read(reader, path);
    }

    /// <summary>The same from an open text; <paramref name="name"/> stands in error texts.</summary>
    public static IReadOnlyList<Purchase> Read(TextReader reader, string name)
    {
        CsvRecords records = new(reader, name);
        Columns? columns = null;
        List<Purchase> purchases = [];
        Dictionary<string, string> known = []; // a household's name stands on thousands of lines
        while (records.Next() is { } fields)
        {
            if (columns is null)
                columns = Columns.Of(fields, name, records.Line);
            else
                purchases.Add(columns.Purchase(fields, name, records.Line, known));
        }
        if (columns is null)
            throw new FormatException($"{name} is empty. Its first line must name the columns household, product, class_id, date.");
        return purchases.Count > 0 ? purchases : throw new FormatException($"{name} holds no purchase below its header line. Give a file with purchases.");
    }

    private sealed record Columns(int Household, int Class, int Product, int Date, int Count)
    {
        public static Columns Of(List<string> header, string name, int line)
        {
            int At(string column) => header.FindIndex(field => field.Trim().Equals(column, StringComparison.OrdinalIgnoreCase));
            Columns columns = new(At("household"), At("class_id"), At("product"), At("date"), header.Count);
            string? missing = columns.Household < 0 ? "household" : columns.Date < 0 ? "date" : columns is { Class: < 0, Product: < 0 } ? "class_id or product" : null;
            return missing is null ? columns
                : throw new FormatException($"{name}, line {line}: no column named {missing}; the header reads '{string.Join(',', header)}'. Name the columns household, product, class_id, date.");
        }

        public Purchase Purchase(List<string> fields, string name, int line, Dictionary<string, string> known)
        {
            if (fields.Count != Count)
                throw new FormatException($"{name}, line {line}: {fields.Count} fields where the header has {Count}. Quote a field that holds a comma: \"rice, round\".");
            string household = fields[Household].Trim(), group = Class >= 0 ? fields[Class].Trim() : "";
            if (group.Length == 0 && Product >= 0)
                group = fields[Product].Trim();
            if (household.Length == 0 || group.Length == 0)
                throw new FormatException($"{name}, line {line}: the {(household.Length == 0 ? "household" : "class_id and product")} is empty. Fill it in or remove the line.");
            string date = fields[Date].Trim();
            if (!DateOnly.TryParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day))
                throw new FormatException($"{name}, line {line}: '{date}' is not a date. Write it as year-month-day, like 2013-04-05.");
            return new Purchase(Once(known, household), Once(known, group), day.DayNumber);
        }

        private static string Once(Dictionary<string, string> known, string text)
        {
            if (!known.TryGetValue(text, out string? same))
                known[text] = same = text;
            return same;
        }
    }
}

/// <summary>The records of a CSV text: quoted fields may hold commas, doubled quotes and line ends; blank lines are passed over.</summary>
internal sealed class CsvRecords(TextReader reader, string name)
{
    private readonly List<string> _fields = [];
    private readonly StringBuilder _field = new();
    private int _next = 1;

    /// <summary>Number of the line on which the last record began.</summary>
    public int Line { get; private set; }

    /// <summary>The next record, valid until the next call; null at the end.</summary>
    /// <exception cref="FormatException">A quoted field does not end.</exception>
    public List<string>? Next()
    {
        while (reader.ReadLine() is { } text)
        {
            Line = _next++;
            if (text.Trim('\uFEFF', ' ', '\t').Length == 0)
                continue;
            _fields.Clear();
            Split(Line == 1 ? text.TrimStart('\uFEFF') : text);
            return _fields;
        }
        return null;
    }

    private void Split(string text)
    {
        bool quoted = false;
        _field.Clear();
        for (int i = 0; ; i++)
        {
            if (i == text.Length)
            {
                if (!quoted)
                    break;
                text = reader.ReadLine() ?? throw new FormatException($"{name}, line {Line}: a quoted field does not end. Close it with a double quote.");
                (i, _next) = (-1, _next + 1);
                _field.Append('\n');
            }
            else if (quoted && text[i] == '"' && i + 1 < text.Length && text[i + 1] == '"')
                _field.Append(text[++i]);
            else if (text[i] == '"' && (quoted || string.IsNullOrWhiteSpace(_field.ToString())))
                (quoted, _) = (!quoted, quoted ? _field : _field.Clear());
            else if (!quoted && text[i] == ',')
                Close();
            else
                _field.Append(text[i]);
        }
        Close();
    }

    private void Close()
    {
        _fields.Add(_field.ToString());
        _field.Clear();
    }
}
