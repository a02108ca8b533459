using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using PantryChain.Domain.Identity;

namespace PantryChain.DeviceDrivers.Simulation;

/// <summary>Packs that came into the household from outside the shelves' own view.</summary>
/// <param name="At">Household time at which somebody starts to put them on the shelf; not before the newest moment already sensed.</param>
/// <param name="Slot">Where they are put.</param>
/// <param name="Packs">Full packs, 1 to 1000.</param>
/// <param name="Why">A word for the reader of the log: <c>delivery</c> or <c>outside</c>.</param>
/// <param name="Order">The order that brought them, or null.</param>
/// <param name="Serials">Serial numbers on the packs' tags, one for each; null for tags that nobody chose.</param>
public sealed record Delivery(DateTimeOffset At, SlotId Slot, int Packs, string Why, OrderId? Order = null, IReadOnlyList<string>? Serials = null);

/// <summary><c>deliveries.jsonl</c>: every delivery into a simulated household, one JSON object a line, only ever appended to.</summary>
/// <remarks>
/// One writer, any number of readers in other processes. A line that was torn by a crash of the writer is no delivery: readers leave it out and the writer
/// cuts it off before its next line. Not thread safe.
/// </remarks>
public sealed class DeliveryLog(string path)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    private readonly List<Delivery> _entries = [];
    private long _readBytes;
    private int _readLines;

    /// <summary>What <see cref="Refresh"/> has read so far, in the order of the file.</summary>
    public IReadOnlyList<Delivery> Entries => _entries;

    /// <summary>Reads what was appended since the last call; true when there was something new. An absent file is an empty log.</summary>
    /// <exception cref="FormatException">A complete line is no delivery; the text names file, line and next step.</exception>
    public bool Refresh()
    {
        FileInfo file = new(path);
        if (!file.Exists || file.Length <= _readBytes)
            return false;
        byte[] tail = ReadFrom(_readBytes);
        int complete = tail.AsSpan().LastIndexOf((byte)'\n') + 1;
        foreach (string line in Encoding.UTF8.GetString(tail, 0, complete).Split('\n')[..^1])
            _entries.Add(Parse(line, ++_readLines));
        _readBytes += complete;
        return complete > 0;
    }

    /// <summary>Appends one delivery; it is on the disk when the call returns.</summary>
    public void Append(Delivery delivery)
    {
        ArgumentNullException.ThrowIfNull(delivery);
        Row row = new(delivery.At, delivery.Slot.Value, delivery.Packs, delivery.Why, delivery.Order?.ToString(), delivery.Serials);
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(row, Json), (byte)'\n'];
        using FileStream file = new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        CutTornLine(file);
        file.Write(line);
        file.Flush(flushToDisk: true);
    }

    private byte[] ReadFrom(long offset)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Seek(offset, SeekOrigin.Begin);
        using MemoryStream tail = new();
        file.CopyTo(tail);
        return tail.ToArray();
    }

    private Delivery Parse(string line, int number)
    {
        try
        {
            Row row = JsonSerializer.Deserialize<Row>(line, Json) ?? throw new JsonException("it is empty");
            if (row.Packs is < 1 or > 1000)
                throw new FormatException("packs must be 1 to 1000");
            if (row.Serials is { } serials && serials.Count != row.Packs)
                throw new FormatException("serials must be one for each pack");
            return new Delivery(row.At, new SlotId(row.Slot), row.Packs, row.Why, row.Order is null ? null : new OrderId(Hash32.Parse(row.Order)), row.Serials);
        }
        catch (Exception error) when (error is JsonException or FormatException)
        {
            throw new FormatException($"{path}, line {number} is not a delivery ({Domain.Identity.Foreign.Clean(error.Message)}). Correct or remove the line and start again.", error);
        }
    }

    private static void CutTornLine(FileStream file)
    {
        long end = file.Length;
        while (end > 0)
        {
            file.Position = end - 1;
            if (file.ReadByte() == '\n')
                break;
            end--;
        }
        file.SetLength(end);
        file.Position = end;
    }

    private sealed record Row(DateTimeOffset At, ushort Slot, int Packs, string Why, string? Order = null, IReadOnlyList<string>? Serials = null);
}
