using System.CommandLine;
using System.Globalization;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Dashboard;
using PantryChain.Gateway.Sensing;

namespace PantryChain.Gateway.Commands;

/// <summary><c>calibrate SLOT</c>: guides through the weighings on the running gateway, shows the fit and asks before it is kept.</summary>
internal static class CalibrateCommand
{
    private static readonly Argument<int> Slot = new("SLOT") { Description = "Number of the slot." };
    private static readonly Option<double?> Grams = new("--grams") { Description = "The known mass of the second weighing, from a kitchen scale; asked for when it is not given.", HelpName = "G" };
    private static readonly Option<double?> Check = new("--check") { Description = "Another known mass, weighed to check the fit.", HelpName = "G" };
    private static readonly Option<bool> Yes = new("--yes") { Description = "Keeps a good fit without asking, and asks for no check." };
    private static readonly Option<bool> Undo = new("--undo") { Description = "Returns to the calibration before the newest one." };
    private static readonly Option<bool> Show = new("--show") { Description = "Tells the slot's calibrations, the oldest first." };

    /// <summary>The verb.</summary>
    /// <param name="talk">Whom it talks with; null is the person at the console.</param>
    public static Command Create(Func<TextWriter, Prompt>? talk = null)
    {
        Command command = new("calibrate", "Calibrates a slot by two weighings: nothing, then a known mass.") { Slot, Grams, Check, Yes, Undo, Show };
        command.Validators.Add(result =>
        {
            if (result.GetValue(Undo) && result.GetValue(Show))
                result.AddError("--undo and --show cannot go together.");
        });
        command.SetAction((parsed, stop) => RunAsync(parsed, (talk ?? Prompt.Console)(parsed.InvocationConfiguration.Output), CommandLine.FolderOf(parsed), stop));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, Prompt prompt, DataFolder folder, CancellationToken stop)
    {
        using LocalGateway gateway = LocalGateway.Open(parsed);
        int slot = parsed.GetValue(Slot);
        if (parsed.GetValue(Show))
            return await ShowAsync(gateway, slot, prompt, folder, stop);
        if (parsed.GetValue(Undo))
        {
            await gateway.DoAsync(Path(slot, "calibration/undo"), stop);
            prompt.Say($"Slot {slot} weighs by its earlier calibration again. {CommandLine.Next(folder, $"calibrate {slot} --show")} tells them.");
            return 0;
        }
        return await new CalibrationTalk(gateway, slot, prompt, folder).RunAsync(parsed.GetValue(Grams), parsed.GetValue(Check), parsed.GetValue(Yes), stop);
    }

    private static async Task<int> ShowAsync(LocalGateway gateway, int slot, Prompt prompt, DataFolder folder, CancellationToken stop)
    {
        IReadOnlyList<KeptLine> kept = await gateway.AskAsync(HttpMethod.Get, Path(slot, "calibration"), SlotJson.Default.IReadOnlyListKeptLine, stop);
        foreach (KeptLine line in kept)
        {
            string when = line.At is { } at ? at.ToString("yyyy-MM-dd HH:mm zzz", CultureInfo.InvariantCulture) : "earlier version   ";
            string mass = line.Grams is { } grams ? Number(grams, "0.#") + " g" : "";
            prompt.Say(string.Create(CultureInfo.InvariantCulture,
                $"{when}  {(line.Act == CalibrationAct.Tared ? "tared" : "calibrated"),-10} {mass,10}  {line.CountsPerGram:0.###} counts/g, zero at {line.OffsetCounts:0} counts, noise {line.NoiseCounts:0.#} counts, container {line.ContainerGrams:0.#} g{(line == kept[^1] ? "  <- now" : "")}"));
        }
        if (kept.Count == 0)
            prompt.Say($"Slot {slot} was not calibrated here. Run {CommandLine.Next(folder, $"calibrate {slot}")}.");
        return 0;
    }

    /// <summary>A call about one slot.</summary>
    internal static string Path(int slot, string call) => string.Create(CultureInfo.InvariantCulture, $"api/slots/{slot}/{call}");

    /// <summary>A number as commands write them.</summary>
    internal static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}

/// <summary>The guided calibration of one slot.</summary>
internal sealed class CalibrationTalk(LocalGateway gateway, int slot, Prompt prompt, DataFolder folder)
{
    /// <summary>Goes through all steps.</summary>
    /// <returns>0 when the calibration was kept, 1 when it was not.</returns>
    /// <exception cref="UserError">No gateway runs here, it has no such slot, a weighing was refused, or the input ended; nothing was kept.</exception>
    public async Task<int> RunAsync(double? grams, double? check, bool yes, CancellationToken stop)
    {
        if (grams is { } given)
            Require(given);
        if (check is { } second)
            Require(second);
        await gateway.AskAsync(HttpMethod.Get, CalibrateCommand.Path(slot, "calibration"), SlotJson.Default.IReadOnlyListKeptLine, stop); // nobody clears a shelf for a gateway that is not there
        bool kept = false;
        try
        {
            await prompt.WaitEnterAsync($"1. Take everything off slot {slot}, its container too, then press Enter.", LiveAsync, stop);
            await WeighAsync("empty", stop);
            double reference = grams ?? await AskMassAsync("2. How many grams does the known mass weigh? (a full pack on a kitchen scale)", stop);
            await prompt.WaitEnterAsync($"   Put {Text(reference)} g on slot {slot}, then press Enter.", LiveAsync, stop);
            Tell(await FitAsync("loaded", reference, stop));
            check ??= yes ? null : await AskCheckAsync(stop);
            bool good = check is not { } other || await CheckAsync(other, stop);
            kept = yes && good || await AskKeepAsync(good, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            prompt.Say(""); // below the line that Ctrl-C interrupted
        }
        finally
        {
            if (!kept)
                await ForgetAsync();
        }
        if (!kept)
        {
            prompt.Say($"Nothing was kept; slot {slot} weighs as before.");
            return 1;
        }
        await gateway.DoAsync(CalibrateCommand.Path(slot, "calibration/keep"), stop);
        prompt.Say($"Slot {slot} is calibrated. Put its container back and run {CommandLine.Next(folder, $"tare {slot}")}; {CommandLine.Next(folder, $"calibrate {slot} --undo")} takes the calibration back.");
        return 0;
    }

    private async Task<bool> CheckAsync(double grams, CancellationToken stop)
    {
        await prompt.WaitEnterAsync($"3. Put {Text(grams)} g on slot {slot} for the check, then press Enter.", LiveAsync, stop);
        CheckedLine check = (await FitAsync("check", grams, stop)).Check!;
        prompt.Say($"   It weighs {Text(check.MeasuredGrams)} g, {(check.ErrorGrams < 0 ? "" : "+")}{Text(check.ErrorGrams)} g off.");
        if (!check.Good)
            prompt.Say("   That is more than noise explains: check both masses, and that nothing touches the shelf.");
        return check.Good;
    }

    private async Task<double?> AskCheckAsync(CancellationToken stop)
    {
        while (true)
        {
            string answer = await prompt.AskAsync("3. Grams of another known mass to check the fit, or Enter to leave the check out:", stop);
            if (answer.Length == 0)
                return null;
            if (TryMass(answer, out double grams))
                return grams;
            prompt.Say(KnownMass.Wrong);
        }
    }

    private async Task<double> AskMassAsync(string question, CancellationToken stop)
    {
        while (true)
        {
            if (TryMass(await prompt.AskAsync(question, stop), out double grams))
                return grams;
            prompt.Say(KnownMass.Wrong);
        }
    }

    private async Task<bool> AskKeepAsync(bool good, CancellationToken stop)
    {
        while (true)
        {
            string answer = await prompt.AskAsync(good ? "Keep this calibration? [Y/n]" : "Keep this calibration all the same? [y/N]", stop);
            if (answer.Length == 0)
                return good;
            if (answer is ['y' or 'Y' or 'n' or 'N', ..])
                return answer[0] is 'y' or 'Y';
            prompt.Say("Answer y or n.");
        }
    }

    private async Task WeighAsync(string what, CancellationToken stop)
    {
        prompt.Show("   Weighing ...");
        await gateway.DoAsync(CalibrateCommand.Path(slot, "weigh/" + what), stop);
        prompt.Show("");
        prompt.Say("   Weighed.");
    }

    private async Task<FittedLine> FitAsync(string what, double grams, CancellationToken stop)
    {
        prompt.Show("   Weighing ...");
        string path = CalibrateCommand.Path(slot, string.Create(CultureInfo.InvariantCulture, $"weigh/{what}?grams={grams}"));
        FittedLine fit = await gateway.AskAsync(HttpMethod.Post, path, SlotJson.Default.FittedLine, stop);
        prompt.Show("");
        return fit;
    }

    private void Tell(FittedLine fit) => prompt.Say(string.Create(CultureInfo.InvariantCulture,
        $"   Slope {fit.CountsPerGram:0.###} counts/g, zero at {fit.OffsetCounts:0} counts; noise {fit.NoiseCounts:0.#} counts ({fit.NoiseGrams:0.00} g); span {fit.SpanSigmas:0} sigma (20 are needed); fit error {fit.ErrorGrams:0.00} g at {fit.ReferenceGrams:0.#} g."));

    /// <summary>What the cell says right now.</summary>
    private async Task<string> LiveAsync()
    {
        IReadOnlyList<LiveSlot> slots = await gateway.AskAsync(HttpMethod.Get, "api/slots", SlotJson.Default.IReadOnlyListLiveSlot, CancellationToken.None);
        return slots.FirstOrDefault(one => one.Slot == slot) is not { Counts: { } counts } live ? "   no conversions yet"
            : string.Create(CultureInfo.InvariantCulture, $"   {counts:0} counts, noise {live.NoiseCounts:0.#}, {live.SamplesPerSecond:0.#}/s{(live.Stable ? "" : live.Health == "Uncalibrated" ? "" : ", moving")}");
    }

    private async Task ForgetAsync()
    {
        try
        {
            await gateway.DoAsync(CalibrateCommand.Path(slot, "calibration/drop"), CancellationToken.None);
        }
        catch (UserError)
        {
            prompt.Say("The gateway could not be told to forget the weighings; it forgets them by itself within half an hour.");
        }
    }

    private static bool TryMass(string text, out double grams) =>
        double.TryParse(text.TrimEnd('g', ' '), NumberStyles.Float, CultureInfo.InvariantCulture, out grams) && grams is > 0 and <= KnownMass.Most;

    private static void Require(double grams)
    {
        if (grams is not (> 0 and <= KnownMass.Most))
            throw new UserError(KnownMass.Wrong);
    }

    private static string Text(double grams) => CalibrateCommand.Number(grams, "0.##");
}
