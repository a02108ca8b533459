using System.Diagnostics;
using System.Globalization;
using PantryChain.DeviceDrivers.Simulation;

namespace PantryChain.Bench;

/// <summary>Frames with faults that know nothing of what the driver can see: half of them with every conversion read, half as a gateway reads between touches.</summary>
internal sealed class FaultBench
{
    private static readonly TimeSpan Calm = TimeSpan.FromMilliseconds(100);

    private readonly FaultReport _every;
    private readonly FaultReport _calm;
    private readonly double _seconds;

    private FaultBench(FaultReport every, FaultReport calm, double seconds) => (_every, _calm, _seconds) = (every, calm, seconds);

    public static FaultBench Run(long frames)
    {
        long start = Stopwatch.GetTimestamp();
        using FaultCampaign every = new(seed: 1, TimeSpan.Zero), calm = new(seed: 2, Calm);
        return new FaultBench(every.Run(frames / 2), calm.Run(frames - frames / 2), Stopwatch.GetElapsedTime(start).TotalSeconds);
    }

    public object ToJson() => new
    {
        frames = _every.Frames + _calm.Frames,
        injected = Sum(outcome => outcome.Injected),
        detectablePassed = _every.DetectablePassed + _calm.DetectablePassed,
        slippedPassedDriver = Sum(outcome => outcome.IsDetectable || outcome.Fault == Hx711Fault.FlippedBits ? 0 : outcome.WrongValues),
        flippedPassedDriver = Sum(outcome => outcome.Fault == Hx711Fault.FlippedBits ? outcome.WrongValues : 0),
        passedFilter = Sum(outcome => outcome.WrongLevels),
        bookings = _every.Bookings + _calm.Bookings,
        goodConversionsLostBeyondFaults = _every.LostBeyond + _calm.LostBeyond,
        byFault = Kinds().Select(kind => new { fault = Name(kind.Fault), injected = kind.Injected, passedDriver = kind.WrongValues, passedFilter = kind.WrongLevels, longestLoss = kind.LongestLoss, lostBeyond = kind.LostBeyond }),
    };

    public void Print()
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"faults            {_every.Frames + _calm.Frames:N0} frames of 4 cells in {_seconds:0.0} s, {Sum(outcome => outcome.Injected):N0} faults; {_every.Bookings + _calm.Bookings} bookings, {_every.LostBeyond + _calm.LostBeyond} good conversions lost beyond the faults' own length"));
        Console.WriteLine("                    fault           injected   wrong values past the driver   past the filter   longest loss at 80/s");
        foreach (FaultOutcome kind in Kinds())
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"                    {Name(kind.Fault),-15} {kind.Injected,8:N0} {kind.WrongValues,17:N0}{(kind.IsDetectable ? " (shows)    " : " (may not)  ")} {kind.WrongLevels,17:N0} {kind.LongestLoss,22:N0}"));
    }

    /// <summary>Both halves together; the longest loss is that of the half that reads every conversion.</summary>
    private IEnumerable<FaultOutcome> Kinds() => _every.Outcomes.Zip(_calm.Outcomes, (a, b) =>
        a with { Injected = a.Injected + b.Injected, WrongValues = a.WrongValues + b.WrongValues, WrongLevels = a.WrongLevels + b.WrongLevels, LostBeyond = a.LostBeyond + b.LostBeyond });

    private long Sum(Func<FaultOutcome, long> part) => _every.Outcomes.Sum(part) + _calm.Outcomes.Sum(part);

    private static string Name(Hx711Fault fault) => fault == Hx711Fault.None ? "Pause" : $"{fault}";
}
