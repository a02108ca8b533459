using PantryChain.DeviceDrivers.Simulation;
using PantryChain.Domain.Identity;

namespace PantryChain.Rehearsal.World;

/// <summary>One slot of the rehearsed household: the simulated shelf, the product for gateway and store, and what the member allows.</summary>
/// <param name="Slot">The simulated slot.</param>
/// <param name="NameKo">The product's name in Korean.</param>
/// <param name="NameEn">The product's name in English.</param>
/// <param name="ClassId">The store's product class.</param>
/// <param name="PriceWon">Price of one pack.</param>
/// <param name="MaxQuantity">Most packs per order that the member's mandate allows.</param>
/// <param name="Purchases">What the household bought elsewhere, for as long as it shops by itself; ascending.</param>
internal sealed record Shelved(
    SlotPlan Slot, string NameKo, string NameEn, string ClassId, long PriceWon, int MaxQuantity, IReadOnlyList<DateTimeOffset> Purchases)
{
    /// <summary>The product.</summary>
    public Gtin Gtin => Slot.Gtin;

    /// <summary>The converter under it.</summary>
    /// <value>Default an HX711 on the shared clock.</value>
    public CellChip Chip { get; init; } = CellChip.Hx711;
}

/// <summary>A household to rehearse.</summary>
/// <param name="Title">What it is called on the screen.</param>
/// <param name="Seed">Where chance comes from.</param>
/// <param name="Origin">Household time at which it begins.</param>
/// <param name="Zone">Its time zone.</param>
/// <param name="Shelves">Its slots.</param>
internal sealed record HouseholdPlan(string Title, ulong Seed, DateTimeOffset Origin, TimeZoneInfo Zone, IReadOnlyList<Shelved> Shelves)
{
    /// <summary>The simulated world.</summary>
    public WorldPlan World => new(Seed, Origin, Zone, [.. Shelves.Select(shelf => shelf.Slot)]);

    /// <summary>What a fault script can reach. Slots whose packs carry tags have a reader.</summary>
    public FaultReach Reach => new(Shelves.ToDictionary(shelf => shelf.Slot.Slot, shelf => shelf.Chip), Shelves.Any(shelf => shelf.Slot.Tagged)) { HasClimate = InFridge.Count > 0 };

    /// <summary>The slots that stand in a fridge whose air is measured; none has no such fridge.</summary>
    public IReadOnlyList<SlotId> Fridge { get; init; } = [];

    /// <summary>Those of them that the household has.</summary>
    public IReadOnlyList<SlotId> InFridge => [.. Fridge.Where(slot => Shelves.Any(shelf => shelf.Slot.Slot == slot))];
}
