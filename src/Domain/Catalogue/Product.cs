using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;

namespace PantryChain.Domain.Catalogue;

/// <summary>A product as shelf and store know it.</summary>
/// <param name="Gtin">Its trade item number.</param>
/// <param name="NameKo">Its name in Korean.</param>
/// <param name="NameEn">Its name in English.</param>
/// <param name="Pack">Mass of one full pack as it stands on the shelf, wrapping included.</param>
/// <param name="ClassId">The store's product class, the level at which use patterns are pooled.</param>
public sealed record Product(Gtin Gtin, string NameKo, string NameEn, Mass Pack, string ClassId);

/// <summary>What a seller asks for a product.</summary>
/// <param name="Product">The product.</param>
/// <param name="Seller">The seller's wallet on chain.</param>
/// <param name="UnitPrice">Price of one pack.</param>
/// <param name="MaxBamnamu">Largest share of the price that the seller takes in Bamnamu.</param>
public sealed record Offer(Product Product, AccountAddress Seller, Bamtol UnitPrice, BasisPoints MaxBamnamu);
