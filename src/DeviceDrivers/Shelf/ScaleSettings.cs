using PantryChain.Domain.Quantities;

namespace PantryChain.DeviceDrivers.Shelf;

/// <summary>How a scale tells stock from hands, noise and drift.</summary>
/// <remarks>
/// Electronics settle in bus time, so their windows count samples; people act in household time, so what they do is given in household time. Sources: forecast
/// facts D1 (5 σ, 3 g, 5 s plateau, removal is held) and the measured series named at each value.
/// </remarks>
public sealed record ScaleSettings
{
    /// <summary>Filtered samples that must lie together before the shelf counts as settled.</summary>
    /// <value>Default 22: 2.2 s at 10 samples/s; the wait for a return (<see cref="ReturnWithin"/>) makes up for D1's 5 s. Range 3 to 4096.</value>
    public int SettleSamples { get; init; } = 22;

    /// <summary>Over how many samples a movement is measured when asking whether somebody touched the shelf.</summary>
    /// <value>Default 10: 1 s at 10 samples/s. Range 1 to 512.</value>
    public int TouchSamples { get; init; } = 10;

    /// <summary>Half width of a plateau in standard deviations of one sample.</summary>
    /// <value>Default 4: more than seven times the noise that is left after the median of five.</value>
    public double PlateauSigmas { get; init; } = 4;

    /// <summary>A change is booked from this many of its own standard deviations, and looked at from this many of one sample.</summary>
    /// <value>Default 5 (D1).</value>
    public double BookSigmas { get; init; } = 5;

    /// <summary>A change is booked from this mass, however quiet the cell.</summary>
    /// <value>Default 3 g (D1).</value>
    public Mass BookFrom { get; init; } = Mass.FromGrams(3);

    /// <summary>A change that crept in without a touch is booked only from this share of the load: below it is temperature and creep.</summary>
    /// <value>Default 0.75 %. A fridge's compressor moved two resting scales by up to 0.21 % of their load within 20 s (kegerator series).</value>
    public double CreepShare { get; init; } = 0.0075;

    /// <summary>How much of a change must come within <see cref="TouchSamples"/> to be somebody's doing.</summary>
    /// <value>Default 0.7. The compressor's jumps reach 0.55, a pack set down 1, a hand that leans on the shelf more than 1.</value>
    public double TouchShare { get; init; } = 0.7;

    /// <summary>A lone jump taken for drift counts at most this much when the next one is judged.</summary>
    /// <value>Default 32 g: a jump must exceed drift's by a quarter, so a step of 50 g stays one even on a fridge's shelf.</value>
    public Mass LargestDriftJump { get; init; } = Mass.FromGrams(32);

    /// <summary>How long a change must last, in household time, before it is booked: whoever pours puts the pack back within it.</summary>
    /// <value>Default 60 s.</value>
    public TimeSpan ReturnWithin { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The same when nothing is left on the slot: the last pack may be on the table for a meal.</summary>
    /// <value>Default 10 min.</value>
    public TimeSpan ReturnWithinWhenEmpty { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a large change may still be undone before it is booked: a pack that is on the table for a meal comes back, and a bag that was put down is taken away again.</summary>
    /// <value>Default 90 min, in household time; zero books at once what the scale has settled. Seen by <see cref="Fusion.StepGate"/>, not by the scale.</value>
    public TimeSpan UndoneWithin { get; init; } = TimeSpan.FromMinutes(90);

    /// <summary>Most that the cell can carry, container included; a level beyond it is the converter's, not the shelf's.</summary>
    /// <value>Default null: four fifths of the converter's range, which a cell of 3 mV/V reaches at its full load.</value>
    public Mass? Capacity { get; init; }

    /// <summary>Whether 0 is an empty slot: then nothing can be used that did not lie there.</summary>
    /// <value>Default true; false for counts of a cell that nobody calibrated.</value>
    public bool KnowsZero { get; init; } = true;

    /// <summary>The slot counts as empty below this share of what lay on it before.</summary>
    /// <value>Default 5 % (D1).</value>
    public double EmptyShare { get; init; } = 0.05;

    /// <summary>Windows for a sampling rate: 2.2 s to settle, so that a change shows within 3 s, and 1 s of movement.</summary>
    /// <param name="samplesPerSecond">Full rate of the converter, 0.1 to 400.</param>
    public static ScaleSettings ForRate(double samplesPerSecond)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(samplesPerSecond, 0.1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(samplesPerSecond, 400);
        return new ScaleSettings
        {
            SettleSamples = Math.Max(5, (int)Math.Ceiling(2.2 * samplesPerSecond)),
            TouchSamples = Math.Max(1, (int)Math.Round(samplesPerSecond)),
        };
    }

    /// <summary>Windows for a rehearsal, where a household's day passes in seconds: 0.2 s at 80 samples/s is 1.6 household hours at the default speed.</summary>
    /// <remarks>A pack is lifted for a millisecond there, so a use shows as a lone jump, and what was once taken for drift would not fade for months: jumps of drift are kept to
    /// what a simulated cell does by itself. Nothing is borrowed there, and an hour and a half is a blink.</remarks>
    public static ScaleSettings Rehearsal { get; } = new() { SettleSamples = 12, TouchSamples = 4, LargestDriftJump = Mass.FromGrams(2), UndoneWithin = TimeSpan.Zero };
}
