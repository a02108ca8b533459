using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http.Features;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Sensing;
using PantryChain.Telemetry.Wire;
using PantryChain.Ui.Hosting;

namespace PantryChain.Gateway.Dashboard;

/// <summary>What commands on this machine ask of the running gateway, with the local token: it holds the cells. A refusal is one line of text (docs/gateway.md, "The local API").</summary>
internal static class LocalCalls
{
    /// <summary>Maps the calls below <c>/api/slots</c>.</summary>
    public static void MapLocalCalls(this WebApplication app)
    {
        app.MapGet("/api/slots", (HttpContext http, Door door, SlotReport slots) => door.HasLocalToken(http) ? Json(slots.Now(), SlotJson.Default.IReadOnlyListLiveSlot) : Refusal.LogIn(http));
        RouteGroupBuilder calls = app.MapGroup("");
        calls.AddEndpointFilter(RefuseBody);
        calls.MapPost("/api/slots/{slot}/tare", (HttpContext http, ushort slot, Door door, SlotBench bench) => DoAsync(http, door, () => bench.TareAsync(new SlotId(slot), http.RequestAborted)));
        calls.MapPost("/api/slots/{slot}/tare/undo", (HttpContext http, ushort slot, Door door, SlotBench bench) => Do(http, door, () => bench.Undo(new SlotId(slot), CalibrationAct.Tared)));
        calls.MapPost("/api/slots/{slot}/weigh/empty", (HttpContext http, ushort slot, Door door, SlotBench bench) => DoAsync(http, door, () => bench.WeighEmptyAsync(new SlotId(slot), http.RequestAborted)));
        calls.MapPost("/api/slots/{slot}/weigh/loaded", (HttpContext http, ushort slot, double grams, Door door, SlotBench bench) =>
            FitAsync(http, door, grams, mass => bench.WeighLoadedAsync(new SlotId(slot), mass, http.RequestAborted)));
        calls.MapPost("/api/slots/{slot}/weigh/check", (HttpContext http, ushort slot, double grams, Door door, SlotBench bench) =>
            FitAsync(http, door, grams, mass => bench.WeighCheckAsync(new SlotId(slot), mass, http.RequestAborted)));
        app.MapGet("/api/slots/{slot}/calibration", (HttpContext http, ushort slot, Door door, SlotBench bench, Household household) => History(http, new SlotId(slot), door, bench, household));
        calls.MapPost("/api/slots/{slot}/calibration/keep", (HttpContext http, ushort slot, Door door, SlotBench bench) => Do(http, door, () => bench.KeepFit(new SlotId(slot))));
        calls.MapPost("/api/slots/{slot}/calibration/undo", (HttpContext http, ushort slot, Door door, SlotBench bench) => Do(http, door, () => bench.Undo(new SlotId(slot), CalibrationAct.Calibrated)));
        calls.MapPost("/api/slots/{slot}/calibration/drop", (HttpContext http, ushort slot, Door door, SlotBench bench) => Do(http, door, () =>
        {
            bench.DropFit(new SlotId(slot));
            return null;
        }));
        app.MapRecording();
    }

    private static IResult History(HttpContext http, SlotId slot, Door door, SlotBench bench, Household household) =>
        !door.HasLocalToken(http) ? Refusal.LogIn(http)
        : household.FindSlot(slot) is null ? Wrong(http, SlotBench.NoSlot(household, slot))
        : Json([.. bench.HistoryOf(slot).Select(KeptLine.Of)], SlotJson.Default.IReadOnlyListKeptLine);

    private static async Task<IResult> FitAsync(HttpContext http, Door door, double grams, Func<Mass, Task<(CalibrationFit? Fit, string? Refusal)>> weigh)
    {
        if (!door.HasLocalToken(http))
            return Refusal.LogIn(http);
        if (grams is not (> 0 and <= KnownMass.Most))
            return Wrong(http, KnownMass.Wrong);
        (CalibrationFit? fit, string? refusal) = await weigh(Mass.FromGrams(grams));
        return fit is null ? Wrong(http, refusal!) : Json(FittedLine.Of(fit), SlotJson.Default.FittedLine);
    }

    private static Task<IResult> DoAsync(HttpContext http, Door door, Func<Task<string?>> act) =>
        door.HasLocalToken(http) ? AnswerAsync(http, act()) : Task.FromResult(Refusal.LogIn(http));

    private static IResult Do(HttpContext http, Door door, Func<string?> act) =>
        !door.HasLocalToken(http) ? Refusal.LogIn(http) : act() is { } wrong ? Wrong(http, wrong) : Results.NoContent();

    private static async Task<IResult> AnswerAsync(HttpContext http, Task<string?> act) => await act is { } wrong ? Wrong(http, wrong) : Results.NoContent();

    /// <summary>None of these calls reads a body, so whoever sends one means something else.</summary>
    private static async ValueTask<object?> RefuseBody(EndpointFilterInvocationContext call, EndpointFilterDelegate next)
    {
        if (call.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: true })
            return await next(call);
        return Wrong(call.HttpContext, "This call takes no body: everything it needs stands in its address. Send it without one.", StatusCodes.Status400BadRequest);
    }

    private static IResult Wrong(HttpContext http, string what, int status = StatusCodes.Status409Conflict)
    {
        http.RequestServices.GetRequiredService<Refusals>().Refuse(Routes.NameOf(http), what);
        return Results.Text(what, statusCode: status);
    }

    private static IResult Json<T>(T value, JsonTypeInfo<T> type) => Results.Text(JsonSerializer.Serialize(value, type), "application/json");
}

/// <summary>The known mass of a weighing.</summary>
internal static class KnownMass
{
    /// <summary>Largest that can be given, in grams.</summary>
    public const double Most = 100_000;

    /// <summary>What is said about any other.</summary>
    public const string Wrong = "The known mass must be above 0 g and at most 100000 g. Weigh a full pack on a kitchen scale and give its grams.";
}
