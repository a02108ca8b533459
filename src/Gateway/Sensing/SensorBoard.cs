using PantryChain.DeviceDrivers.LoadCells;
using PantryChain.DeviceDrivers.Rfid;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Sensing;

namespace PantryChain.Gateway.Sensing;

/// <summary>How a converter is: what happened to its readings, by cause.</summary>
/// <param name="Name">As in the configuration.</param>
/// <param name="Kind">Chip and transport, in the configuration's word.</param>
/// <param name="Slots">The slots that it weighs.</param>
/// <param name="Failure">What is wrong and the next step, or null.</param>
/// <param name="Tallies">Counts since the start; empty while it was never opened.</param>
internal sealed record ConverterReport(string Name, string Kind, IReadOnlyList<SlotId> Slots, string? Failure, IReadOnlyList<Tally> Tallies);

/// <summary>How a tag reader is.</summary>
/// <param name="Slot">The slot that it looks at.</param>
/// <param name="Kind">Its chip, in the configuration's word.</param>
/// <param name="Where">Bus and address, or device.</param>
/// <param name="Health">Ok, Stale or Disconnected.</param>
/// <param name="Failure">What is wrong and the next step, or null.</param>
/// <param name="Tallies">Counts since the start; empty while it was never opened.</param>
/// <param name="Doubts">The tags that it sees and that cannot be taken at their word now.</param>
internal sealed record ReaderReport(SlotId Slot, string Kind, string Where, SlotHealth Health, string? Failure, IReadOnlyList<Tally> Tallies, IReadOnlyList<TagDoubt> Doubts);

/// <summary>What a slot's scale says about itself beside its reading.</summary>
/// <param name="Slot">The slot.</param>
/// <param name="Drift">How far the level wandered since the shelf was last touched, or null.</param>
/// <param name="Celsius">Temperature beside the cell, or null.</param>
internal sealed record SlotTrend(SlotId Slot, Mass? Drift, double? Celsius);

/// <summary>What converters and readers say about themselves, for pages, messages and the doctor: the sensing and the reader thread write, everybody reads.</summary>
/// <remarks>Thread safe; reports are replaced whole and never changed.</remarks>
internal sealed class SensorBoard
{
    private volatile IReadOnlyList<ConverterReport> _converters = [];
    private volatile IReadOnlyList<ReaderReport> _readers = [];
    private volatile IReadOnlyList<Tally> _tags = [];
    private volatile IReadOnlyList<SlotTrend> _slots = [];

    /// <summary>All converters, in the order of the configuration; empty until the sensing thread has looked.</summary>
    public IReadOnlyList<ConverterReport> Converters => _converters;

    /// <summary>All readers, in the order of the configuration; empty until the reader thread has looked.</summary>
    public IReadOnlyList<ReaderReport> Readers => _readers;

    /// <summary>What tags did under all readers, by cause; empty until the reader thread has looked.</summary>
    public IReadOnlyList<Tally> Tags => _tags;

    /// <summary>The converter that weighs a slot, or null.</summary>
    public ConverterReport? ConverterOf(SlotId slot) => _converters.FirstOrDefault(report => report.Slots.Contains(slot));

    /// <summary>The reader under a slot, or null.</summary>
    public ReaderReport? ReaderOf(SlotId slot) => _readers.FirstOrDefault(report => report.Slot == slot);

    /// <summary>Drift and temperature of a slot.</summary>
    public SlotTrend Of(SlotId slot) => _slots.FirstOrDefault(report => report.Slot == slot) ?? new SlotTrend(slot, null, null);

    /// <summary>Puts the converters' and slots' newest reports up.</summary>
    public void Show(IReadOnlyList<ConverterReport> converters, IReadOnlyList<SlotTrend> slots) => (_converters, _slots) = (converters, slots);

    /// <summary>Puts the readers' newest reports up, and what tags did under them.</summary>
    public void Show(IReadOnlyList<ReaderReport> readers, IReadOnlyList<Tally> tags) => (_readers, _tags) = (readers, tags);
}
