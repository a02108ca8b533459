using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;

namespace PantryChain.DeviceDrivers.Simulation;

/// <summary>What truly happened on a slot up to some time; opening + delivered packs − used − level is zero at any time.</summary>
/// <param name="Level">What belongs on the shelf: full packs and the opened one, wrapping included, even while somebody holds it.</param>
/// <param name="FullPacks">Packs not opened yet.</param>
/// <param name="HasOpenPack">Whether an opened pack with something in it is there.</param>
/// <param name="UsedPacks">Packs emptied and thrown away since the origin.</param>
/// <param name="Used">Everything that left for good since the origin, wrapping of emptied packs included.</param>
/// <param name="DeliveredPacks">Packs put on the shelf since the origin.</param>
/// <param name="Unmet">What somebody wanted while there was none left.</param>
public readonly record struct SlotStock(Mass Level, int FullPacks, bool HasOpenPack, int UsedPacks, Mass Used, int DeliveredPacks, Mass Unmet);

/// <summary>A household without hardware: who takes what when, as a pure function of the plan, the delivery log and household time.</summary>
/// <remarks>
/// Two instances over the same files answer alike, whenever and however often they are asked: gateway, courier and audit each open their own. Asking forwards
/// in time costs microseconds, asking backwards replays from the origin. A delivery dated before a time already asked for changes that past. Not thread safe.
/// </remarks>
public sealed class SimulatedHousehold
{
    private readonly DeliveryLog? _log;
    private readonly Dictionary<SlotId, SlotStory> _stories = [];
    private int _told;

    /// <summary>A household by this plan, restocked by what <paramref name="log"/> holds and will hold (null: by nobody).</summary>
    /// <exception cref="FormatException">The log has a broken line.</exception>
    public SimulatedHousehold(WorldPlan plan, DeliveryLog? log = null)
    {
        ArgumentNullException.ThrowIfNull(plan);
        (Plan, _log) = (plan, log);
        foreach (SlotPlan slot in plan.Slots)
            _stories.Add(slot.Slot, new SlotStory(plan, slot));
        Refresh();
    }

    /// <summary>Opens a run folder's <c>world.json</c> and <c>deliveries.jsonl</c>; the second need not exist yet.</summary>
    /// <exception cref="FormatException">A file is broken; the text names it and the next step.</exception>
    public static SimulatedHousehold Open(string worldPath, string deliveriesPath) =>
        new(WorldPlan.Read(worldPath), new DeliveryLog(deliveriesPath));

    /// <summary>What it is made of.</summary>
    public WorldPlan Plan { get; }

    /// <summary>Takes in deliveries that were logged since the last call; true when there were any. Reading the length of a file is its only cost otherwise.</summary>
    /// <exception cref="FormatException">The log has a broken line or names a slot that the world has not.</exception>
    public bool Refresh()
    {
        if (_log is null || !_log.Refresh())
            return false;
        for (; _told < _log.Entries.Count; _told++)
        {
            Delivery delivery = _log.Entries[_told];
            if (!_stories.TryGetValue(delivery.Slot, out SlotStory? story))
                throw new FormatException($"Delivery {_told + 1} goes to slot {delivery.Slot}, which world.json does not have. Correct the line in deliveries.jsonl.");
            story.Add(delivery);
        }
        return true;
    }

    /// <summary>What belongs on the slot at a household time.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The world has no such slot.</exception>
    public Mass LevelAt(SlotId slot, DateTimeOffset at) => StockAt(slot, at).Level;

    /// <summary>The slot's whole account at a household time.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The world has no such slot.</exception>
    public SlotStock StockAt(SlotId slot, DateTimeOffset at) => Story(slot).At(at);

    /// <summary>What presses on the slot's cell at a household time: without packs in somebody's hand, with the hand that takes them.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The world has no such slot.</exception>
    public Mass MassOnCellAt(SlotId slot, DateTimeOffset at) => Story(slot).OnCell(at);

    /// <summary>The packs on the slot's cell at a household time, without those in somebody's hand: the number of the first, from 1 in the order in which they came, and how many.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The world has no such slot.</exception>
    public (int First, int Count) PacksOnCellAt(SlotId slot, DateTimeOffset at) => Story(slot).PacksOnCell(at);

    /// <summary>The serial number that a pack of a slot came with, or null for one that nobody chose.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The world has no such slot.</exception>
    public string? SerialOf(SlotId slot, int pack) => Story(slot).SerialOf(pack);

    private SlotStory Story(SlotId slot) =>
        _stories.TryGetValue(slot, out SlotStory? story) ? story : throw new ArgumentOutOfRangeException(nameof(slot), slot.Value, "The world has no such slot.");
}
