using System.Globalization;
using System.Text.Json;
using Dapper;
using Npgsql;
using PantryChain.Domain.Catalogue;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Store.Hosting;

namespace PantryChain.Store.Catalogue;

/// <summary>What the cooperative's sellers offer, in PostgreSQL; every price ever asked is kept.</summary>
internal sealed class OfferBook(NpgsqlDataSource database, TimeProvider clock)
{
    private const string Columns =
        """
        select products.gtin, name_ko, name_en, pack_mg, class_id, seller, seller_name, unit_price, max_bamnamu_bps, lead_days, delivery_days, cut_off,
               season_months, shelf_life_days
        from offers join products using (gtin)
        """;

    // Household time from an order's opening to the seller's record of its delivery, or to the settlement by the shelf's word, in whole days rounded up; newest first.
    private const string Records =
        """
        select seller, days, count(*) as orders from (
            select seller, ceil(extract(epoch from coalesce(recorded_at, changed_at) - placed_at) / 86400)::int as days,
                   row_number() over (partition by seller order by changed_at desc) as place
            from orders where state = 4) settled
        where place <= @MostRecorded group by seller, days
        """;

    private const int MostRecorded = 200; // a seller's newest orders: its lorry of last year says nothing about the one of today

    /// <summary>All offers in order of product and seller.</summary>
    public async Task<IReadOnlyList<ListedOffer>> ListAsync(CancellationToken stop)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        ILookup<AccountAddress, (int Days, long Orders)> records = (await connection.QueryAsync<(AccountAddress Seller, int Days, long Orders)>(Records, new { MostRecorded }))
            .ToLookup(row => row.Seller, row => (row.Days, row.Orders));
        return [.. (await connection.QueryAsync<Row>(Columns + " order by gtin, seller")).Select(row => row.ToOffer() with
        {
            LeadRecord = new SortedDictionary<int, long>(records[row.Seller].ToDictionary(seen => seen.Days, seen => seen.Orders)),
        })];
    }

    /// <summary>Puts offers into an empty catalogue; false, and nothing changed, when it holds any already.</summary>
    public async Task<bool> SeedAsync(IReadOnlyList<ListedOffer> offers, CancellationToken stop)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(stop);
        await connection.ExecuteAsync("lock table offers in exclusive mode");
        if (await connection.ExecuteScalarAsync<long>("select count(*) from offers") > 0)
            return false;
        foreach (ListedOffer offer in offers)
            await PutAsync(connection, offer);
        await transaction.CommitAsync(stop);
        return true;
    }

    /// <summary>Sets a price; the old one stays in the history, and orders already placed keep theirs.</summary>
    /// <exception cref="Refusal">There is no such offer, or the price is zero.</exception>
    public async Task ChangePriceAsync(Gtin gtin, AccountAddress seller, Bamtol price, CancellationToken stop)
    {
        if (price.Hundredths == 0)
            throw new Refusal(400, "price_zero", "A price must be above zero.", "Give the price of one pack in won.");
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(stop);
        int changed = await connection.ExecuteAsync(
            "update offers set unit_price = @price where gtin = @gtin and seller = @seller and unit_price <> @price", new { gtin, seller, price });
        if (changed == 0 && await connection.ExecuteScalarAsync<long>("select count(*) from offers where gtin = @gtin and seller = @seller", new { gtin, seller }) == 0)
            throw Refusal.NotFound("offer_unknown", "There is no such offer.", "Choose one from the catalogue.");
        if (changed > 0)
            await RecordPriceAsync(connection, gtin, seller, price);
        await transaction.CommitAsync(stop);
    }

    /// <summary>Sets when a product is delivered and in season and how long it keeps; season and shelf life are the product's, whoever sells it.</summary>
    /// <exception cref="Refusal">There is no such offer.</exception>
    public async Task ChangeSupplyAsync(Gtin gtin, AccountAddress seller, OfferSupply supply, CancellationToken stop)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(stop);
        int changed = await connection.ExecuteAsync(
            "update offers set delivery_days = @days, cut_off = @cutOff where gtin = @gtin and seller = @seller",
            new { gtin, seller, days = (short)supply.DayBits, cutOff = supply.CutOff?.ToTimeSpan() });
        if (changed == 0)
            throw Refusal.NotFound("offer_unknown", "There is no such offer.", "Choose one from the catalogue.");
        await connection.ExecuteAsync(
            "update products set season_months = @months, shelf_life_days = @ShelfLifeDays where gtin = @gtin",
            new { gtin, months = (short)supply.MonthBits, supply.ShelfLifeDays });
        await transaction.CommitAsync(stop);
    }

    private async Task PutAsync(NpgsqlConnection connection, ListedOffer offer)
    {
        (Product product, AccountAddress seller, Bamtol price, BasisPoints share) = offer.Offer;
        await connection.ExecuteAsync(
            """
            insert into products (gtin, name_ko, name_en, pack_mg, class_id, season_months, shelf_life_days)
            values (@Gtin, @NameKo, @NameEn, @pack, @ClassId, @months, @ShelfLifeDays) on conflict do nothing
            """,
            new
            {
                product.Gtin, product.NameKo, product.NameEn, pack = product.Pack.Milligrams, product.ClassId, months = (short)offer.Supply.MonthBits, offer.Supply.ShelfLifeDays,
            });
        await connection.ExecuteAsync(
            """
            insert into offers (gtin, seller, seller_name, unit_price, max_bamnamu_bps, lead_days, delivery_days, cut_off)
            values (@Gtin, @seller, @SellerName, @price, @share, @lead::jsonb, @days, @cutOff)
            """,
            new
            {
                product.Gtin, seller, offer.SellerName, price, share = (int)share.Value, lead = JsonSerializer.Serialize(offer.LeadDays), days = (short)offer.Supply.DayBits,
                cutOff = offer.Supply.CutOff?.ToTimeSpan(),
            });
        await RecordPriceAsync(connection, product.Gtin, seller, price);
    }

    private Task<int> RecordPriceAsync(NpgsqlConnection connection, Gtin gtin, AccountAddress seller, Bamtol price) => connection.ExecuteAsync(
        "insert into price_changes (gtin, seller, unit_price, changed_at) values (@gtin, @seller, @price, @now)", new { gtin, seller, price, now = clock.GetUtcNow() });

    private sealed record Row(
        Gtin Gtin, string NameKo, string NameEn, long PackMg, string ClassId, AccountAddress Seller, string SellerName, Bamtol UnitPrice, int MaxBamnamuBps, string LeadDays,
        short DeliveryDays, TimeOnly? CutOff, short SeasonMonths, int? ShelfLifeDays)
    {
        public ListedOffer ToOffer() => new(
            new Offer(new Product(Gtin, NameKo, NameEn, new Mass(PackMg), ClassId), Seller, UnitPrice, new BasisPoints(checked((ushort)MaxBamnamuBps))),
            SellerName,
            JsonSerializer.Deserialize<SortedDictionary<int, double>>(LeadDays)!)
        {
            Supply = OfferSupply.Of(DeliveryDays, CutOff, SeasonMonths, ShelfLifeDays),
        };
    }
}

/// <summary>An offer with what a gateway needs to plan with it.</summary>
/// <param name="Offer">Product, seller, price.</param>
/// <param name="SellerName">The seller as members know it.</param>
/// <param name="LeadDays">Chance of arrival per whole number of days after the order; keys from 0, values add up to 1.</param>
internal sealed record ListedOffer(Offer Offer, string SellerName, IReadOnlyDictionary<int, double> LeadDays)
{
    private static readonly SortedDictionary<int, long> NoRecord = [];

    /// <summary>Delivery days, season, shelf life.</summary>
    public OfferSupply Supply { get; init; } = OfferSupply.Always;

    /// <summary>The seller's newest settled orders at this store, whatever the product: how many took how many whole days.</summary>
    public IReadOnlyDictionary<int, long> LeadRecord { get; init; } = NoRecord;

    /// <summary>The offer as <c>GET catalogue</c> shows it (protocol, "The store's HTTP API").</summary>
    public CatalogueEntry ToEntry() => new(
        Offer.Product.Gtin.ToString(), Offer.Product.NameKo, Offer.Product.NameEn, Offer.Product.Pack.Milligrams, Offer.Product.ClassId,
        Offer.Seller.ToString(), SellerName, Offer.UnitPrice.Hundredths.ToString(CultureInfo.InvariantCulture), Offer.MaxBamnamu.Value, LeadDays)
    {
        LeadRecord = LeadRecord, DeliveryDays = Supply.DayNames, CutOff = Supply.CutOff, SeasonMonths = Supply.SeasonMonths, ShelfLifeDays = Supply.ShelfLifeDays,
    };
}

/// <summary>One line of <c>GET catalogue</c>.</summary>
/// <inheritdoc cref="ListedOffer" />
internal sealed record CatalogueEntry(
    string Gtin, string NameKo, string NameEn, long PackMg, string ClassId, string Seller, string SellerName, string UnitPrice, int MaxBamnamuBps,
    IReadOnlyDictionary<int, double> LeadDays)
{
    /// <inheritdoc cref="ListedOffer.LeadRecord" />
    public required IReadOnlyDictionary<int, long> LeadRecord { get; init; }

    /// <summary>Weekdays on which goods arrive: <c>mon</c> to <c>sun</c>.</summary>
    public required IReadOnlyList<string> DeliveryDays { get; init; }

    /// <inheritdoc cref="OfferSupply.CutOff" />
    public required TimeOnly? CutOff { get; init; }

    /// <inheritdoc cref="OfferSupply.SeasonMonths" />
    public required IReadOnlyList<int> SeasonMonths { get; init; }

    /// <inheritdoc cref="OfferSupply.ShelfLifeDays" />
    public required int? ShelfLifeDays { get; init; }
}
