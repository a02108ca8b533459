using System.Globalization;
using PantryChain.Domain.Sensing;
using PantryChain.Domain.Tags;

namespace PantryChain.DeviceDrivers.Simulation;

/// <summary>The tags on a slot's packs: an NTAG213 on each, with the pack's own number as the serial of its SGTIN.</summary>
/// <remarks>Which tags lie there is the household's story; the tags themselves follow from seed, slot and serial alone. Not thread safe.</remarks>
internal sealed class PackTags(SimulatedHousehold people, SlotPlan slot, TimeProvider household)
{
    private const int OverOneAntenna = 2; // 3 to 5 cm are the width of two packs, and a PN532 tells no more apart
    private const int FirstSerial = 1_000; // serials look like serials

    private readonly Dictionary<int, SimulatedTag> _tags = [];
    private readonly List<SimulatedTag> _over = [];
    private DateTimeOffset _asked = DateTimeOffset.MinValue;

    /// <summary>The tags of the packs in front, now.</summary>
    public IReadOnlyList<SimulatedTag> OverAntenna()
    {
        _over.Clear();
        if (!slot.Tagged)
            return _over;
        people.Refresh();
        DateTimeOffset now = household.GetUtcNow();
        _asked = now > _asked ? now : _asked;
        (int first, int count) = people.PacksOnCellAt(slot.Slot, _asked);
        int front = people.StockAt(slot.Slot, _asked).UsedPacks + 1; // the next ones move up when it is used up, not when somebody pours
        for (int pack = first; pack < Math.Min(first + count, front + OverOneAntenna); pack++)
            _over.Add(TagOf(pack));
        return _over;
    }

    private SimulatedTag TagOf(int pack)
    {
        if (_tags.TryGetValue(pack, out SimulatedTag? known))
            return known;
        Chance chance = Chance.Of(people.Plan.Seed, slot.Slot.Value, (ulong)pack);
        byte[] uid = [0x04, .. BitConverter.GetBytes(chance.NextBits()).AsSpan(0, 6)]; // ISO/IEC 7816-6: 04 is NXP
        string serial = (FirstSerial + pack).ToString(CultureInfo.InvariantCulture);
        Epc item = new(new Sgtin(slot.Gtin, serial), CompanyDigits: 7, Epc.PointOfSale);
        if (_tags.Count > 8)
            _tags.Clear(); // packs long gone
        return _tags[pack] = new SimulatedTag(new TagUid(uid), item.ToDigitalLink());
    }
}
