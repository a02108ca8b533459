using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Gateway.Sensing;

namespace PantryChain.Gateway.Dashboard;

/// <summary>What commands on this machine ask of the running gateway, with the local token: weighings, because it holds the cells.</summary>
internal static class LocalCalls
{
    /// <summary>Maps <c>POST /api/slots/{slot}/tare</c> and <c>/weigh/empty</c>, <c>/weigh/loaded?grams=</c>; a refusal is one line of text.</summary>
    public static void MapLocalCalls(this WebApplication app)
    {
        app.MapPost("/api/slots/{slot}/tare", (HttpContext http, ushort slot, Door door, SlotBench bench) =>
            AnswerAsync(http, door, () => bench.TareAsync(new SlotId(slot), http.RequestAborted)));
        app.MapPost("/api/slots/{slot}/weigh/empty", (HttpContext http, ushort slot, Door door, SlotBench bench) =>
            AnswerAsync(http, door, () => bench.WeighEmptyAsync(new SlotId(slot), http.RequestAborted)));
        app.MapPost("/api/slots/{slot}/weigh/loaded", (HttpContext http, ushort slot, double grams, Door door, SlotBench bench) =>
            AnswerAsync(http, door, () => grams is > 0 and <= 100_000
                ? LoadAsync(bench, new SlotId(slot), Mass.FromGrams(grams), http.RequestAborted) : Task.FromResult<string?>("grams must be above 0 and at most 100000.")));
    }

    private static async Task<string?> LoadAsync(SlotBench bench, SlotId slot, Mass grams, CancellationToken stop) =>
        (await bench.WeighLoadedAsync(slot, grams, stop)).Refusal ?? bench.KeepFit(slot);

    private static async Task<IResult> AnswerAsync(HttpContext http, Door door, Func<Task<string?>> act)
    {
        if (!door.HasLocalToken(http))
            return Refusal.LogIn(http);
        return await act() is { } wrong ? Results.Text(wrong, statusCode: StatusCodes.Status409Conflict) : Results.NoContent();
    }
}
