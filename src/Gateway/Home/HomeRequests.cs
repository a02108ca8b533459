using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Sensing;
using PantryChain.Gateway.Attention;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Dashboard;
using PantryChain.Gateway.Sensing;
using PantryChain.Reorder.Machine;
using PantryChain.Telemetry.Home;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Gateway.Home;

/// <summary>The verbs that the home broker may ask for (docs/protocol.md, "Requests at home"): it may hold orders back and correct a scale, never order or replace a calibration.</summary>
/// <remarks>Whoever may publish at the family's broker may send them, and nobody has logged in. Thread safe.</remarks>
internal sealed class HomeRequests(SlotBench bench, TagPairing pairing, TagBook tags, SlotNames names, Household household, TimeProvider time, ReorderDesk? orders = null, AttentionPost? attention = null)
{
    private static readonly RequestMember Slot = new("slot", MemberKind.Slot, IsNeeded: true), SlotOrElse = new("slot", MemberKind.Slot);

    /// <summary>Puts the verbs on the desk.</summary>
    public void Serve(RequestDesk desk)
    {
        foreach ((string verb, IReadOnlyList<RequestMember> members) in Verbs)
            desk.Handle(verb, members, AnswerAsync);
    }

    /// <summary>All verbs, each with the members that it knows.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<RequestMember>> Verbs { get; } = new Dictionary<string, IReadOnlyList<RequestMember>>(StringComparer.Ordinal)
    {
        ["tare"] = [Slot, new("undo", MemberKind.Flag)],
        ["calibrate"] = [Slot, new("step", MemberKind.Text, IsNeeded: true), new("grams", MemberKind.Number)],
        ["rename"] = [Slot, new("name", MemberKind.Text), new("name_ko", MemberKind.Text), new("name_en", MemberKind.Text)],
        ["pair"] = [SlotOrElse, new("seconds", MemberKind.Whole), new("gtin", MemberKind.Text), new("forget", MemberKind.Text)],
        ["pause"] = [SlotOrElse, new("gtin", MemberKind.Text), new("paused", MemberKind.Flag, IsNeeded: true)],
        ["silence"] = [],
    };

    /// <summary>Carries out a request; null, or what is wrong and the next step.</summary>
    public async Task<string?> AnswerAsync(GatewayRequest request, CancellationToken stop) => request.Verb switch
    {
        "tare" => await TareAsync(request, stop),
        "calibrate" => await CalibrateAsync(request, stop),
        "rename" => Rename(request),
        "pair" => Pair(request),
        "silence" => Silence(),
        _ => Pause(request),
    };

    /// <summary><c>{slot}</c> tares, <c>{slot, undo: true}</c> takes the newest tare back; <c>undo: false</c> could mean either, so it means nothing.</summary>
    private async Task<string?> TareAsync(GatewayRequest request, CancellationToken stop) => request.Flag("undo") switch
    {
        null => await bench.TareFromHomeAsync(request.Slot, stop),
        true => bench.UndoFromHome(request.Slot, CalibrationAct.Tared),
        false => "'undo' cannot be false: leave it out to tare what stands there, or send true to take the newest tare back.",
    };

    /// <summary><c>{slot, step: "empty"}</c> with a bare cell, then <c>{slot, step: "loaded", grams}</c> with a known mass on it; <c>{slot, step: "undo"}</c> takes it back.</summary>
    private async Task<string?> CalibrateAsync(GatewayRequest request, CancellationToken stop)
    {
        string? step = request.Text("step");
        if (step is "empty" or "undo" && request.Has("grams"))
            return $"'grams' belongs to step 'loaded', not to '{step}'. Leave it out.";
        if (step == "empty")
            return await bench.WeighEmptyAsync(request.Slot, stop);
        if (step == "undo")
            return bench.UndoFromHome(request.Slot, CalibrationAct.Calibrated);
        return step == "loaded" && request.Number("grams") is { } grams and > 0 and <= KnownMass.Most
            ? (await bench.WeighLoadedAsync(request.Slot, Mass.FromGrams(grams), stop)).Refusal ?? bench.KeepFitFromHome(request.Slot)
            : "Send step 'empty' with nothing on the cell, then step 'loaded' with grams (above 0, up to 100000) on it; step 'undo' takes it back.";
    }

    /// <summary>No more sound for what is wrong now; the lamp goes on.</summary>
    private string? Silence()
    {
        attention?.Silence();
        return attention is null ? "This gateway has no buzzer. Wire one and name its line in gateway.json: \"attention\": { \"buzzerLine\": 25 }." : null;
    }

    private string? Rename(GatewayRequest request) => request.Has("name") && (request.Has("name_ko") || request.Has("name_en"))
        ? "'name' is the name in both languages. Send it alone, or 'name_ko' and 'name_en'."
        : names.Rename(request.Slot, request.Text("name_ko") ?? request.Text("name"), request.Text("name_en") ?? request.Text("name"));

    /// <summary><c>{slot, seconds, gtin?}</c> opens a window, 0 seconds close it; <c>{forget: uid}</c> unbinds a tag.</summary>
    private string? Pair(GatewayRequest request)
    {
        if (request.Text("forget") is { } forgotten)
            return request.Has("slot") || request.Has("seconds") || request.Has("gtin") ? "'forget' stands alone: a tag is unbound wherever it is. Send slot, seconds and gtin in a request of their own."
                : !TagUid.TryParse(forgotten, out TagUid uid) ? $"'{Foreign.Short(forgotten)}' is not a tag's number: 8, 14 or 20 hexadecimal digits are expected."
                : tags.Unbind(uid) ? null : $"Tag {uid} is not bound to anything.";
        if (!request.Has("slot") || request.Whole("seconds") is not (>= int.MinValue and <= int.MaxValue and var seconds))
            return $"Send slot and seconds: 1 to {TagPairing.LongestSeconds} open the window for the next unknown tag at the slot, 0 closes it. Or 'forget' with a tag's number.";
        Gtin gtin = default;
        if (request.Text("gtin") is { } product && !Gtin.TryParse(product, out gtin))
            return $"'{Foreign.Short(product)}' is not a GTIN: 8, 12, 13 or 14 digits with the right check digit are expected.";
        return pairing.Open(request.Slot, (int)seconds, gtin.IsNone ? null : gtin);
    }

    /// <summary><c>{slot or gtin, paused: true}</c>: the household's pause of a product; asked twice it stays. Going on may order, so it needs the member's login.</summary>
    private string? Pause(GatewayRequest request)
    {
        if (orders is null)
            return "This gateway has not joined a cooperative, so nothing is ordered: './pantry gateway join URL --invitation CODE'.";
        if (request.Flag("paused") == false)
            return "The home broker can pause a product, not resume it: that may order. Log in on the gateway's pages, open the product (/products/GTIN) and resume it there.";
        if (request.Has("slot") == request.Has("gtin"))
            return "Send either gtin or slot, so that it is plain which product is paused.";
        Gtin gtin;
        if (request.Text("gtin") is { } product)
        {
            if (!Gtin.TryParse(product, out gtin) || household.FindProduct(gtin) is null)
                return $"The household keeps no product '{Foreign.Short(product)}'. Send one of {string.Join(", ", household.Products.Select(known => known.Product.Gtin))}.";
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
}
