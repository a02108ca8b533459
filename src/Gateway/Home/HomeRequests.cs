using System.Text.Json;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Sensing;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Dashboard;
using PantryChain.Gateway.Ordering;
using PantryChain.Gateway.Sensing;
using PantryChain.Reorder.Machine;
using PantryChain.Telemetry.Home;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Gateway.Home;

/// <summary>The verbs that the home broker may ask for (docs/protocol.md, "Requests at home"): it may hold orders back and correct a scale, never order or replace a calibration.</summary>
/// <remarks>Whoever may publish at the family's broker may send them, and nobody has logged in. Thread safe.</remarks>
internal sealed class HomeRequests(
    SlotBench bench, TagPairing pairing, TagBook tags, SlotNames names, Household household, TimeProvider time, Refusals refusals, ReorderDesk? orders = null)
{
    /// <summary>Puts the verbs on the desk.</summary>
    public void Serve(RequestDesk desk)
    {
        foreach (string verb in Verbs)
            desk.Handle(verb, AnswerAsync);
    }

    /// <summary>All verbs.</summary>
    public static IReadOnlyList<string> Verbs { get; } = ["tare", "calibrate", "rename", "pair", "pause"];

    /// <summary>Carries out a request.</summary>
    public async Task<GatewayResponse> AnswerAsync(GatewayRequest request, CancellationToken stop)
    {
        string? wrong = request.Verb switch
        {
            "tare" => IsTrue(request, "undo") ? bench.UndoFromHome(request.Slot, CalibrationAct.Tared) : await bench.TareAsync(request.Slot, stop),
            "calibrate" => await CalibrateAsync(request, stop),
            "rename" => names.Rename(request.Slot, Text(request, "name_ko") ?? Text(request, "name"), Text(request, "name_en") ?? Text(request, "name")),
            "pair" => Pair(request),
            _ => Pause(request),
        };
        if (wrong is null)
            return GatewayResponse.Ok(request.Transaction);
        refusals.Refuse($"request/{request.Verb}", wrong);
        return GatewayResponse.Failed(request.Transaction, wrong);
    }

    /// <summary><c>{slot, step: "empty"}</c> with a bare cell, then <c>{slot, step: "loaded", grams}</c> with a known mass on it; <c>{slot, step: "undo"}</c> takes it back.</summary>
    private async Task<string?> CalibrateAsync(GatewayRequest request, CancellationToken stop)
    {
        string? step = Text(request, "step");
        if (step == "empty")
            return await bench.WeighEmptyAsync(request.Slot, stop);
        if (step == "undo")
            return bench.UndoFromHome(request.Slot, CalibrationAct.Calibrated);
        return step == "loaded" && Number(request, "grams") is { } grams and > 0 and <= KnownMass.Most
            ? (await bench.WeighLoadedAsync(request.Slot, Mass.FromGrams(grams), stop)).Refusal ?? bench.KeepFitFromHome(request.Slot)
            : "Send step 'empty' with nothing on the cell, then step 'loaded' with grams (above 0, up to 100000) on it; step 'undo' takes it back.";
    }

    /// <summary><c>{slot, seconds, gtin?}</c> opens a window, 0 seconds close it; <c>{forget: uid}</c> unbinds a tag.</summary>
    private string? Pair(GatewayRequest request)
    {
        if (Text(request, "forget") is { } forgotten)
            return !TagUid.TryParse(forgotten, out TagUid uid) ? $"'{forgotten}' is not a tag's number: 8, 14 or 20 hexadecimal digits are expected."
                : tags.Unbind(uid) ? null : $"Tag {uid} is not bound to anything.";
        if (Number(request, "seconds") is not { } seconds || seconds != Math.Floor(seconds) || Math.Abs(seconds) > int.MaxValue)
            return $"Send seconds: 1 to {TagPairing.LongestSeconds} open the window for the next unknown tag at the slot, 0 closes it.";
        Gtin gtin = default;
        if (request.Body.TryGetProperty("gtin", out JsonElement product) && !Gtin.TryParse(Said(product), out gtin))
            return $"'{Said(product)}' is not a GTIN: 8, 12, 13 or 14 digits with the right check digit are expected.";
        return pairing.Open(request.Slot, (int)seconds, gtin.IsNone ? null : gtin);
    }

    /// <summary><c>{slot or gtin, paused: true}</c>: the household's pause of a product; asked twice it stays. Going on may order, so it needs the member's login.</summary>
    private string? Pause(GatewayRequest request)
    {
        if (orders is null)
            return "This gateway has not joined a cooperative, so nothing is ordered: './pantry gateway join URL --invitation CODE'.";
        if (!request.Body.TryGetProperty("paused", out JsonElement wish) || wish.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
            return "Send paused: true with a gtin or a slot to order no more of the product. It is resumed on its page, after logging in.";
        if (wish.ValueKind == JsonValueKind.False)
            return "The home broker can pause a product, not resume it: that may order. Log in on the gateway's pages, open the product (/products/GTIN) and resume it there.";
        Gtin gtin;
        if (request.Body.TryGetProperty("gtin", out JsonElement product))
        {
            if (!Gtin.TryParse(Said(product), out gtin) || household.FindProduct(gtin) is null)
                return $"The household keeps no product '{Said(product)}'. Send one of {string.Join(", ", household.Products.Select(known => known.Product.Gtin))}.";
        }
        else if (household.FindSlot(request.Slot) is { } slot)
            gtin = slot.Product.Gtin;
        else
            return SlotBench.NoSlot(household, request.Slot);
        ReorderProcess process = orders[gtin];
        if (process.Paused)
            return null;
        return orders.TryAdvance(new ReorderStep(gtin, process.Number, ReorderTrigger.Pause, time.GetUtcNow())) ? null
            : $"Ordering of {gtin} cannot be paused at this moment ({process.State}). Try again, or do it on the gateway's page.";
    }

    private static string? Text(GatewayRequest request, string member) =>
        request.Body.TryGetProperty(member, out JsonElement word) && word.ValueKind == JsonValueKind.String ? Said(word) : null;

    /// <summary>What a member says; half a character (a lone surrogate), which JSON can spell and .NET cannot read, becomes U+FFFD and is refused like any other nonsense.</summary>
    private static string Said(JsonElement word)
    {
        try
        {
            return word.ToString();
        }
        catch (InvalidOperationException)
        {
            return "\uFFFD";
        }
    }

    private static double? Number(GatewayRequest request, string member) =>
        request.Body.TryGetProperty(member, out JsonElement number) && number.ValueKind == JsonValueKind.Number && number.TryGetDouble(out double value) ? value : null;

    private static bool IsTrue(GatewayRequest request, string member) => request.Body.TryGetProperty(member, out JsonElement flag) && flag.ValueKind == JsonValueKind.True;
}
