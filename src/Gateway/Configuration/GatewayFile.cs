using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using PantryChain.Domain.Catalogue;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;

namespace PantryChain.Gateway.Configuration;

/// <summary>Reads <c>gateway.json</c> and refuses, with the fix, what a gateway could not run on.</summary>
internal static partial class GatewayFile
{
    private const int LongestName = 80;

    /// <summary>Most slots that one gateway serves.</summary>
    public const int MostSlots = 64;

    /// <summary>Most further relays, and most further nodes.</summary>
    public const int MostWays = 8;

    /// <summary>The checked household of a data folder.</summary>
    /// <exception cref="UserError">The file is missing, is no such object, or a value is out of its range; the text names file, member and fix.</exception>
    public static Household Read(DataFolder folder)
    {
        if (!File.Exists(folder.Configuration))
            throw new UserError($"{folder.Configuration} does not exist. Run './pantry gateway init --data {folder.Path}' or write it first.");
        try
        {
            GatewayOptions options = JsonSerializer.Deserialize(ForeignFile.ReadText(folder.Configuration), ConfigurationJson.Default.GatewayOptions) ?? throw new JsonException("it is empty");
            return Check(options, folder.Configuration);
        }
        catch (Exception error) when (error is JsonException or IOException)
        {
            throw new UserError($"{folder.Configuration} is not a gateway file: {What(error)} Correct it and start again.", error);
        }
    }

    /// <summary>Turns options into a household, or says which of them cannot be.</summary>
    /// <exception cref="UserError">A value is out of its range.</exception>
    public static Household Check(GatewayOptions options, string file)
    {
        RequireEntries(options, file);
        if (new GatewayRules().Validate(null, options) is { Failed: true } wrong)
            throw new UserError($"{file}: {wrong.Failures.First()}.");
        Require(file, "dashboard.address", IPAddress.TryParse(options.Dashboard.Address, out _), "an IP address such as 127.0.0.1 is expected");
        Require(file, "dashboard.tlsPort", options.Dashboard.TlsPort is >= 0 and <= 65_535 && (options.Dashboard.TlsPort == 0 || options.Dashboard.TlsPort != options.Dashboard.Port), "0 to 65535 is expected, and another one than dashboard.port");
        options.Home?.Check(file);
        CheckWays(options.Cooperative.Relays, "cooperative.relays", file);
        CheckWays(options.Cooperative.Nodes, "cooperative.nodes", file);
        CheckLevels(options.Levels, file);
        Require(file, "timeZone", TimeZoneInfo.TryFindSystemTimeZoneById(options.TimeZone, out TimeZoneInfo? zone), "an IANA name such as Asia/Seoul is expected");

        List<ShelfProduct> products = [.. options.Products.Select((product, index) => CheckProduct(product, options.Products, file, $"products[{index}]"))];
        Require(file, "products", products.DistinctBy(product => product.Product.Gtin).Count() == products.Count, "each gtin may stand there once");
        List<ShelfSlot> slots = [.. options.Slots.Select((slot, index) => CheckSlot(slot, products, file, $"slots[{index}]"))];
        Require(file, "slots", slots.Count is >= 1 and <= MostSlots, $"1 to {MostSlots} slots are expected");
        Require(file, "slots", slots.DistinctBy(slot => slot.Slot).Count() == slots.Count, "each slot number may stand there once");
        for (int i = 0; i < products.Count; i++)
        {
            foreach (Gtin substitute in products[i].Stock.Substitutes)
                Require(file, $"products[{i}].stock.substitutes", slots.Any(slot => slot.Holds(substitute)), $"{substitute} stands on no slot, so its delivery could not be seen; name it at a slot");
        }
        WiringCheck wiring = new(options, file);
        Household household = new(CheckName(options.Gateway, file), zone!, options.SealAt, slots, products, options)
        {
            Converters = wiring.Converters(), Readers = wiring.Readers(), Climate = new ClimateCheck(options, wiring, file).Places(), Display = new DisplayCheck(options, wiring, file).Display(),
        };
        wiring.RefuseClashes();
        return household;
    }

    private static void CheckWays(IReadOnlyList<Uri> ways, string member, string file)
    {
        Require(file, member, ways.Count <= MostWays, $"at most {MostWays} addresses are expected");
        Require(file, member, ways.All(way => way is { IsAbsoluteUri: true, Scheme: "http" or "https" }), "http or https addresses are expected");
        Require(file, member, ways.Distinct().Count() == ways.Count, "each address may stand there once");
    }

    /// <summary>A list's element may be null whatever its type says.</summary>
    private static void RequireEntries(GatewayOptions options, string file)
    {
        foreach ((string member, IEnumerable<object?> entries) in new (string, IEnumerable<object?>)[]
            { ("converters", options.Converters), ("readers", options.Readers), ("climate", options.Climate), ("slots", options.Slots), ("products", options.Products) })
            Require(file, member, entries.All(entry => entry is not null), "each entry must be an object in braces");
    }

    private static void CheckLevels(LevelOptions levels, string file)
    {
        Require(file, "levels.hourDays", levels.HourDays >= levels.MinuteDays && levels.HourDays <= 36_500, "minuteDays to 36500 is expected");
        if (levels.Influx is not { } influx)
            return;
        Require(file, "levels.influx.url", influx.Url is not null, "an http or https address is expected");
        Require(file, "levels.influx.database",
            influx.Database.Length is >= 1 and <= 64 && influx.Database.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-'),
            "1 to 64 of a-z, A-Z, 0-9, _ and - are expected");
    }

    private static GatewayId CheckName(string name, string file)
    {
        try
        {
            return new GatewayId(name);
        }
        catch (FormatException error)
        {
            throw new UserError($"{file}: gateway: {error.Message}", error);
        }
    }

    private static ShelfProduct CheckProduct(ProductOptions product, IReadOnlyList<ProductOptions> all, string file, string where)
    {
        Require(file, where + ".gtin", Gtin.TryParse(product.Gtin, out Gtin gtin), "8, 12, 13 or 14 digits with the right check digit are expected");
        List<AccountAddress> sellers = [];
        foreach (string seller in product.Sellers)
        {
            Require(file, where + ".sellers", AccountAddress.TryParse(seller, out AccountAddress address), "addresses of 0x and 40 hexadecimal digits are expected");
            sellers.Add(address);
        }
        Require(file, where + ".packSpreadGrams", product.PackSpreadGrams is not { } given || (given >= 0 && given <= product.PackGrams), "0 to packGrams is expected");
        ShelfProduct known = new(new Product(gtin, product.NameKo, product.NameEn, Mass.FromGrams(product.PackGrams), product.ClassId), sellers) 
        {
            InParts = !product.WholePacks, Stock = StockCheck.Read(product.Stock, gtin, all, file, where + ".stock"),
        };
        return product.PackSpreadGrams is { } spread ? known with { PackSpread = Mass.FromGrams(spread) } : known;
    }

    private static ShelfSlot CheckSlot(SlotOptions slot, List<ShelfProduct> products, string file, string where)
    {
        Require(file, where + ".nameKo", slot.NameKo.Length == 0 || PlainName.IsOne(slot.NameKo, LongestName), $"up to {LongestName} {PlainName.Expected} are expected");
        Require(file, where + ".nameEn", slot.NameEn.Length == 0 || PlainName.IsOne(slot.NameEn, LongestName), $"up to {LongestName} {PlainName.Expected} are expected");
        Require(file, where + ".temperature", slot.Temperature is null || Path.IsPathRooted(slot.Temperature), "the whole path of a thermometer's file is expected");
        Require(file, where + ".gtin", Gtin.TryParse(slot.Gtin, out Gtin gtin), "8, 12, 13 or 14 digits with the right check digit are expected");
        ShelfProduct? product = products.Find(candidate => candidate.Product.Gtin == gtin);
        Require(file, where + ".gtin", product is not null, $"{gtin} does not stand among the products; add it there");
        return new ShelfSlot(new SlotId((ushort)slot.Slot), product!.Product, slot.NameKo, slot.NameEn, Mass.FromGrams(slot.TareGrams))
        {
            Thermometer = slot.Temperature,
            Capacity = slot.CapacityGrams is { } most ? Mass.FromGrams(most) : null,
            Products = [product.Product, .. MoreProducts(slot, products, file, where + ".moreGtins")],
        };
    }

    private static List<Product> MoreProducts(SlotOptions slot, List<ShelfProduct> products, string file, string where)
    {
        List<Product> more = [];
        foreach (string text in slot.MoreGtins)
        {
            Require(file, where, Gtin.TryParse(text, out Gtin gtin), "8, 12, 13 or 14 digits with the right check digit are expected");
            ShelfProduct? product = products.Find(candidate => candidate.Product.Gtin == gtin);
            Require(file, where, product is not null, $"{gtin} does not stand among the products; add it there");
            more.Add(product!.Product);
        }
        Require(file, where, more.Count < ShelfSlot.MostProducts, $"up to {ShelfSlot.MostProducts - 1} further products are expected");
        bool twice = Gtin.TryParse(slot.Gtin, out Gtin first) && more.Any(product => product.Gtin == first);
        Require(file, where, !twice && more.DistinctBy(product => product.Gtin).Count() == more.Count, "each product may stand on a slot once");
        return more;
    }

    /// <summary>What the reader of JSON complained of; of a member that is not known its name is enough, the program's own types help nobody.</summary>
    private static string What(Exception error) => Unmapped().Match(error.Message) is { Success: true } unknown
        ? $"it knows no member '{Foreign.Clean(unknown.Groups["member"].Value)}'; docs/gateway.md has those that there are."
        : Foreign.Clean(error.Message);

    [GeneratedRegex("^The JSON property '(?<member>.*)' could not be mapped to any \\.NET member", RegexOptions.ExplicitCapture | RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Unmapped();

    /// <summary>Refuses a member that does not hold, with what is expected there.</summary>
    /// <exception cref="UserError">It does not hold.</exception>
    internal static void Require(string file, string member, bool holds, string expected)
    {
        if (!holds)
            throw new UserError($"{file}: {member}: {expected}.");
    }
}
