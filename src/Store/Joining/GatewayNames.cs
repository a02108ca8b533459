using System.Collections.Frozen;
using PantryChain.Domain.Identity;
using PantryChain.Store.Hosting;

namespace PantryChain.Store.Joining;

/// <summary>Which names a gateway may take at this store: a name is its user at the broker, and what people know the household by.</summary>
internal static class GatewayNames
{
    /// <summary>Columns of <see cref="AlikeOf"/> in SQL; the index of migration 11 is over the same expression.</summary>
    public const string AlikeSql = "replace(replace(translate(gateway, '01i_', 'oll-'), 'rn', 'm'), 'vv', 'w')";

    private const string MadeUp = "pantry-"; // what 'gateway init' puts before the first digits of the device's id
    private const int MadeUpDigits = 6;

    private static readonly FrozenSet<string> Reserved = ((string[])
    [
        "admin", "administrator", "anonymous", "broker", "clerk", "cooperative", "desk", "guest", "mosquitto", "operator", "pantrychain", "relayer", "root", "seller",
        "store", "superuser", "sys", "system",
    ]).Select(AlikeOf).ToFrozenSet();

    /// <summary>What a name looks like at a glance: digits as the letters that they resemble.</summary>
    public static string AlikeOf(string name) => string.Concat(name.Select(letter => letter switch { '0' => 'o', '1' or 'i' => 'l', '_' => '-', _ => letter }))
        .Replace("rn", "m", StringComparison.Ordinal).Replace("vv", "w", StringComparison.Ordinal);

    /// <summary>Passes a name that is nobody else's by rule; whether a household has it already the database knows.</summary>
    /// <exception cref="Refusal">It is the store's or an operator's, or it is the one that another device's id makes.</exception>
    public static void Check(GatewayId gateway, DeviceId device, string storesUser)
    {
        string alike = AlikeOf(gateway.Value);
        if (Reserved.Contains(alike) || alike == AlikeOf(storesUser))
            throw Refusal.Conflict("name_reserved", $"'{gateway}' is not a name for a household.", "Choose another name; your device's id in it makes it unique.");
        string own = string.Concat(MadeUp, device.ToString().AsSpan("0x".Length, MadeUpDigits));
        if (gateway.Value != own && alike.Length == own.Length && alike.StartsWith(MadeUp, StringComparison.Ordinal) && alike[MadeUp.Length..].All(IsLikeDigit))
            throw Refusal.Conflict("name_reserved", $"'{gateway}' is the name of the device whose id begins so.", $"Choose another name; '{own}' is kept for your device.");
    }

    private static bool IsLikeDigit(char letter) => char.IsAsciiHexDigitLower(letter) || letter is 'o' or 'l';
}
