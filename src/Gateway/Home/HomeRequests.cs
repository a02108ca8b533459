using System.Text.Json;
using PantryChain.Domain.Quantities;
using PantryChain.Gateway.Sensing;
using PantryChain.Telemetry.Home;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Gateway.Home;

/// <summary>The verbs that the home broker may ask for: <c>tare</c> and <c>calibrate</c>; nothing that moves money.</summary>
internal static class HomeRequests
{
    /// <summary>Puts the verbs on the desk.</summary>
    public static void Serve(RequestDesk desk, SlotBench bench)
    {
        desk.Handle("tare", async (request, stop) => Answer(request, await bench.TareAsync(request.Slot, stop)));
        desk.Handle("calibrate", async (request, stop) => Answer(request, await CalibrateAsync(request, bench, stop)));
    }

    /// <summary><c>{slot, step: "empty"}</c> with a bare cell, then <c>{slot, step: "loaded", grams}</c> with a known mass on it.</summary>
    private static async Task<string?> CalibrateAsync(GatewayRequest request, SlotBench bench, CancellationToken stop)
    {
        string? step = request.Body.TryGetProperty("step", out JsonElement word) && word.ValueKind == JsonValueKind.String ? word.GetString() : null;
        if (step == "empty")
            return await bench.WeighEmptyAsync(request.Slot, stop);
        double grams = 0;
        bool known = request.Body.TryGetProperty("grams", out JsonElement number) && number.ValueKind == JsonValueKind.Number && number.TryGetDouble(out grams) && grams is > 0 and <= 100_000;
        return step == "loaded" && known
            ? (await bench.WeighLoadedAsync(request.Slot, Mass.FromGrams(grams), stop)).Refusal ?? bench.KeepFit(request.Slot)
            : "Send step 'empty' with nothing on the cell, then step 'loaded' with grams (above 0, up to 100000) on it.";
    }

    private static GatewayResponse Answer(GatewayRequest request, string? wrong) =>
        wrong is null ? GatewayResponse.Ok(request.Transaction) : GatewayResponse.Failed(request.Transaction, wrong);
}
