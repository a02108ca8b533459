using PantryChain.Domain.Catalogue;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Time;

namespace PantryChain.Gateway.Configuration;

/// <summary>A household whose configuration has been checked: the nouns that all stations of the gateway share.</summary>
/// <remarks>Immutable and thread safe.</remarks>
internal sealed record Household(
    GatewayId Gateway, TimeZoneInfo Zone, TimeOnly SealAt, IReadOnlyList<ShelfSlot> Slots, IReadOnlyList<ShelfProduct> Products, GatewayOptions Options)
{
    /// <summary>The converters with their slots; every slot belongs to one.</summary>
    public IReadOnlyList<ShelfConverter> Converters { get; init; } = [];

    /// <summary>True for a household whose cells, buses and readers are simulated.</summary>
    public bool IsSimulated => Options.Cells.Transport == CellTransport.Simulated;

    /// <summary>The heaviest container that a tare may take; a slot with a heavier <see cref="ShelfSlot.Tare"/> may have that one.</summary>
    public Mass HeaviestContainer => Mass.FromGrams(Options.HeaviestContainerGrams);

    /// <summary>The contactless readers.</summary>
    public IReadOnlyList<ShelfReader> Readers { get; init; } = [];

    /// <summary>Fridges, freezers and rooms whose air is measured.</summary>
    public IReadOnlyList<ClimatePlace> Climate { get; init; } = [];

    /// <summary>The status display, or null.</summary>
    public StatusDisplay? Display { get; init; }

    /// <summary>The place in which a slot stands, or null.</summary>
    public ClimatePlace? PlaceOf(SlotId slot) => Climate.FirstOrDefault(place => place.Slots.Contains(slot));

    /// <summary>The household's calendar day at an instant.</summary>
    public HouseholdDay DayOf(DateTimeOffset instant) => HouseholdDay.At(instant, Zone);

    /// <summary>The slot with that number, or null.</summary>
    public ShelfSlot? FindSlot(SlotId slot) => Slots.FirstOrDefault(candidate => candidate.Slot == slot);

    /// <summary>The product with that number, or null.</summary>
    public ShelfProduct? FindProduct(Gtin gtin) => Products.FirstOrDefault(candidate => candidate.Product.Gtin == gtin);
}

/// <summary>One slot: what stands on it, its names, its container's mass.</summary>
internal sealed record ShelfSlot(SlotId Slot, Product Product, string NameKo, string NameEn, Mass Tare)
{
    /// <summary>Most products that share one slot.</summary>
    public const int MostProducts = 8;

    /// <summary>All products that stand here, <see cref="Product"/> first.</summary>
    public IReadOnlyList<Product> Products { get; init; } = [Product];

    /// <summary>Most that its cell carries, or null when nobody said.</summary>
    public Mass? Capacity { get; init; }

    /// <summary>The file of a thermometer beside its cell, or null.</summary>
    public string? Thermometer { get; init; }

    /// <summary>True when a product may stand here.</summary>
    public bool Holds(Gtin gtin) => Products.Any(product => product.Gtin == gtin);
}

/// <summary>A product that the household keeps, and whom it prefers to buy it from (best first; empty means anybody in the catalogue).</summary>
internal sealed record ShelfProduct(Product Product, IReadOnlyList<AccountAddress> Sellers)
{
    /// <summary>One standard deviation of a full pack's mass.</summary>
    public Mass PackSpread { get; init; } = new(Product.Pack.Milligrams / 50);

    /// <summary>What the household wants of its stock.</summary>
    public StockWishes Stock { get; init; } = StockWishes.None;

    /// <summary>False when only whole packs come and go.</summary>
    public bool InParts { get; init; } = true;
}
