using Dapper;
using Npgsql;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Tags;
using PantryChain.Store.Hosting;
using PantryChain.Store.Sending;

namespace PantryChain.Store.Orders;

/// <summary>What goes along with a delivery so that a shelf can tell it from the household's own shopping: tags bound to the order, the code on the slip, the courier's word.</summary>
/// <remarks>A tag belongs to one order only, ever. The gateway gets salted hashes of tags and code; the clear ones stay at the desk.</remarks>
internal sealed class DeliveryDesk(NpgsqlDataSource database, OrderBook orders, Wallets wallets, TimeProvider clock)
{
    /// <summary>How far a courier's clock may be ahead of the store's.</summary>
    private static readonly TimeSpan ClockSlack = TimeSpan.FromMinutes(5);

    /// <summary>Beats when something is to be told to a gateway.</summary>
    public Pulse Changed { get; } = new();

    /// <summary>Binds a pack's tag to an order that is being packed; the same again is the same.</summary>
    /// <exception cref="Refusal">The text is no tag, the tag is another product's or another order's, the order has all its tags, or it was shipped.</exception>
    public async Task BindTagAsync(OrderId id, string? given, CancellationToken stop)
    {
        PackTag tag = Read(given);
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(stop);
        OrderRecord order = await PackedAsync(connection, id, stop);
        if (tag.Gtin is { } gtin && gtin != order.Terms.Gtin)
            throw Refusal.Conflict("wrong_product", $"This tag is on {gtin}, the order is for {order.Terms.Gtin}.", "Take a pack of the ordered product, or open the other order.");
        OrderId? owner = await connection.QuerySingleOrDefaultAsync<OrderId?>("select order_id from order_tags where tag = @Text and undone_at is null", new { tag.Text });
        if (owner == id)
            return;
        if (owner is { } other)
            throw Refusal.Conflict("tag_taken", $"This tag is bound to order {other.ToString()[..10]} already.", "A tag counts for one order only. Put another pack in, or take the tag off that order before it is shipped.");
        if (await connection.ExecuteScalarAsync<long>("select count(*) from order_tags where order_id = @id and undone_at is null", new { id }) >= order.Terms.Quantity)
            throw Refusal.Conflict("too_many_tags", $"All {order.Terms.Quantity} packs of this order have their tag.", "Take a wrong tag off first.");
        DeliveryCommitment commitment = DeliveryCommitment.To(id, tag.Text);
        await connection.ExecuteAsync(
            "insert into order_tags values (@id, @Text, @Salt, @Hash, @now)", new { id, tag.Text, commitment.Salt, commitment.Hash, now = clock.GetUtcNow() });
        await TellAgainAsync(connection, transaction, id, stop);
    }

    /// <summary>Takes a tag off an order before it is shipped; it may be bound to another one then.</summary>
    /// <exception cref="Refusal">The tag is not on this order, or the order was shipped.</exception>
    public async Task TakeTagOffAsync(OrderId id, string? given, CancellationToken stop)
    {
        PackTag tag = Read(given);
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(stop);
        await PackedAsync(connection, id, stop);
        int undone = await connection.ExecuteAsync(
            "update order_tags set undone_at = @now where order_id = @id and tag = @Text and undone_at is null", new { id, tag.Text, now = clock.GetUtcNow() });
        if (undone == 0)
            throw Refusal.Conflict("tag_not_bound", "This tag is not on this order.", "Look at the tags that the order's card shows.");
        await TellAgainAsync(connection, transaction, id, stop);
    }

    /// <summary>Records when the courier handed the goods over; the first record stands.</summary>
    /// <param name="id">The order.</param>
    /// <param name="at">When; null for now.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <exception cref="Refusal">The order was not shipped, another time stands already, or the time is before shipping or to come.</exception>
    public async Task HandOverAsync(OrderId id, DateTimeOffset? at, CancellationToken stop)
    {
        OrderRecord order = await OwnAsync(id, stop);
        if (order.State != OrderState.Shipped)
            throw Refusal.Conflict("wrong_state", $"The order is {order.State.ToString().ToUpperInvariant()}.", "Only what was shipped can be handed over; reload the desk.");
        DateTimeOffset now = clock.GetUtcNow(), when = at ?? now;
        if (when > now + ClockSlack)
            throw new Refusal(400, "not_yet", $"{when:u} is still to come.", "Give the time at which the goods were handed over.");
        if (when < order.ChangedAt - ClockSlack)
            throw new Refusal(400, "before_shipping", $"The order was shipped at {order.ChangedAt:u}.", "Give the time at which the goods were handed over.");
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(stop);
        int recorded = await connection.ExecuteAsync("insert into hand_overs values (@id, @when, @now) on conflict do nothing", new { id, when, now });
        DateTimeOffset kept = await connection.ExecuteScalarAsync<DateTimeOffset>("select at from hand_overs where order_id = @id", new { id });
        if (at is not null && (kept - when).Duration() > TimeSpan.FromSeconds(1))
            throw Refusal.Conflict("handed_over_already", $"It stands as handed over at {kept:u}.", "The first record counts. If it is wrong, ask the household for the code on the slip.");
        if (recorded > 0)
            await TellAgainAsync(connection, transaction, id, stop);
    }

    /// <summary>Draws an order's code once, in the transaction that puts its shipping on the way.</summary>
    public static async Task DrawCodeAsync(NpgsqlConnection connection, OrderId id, DateTimeOffset now)
    {
        DeliveryCode code = DeliveryCode.Draw();
        DeliveryCommitment commitment = DeliveryCommitment.To(id, code.Text);
        await connection.ExecuteAsync(
            "insert into order_codes values (@id, @Text, @Salt, @Hash, @now) on conflict do nothing", new { id, code.Text, commitment.Salt, commitment.Hash, now });
    }

    /// <summary>What goes along with some orders.</summary>
    public async Task<IReadOnlyDictionary<OrderId, DeliveryPapers>> PapersAsync(IReadOnlyList<OrderId> of, CancellationToken stop)
    {
        byte[][] ids = [.. of.Select(order => order.Value.ToArray())];
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        ILookup<OrderId, BoundTag> tags = (await connection.QueryAsync<(OrderId Order, string Tag, Hash32 Salt, Hash32 Hash)>(
            "select order_id, tag, salt, hash from order_tags where order_id = any(@ids) and undone_at is null order by bound_at", new { ids }))
            .ToLookup(row => row.Order, row => new BoundTag(row.Tag, new DeliveryCommitment(row.Salt, row.Hash)));
        Dictionary<OrderId, (string Code, Hash32 Salt, Hash32 Hash)> codes = (await connection.QueryAsync<(OrderId Order, string Code, Hash32 Salt, Hash32 Hash)>(
            "select order_id, code, salt, hash from order_codes where order_id = any(@ids)", new { ids })).ToDictionary(row => row.Order, row => (row.Code, row.Salt, row.Hash));
        Dictionary<OrderId, DateTimeOffset> handed = (await connection.QueryAsync<(OrderId Order, DateTimeOffset At)>(
            "select order_id, at from hand_overs where order_id = any(@ids)", new { ids })).ToDictionary(row => row.Order, row => row.At);
        return of.Distinct().ToDictionary(id => id, id => new DeliveryPapers(
            [.. tags[id]], codes.TryGetValue(id, out (string Code, Hash32 Salt, Hash32 Hash) code) ? new SlipCode(code.Code, new DeliveryCommitment(code.Salt, code.Hash)) : null,
            handed.TryGetValue(id, out DateTimeOffset at) ? at : null));
    }

    private static PackTag Read(string? given) => PackTag.TryParse(given, out PackTag tag, out string refusal)
        ? tag
        : throw new Refusal(400, "tag_malformed", "This is no tag. " + refusal, "Scan the tag again: a Digital Link, an EPC or the tag's own number.");

    private async Task<OrderRecord> OwnAsync(OrderId id, CancellationToken stop)
    {
        OrderRecord order = await orders.FindAsync(id, stop) ?? throw Refusal.NotFound("order_unknown", "This order is not known.", "Look it up on the desk.");
        return order.Terms.Seller == wallets.Seller.Address ? order : throw new Refusal(403, "not_our_order", "This order goes to another seller.", "Only that seller can act on it.");
    }

    /// <summary>The order while it can still be packed, kept from being shipped meanwhile.</summary>
    private async Task<OrderRecord> PackedAsync(NpgsqlConnection connection, OrderId id, CancellationToken stop)
    {
        await connection.ExecuteAsync("select 1 from orders where id = @id for update", new { id });
        OrderRecord order = await OwnAsync(id, stop);
        bool sent = await connection.ExecuteScalarAsync<bool>(
            """
            select exists (select 1 from desk_actions join transactions on transactions.id = transaction_id
                           where order_id = @id and action = 'ship' and status <> 'refused')
            """, new { id });
        if (sent || order.State is not (OrderState.Open or OrderState.Accepted))
            throw Refusal.Conflict("shipped_already", "This order was shipped or closed; its tags stand.", "The household can type the code on the slip, or answer on its page.");
        return order;
    }

    private async Task TellAgainAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, OrderId id, CancellationToken stop)
    {
        await connection.ExecuteAsync("update orders set published_state = null where id = @id", new { id });
        await transaction.CommitAsync(stop);
        Changed.Beat();
    }
}

/// <summary>What goes along with one delivery.</summary>
/// <param name="Tags">Tags of its packs.</param>
/// <param name="Code">The code on the slip, or null before it is shipped.</param>
/// <param name="HandedOverAt">When the courier handed it over, or null.</param>
internal sealed record DeliveryPapers(IReadOnlyList<BoundTag> Tags, SlipCode? Code, DateTimeOffset? HandedOverAt);

/// <summary>A tag and what the gateway is told of it.</summary>
internal sealed record BoundTag(string Tag, DeliveryCommitment Commitment);

/// <summary>A code and what the gateway is told of it.</summary>
internal sealed record SlipCode(string Code, DeliveryCommitment Commitment);
