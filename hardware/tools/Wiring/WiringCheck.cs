using System.Globalization;

namespace PantryChain.Wiring;

/// <summary>Refuses a wiring that would not work or would burn something.</summary>
public static class WiringCheck
{
    /// <summary>Checks all of it; the first fault counts.</summary>
    /// <exception cref="WiringException">What is wrong, at which line, and what to do.</exception>
    public static void Check(WiringPlan plan)
    {
        NoPinTwice(plan);
        foreach (Net net in plan.Nets)
        {
            NoShort(plan, net);
            NoBurning(plan, net);
            RightFunction(plan, net);
        }
        foreach (Part part in plan.Parts)
            Supplied(plan, part);
        OneAddressOnce(plan);
    }

    private static void NoPinTwice(WiringPlan plan)
    {
        Dictionary<string, int> seen = [];
        foreach (Net net in plan.Nets)
            foreach (End end in net.Ends)
            {
                if (seen.TryGetValue(end.ToString(), out int line))
                    throw new WiringException(plan.File, net.Line, end.Header is { Role: PinRole.Signal }
                        ? $"{end} carries the wire of line {line} already: two wires on one GPIO. Take a free one."
                        : $"{end} has the wire of line {line} already. Name all its ends on that line, or take another pin.");
                seen[end.ToString()] = net.Line;
            }
    }

    private static void NoShort(WiringPlan plan, Net net)
    {
        if (net.Ends.Any(end => end.Role == PinRole.Ground) && net.Ends.FirstOrDefault(end => end.Role is PinRole.Power or PinRole.Signal) is { } live)
            throw new WiringException(plan.File, net.Line, $"{live} would be joined to ground. Move it to its own wire.");
        List<double> supplies = [.. net.Ends.Where(end => end.Header is { Role: PinRole.Power }).Select(end => end.Header!.Volts).Distinct()];
        if (supplies.Count > 1)
            throw new WiringException(plan.File, net.Line, "5V and 3V3 would be joined. Use one of them.");
    }

    private static void NoBurning(WiringPlan plan, Net net)
    {
        double volts = net.Ends.Max(end => VoltsOf(plan, end));
        foreach (End end in net.Ends)
        {
            if (volts > 0 && end.Role != PinRole.Ground && MostOf(end) < volts)
                throw new WiringException(plan.File, net.Line,
                    $"{volts.ToString("0.0", CultureInfo.InvariantCulture)} V would reach {end}, which bears {MostOf(end).ToString("0.0", CultureInfo.InvariantCulture)} V at most. Supply that part from 3V3.");
            if (volts > 0 && end.Pin is { Role: PinRole.Power } pin && volts < pin.Least)
                throw new WiringException(plan.File, net.Line,
                    $"{end} needs {pin.Least.ToString("0.0", CultureInfo.InvariantCulture)} V, this wire has {volts.ToString("0.0", CultureInfo.InvariantCulture)} V.");
            if (end.Role == PinRole.Analog && net.Ends.Any(other => other.Header is { Role: PinRole.Signal }))
                throw new WiringException(plan.File, net.Line, $"{end} is analog and cannot go to a GPIO. It belongs to the converter.");
        }
    }

    private static void RightFunction(WiringPlan plan, Net net)
    {
        if (net.Ends.FirstOrDefault(end => end.Header is { Role: PinRole.Signal }) is not { } gpio)
            return;
        foreach (End end in net.Ends.Where(end => end.Pin is { Function.Length: > 0 }))
        {
            string wanted = end.Pin!.Function;
            bool right = plan.Buses.TryGetValue(wanted, out string? moved) ? moved == gpio.Header!.Name : gpio.Header!.Function == wanted;
            if (!right)
                throw new WiringException(plan.File, net.Line,
                    $"{end} needs {wanted}, which is {moved ?? PiHeader.Pins.First(pin => pin.Function == wanted).Name}; {gpio} is {(gpio.Header!.Function.Length > 0 ? gpio.Header.Function : "a plain GPIO")}.");
        }
    }

    private static void Supplied(WiringPlan plan, Part part)
    {
        foreach (PartPin pin in part.Kind.Pins.Where(pin => pin.Role is PinRole.Power or PinRole.Ground))
        {
            // A board may print its ground twice; one of them is enough.
            if (part.Kind.Pins.Where(other => other.Role == pin.Role && other.Name.TrimEnd('2') == pin.Name.TrimEnd('2')).Any(other => Reaches(plan, part, other)))
                continue;
            string what = pin.Role == PinRole.Ground ? "no ground" : "no supply";
            throw new WiringException(plan.File, part.Line, $"{part.Name} has {what}: join {part.Name}.{pin.Name} to pi.{(pin.Role == PinRole.Ground ? "GND@6" : "3V3@1")}.");
        }
    }

    private static bool Reaches(WiringPlan plan, Part part, PartPin pin) =>
        plan.Nets.Find(net => net.Ends.Any(end => end.Part == part && end.Pin == pin)) is { } net
        && net.Ends.Any(end => end.Header?.Role == pin.Role || (end.Part is not null && end.Part != part && end.Pin!.Role == pin.Role && Reaches(plan, end.Part, end.Pin) && part.Line > end.Part.Line));

    private static void OneAddressOnce(WiringPlan plan)
    {
        foreach (Net net in plan.Nets.Where(net => net.Ends.Any(end => end.Pin?.Name == "SDA")))
        {
            IEnumerable<IGrouping<int, Part>> alike = net.Ends.Where(end => end.Pin is { Name: "SDA", Left: true } && end.Part!.Kind.Address is not null).Select(end => end.Part!).GroupBy(part => part.Kind.Address!.Value);
            if (alike.FirstOrDefault(group => group.Count() > 1) is { } clash)
                throw new WiringException(plan.File, net.Line,
                    $"{string.Join(" and ", clash.Select(part => part.Name))} both answer at 0x{clash.Key:X2}. Put a TCA9548A between them, or use another bus.");
        }
    }

    private static double VoltsOf(WiringPlan plan, End end)
    {
        if (end.Header is { Role: PinRole.Power } supply)
            return supply.Volts;
        if (end.Pin is not { Drives.Length: > 0 } output)
            return 0;
        Net? fed = plan.Nets.Find(net => net.Ends.Any(other => other.Part == end.Part && other.Pin!.Name == output.Drives));
        return fed?.Ends.Where(other => other.Header is { Role: PinRole.Power }).Select(other => other.Header!.Volts).DefaultIfEmpty(0).Max() ?? 0;
    }

    private static double MostOf(End end) => end.Header is { } header ? (header.Role == PinRole.Power ? header.Volts : 3.3) : end.Role == PinRole.Analog ? 5.5 : end.Pin!.Drives.Length > 0 ? 5.5 : end.Pin.Most;
}
