using System.Globalization;
using PantryChain.Domain.Sensing;
using PantryChain.Domain.Tags;

namespace PantryChain.DeviceDrivers.Simulation;

/// <summary>The tags on a slot's packs: an NTAG213 on each, with the serial that its delivery gave it, or else the pack's own number, in its SGTIN.</summary>
/// <remarks>Which tags lie there is the household's story; the tags themselves follow from seed, slot and serial alone. Not thread safe.</remarks>
internal sealed class PackTags(SimulatedHousehold people, SlotPlan slot, TimeProvider household)
{
    private const int OverOneAntenna = 2; // 3 to 5 cm are the width of two packs, and a PN532 tells no more apart
    private const int FirstSerial = 1_000; // serials look like serials

    private readonly Dictionary<(int Pack, string Serial), SimulatedTag> _tags = [];
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
        string? chosen = people.SerialOf(slot.Slot, pack);
        string serial = chosen ?? (FirstSerial + pack).ToString(CultureInfo.InvariantCulture);
        if (_tags.TryGetValue((pack, serial), out SimulatedTag? known))
            return known;
        Chance chance = Chance.Of(people.Plan.Seed, slot.Slot.Value, chosen is null ? (ulong)pack : NumberOf(chosen));
        byte[] uid = [0x04, .. BitConverter.GetBytes(chance.NextBits()).AsSpan(0, 6)]; // ISO/IEC 7816-6: 04 is NXP
        Epc item = new(new Sgtin(slot.Gtin, serial), CompanyDigits: 7, Epc.PointOfSale);
        if (_tags.Count > 8)
            _tags.Clear(); // packs long gone
        return _tags[(pack, serial)] = new SimulatedTag(new TagUid(uid), item.ToDigitalLink());
    }
    private static ulong NumberOf(string serial)
    {
        ulong hash = 14_695_981_039_346_656_037; // FNV-1a
        foreach (char letter in serial)
            hash = unchecked((hash ^ letter) * 1_099_511_628_211);
        return hash;
    }
}
