using System.Globalization;
using PantryChain.Domain.Identity;
using PantryChain.Rehearsal.Commands;

namespace PantryChain.Rehearsal.World;

/// <summary>One purchase of a household.</summary>
/// <param name="Product">The product's name as given.</param>
/// <param name="ClassId">The shop's number of it.</param>
/// <param name="Date">The day.</param>
internal readonly record struct Purchase(string Product, ulong ClassId, DateOnly Date);

/// <summary>A CSV file of purchases with the columns <c>household,product,class_id,date</c>, in any order, quoted where needed (RFC 4180).</summary>
internal static class PurchaseFile
{
    private const int Longest = 64 * 1024 * 1024;

    private static readonly string[] Columns = ["household", "product", "class_id", "date"];

    /// <summary>All purchases of one household, by date.</summary>
    /// <exception cref="UsageException">The file is absent, empty or broken, lacks a column, or has no such household; the text names the line.</exception>
    public static IReadOnlyList<Purchase> Read(string path, string household)
    {
        if (!File.Exists(path))
            throw new UsageException($"{path} does not exist. Name a CSV file with the columns {string.Join(',', Columns)}.");
        using StringReader reader = Open(path);
        int[] places = Places(path, reader.ReadLine());
        List<Purchase> purchases = [];
        HashSet<string> known = [];
        for (int number = 2; reader.ReadLine() is { } line; number++)
        {
            if (line.Length == 0)
                continue;
            string[] cells = Cells(line);
            if (cells.Length <= places.Max())
                throw Broken(path, number, $"{places.Max() + 1} columns are expected, {cells.Length} found");
            known.Add(cells[places[0]]);
            if (cells[places[0]] == household)
                purchases.Add(Parse(path, number, cells, places));
        }
        if (known.Count == 0)
            throw new UsageException($"{path} has no purchases below its first line. Name a file with the columns {string.Join(',', Columns)}.");
        if (purchases.Count == 0)
            throw new UsageException($"{path} has no household '{household}'. It has {Foreign.Clean(string.Join(", ", known.Take(8)))}{(known.Count > 8 ? " and others" : "")}: name one with --household.");
        return [.. purchases.OrderBy(purchase => purchase.Date)];
    }

    private static int[] Places(string path, string? header)
    {
        if (string.IsNullOrWhiteSpace(header))
            throw new UsageException($"{path} is empty. Name a CSV file with the columns {string.Join(',', Columns)}.");
        string[] names = [.. Cells(header.TrimStart('\uFEFF')).Select(name => name.Trim())];
        int[] places = [.. Columns.Select(column => Array.IndexOf(names, column))];
        return Array.IndexOf(places, -1) is >= 0 and var missing
            ? throw new UsageException($"{path} has no column '{Columns[missing]}'. Its first line must name {string.Join(',', Columns)}.")
            : places;
    }

    private static Purchase Parse(string path, int number, string[] cells, int[] places)
    {
        if (!ulong.TryParse(cells[places[2]], NumberStyles.None, CultureInfo.InvariantCulture, out ulong classId) || classId >= 100_000_000_000)
            throw Broken(path, number, $"class_id '{Foreign.Short(cells[places[2]])}' is not a number of up to 11 digits");
        if (!DateOnly.TryParseExact(cells[places[3]], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly date) || date.Year is < 1971 or > 2500)
            throw Broken(path, number, $"date '{Foreign.Short(cells[places[3]])}' is not a day such as 2012-07-06");
        return cells[places[1]].Trim() is { Length: > 0 } product ? new Purchase(product, classId, date) : throw Broken(path, number, "product is empty");
    }

    private static string[] Cells(string line)
    {
        if (!line.Contains('"', StringComparison.Ordinal))
            return line.Split(',');
        List<string> cells = [];
        System.Text.StringBuilder cell = new();
        bool quoted = false;
        for (int i = 0; i < line.Length; i++)
        {
            char letter = line[i];
            if (letter == '"' && quoted && i + 1 < line.Length && line[i + 1] == '"')
                cell.Append(line[++i]);
            else if (letter == '"')
                quoted = !quoted;
            else if (letter == ',' && !quoted)
            {
                cells.Add(cell.ToString());
                cell.Clear();
            }
            else
                cell.Append(letter);
        }
        return [.. cells, cell.ToString()];
    }

    private static UsageException Broken(string path, int line, string what) => new($"{path}, line {line}: {what}. Correct the line and start again.");

    private static StringReader Open(string path)
    {
        try
        {
            return new StringReader(ForeignFile.ReadText(path, Longest));
        }
        catch (IOException error)
        {
            throw new UsageException($"{path} cannot be read ({error.Message}). Name a CSV file with the columns {string.Join(',', Columns)}.", error);
        }
    }
}
