using System.Text.Json;
using System.Text.Json.Serialization;
using PantryChain.Domain.Catalogue;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Store.Hosting;

namespace PantryChain.Store.Catalogue;

/// <summary>The JSON file that fills an empty catalogue: <c>[{gtin, nameKo, nameEn, packMg, classId, priceWon, maxBamnamuBps, leadDays, deliveryDays, cutOff, seasonMonths, shelfLifeDays}]</c>.</summary>
internal static class CatalogueFile
{
    private const int LongestName = 80;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, RespectNullableAnnotations = true };

    /// <summary>Reads the file; every offer is the cooperative's own, sold from <paramref name="seller"/>.</summary>
    /// <exception cref="UsageException">The file is missing, or a line of it is wrong; the text names the line.</exception>
    public static IReadOnlyList<ListedOffer> Read(string path, AccountAddress seller, string sellerName)
    {
        if (!File.Exists(path))
            throw new UsageException($"{path} is missing. Write the products to sell there, or correct 'catalogue' in store.json.");
        List<ListedOffer> offers = [];
        try
        {
            foreach (Line? line in JsonSerializer.Deserialize<Line?[]>(ForeignFile.ReadText(path), Json) ?? [])
                offers.Add(Parse(line ?? throw new FormatException("null is no product."), seller, sellerName));
        }
        catch (Exception error) when (error is JsonException or FormatException or ArgumentOutOfRangeException or OverflowException or IOException)
        {
            throw new UsageException($"{path}, product {offers.Count + 1}: {Foreign.Clean(error.Message)} Correct it and run 'init' again.", error);
        }
        if (offers.Count != offers.DistinctBy(offer => offer.Offer.Product.Gtin).Count())
            throw new UsageException($"{path} names a product twice. Keep one line per gtin.");
        return offers;
    }

    private static ListedOffer Parse(Line line, AccountAddress seller, string sellerName)
    {
        if (line.PackMg <= 0 || line.PriceWon <= 0)
            throw new FormatException("'packMg' and 'priceWon' must be above zero.");
        if (line.LeadDays.Count == 0 || line.LeadDays.Keys.Any(day => day < 0) || line.LeadDays.Values.Any(chance => chance is < 0 or > 1)
            || Math.Abs(line.LeadDays.Values.Sum() - 1) > 0.001)
            throw new FormatException("'leadDays' must give the chance per day and add up to 1, for example {\"1\": 0.2, \"2\": 0.8}.");
        if (!PlainName.IsOne(line.NameKo, LongestName) || !PlainName.IsOne(line.NameEn, LongestName))
            throw new FormatException($"'nameKo' and 'nameEn' must be 1 to {LongestName} {PlainName.Expected}.");
        Product product = new(Gtin.Parse(line.Gtin), line.NameKo, line.NameEn, new Mass(line.PackMg), line.ClassId);
        return new ListedOffer(new Offer(product, seller, Bamtol.FromWon((ulong)line.PriceWon), new BasisPoints(checked((ushort)line.MaxBamnamuBps))), sellerName, line.LeadDays)
        {
            Supply = OfferSupply.Parse(line.DeliveryDays, line.CutOff, line.SeasonMonths, line.ShelfLifeDays),
        };
    }

    private sealed record Line
    {
        public required string Gtin { get; init; }

        public required string NameKo { get; init; }

        public required string NameEn { get; init; }

        public required long PackMg { get; init; }

        public required string ClassId { get; init; }

        public required long PriceWon { get; init; }

        public int MaxBamnamuBps { get; init; }

        public required SortedDictionary<int, double> LeadDays { get; init; }

        public string[]? DeliveryDays { get; init; }

        public TimeOnly? CutOff { get; init; }

        public int[]? SeasonMonths { get; init; }

        public int? ShelfLifeDays { get; init; }
    }
}
