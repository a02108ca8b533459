namespace PantryChain.Store.Catalogue;

/// <summary>The catalogue's public door.</summary>
internal static class CatalogueEndpoints
{
    /// <summary><c>GET /api/v1/catalogue</c>.</summary>
    public static void MapCatalogue(this IEndpointRouteBuilder api) =>
        api.MapGet("catalogue", async (OfferBook offers, CancellationToken stop) => (await offers.ListAsync(stop)).Select(offer => offer.ToEntry()));
}
