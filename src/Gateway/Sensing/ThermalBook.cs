using System.Text.Json;
using System.Text.Json.Serialization;
using PantryChain.DeviceDrivers.Shelf;
using PantryChain.Domain.Identity;
using PantryChain.Gateway.Configuration;

namespace PantryChain.Gateway.Sensing;

/// <summary>What scales learned about temperature, in <c>temperature.json</c>, so that a restart does not take a correction for a change of stock.</summary>
/// <remarks>Belongs to the sensing thread alone.</remarks>
internal sealed class ThermalBook
{
    private const double Steepest = 1_000, Warmest = 200; // no cell drifts by a kilogram a degree, and none works beyond

    private readonly string _path;
    private readonly Dictionary<SlotId, ThermalDrift> _known = [];

    /// <summary>Reads the file; one that is absent or damaged is an empty book, because everything in it is learned again within hours.</summary>
    public ThermalBook(DataFolder folder, ILogger<ThermalBook> log)
    {
        _path = folder.Temperature;
        if (!File.Exists(_path))
            return;
        try
        {
            foreach (Entry? entry in JsonSerializer.Deserialize(File.ReadAllText(_path), ThermalJson.Default.EntryArray) ?? [])
            {
                ThermalDrift drift = entry is null ? default : new ThermalDrift(entry.GramsPerCelsius, entry.ReferenceCelsius);
                _known[new SlotId(entry?.Slot ?? 0)] = drift is { GramsPerCelsius: >= -Steepest and <= Steepest, ReferenceCelsius: >= -Warmest and <= Warmest } && entry is not null ? drift
                    : throw new JsonException("a line is none");
            }
        }
        catch (Exception error) when (error is JsonException or IOException)
        {
            _known.Clear();
            log.LogWarning("{File} is damaged ({Error}). Drift with temperature is learned again", _path, error.Message);
        }
    }

    /// <summary>What is known of a slot, or null.</summary>
    public ThermalDrift? Of(SlotId slot) => _known.TryGetValue(slot, out ThermalDrift drift) ? drift : null;

    /// <summary>Keeps what slots have learned; writes only when something changed.</summary>
    public void Keep(IEnumerable<(SlotId Slot, ThermalDrift Drift)> learned)
    {
        bool changed = false;
        foreach ((SlotId slot, ThermalDrift drift) in learned)
        {
            changed |= Of(slot) != drift;
            _known[slot] = drift;
        }
        if (!changed)
            return;
        Entry[] entries = [.. _known.OrderBy(known => known.Key.Value).Select(known => new Entry(known.Key.Value, known.Value.GramsPerCelsius, known.Value.ReferenceCelsius))];
        DataFolder.WriteSecret(_path, JsonSerializer.Serialize(entries, ThermalJson.Default.EntryArray));
    }

    /// <summary>One slot's line.</summary>
    internal sealed record Entry(ushort Slot, double GramsPerCelsius, double ReferenceCelsius);
}

/// <summary>The book's file format.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(ThermalBook.Entry[]))]
internal sealed partial class ThermalJson : JsonSerializerContext;
