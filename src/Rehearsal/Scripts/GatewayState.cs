using System.Globalization;
using System.Text.Json;
using PantryChain.Domain.Identity;

namespace PantryChain.Rehearsal.Scripts;

/// <summary>What <c>/api/state</c> said.</summary>
internal sealed class GatewayState(JsonElement root)
{
    /// <summary>The member's account on chain, null before the gateway has joined.</summary>
    public string? Account => Text(root, "account");

    /// <summary>Events in the journal.</summary>
    public long Events => Number(root, "events");

    /// <summary>Highest sealed block.</summary>
    public long Sealed => Number(root, "sealed");

    /// <summary>Highest anchored block.</summary>
    public long Anchored => Number(root, "anchored");

    /// <summary>Bamtol on the member's account, in won; null before the chain has told.</summary>
    public decimal? Bamtol => Token("bamtol");

    /// <summary>Bamnamu earned so far, held ones included; null before the chain has told.</summary>
    public decimal? Bamnamu => Token("bamnamu") is { } own ? own + (Token("held") ?? 0) : null;

    /// <summary>Standing.</summary>
    public long Tier => root.TryGetProperty("tokens", out JsonElement tokens) && tokens.ValueKind == JsonValueKind.Object ? Number(tokens, "tier") : 0;

    /// <summary>The products.</summary>
    public IReadOnlyList<ProductState> Products => [.. Rows("products").Select(row => new ProductState(
        Gtin.Parse(Text(row, "gtin")!), Text(row, "state") ?? "", Text(row, "mode") ?? "", Number(row, "approvals"), Number(row, "cycles"),
        HasValue(row, "mandate") ? Number(row.GetProperty("mandate"), "minTier") : null)
        {
            OffersAct = HasValue(row, "emptySince") && (IsTrue(row, "canUseUp") || (HasValue(row, "ask") && row.GetProperty("ask").GetProperty("blocks").GetArrayLength() == 0)),
        })];

    /// <summary>The slots.</summary>
    public IReadOnlyList<SlotRow> Slots => [.. Rows("slots").Select(row => new SlotRow(
        Number(row, "slot"), Text(row, "health") ?? "", HasValue(row, "reader") ? Text(row.GetProperty("reader"), "health") : null))];

    /// <summary>The proposals.</summary>
    public IReadOnlyList<ProposalState> Proposals => [.. Rows("proposals").Select(row => new ProposalState(
        Text(row, "id")!, Gtin.Parse(Text(row, "gtin")!), Number(row, "quantity"), Text(row, "state") ?? ""))];

    /// <summary>The orders.</summary>
    public IReadOnlyList<OrderRow> Orders => [.. Rows("orders").Select(row => new OrderRow(
        Text(row, "order")!, Gtin.Parse(Text(row, "gtin")!), Number(row, "quantity"), Text(row, "state") ?? "", row.TryGetProperty("automatic", out JsonElement own) && own.GetBoolean())
        {
            Code = HasValue(row, "delivery") ? Text(row.GetProperty("delivery"), "code") ?? "" : "",
            Rises = HasValue(row, "delivery") ? [.. row.GetProperty("delivery").GetProperty("rises").EnumerateArray().Select(RiseOf)] : [],
        })];

    private static RiseRow RiseOf(JsonElement row) =>
        new(Number(row, "id"), (ushort)Number(row, "slot"), row.GetProperty("at").GetDateTimeOffset(), Number(row, "packs"), Text(row, "state") ?? "");

    private JsonElement.ArrayEnumerator Rows(string name) =>
        root.TryGetProperty(name, out JsonElement rows) && rows.ValueKind == JsonValueKind.Array ? rows.EnumerateArray() : default;

    private decimal? Token(string name) => root.TryGetProperty("tokens", out JsonElement tokens) && tokens.ValueKind == JsonValueKind.Object && HasValue(tokens, name)
        ? decimal.Parse(tokens.GetProperty(name).ToString(), NumberStyles.Number, CultureInfo.InvariantCulture) : null;

    private static bool HasValue(JsonElement row, string name) => row.TryGetProperty(name, out JsonElement value) && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined);

    private static bool IsTrue(JsonElement row, string name) => row.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.True;

    private static string? Text(JsonElement row, string name) => HasValue(row, name) ? row.GetProperty(name).ToString() : null;

    private static long Number(JsonElement row, string name) =>
        HasValue(row, name) && row.GetProperty(name) is { ValueKind: JsonValueKind.Number } value ? (long)value.GetDouble() : 0;
}

/// <summary>A slot in <see cref="GatewayState"/>.</summary>
/// <param name="Slot">Its number.</param>
/// <param name="Health">How its cell is.</param>
/// <param name="Reader">How its tag reader is, or null when it has none.</param>
internal sealed record SlotRow(long Slot, string Health, string? Reader)
{
    /// <summary>True while the cell's readings come.</summary>
    public bool IsWeighing => Health is "Ok" or "Noisy" or "Drifting";
}

/// <summary>A product in <see cref="GatewayState"/>.</summary>
/// <param name="Gtin">The product.</param>
/// <param name="State">Where its restocking stands.</param>
/// <param name="Mode">What the gateway does by itself.</param>
/// <param name="Approvals">Proposals that the member accepted.</param>
/// <param name="Cycles">Packs used up.</param>
/// <param name="MandateTier">The tier that the newest mandate asks for, or null without one.</param>
internal sealed record ProductState(Gtin Gtin, string State, string Mode, long Approvals, long Cycles, long? MandateTier)
{
    /// <summary>True once orders need no asking any more.</summary>
    public bool IsAutomatic => Mode.Equals("auto", StringComparison.OrdinalIgnoreCase) && Approvals > 0;

    /// <summary>True while the page says that nothing is left and offers something to do about it: to order one now, or to say "used up" so that an order may come again.</summary>
    public bool OffersAct { get; init; }
}

/// <summary>A proposal in <see cref="GatewayState"/>.</summary>
internal sealed record ProposalState(string Id, Gtin Gtin, long Quantity, string State);

/// <summary>An order in <see cref="GatewayState"/>.</summary>
internal sealed record OrderRow(string Order, Gtin Gtin, long Quantity, string State, bool Automatic)
{
    /// <summary>How the code on its slip stands: <c>wanted</c> when the gateway would take it.</summary>
    public string Code { get; init; } = "";

    /// <summary>Packs that came while it was on its way and are not settled.</summary>
    public IReadOnlyList<RiseRow> Rises { get; init; } = [];

    /// <summary>True when nothing more comes of it.</summary>
    public bool IsFinal => State is "Settled" or "Cancelled" or "Refunded";
}

/// <summary>Packs that came while an order was on its way, in <see cref="GatewayState"/>.</summary>
internal sealed record RiseRow(long Id, ushort Slot, DateTimeOffset At, long Packs, string State);
