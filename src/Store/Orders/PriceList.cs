using System.Numerics;
using Dapper;
using Npgsql;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Store.Hosting;

namespace PantryChain.Store.Orders;

/// <summary>Compares what an order pays with what its seller asked: the contract bounds a price from above only, on the buyer's behalf.</summary>
internal sealed class PriceList(StoreFolder folder, NpgsqlDataSource database)
{
    /// <summary>A gateway signs with the catalogue that it has, and an order may reach the chain a week later: the lowest price of that time counts.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromDays(8);

    private static readonly BigInteger OneBamnamu = BigInteger.Pow(10, 18);

    /// <summary>What is wrong with the prices of those orders that can still be accepted.</summary>
    public async Task<IReadOnlyDictionary<OrderId, PriceVerdict>> JudgeOpenAsync(IEnumerable<OrderRecord> orders, CancellationToken stop)
    {
        Dictionary<OrderId, PriceVerdict> verdicts = [];
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        foreach (OrderRecord order in orders.Where(order => order.State == OrderState.Open))
            verdicts[order.Id] = await JudgeAsync(connection, order);
        return verdicts;
    }

    /// <summary>What is wrong with an order's price; a code of null means nothing.</summary>
    public async Task<PriceVerdict> JudgeAsync(NpgsqlConnection connection, OrderRecord order)
    {
        OrderTerms terms = order.Terms;
        (int? share, decimal? least) = await connection.QuerySingleAsync<(int?, decimal?)>(
            """
            select (select max_bamnamu_bps from offers where gtin = @Gtin and seller = @Seller),
                (select min(unit_price) from price_changes p where gtin = @Gtin and seller = @Seller and changed_at <= greatest(@PlacedAt, first.at)
                    and not exists (select 1 from price_changes later where later.gtin = p.gtin and later.seller = p.seller and later.number > p.number and later.changed_at <= @from))
            from (select min(changed_at) as at from price_changes where gtin = @Gtin and seller = @Seller) as first
            """, new { terms.Gtin, terms.Seller, order.PlacedAt, from = order.PlacedAt - Grace });
        if (share is not { } most || least is not { } unit)
            return new PriceVerdict(null, "not_offered");
        BigInteger listed = (BigInteger)unit * terms.Quantity;
        BigInteger reward = ((BigInteger)terms.Reward.Units * (BigInteger)folder.Options.Rewards.Rate.Hundredths + OneBamnamu - 1) / OneBamnamu, paid = (BigInteger)terms.Cash.Hundredths + reward;
        Bamtol shown = new((UInt128)listed);
        return paid < listed ? new PriceVerdict(shown, "price_too_low")
            : reward * 10_000 > paid * most ? new PriceVerdict(shown, "reward_share_too_high") : new PriceVerdict(shown, null);
    }
}

/// <summary>What the seller asked for the whole order, and what is wrong with what it pays.</summary>
/// <param name="Listed">The lowest list price of the days before the order, for all packs; null when the seller does not offer the product.</param>
/// <param name="Code"><c>price_too_low</c>, <c>reward_share_too_high</c>, <c>not_offered</c>, or null.</param>
internal sealed record PriceVerdict(Bamtol? Listed, string? Code);
