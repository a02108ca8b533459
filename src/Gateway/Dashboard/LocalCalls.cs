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
        RouteGroupBuilder calls = app.MapGroup("/api/slots").RequireAuthorization(Logins.Script);
        calls.AddEndpointFilter(RefuseBody);
        calls.MapGet("", (SlotReport slots) => Json(slots.Now(), SlotJson.Default.IReadOnlyListLiveSlot));
        calls.MapGet("{slot}/calibration", (HttpContext http, ushort slot, SlotBench bench, Household household) => History(http, new SlotId(slot), bench, household));
        calls.MapPost("{slot}/tare", (HttpContext http, ushort slot, SlotBench bench) => AnswerAsync(http, bench.TareAsync(new SlotId(slot), http.RequestAborted)));
        calls.MapPost("{slot}/tare/undo", (HttpContext http, ushort slot, SlotBench bench) => Answer(http, bench.Undo(new SlotId(slot), CalibrationAct.Tared)));
        calls.MapPost("{slot}/weigh/empty", (HttpContext http, ushort slot, SlotBench bench) => AnswerAsync(http, bench.WeighEmptyAsync(new SlotId(slot), http.RequestAborted)));
        calls.MapPost("{slot}/weigh/loaded", (HttpContext http, ushort slot, double grams, SlotBench bench) =>
            FitAsync(http, grams, mass => bench.WeighLoadedAsync(new SlotId(slot), mass, http.RequestAborted)));
        calls.MapPost("{slot}/weigh/check", (HttpContext http, ushort slot, double grams, SlotBench bench) =>
            FitAsync(http, grams, mass => bench.WeighCheckAsync(new SlotId(slot), mass, http.RequestAborted)));
        calls.MapPost("{slot}/calibration/keep", (HttpContext http, ushort slot, SlotBench bench) => Answer(http, bench.KeepFit(new SlotId(slot))));
        calls.MapPost("{slot}/calibration/undo", (HttpContext http, ushort slot, SlotBench bench) => Answer(http, bench.Undo(new SlotId(slot), CalibrationAct.Calibrated)));
        calls.MapPost("{slot}/calibration/drop", (ushort slot, SlotBench bench) =>
        {
            bench.DropFit(new SlotId(slot));
            return Results.NoContent();
        });
        app.MapRecording();
    }

    private static IResult History(HttpContext http, SlotId slot, SlotBench bench, Household household) =>
        household.FindSlot(slot) is null ? Wrong(http, SlotBench.NoSlot(household, slot)) : Json([.. bench.HistoryOf(slot).Select(KeptLine.Of)], SlotJson.Default.IReadOnlyListKeptLine);

    private static async Task<IResult> FitAsync(HttpContext http, double grams, Func<Mass, Task<(CalibrationFit? Fit, string? Refusal)>> weigh)
    {
        if (grams is not (> 0 and <= KnownMass.Most))
            return Wrong(http, KnownMass.Wrong);
        (CalibrationFit? fit, string? refusal) = await weigh(Mass.FromGrams(grams));
        return fit is null ? Wrong(http, refusal!) : Json(FittedLine.Of(fit), SlotJson.Default.FittedLine);
    }

    private static async Task<IResult> AnswerAsync(HttpContext http, Task<string?> act) => Answer(http, await act);

    private static IResult Answer(HttpContext http, string? wrong) => wrong is null ? Results.NoContent() : Wrong(http, wrong);

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
