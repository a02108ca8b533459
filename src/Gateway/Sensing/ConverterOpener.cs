using PantryChain.DeviceDrivers.Bus;
using PantryChain.DeviceDrivers.LoadCells;
using PantryChain.Gateway.Configuration;

namespace PantryChain.Gateway.Sensing;

/// <summary>Opens a converter by its wiring: one way per transport, all over the same <see cref="IHardware"/>.</summary>
internal sealed class ConverterOpener(IHardware hardware, SharedBuses buses)
{
    /// <summary>Bus time in nanoseconds.</summary>
    public long Now() => hardware.Now();

    /// <summary>Opens the cells of a converter.</summary>
    /// <exception cref="IOException">It cannot be opened now; the text says what to do.</exception>
    public OpenedCells Open(ShelfConverter converter) => converter.Kind switch
    {
        ConverterKind.Hx711 => new OpenedCells(OverLines(converter)),
        ConverterKind.Nau7802 => OverI2c(converter),
        _ => throw new InvalidOperationException($"{converter.Kind} is opened with its world."),
    };

    private Hx711 OverLines(ShelfConverter converter)
    {
        ConverterOptions wiring = converter.Wiring;
        IReadOnlyList<string> chips = wiring.Chip is { } chip ? [chip] : GpioChip.RaspberryPiLabels;
        return new Hx711(hardware.OpenLines(chips, wiring.ClockLine!.Value, [.. converter.Cells.Select(cell => cell.Input)]), OptionsOf(wiring));
    }

    private OpenedCells OverI2c(ShelfConverter converter)
    {
        BusLease lease = buses.Open(converter.Place!);
        try
        {
            Nau7802 chip = new(lease.Bus, new Nau7802Options
            {
                Gain = converter.Wiring.Gain, SecondCell = converter.Cells.Count == 2,
                Rate = converter.Wiring.SamplesPerSecond switch
                {
                    20 => Nau7802Rate.PerSecond20, 40 => Nau7802Rate.PerSecond40, 80 => Nau7802Rate.PerSecond80, 320 => Nau7802Rate.PerSecond320,
                    _ => Nau7802Rate.PerSecond10,
                },
            });
            return new OpenedCells(chip, lease) { Complaint = () => chip.LastFailure, BusFailures = () => chip.Counters.BusBroken };
        }
        catch (IOException)
        {
            lease.Dispose();
            throw;
        }
    }

    private static Hx711Options OptionsOf(ConverterOptions wiring) => new()
    {
        SamplesPerSecond = wiring.SamplesPerSecond,
        Gain = wiring.Gain switch { 32 => Hx711Gain.B32, 64 => Hx711Gain.A64, _ => Hx711Gain.A128 },
    };
}
