using System.Collections.Concurrent;
using System.Globalization;
using PantryChain.Domain.Identity;
using PantryChain.Gateway.Configuration;

namespace PantryChain.Gateway.Sensing;

/// <summary>Reads the thermometers beside the cells, away from the sensing thread: a DS18B20 takes 750 ms for a conversion, and the kernel waits for it.</summary>
/// <remarks>Thread safe.</remarks>
internal sealed class Thermometers(Household household, ILogger<Thermometers> log) : BackgroundService
{
    private const double Coldest = -55, Warmest = 125; // °C, DS18B20 datasheet, 19-7487, p. 1
    private const int PowerOn = 85_000; // what a DS18B20 shows before its first conversion, p. 6: no temperature of a kitchen
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(20); // rooms and fridges change over minutes

    private readonly ConcurrentDictionary<SlotId, double> _celsius = new();
    private readonly HashSet<SlotId> _silent = [];

    /// <summary>The newest temperature beside a slot's cell in °C, or null.</summary>
    public double? Of(SlotId slot) => _celsius.TryGetValue(slot, out double celsius) ? celsius : null;

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        ShelfSlot[] slots = [.. household.Slots.Where(slot => slot.Thermometer is not null)];
        if (slots.Length == 0)
            return;
        using PeriodicTimer timer = new(Pace);
        do
        {
            foreach (ShelfSlot slot in slots)
                await ReadAsync(slot, stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task ReadAsync(ShelfSlot slot, CancellationToken stop)
    {
        try
        {
            string text = await File.ReadAllTextAsync(slot.Thermometer!, stop);
            if (!TryParse(text, out double celsius))
                throw new FormatException($"it holds '{text.Trim()}', not thousandths of a degree");
            _celsius[slot.Slot] = celsius;
            if (_silent.Remove(slot.Slot))
                log.LogInformation("Slot {Slot}: its thermometer answers again", slot.Slot);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException)
        {
            _celsius.TryRemove(slot.Slot, out _);
            if (_silent.Add(slot.Slot))
                log.LogWarning("Slot {Slot}: {File} gives no temperature ({Error}). Check the sensor's wiring and 'dtoverlay=w1-gpio' in config.txt; weighing goes on without it", slot.Slot, slot.Thermometer, error.Message);
        }
    }

    /// <summary>Reads thousandths of a degree; false for anything that no room has.</summary>
    internal static bool TryParse(string text, out double celsius)
    {
        bool parsed = int.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int thousandths);
        celsius = thousandths / 1000.0;
        return parsed && thousandths != PowerOn && celsius is >= Coldest and <= Warmest;
    }
}
