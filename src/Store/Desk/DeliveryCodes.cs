using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;

namespace PantryChain.Store.Desk;

/// <summary>How a delivery's code is written for people and for a tag on the parcel.</summary>
internal static class DeliveryCodes
{
    /// <summary>Two groups of four digits.</summary>
    public static string Spaced(string code) => DeliveryCode.TryParse(code, out DeliveryCode read) ? read.ToString() : code;

    /// <summary>The address that a tag on the parcel says: the product, and the code as its serial number.</summary>
    public static string AddressOf(Gtin gtin, string code) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Domain.Tags.DigitalLink.Resolver}/01/{gtin.Value:D14}/21/{DeliveryCode.SerialPrefix}{code}");
}
