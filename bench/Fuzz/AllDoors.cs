using PantryChain.Fuzz.Doors;

namespace PantryChain.Fuzz;

/// <summary>Every door where bytes from outside are read, in walk order.</summary>
public static class AllDoors
{
    /// <summary>The doors; each name once.</summary>
    public static IReadOnlyList<Door> All { get; } =
    [
        .. SensorDoors.All,
        .. FileDoors.All,
        .. TextDoors.All,
        .. WireDoors.All,
        .. BrokerDoors.All,
        .. SeriesDoors.All,
        .. ChainDoors.All,
        .. NodeDoors.All,
        .. StoreDoors.All,
        .. LyingStoreDoors.All,
    ];
}
