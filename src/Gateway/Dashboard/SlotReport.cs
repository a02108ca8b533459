using System.Text.Json.Serialization;
using PantryChain.DeviceDrivers.Shelf;
using PantryChain.Domain.Sensing;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Sensing;

namespace PantryChain.Gateway.Dashboard;

/// <summary><c>GET /api/slots</c>: every slot from raw counts to grams, for <c>watch</c> and <c>calibrate</c>.</summary>
internal sealed class SlotReport(Household household, ShelfBoard board, SampleTap tap, ShelfStation shelf, SlotNames names, TimeProvider time)
{
    /// <summary>All slots as they stand now, by number.</summary>
    public IReadOnlyList<LiveSlot> Now()
    {
        DateTimeOffset now = time.GetUtcNow();
        return [.. board.Readings.Select(reading => Of(reading, now))];
    }

    private LiveSlot Of(StockReading reading, DateTimeOffset now)
    {
        ShelfSlot slot = household.FindSlot(reading.Slot)!;
        SlotMeter meter = tap[reading.Slot];
        int[] newest = meter.Newest();
        Scatter scatter = Scatter.Of(newest);
        StockStep? step = tap.LastStepOf(reading.Slot);
        return new LiveSlot(
            reading.Slot.Value, names.Of(slot).Ko, names.Of(slot).En, reading.Level.Grams, reading.Sigma.Grams, reading.Stable, reading.Health.ToString(), board.StaleSince(reading.Slot) is not null,
            newest.Length == 0 ? null : scatter.Median, scatter.Noise, meter.Samples, Math.Round(meter.Rate, 1),
            step is { } one ? new LiveStep(one.Kind == StepKind.Used ? "used" : "restocked", one.Delta.Grams, one.At, (now - one.At).TotalSeconds) : null,
            [.. shelf.TalliesOf(reading.Slot).Select(tally => new LiveTally(tally.Cause, tally.Count))]);
    }
}

/// <summary>One slot: <c>Counts</c> is the median of the newest conversions, <c>NoiseCounts</c> one standard deviation of them, <c>Samples</c> counts since the start.</summary>
internal sealed record LiveSlot(
    ushort Slot, string NameKo, string NameEn, double Grams, double SigmaGrams, bool Stable, string Health, bool Stale, double? Counts, double NoiseCounts, long Samples,
    double SamplesPerSecond, LiveStep? LastStep, IReadOnlyList<LiveTally> Tallies);

/// <summary>A slot's newest step.</summary>
internal sealed record LiveStep(string Kind, double Grams, DateTimeOffset At, double SecondsAgo);

/// <summary>How often something happened at a slot's converter since the start.</summary>
internal sealed record LiveTally(string Cause, long Count);

/// <summary>A fitted line that is not kept yet.</summary>
internal sealed record FittedLine(
    double CountsPerGram, double OffsetCounts, double NoiseCounts, double NoiseGrams, double ReferenceGrams, double SpanSigmas, double ErrorGrams, CheckedLine? Check)
{
    public static FittedLine Of(CalibrationFit fit) => new(
        fit.Line.CountsPerGram, fit.Line.OffsetCounts, fit.Line.NoiseCounts, fit.Noise.Grams, fit.Reference.Grams, fit.SpanSigmas, fit.Line.FitError.Grams,
        fit.Check is { } check ? new CheckedLine(check.Known.Grams, check.Measured.Grams, check.Error.Grams, check.IsGood) : null);
}

/// <summary>A check weighing.</summary>
internal sealed record CheckedLine(double KnownGrams, double MeasuredGrams, double ErrorGrams, bool Good);

/// <summary>A calibration as it was kept.</summary>
internal sealed record KeptLine(double CountsPerGram, double OffsetCounts, double NoiseCounts, double ContainerGrams, CalibrationAct Act, DateTimeOffset? At, double? Grams)
{
    public static KeptLine Of(KeptCalibration kept) => new(
        kept.Line.CountsPerGram, kept.Line.OffsetCounts, kept.Line.NoiseCounts, kept.Line.Container.Grams, kept.Act, kept.At, kept.Mass?.Grams);
}

/// <summary>The format of the calls about slots.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(IReadOnlyList<LiveSlot>))]
[JsonSerializable(typeof(IReadOnlyList<KeptLine>))]
[JsonSerializable(typeof(FittedLine))]
internal sealed partial class SlotJson : JsonSerializerContext;
