using PantryChain.DeviceDrivers.Simulation;
using PantryChain.Domain.Identity;
using PantryChain.Gateway.Configuration;

namespace PantryChain.Gateway.Sensing;

/// <summary>Opens the world file behind a household's simulated cells.</summary>
internal static class ShelfWorld
{
    /// <summary>The simulated shelf, or null for a household whose cells are all real.</summary>
    /// <exception cref="UserError">The world file is missing, broken or has other slots; the text says what to do.</exception>
    public static SimulatedShelf? Open(Household household, DataFolder folder, TimeProvider time)
    {
        if (household.Converters.FirstOrDefault(converter => converter.Kind == ConverterKind.Simulated) is not { } converter)
            return null;
        string world = folder.Inside(household.Options.Cells.World);
        if (!File.Exists(world))
            throw new UserError($"{world} does not exist. './pantry up' writes it; cells on real pins need \"transport\": \"gpiochip\" in gateway.json.");
        SimulatedShelf shelf;
        try
        {
            shelf = SimulatedShelf.Open(world, folder.Inside(household.Options.Cells.Deliveries), time);
        }
        catch (FormatException error)
        {
            throw new UserError(error.Message, error);
        }
        HashSet<SlotId> simulated = [.. converter.Cells.Select(cell => cell.Slot)];
        foreach (SlotId slot in shelf.Slots.Where(slot => !simulated.Contains(slot)))
            throw new UserError($"{world} has slot {slot}, the simulated cells of gateway.json have not. Add the slot there.");
        foreach (SlotId slot in simulated.Where(slot => !shelf.Slots.Contains(slot)))
            throw new UserError($"gateway.json has slot {slot} on simulated cells, {world} has not. Add the slot there, or give it a converter.");
        return shelf;
    }
}
