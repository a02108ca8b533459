using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Store.Hosting;
using PantryChain.Store.Joining;

namespace PantryChain.Store.Orders;

/// <summary>Orders as their gateway may ask for them.</summary>
internal static class OrderEndpoints
{
    /// <summary><c>GET /api/v1/orders/{order}</c>.</summary>
    public static void MapOrders(this IEndpointRouteBuilder api) => api.MapGet("orders/{order}", FindAsync);

    /// <summary>Reads an order id.</summary>
    /// <exception cref="Refusal">It is none.</exception>
    public static OrderId ReadId(string text) =>
        Hash32.TryParse(text, out Hash32 id) ? new OrderId(id) : throw Refusal.Malformed($"'{text}' is not an order: 0x and 64 hexadecimal digits are expected.");

    private static async Task<OrderAnswer> FindAsync(string order, Household household, OrderBook orders, DeliveryDesk deliveries, CancellationToken stop)
    {
        OrderId id = ReadId(order);
        if (await orders.FindAsync(id, stop) is not { } found || found.Terms.Account != household.Account)
            throw Refusal.NotFound("order_unknown", "This order is not known.", "It appears here when the chain has it.");
        return new OrderAnswer(id.ToString(), Text(found.State), found.ChangedAt,
            [.. (await orders.HistoryAsync(id, stop)).Select(step => new OrderStepAnswer(Text(step.State), step.At, step.Transaction.ToString()))],
            DeliveryAnswer.Of((await deliveries.PapersAsync([id], stop))[id]));
    }

    /// <summary>A state as it stands in JSON.</summary>
    public static string Text(OrderState state) => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(state.ToString());
}

/// <summary>An order on <c>GET orders/{order}</c>.</summary>
internal sealed record OrderAnswer(string Order, string State, DateTimeOffset At, IReadOnlyList<OrderStepAnswer> History, DeliveryAnswer Delivery);

/// <summary>One step of it.</summary>
internal sealed record OrderStepAnswer(string State, DateTimeOffset At, string Transaction);

/// <summary>What tells the delivery from the household's own shopping: commitments to the tags and to the code, and the courier's word.</summary>
internal sealed record DeliveryAnswer(IReadOnlyList<CommitmentAnswer> Tags, CommitmentAnswer? Code, DateTimeOffset? HandedOverAt)
{
    /// <summary>From the papers; neither tag nor code is told in clear.</summary>
    public static DeliveryAnswer Of(DeliveryPapers papers) => new(
        [.. papers.Tags.Select(tag => CommitmentAnswer.Of(tag.Commitment))], papers.Code is { } code ? CommitmentAnswer.Of(code.Commitment) : null, papers.HandedOverAt);
}

/// <summary>A salted hash: SHA-256 over order, salt and secret.</summary>
internal sealed record CommitmentAnswer(string Salt, string Hash)
{
    /// <summary>From the commitment.</summary>
    public static CommitmentAnswer Of(DeliveryCommitment commitment) => new(commitment.Salt.ToString(), commitment.Hash.ToString());
}
