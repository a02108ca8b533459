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
        select products.gtin, name_ko, name_en, pack_mg, class_id, seller, seller_name, unit_price, max_bamnamu_bps, lead_days
        from offers join products using (gtin)
        """;

    /// <summary>All offers in order of product and seller.</summary>
    public async Task<IReadOnlyList<ListedOffer>> ListAsync(CancellationToken stop)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        return [.. (await connection.QueryAsync<Row>(Columns + " order by gtin, seller")).Select(row => row.ToOffer())];
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

    private async Task PutAsync(NpgsqlConnection connection, ListedOffer offer)
    {
        (Product product, AccountAddress seller, Bamtol price, BasisPoints share) = offer.Offer;
        await connection.ExecuteAsync(
            "insert into products values (@Gtin, @NameKo, @NameEn, @pack, @ClassId) on conflict do nothing",
            new { product.Gtin, product.NameKo, product.NameEn, pack = product.Pack.Milligrams, product.ClassId });
        await connection.ExecuteAsync(
            "insert into offers values (@Gtin, @seller, @SellerName, @price, @share, @lead::jsonb)",
            new { product.Gtin, seller, offer.SellerName, price, share = (int)share.Value, lead = JsonSerializer.Serialize(offer.LeadDays) });
        await RecordPriceAsync(connection, product.Gtin, seller, price);
    }

    private Task<int> RecordPriceAsync(NpgsqlConnection connection, Gtin gtin, AccountAddress seller, Bamtol price) => connection.ExecuteAsync(
        "insert into price_changes (gtin, seller, unit_price, changed_at) values (@gtin, @seller, @price, @now)", new { gtin, seller, price, now = clock.GetUtcNow() });

    private sealed record Row(
        Gtin Gtin, string NameKo, string NameEn, long PackMg, string ClassId, AccountAddress Seller, string SellerName, Bamtol UnitPrice, int MaxBamnamuBps, string LeadDays)
    {
        public ListedOffer ToOffer() => new(
            new Offer(new Product(Gtin, NameKo, NameEn, new Mass(PackMg), ClassId), Seller, UnitPrice, new BasisPoints(checked((ushort)MaxBamnamuBps))),
            SellerName,
            JsonSerializer.Deserialize<SortedDictionary<int, double>>(LeadDays)!);
    }
}

/// <summary>An offer with what a gateway needs to plan with it.</summary>
/// <param name="Offer">Product, seller, price.</param>
/// <param name="SellerName">The seller as members know it.</param>
/// <param name="LeadDays">Chance of arrival per whole number of days after the order; keys from 0, values add up to 1.</param>
internal sealed record ListedOffer(Offer Offer, string SellerName, IReadOnlyDictionary<int, double> LeadDays)
{
    /// <summary>The offer as <c>GET catalogue</c> shows it (protocol, "The store's HTTP API").</summary>
    public CatalogueEntry ToEntry() => new(
        Offer.Product.Gtin.ToString(), Offer.Product.NameKo, Offer.Product.NameEn, Offer.Product.Pack.Milligrams, Offer.Product.ClassId,
        Offer.Seller.ToString(), SellerName, Offer.UnitPrice.Hundredths.ToString(CultureInfo.InvariantCulture), Offer.MaxBamnamu.Value, LeadDays);
}

/// <summary>One line of <c>GET catalogue</c>.</summary>
/// <inheritdoc cref="ListedOffer" />
internal sealed record CatalogueEntry(
    string Gtin, string NameKo, string NameEn, long PackMg, string ClassId, string Seller, string SellerName, string UnitPrice, int MaxBamnamuBps,
    IReadOnlyDictionary<int, double> LeadDays);
