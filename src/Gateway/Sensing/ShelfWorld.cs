using PantryChain.DeviceDrivers.Bus;
using PantryChain.DeviceDrivers.Simulation;
using PantryChain.Domain.Identity;
using PantryChain.Gateway.Configuration;

namespace PantryChain.Gateway.Sensing;

/// <summary>Opens the world file behind a household's simulated cells, and wires its board as the configuration says.</summary>
internal static class ShelfWorld
{
    private const int SamplesPerSecond = 80; // the simulated chips' RATE pin is high: a household day may last a second

    /// <summary>The simulated shelf, or null for a household whose cells are all real.</summary>
    /// <param name="household">Its wiring.</param>
    /// <param name="folder">Where its files lie.</param>
    /// <param name="time">Household time.</param>
    /// <param name="clock">Bus time; null is the machine's own.</param>
    /// <exception cref="UserError">The world file or the fault script is missing, broken or has other slots; the text says what to do.</exception>
    public static SimulatedShelf? Open(Household household, DataFolder folder, TimeProvider time, SimulatedBusClock? clock = null)
    {
        if (!household.IsSimulated && household.Converters.All(converter => converter.Kind != ConverterKind.Simulated))
            return null;
        string world = folder.Inside(household.Options.Cells.World);
        if (!File.Exists(world))
            throw new UserError($"{world} does not exist. './pantry up' writes it; cells on real pins need \"transport\": \"gpiochip\" in gateway.json.");
        SlotId[] onClock = [.. household.Converters.Where(converter => converter.Kind == ConverterKind.Simulated).SelectMany(converter => converter.Cells).Select(cell => cell.Slot)];
        try
        {
            WorldPlan plan = WorldPlan.Read(world);
            CheckSlots(household, plan, world);
            SimulatedShelf shelf = SimulatedShelf.Open(world, folder.Inside(household.Options.Cells.Deliveries), time, SamplesPerSecond, clock, onClock, faults: Faults(household, folder));
            if (household.IsSimulated)
                Wire(household, shelf);
            return shelf;
        }
        catch (FormatException error)
        {
            throw new UserError(error.Message, error);
        }
    }

    private static FaultScript Faults(Household household, DataFolder folder)
    {
        if (household.Options.Cells.Faults is not { } file)
            return FaultScript.None;
        string path = folder.Inside(file);
        FaultScript script = FaultScript.Read(path);
        Dictionary<SlotId, CellChip> cells = Simulated(household)
            .SelectMany(converter => converter.Cells.Select(cell => (cell.Slot, Chip: converter.Kind == ConverterKind.Nau7802 ? CellChip.Nau7802 : CellChip.Hx711)))
            .ToDictionary(cell => cell.Slot, cell => cell.Chip);
        script.Check(path, new FaultReach(cells, household.Readers.Count > 0) { HasClimate = household.Climate.Any(place => place.Place is not null) });
        return script;
    }

    private static void CheckSlots(Household household, WorldPlan plan, string world)
    {
        HashSet<SlotId> simulated = [.. Simulated(household).SelectMany(converter => converter.Cells).Select(cell => cell.Slot)];
        foreach (SlotId slot in plan.Slots.Select(slot => slot.Slot).Where(slot => !simulated.Contains(slot)))
            throw new UserError($"{world} has slot {slot}, the simulated cells of gateway.json have not. Add the slot there.");
        foreach (SlotId slot in simulated.Where(slot => plan.Slots.All(known => known.Slot != slot)))
            throw new UserError($"gateway.json has slot {slot} on simulated cells, {world} has not. Add the slot there, or give it a converter.");
    }

    private static IEnumerable<ShelfConverter> Simulated(Household household) =>
        household.Converters.Where(converter => converter.Kind == ConverterKind.Simulated || (household.IsSimulated && IsWired(converter)));

    private static bool IsWired(ShelfConverter converter) => converter is { Kind: ConverterKind.Nau7802, Cells.Count: 1 };

    private static AirKind AirOf(PlaceKind kind) => kind switch { PlaceKind.Fridge => AirKind.Fridge, PlaceKind.Freezer => AirKind.Freezer, _ => AirKind.Room };

    /// <summary>What else the configuration names is missing on the board, as a chip that was never soldered.</summary>
    private static void Wire(Household household, SimulatedShelf shelf)
    {
        foreach (ShelfConverter converter in household.Converters.Where(IsWired))
            shelf.WireNau7802(converter.Place!.Bus, converter.Place.Multiplexer, converter.Place.Channel, converter.Cells[0].Slot);
        if (household.Options.Clock.Battery)
            shelf.Board.WireClock(new SimulatedBatteryClock(TimeProvider.System).Read);
        if (household.Options.Attention is { } attention)
        {
            foreach (int line in attention.Lines)
                shelf.WireIndicator(attention.Chip ?? GpioChip.RaspberryPiLabels[0], line);
        }
        if (household.Display?.Place is { } display)
            shelf.WireDisplay(display.Bus, display.Multiplexer, display.Channel, display.Address);
        foreach (ShelfReader reader in household.Readers.Where(reader => reader is { Kind: ReaderKind.Pn532, Place: not null }))
            shelf.WireReader(reader.Place!.Bus, reader.Place.Multiplexer, reader.Place.Channel, reader.Slot);
        foreach (ClimatePlace place in household.Climate.Where(place => place.Place is not null))
            shelf.WireClimate(place.Place!.Bus, place.Place.Multiplexer, place.Place.Channel, place.Place.Address, place.Sensor == PlaceSensor.Bme280, AirOf(place.Kind));
    }
}
