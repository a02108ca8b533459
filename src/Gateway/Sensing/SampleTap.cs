using PantryChain.Domain.Identity;
using PantryChain.Domain.Sensing;
using PantryChain.Gateway.Configuration;

namespace PantryChain.Gateway.Sensing;

/// <summary>Where the walk's raw conversions, steps and tags can be looked at on their way: meters for all slots, and recordings.</summary>
/// <remarks>The sensing thread offers, which never waits and allocates nothing while nobody records; looking is for any thread.</remarks>
internal sealed class SampleTap(Household household)
{
    private readonly Dictionary<SlotId, SlotMeter> _meters = household.Slots.ToDictionary(slot => slot.Slot, _ => new SlotMeter());

    private readonly Dictionary<SlotId, StockStep> _steps = [];

    /// <summary>Recordings that run.</summary>
    public SampleRecorder Recorder { get; } = new();

    /// <summary>The newest conversions of a slot.</summary>
    /// <exception cref="KeyNotFoundException">There is no such slot.</exception>
    public SlotMeter this[SlotId slot] => _meters[slot];

    /// <summary>A conversion, in front of the scale.</summary>
    public void Offer(in SensorSample sample, DateTimeOffset now, Func<SlotId, ScaleStart> start)
    {
        if (_meters.TryGetValue(sample.Slot, out SlotMeter? meter))
            meter.Add(sample);
        Recorder.Offer(sample, now, start);
    }

    /// <summary>A step that a scale told.</summary>
    public void Offer(in StockStep step)
    {
        lock (_steps)
            _steps[step.Slot] = step;
        Recorder.Offer(step);
    }

    /// <summary>The newest step of a slot since the start, or null.</summary>
    public StockStep? LastStepOf(SlotId slot)
    {
        lock (_steps)
            return _steps.TryGetValue(slot, out StockStep step) ? step : null;
    }

    /// <summary>A tag that came or left.</summary>
    public void Offer(in TagChange tag) => Recorder.Offer(tag);

    /// <summary>A slot's scale begins anew.</summary>
    public void Offer(SlotId slot, ScaleStart start) => Recorder.Offer(slot, start);
}
