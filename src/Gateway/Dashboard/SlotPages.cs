using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using PantryChain.DeviceDrivers.Shelf;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Sensing;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Dashboard.Pages;
using PantryChain.Gateway.Sensing;
using PantryChain.Ui.Hosting;

namespace PantryChain.Gateway.Dashboard;

/// <summary>A slot as its page shows it.</summary>
/// <remarks>Public only because Razor components are; everything in it is this host's own. Looks anew at every page.</remarks>
public sealed class SlotPageView
{
    private readonly ShelfSlot _slot;
    private readonly SlotBench _bench;
    private readonly SlotNames _names;

    internal SlotPageView(ShelfSlot slot, StockReading reading, SlotBench bench, SlotNames names)
    {
        (_slot, Reading, _bench, _names) = (slot, reading, bench, names);
        int[] newest = bench.Tap[slot.Slot].Newest();
        Scatter scatter = Scatter.Of(newest);
        (Counts, Noise, Rate) = (newest.Length == 0 ? null : scatter.Median, scatter.Noise, bench.Tap[slot.Slot].Rate);
    }

    internal ushort Slot => _slot.Slot.Value;

    internal StockReading Reading { get; }

    internal double? Counts { get; }

    internal double Noise { get; }

    internal double Rate { get; }

    internal bool WeighedEmpty => _bench.IsCalibrating(_slot.Slot);

    internal CalibrationFit? Fit => _bench.FitOf(_slot.Slot);

    internal IReadOnlyList<KeptCalibration> History => _bench.HistoryOf(_slot.Slot);

    internal string Name(bool korean) => korean ? _names.Of(_slot).Ko : _names.Of(_slot).En;
}

/// <summary>A slot's page and the forms on it: the guided calibration, tare, and how to take them back.</summary>
internal static class SlotPages
{
    /// <summary>Maps them below <c>/slots</c>.</summary>
    public static void MapSlotPages(this WebApplication app, RouteGroupBuilder forms)
    {
        app.MapGet("/slots/{slot}", IResult (HttpContext http, string slot, PantryView view, Household household, ShelfBoard board, SlotBench bench, SlotNames names, Door door) =>
            ViewOf(slot, household, board, bench, names) is not { } shown ? Refusal.NotFound(http)
            : new RazorComponentResult<SlotPage>(new { View = view, Shown = shown, Form = door.FormOf(http) }));
        app.MapGet("/parts/slots/{slot}", IResult (HttpContext http, string slot, Household household, ShelfBoard board, SlotBench bench, SlotNames names) =>
            ViewOf(slot, household, board, bench, names) is not { } shown ? Refusal.NotFound(http) : new RazorComponentResult<SlotLivePart>(new { Shown = shown }));
        forms.MapPost("/slots/{slot}/{act}", ActAsync);
    }

    private static SlotPageView? ViewOf(string text, Household household, ShelfBoard board, SlotBench bench, SlotNames names) =>
        Find(text, household) is { } slot ? new SlotPageView(slot, board[slot.Slot], bench, names) : null;

    private static ShelfSlot? Find(string text, Household household) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ushort number) ? household.FindSlot(new SlotId(number)) : null;

    private static async Task<IResult> ActAsync(HttpContext http, string slot, string act, Household household, SlotBench bench)
    {
        if (Find(slot, household)?.Slot is not { } id)
            return Refusal.NotFound(http);
        bool weighs = act is "loaded" or "check";
        double grams = 0;
        if (weighs && !(double.TryParse(http.Request.Form["grams"], NumberStyles.Float, CultureInfo.InvariantCulture, out grams) && grams is > 0 and <= KnownMass.Most))
            return Refusal.Of(http, 400, "bad_value", _ => SlotWords.Of(http).BadMass, words => words.BadValueHint, $"/slots/{id}");
        CancellationToken stop = http.RequestAborted;
        string? wrong;
        switch (act)
        {
            case "empty":
                wrong = await bench.WeighEmptyAsync(id, stop);
                break;
            case "loaded":
                wrong = (await bench.WeighLoadedAsync(id, Mass.FromGrams(grams), stop)).Refusal;
                break;
            case "check":
                wrong = (await bench.WeighCheckAsync(id, Mass.FromGrams(grams), stop)).Refusal;
                break;
            case "keep":
                wrong = bench.KeepFit(id);
                break;
            case "drop":
                bench.DropFit(id);
                wrong = null;
                break;
            case "undo":
                wrong = bench.Undo(id, CalibrationAct.Calibrated);
                break;
            case "tare":
                wrong = await bench.TareAsync(id, stop);
                break;
            case "untare":
                wrong = bench.Undo(id, CalibrationAct.Tared);
                break;
            default:
                return Refusal.NotFound(http);
        }
        return wrong is null ? new SeeOther($"/slots/{id}") : Refusal.Of(http, 409, "not_weighed", _ => SlotWords.Of(http).Refused, _ => SlotWords.Of(http).Why(wrong), $"/slots/{id}");
    }
}
