using System.Text.Json;
using System.Text.Json.Serialization;
using PantryChain.DeviceDrivers.Shelf;
using PantryChain.DeviceDrivers.Simulation;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Gateway.Configuration;

namespace PantryChain.Gateway.Sensing;

/// <summary>The slots' calibrations in <c>calibration.json</c>: written once by two weighings, never re-zeroed at a start.</summary>
/// <remarks>Thread safe.</remarks>
internal sealed class CalibrationBook
{
    private readonly string _path;
    private readonly Dictionary<SlotId, Calibration> _known;
    private readonly Lock _lock = new();

    /// <summary>Reads the file; an absent one is an empty book.</summary>
    /// <exception cref="UserError">The file is damaged.</exception>
    public CalibrationBook(DataFolder folder)
    {
        _path = folder.Calibration;
        _known = Read(_path);
    }

    /// <summary>The calibration of a slot, or null. A simulated shelf comes calibrated; the container's configured mass counts until the slot is tared.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="simulated">Its plan on a simulated shelf, or null.</param>
    public Calibration? Of(ShelfSlot slot, SlotPlan? simulated)
    {
        lock (_lock)
        {
            if (_known.TryGetValue(slot.Slot, out Calibration? known))
                return known;
        }
        return simulated is null ? null : SimulatedShelf.CalibrationOf(simulated) with { Container = slot.Tare };
    }

    /// <summary>Keeps a slot's calibration, durably.</summary>
    public void Keep(SlotId slot, Calibration calibration)
    {
        lock (_lock)
        {
            _known[slot] = calibration;
            Entry[] entries = [.. _known.OrderBy(known => known.Key.Value).Select(known => Entry.Of(known.Key, known.Value))];
            DataFolder.WriteSecret(_path, JsonSerializer.Serialize(entries, CalibrationJson.Default.EntryArray));
        }
    }

    private static Dictionary<SlotId, Calibration> Read(string path)
    {
        if (!File.Exists(path))
            return [];
        try
        {
            Entry[] entries = JsonSerializer.Deserialize(File.ReadAllText(path), CalibrationJson.Default.EntryArray) ?? throw new JsonException("it is empty");
            return entries.ToDictionary(entry => new SlotId(entry.Slot), entry => entry.ToCalibration());
        }
        catch (Exception error) when (error is JsonException or ArgumentException)
        {
            throw new UserError($"{path} is damaged ({error.Message}). Remove it and run './pantry gateway calibrate SLOT' for each slot.", error);
        }
    }

    /// <summary>One slot's line through two weighings.</summary>
    internal sealed record Entry(ushort Slot, double CountsPerGram, double OffsetCounts, double NoiseCounts, long ContainerMg)
    {
        public static Entry Of(SlotId slot, Calibration line) => new(slot.Value, line.CountsPerGram, line.OffsetCounts, line.NoiseCounts, line.Container.Milligrams);

        public Calibration ToCalibration() =>
            double.IsFinite(CountsPerGram) && CountsPerGram != 0 && NoiseCounts > 0
                ? new Calibration(CountsPerGram, OffsetCounts, NoiseCounts, new Mass(ContainerMg)) : throw new JsonException($"slot {Slot} has no slope");
    }
}

/// <summary>The calibrations' file format.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(CalibrationBook.Entry[]))]
internal sealed partial class CalibrationJson : JsonSerializerContext;
