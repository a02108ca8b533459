using Dapper;
using Npgsql;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Ledger.Rewards;
using PantryChain.Store.Hosting;
using PantryChain.Store.Sending;

namespace PantryChain.Store.Rewards;

/// <summary>Which settled orders were sales of the cooperative, and what margin each of them brings; every order is judged once and the judgement is kept.</summary>
/// <remarks>
/// A sale is an order at one of the store's own wallets, of a product that this wallet offered, at a price that it asked when the order was opened or within
/// <see cref="PriceGrace"/> before, for at least one pack. Whatever else settles is between its buyer and its seller: the cooperative earned nothing from it.
/// An order that the chain has given up after it was counted is taken back, and counts again when it settles again.
/// </remarks>
internal sealed class SaleBook(Wallets wallets, StoreFolder folder, TimeProvider clock)
{
    /// <summary>An order is signed before the chain has it, so a price that was changed meanwhile still counts.</summary>
    public static readonly TimeSpan PriceGrace = TimeSpan.FromHours(24);

    private readonly RewardOptions _options = folder.Options.Rewards;

    /// <summary>Judges what settled since the last epoch, takes back what is settled no more, and sums both up per account.</summary>
    public async Task<Dictionary<AccountAddress, SaleSum>> CountAsync(NpgsqlConnection connection, uint epoch, RewardRules rules)
    {
        long number = epoch;
        await connection.ExecuteAsync("insert into own_sellers values (@Address, @now) on conflict do nothing", new { wallets.Seller.Address, now = clock.GetUtcNow() });
        HashSet<AccountAddress> own = [.. await connection.QueryAsync<AccountAddress>("select seller from own_sellers")];
        await connection.ExecuteAsync(TakeBack, new { number });
        foreach (SettledOrder order in (await connection.QueryAsync<SettledOrder>(Uncounted, new { number })).AsList())
            await KeepAsync(connection, epoch, order, await JudgeAsync(connection, order, own), rules);
        return (await connection.QueryAsync<SumRow>(Sums, new { number })).ToDictionary(row => row.Account, row => row.ToSum());
    }

    private const string TakeBack =
        """
        update epoch_orders set taken_back = @number
        where taken_back is null and whole > 0 and not exists (select 1 from orders where orders.id = order_id and state = 4)
        """;

    private const string Uncounted =
        """
        select id, account, gtin, seller, quantity, bamtol, bamnamu, placed_at, quantity * coalesce(pack_mg, 0) as milligrams
        from orders left join products using (gtin)
        where state = 4 and not exists (select 1 from epoch_orders where order_id = orders.id and (taken_back is null or epoch = @number))
        order by id
        """;

    private const string Sums =
        """
        select account, coalesce(sum(margin) filter (where epoch = @number), 0) as margin,
               coalesce(sum(share) filter (where taken_back = @number), 0) as share_back, coalesce(sum(whole) filter (where taken_back = @number), 0) as whole_back,
               coalesce(sum(packs) filter (where epoch = @number and why = 'own_sale'), 0)::bigint as packs,
               coalesce(sum(milligrams) filter (where epoch = @number and why = 'own_sale'), 0)::bigint as milligrams
        from epoch_orders where epoch = @number or taken_back = @number group by account
        """;

    // The price in force when the grace began, and all that were asked since.
    private const string PricesAsked =
        """
        select unit_price from price_changes where gtin = @Gtin and seller = @Seller and changed_at <= @PlacedAt
        and number >= coalesce((select max(number) from price_changes where gtin = @Gtin and seller = @Seller and changed_at <= @since), 0)
        """;

    // Prices of Bamnamu by which the escrow may have valued a part that was paid in it.
    private const string Rates = "select distinct rate from epochs where closed_at between @since and @until";

    private async Task<(string Why, Bamtol Price)> JudgeAsync(NpgsqlConnection connection, SettledOrder order, HashSet<AccountAddress> own)
    {
        if (!own.Contains(order.Seller))
            return ("foreign_seller", default);
        if (order.Quantity <= 0)
            return ("nothing_sold", default);
        DateTimeOffset since = order.PlacedAt - PriceGrace;
        List<Bamtol> asked = (await connection.QueryAsync<Bamtol>(PricesAsked, new { order.Gtin, order.Seller, order.PlacedAt, since })).AsList();
        if (asked.Count == 0)
            return ("not_offered", default);
        HashSet<UInt128> paid = await PaidAsync(connection, order);
        return asked.Select(price => price * (uint)order.Quantity).Where(price => paid.Contains(price.Hundredths)).Select(price => ("own_sale", price))
            .DefaultIfEmpty(("other_price", default)).First();
    }

    /// <summary>What was paid altogether, in hundredths of a won, by each rate that may have valued the Bamnamu in it; rounded up as the escrow does.</summary>
    private async Task<HashSet<UInt128>> PaidAsync(NpgsqlConnection connection, SettledOrder order)
    {
        if (order.Bamnamu.Units == 0)
            return [order.Bamtol.Hundredths];
        UInt128 one = Bamnamu.FromTokens(1).Units;
        IEnumerable<Bamtol> rates = await connection.QueryAsync<Bamtol>(Rates, new { since = order.PlacedAt - 3 * TimeSpan.FromSeconds(_options.EpochSeconds), until = order.PlacedAt });
        return [.. rates.Append(_options.Rate).Select(rate => order.Bamtol.Hundredths + (order.Bamnamu.Units * rate.Hundredths + one - 1) / one)];
    }

    private Task<int> KeepAsync(NpgsqlConnection connection, uint epoch, SettledOrder order, (string Why, Bamtol Price) judged, RewardRules rules)
    {
        Bamtol margin = new(judged.Price.Hundredths * _options.MarginBps / 10_000);
        (Bamnamu share, Bamnamu whole) = rules.MarginOf(margin, _options.Rate);
        return connection.ExecuteAsync(
            "insert into epoch_orders values (@number, @Id, @Account, @Why, @Quantity, @Milligrams, @margin, @share, @whole)",
            new { number = (long)epoch, order.Id, order.Account, judged.Why, order.Quantity, order.Milligrams, margin, share, whole });
    }

    private sealed record SettledOrder(
        OrderId Id, AccountAddress Account, Gtin Gtin, AccountAddress Seller, long Quantity, Bamtol Bamtol, Bamnamu Bamnamu, DateTimeOffset PlacedAt, long Milligrams);

    private sealed record SumRow(AccountAddress Account, Bamtol Margin, Bamnamu ShareBack, Bamnamu WholeBack, long Packs, long Milligrams)
    {
        public SaleSum ToSum() => new(Account, Margin, new MarginSum(ShareBack, WholeBack), Packs, Milligrams);
    }
}

/// <summary>What the cooperative sold to one account in an epoch.</summary>
/// <param name="Account">The member's account.</param>
/// <param name="Margin">Its margin.</param>
/// <param name="TakenBack">What earlier epochs counted for orders that are settled no more.</param>
/// <param name="Packs">Packs.</param>
/// <param name="Milligrams">Their mass.</param>
internal sealed record SaleSum(AccountAddress Account, Bamtol Margin, MarginSum TakenBack, long Packs, long Milligrams);
