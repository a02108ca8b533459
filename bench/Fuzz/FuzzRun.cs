using System.Diagnostics;
using FsCheck;
using FsCheck.Fluent;

namespace PantryChain.Fuzz;

/// <summary>What a run through a door gave.</summary>
/// <param name="Door">Which.</param>
/// <param name="Inputs">How many inputs it read.</param>
/// <param name="Taken">How many of them it took.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Slowest">The slowest input, in real time; other processes count in.</param>
/// <param name="Failure">What broke the promise, or null.</param>
public sealed record FuzzResult(string Door, int Inputs, int Taken, double Seconds, TimeSpan Slowest, string? Failure);

/// <summary>Feeds doors with inputs that FsCheck draws, and holds them to their promise.</summary>
public static class FuzzRun
{
    /// <summary>The seed of a run that names none.</summary>
    public const ulong UsualSeed = 20_261_130;

    private const int LongestMessage = 2_000; // a refusal is a sentence for a person and a line for a log, however long the input was

    /// <summary>Draws <paramref name="inputs"/> inputs and reads them.</summary>
    /// <param name="door">The door.</param>
    /// <param name="inputs">How many.</param>
    /// <param name="seed">The same seed draws the same inputs.</param>
    public static FuzzResult Through(Door door, int inputs, ulong seed)
    {
        int taken = 0, read = 0;
        BrokenPromiseException? broken = null; // the last one is that of the smallest input
        TimeSpan slowest = TimeSpan.Zero;
        Gen<Trial> trials = Gen.Choose(0, int.MaxValue).Two().Select(pair => Trial.Of(door, (ulong)pair.Item1 << 31 | (uint)pair.Item2));
        long began = Stopwatch.GetTimestamp();
        try
        {
            Check.One(
                Config.QuickThrowOnFailure.WithMaxTest(inputs).WithReplay(seed, 1).WithQuietOnSuccess(true),
                Prop.ForAll(Arb.From(trials, trial => trial.Smaller()), trial =>
                {
                    long at = Stopwatch.GetTimestamp();
                    read++;
                    try
                    {
                        taken += Judge(door, trial) ? 1 : 0;
                    }
                    catch (BrokenPromiseException found)
                    {
                        broken = found;
                        throw;
                    }
                    TimeSpan lasted = Stopwatch.GetElapsedTime(at);
                    slowest = lasted > slowest ? lasted : slowest;
                }));
            return new FuzzResult(door.Name, read, taken, Stopwatch.GetElapsedTime(began).TotalSeconds, slowest, null);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            return new FuzzResult(door.Name, read, taken, Stopwatch.GetElapsedTime(began).TotalSeconds, slowest, $"{(broken ?? error).Message} Seed {seed}.");
        }
    }

    /// <summary>True when the input was taken, false when it was refused as documented.</summary>
    /// <exception cref="BrokenPromiseException">Anything else happened.</exception>
    internal static bool Judge(Door door, Trial trial)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        bool taken;
        try
        {
            taken = door.Read([.. trial.Input]);
        }
        catch (Exception error) when (door.Refusals.Any(known => known.IsInstanceOfType(error)))
        {
            if (error.Message.Length > LongestMessage)
                throw new BrokenPromiseException(door, trial, $"refused it with a message of {error.Message.Length} characters: {error.Message[..80]}", null);
            taken = false;
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            throw new BrokenPromiseException(door, trial, $"threw {error.GetType().Name} ({error.Message})", error);
        }
        if (GC.GetAllocatedBytesForCurrentThread() - before is var used && used > door.MostBytes)
            throw new BrokenPromiseException(door, trial, $"took {used >> 20} MiB of memory", null);
        if (trial.Kind == TrialKind.Valid)
            CheckValid(door, trial, taken);
        return taken;
    }

    private static void CheckValid(Door door, Trial trial, bool taken)
    {
        if (!taken && !door.MayRefuseValid)
            throw new BrokenPromiseException(door, trial, "refused a right input", null);
        if (door.Again?.Invoke([.. trial.Input]) is { } again && !again.AsSpan().SequenceEqual(trial.Input))
            throw new BrokenPromiseException(door, trial, $"wrote it again as {trial with { Input = again }}", null);
    }
}

/// <summary>A reader did something else than it documents.</summary>
public sealed class BrokenPromiseException : Exception
{
    internal BrokenPromiseException(Door door, Trial trial, string what, Exception? cause)
        : base($"{door.Name} {what}. Input: {trial}. {cause?.StackTrace?.Split('\n').FirstOrDefault(line => line.Contains("PantryChain", StringComparison.Ordinal))?.Trim()}", cause)
    {
    }
}
