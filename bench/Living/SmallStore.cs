using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Gateway.Cooperative;
using PantryChain.Store.Desk;

namespace PantryChain.Bench.Living;

/// <summary>The cooperative's doors on a loopback port: the gateway's half of the store's HTTP API, and what the scripts of clerk and
/// member press at the desk.</summary>
internal sealed class SmallStore : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly SmallCooperative _cooperative;
    private readonly Func<bool> _isSilent;

    private SmallStore(SmallCooperative cooperative, int port, Func<bool> isSilent)
    {
        (_cooperative, _isSilent) = (cooperative, isSilent);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Urls.Add($"http://127.0.0.1:{port}");
        _app.Use((http, next) => IsAnswered(http) ? next(http) : Task.CompletedTask);
        MapGateway();
        MapDesk();
    }

    /// <summary>Opens the doors.</summary>
    /// <param name="cooperative">Who is behind them.</param>
    /// <param name="port">Where.</param>
    /// <param name="isSilent">True while nobody answers a gateway.</param>
    /// <param name="stop">Gives up.</param>
    public static async Task<SmallStore> OpenAsync(SmallCooperative cooperative, int port, Func<bool> isSilent, CancellationToken stop)
    {
        SmallStore store = new(cooperative, port, isSilent);
        await store._app.StartAsync(stop);
        return store;
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private void MapGateway()
    {
        _app.MapGet("/api/v1/catalogue", () => Results.Json(_cooperative.Catalogue()));
        _app.MapGet("/api/v1/leaves", () => _cooperative.Leaves() is { } leaves ? Results.Json(leaves) : Problem(404, "no_epoch"));
        _app.MapGet("/api/v1/blocks/{hash}/proof", async Task<IResult> (string hash, CancellationToken stop) =>
            await _cooperative.ProofAsync(hash, stop) is { } proof ? Results.Json(proof) : Problem(404, "not_anchored"));
        _app.MapGet("/api/v1/relay/{id}", (string id) => _cooperative.RelayOf(id) is { } answer ? Results.Json(answer) : Problem(404, "call_unknown"));
        _app.MapPost("/api/v1/relay", async Task<IResult> (RelayRequest request, CancellationToken stop) => Results.Json(await _cooperative.RelayAsync(request, stop)));
        _app.MapGet("/api/v1/orders/{id}", (string id) => Find(id) is { } order ? Results.Json(Told(order)) : Problem(404, "order_unknown"));
    }

    private void MapDesk()
    {
        _app.MapGet("/desk/api/orders", () => Results.Json(_cooperative.Orders.All.Select(Listed)));
        _app.MapPost("/desk/api/deposits", async Task<IResult> (DepositBody body, CancellationToken stop) =>
        {
            await _cooperative.DepositAsync(body.Reference, AccountAddress.Parse(body.Account), new Bamtol(UInt128.Parse(body.Amount, CultureInfo.InvariantCulture)), stop);
            return Results.Ok();
        });
        _app.MapPost("/desk/api/orders/{id}/tags", (string id, TagBody body) => Do(id, order => order.Tags.Add((body.Tag, DeliveryCommitment.To(order.Id, SecretOf(body.Tag))))));
        _app.MapPost("/desk/api/orders/{id}/handover", (string id, HandOverBody body) => Do(id, order => order.HandedOverAt ??= body.At));
        _app.MapPost("/desk/api/orders/{id}/{button}", async Task<IResult> (string id, string button, CancellationToken stop) =>
            Find(id) is not { } order ? Problem(404, "order_unknown") : await _cooperative.PressAsync(order, button, stop) ? Results.Ok() : Problem(409, "wrong_state"));
    }

    private static string SecretOf(string tag) => Domain.Tags.PackTag.TryParse(tag, out Domain.Tags.PackTag read, out _) ? read.Text : tag;

    private IResult Do(string id, Action<SmallOrder> act)
    {
        if (Find(id) is not { } order)
            return Problem(404, "order_unknown");
        act(order);
        return Results.Ok();
    }

    private bool IsAnswered(HttpContext http)
    {
        if (!http.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal) || !_isSilent())
            return true;
        http.Abort();
        return false;
    }

    private SmallOrder? Find(string id) => Hash32.TryParse(id, out Hash32 hash) ? _cooperative.Orders.Find(new OrderId(hash)) : null;

    private static OrderMessage Told(SmallOrder order) => new(
        order.Id.ToString(), Text(order.State), order.Moves[^1].At, [.. order.Moves.Select(move => new OrderStep(Text(move.State), move.At))],
        new DeliveryMessage([.. order.Tags.Select(tag => Message(tag.Commitment))], order.Code is { } code ? Message(code.Commitment) : null, order.HandedOverAt));

    /// <summary>As the store's own desk lists it, in its own record: what that gains, this has to say as well.</summary>
    private DeskOrder Listed(SmallOrder order) => new(
        order.Id.ToString(), null, order.Terms.Gtin.ToString(), order.Terms.Quantity, Digits(order.Terms.Cash.Hundredths), Digits(order.Terms.Reward.Units), Text(order.State),
        order.PlacedAt, order.PlacedAt + SmallCooperative.Windows.Veto, order.Moves[^1].At, order.TimesOutAt(SmallCooperative.Windows), [.. order.Tags.Select(tag => tag.Text)],
        order.Code?.Text, order.HandedOverAt)
    {
        ListPrice = Digits(_cooperative.ListPriceOf(order).Hundredths), PriceFault = order.Terms.Cash == _cooperative.ListPriceOf(order) ? null : "other_price",
    };

    private static string Digits(UInt128 amount) => amount.ToString(CultureInfo.InvariantCulture);

    private static CommitmentMessage Message(DeliveryCommitment commitment) => new(commitment.Salt.ToString(), commitment.Hash.ToString());

    private static string Text(OrderState state) => JsonNamingPolicy.CamelCase.ConvertName(state.ToString());

    private static IResult Problem(int status, string code) =>
        Results.Json(new Problem("Refused.", "Try otherwise.", code), StoreJson.Default.Problem, "application/problem+json", status);

    private sealed record DepositBody(string Reference, string Account, string Amount);

    private sealed record TagBody(string Tag);

    private sealed record HandOverBody(DateTimeOffset At);
}
