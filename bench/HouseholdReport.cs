using System.Globalization;
using System.Text;
using System.Text.Json;
using PantryChain.Bench.Living;
using PantryChain.Domain.Identity;
using PantryChain.Rehearsal.Audit;
using PantryChain.Rehearsal.World;

namespace PantryChain.Bench;

/// <summary>What living a household came to, for people and for scripts.</summary>
internal sealed record HouseholdReport(HouseholdPlan Plan, LivedWorld World, int Days, Lived Lived, IReadOnlyDictionary<Gtin, Beside> Yardsticks, TimeSpan Took)
{
    /// <summary>A product may be out for this share of the time.</summary>
    public const double MostEmpty = 0.05;

    /// <summary>A product may be out for so many days while nothing about it stands on the page.</summary>
    public const double MostUntoldDays = 2;

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    /// <summary>What is not as it should be, in words; empty when all of it is.</summary>
    public IReadOnlyList<string> NotHeld => [.. Lived.Products.SelectMany(Faults)];

    /// <summary>One JSON object.</summary>
    public string ToJson() => JsonSerializer.Serialize(new
    {
        household = Plan.Title,
        world = World.Name,
        days = Days,
        seconds = Math.Round(Took.TotalSeconds, 1),
        products = Lived.Products.Select(product => new
        {
            product.Product, product.Gtin, product.Since, product.Days, product.EmptyShare, product.ToldBefore, product.MeanPacks, product.EmptySpells, product.LongestUntoldDays,
            fixedThreshold = Of(product)?.Fixed is { } threshold ? new { threshold.BelowPacks, threshold.OrderPacks, threshold.Fared.EmptyShare, threshold.Fared.MeanPacks } : null,
            oracle = Of(product)?.Oracle,
        }),
        orders = Lived.Orders.GroupBy(order => order.State.ToString().ToLowerInvariant()).ToDictionary(state => state.Key, state => state.Count()),
        Lived.Refusals,
        Lived.Tier,
        notHeld = NotHeld,
    }, Json);

    /// <summary>The table.</summary>
    public string ToText()
    {
        StringBuilder text = new();
        Line($"{Plan.Title}, {Days} days, world {World.Name} ({World.Says}); {Took.TotalSeconds:0} s");
        string orders = string.Join(", ", Lived.Orders.GroupBy(order => order.State).Select(state => $"{state.Count()} {state.Key.ToString().ToLowerInvariant()}"));
        Line($"orders {orders}; tier {Lived.Tier} at the end{Refused()}");
        Line($"since a product's first automatic order: share of the time below {EmptyAudit.EmptyBelow:0%} of a pack, share of such spells told before, mean stock in packs");
        Line($"\n  {"",-26} {"from day",8} {"empty",7} {"told before",13} {"packs",6}   fixed threshold: empty  packs (below, order)   oracle: empty  packs   untold");
        foreach (EmptyAudit.Result product in Lived.Products)
            text.Append("  ").Append(Row(product)).Append('\n');
        text.Append('\n');
        string well = Lived.Products.All(product => product.EmptyShare is null) ? "nothing to judge yet: live more days with --days"
            : "held: every product below 5 % empty, never out for two days with nothing on the page, no more stock than the fixed threshold";
        foreach (string fault in NotHeld.DefaultIfEmpty(well))
            text.Append("  ").Append(fault).Append('\n');
        return text.ToString().TrimEnd('\n');

        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }

    private string Refused() => Lived.Refusals.Count == 0 ? "" : "; the chain refused " + string.Join(", ", Lived.Refusals.Select(refusal => $"{refusal.Key} x {refusal.Value}"));

    private Beside? Of(EmptyAudit.Result product) => Yardsticks.GetValueOrDefault(Gtin.Parse(product.Gtin));

    private string Row(EmptyAudit.Result product)
    {
        string name = product.Product.Length > 26 ? product.Product[..26] : product.Product;
        if (product.EmptyShare is not { } share || Of(product) is not { } beside)
            return $"{name,-26} nothing was ordered without asking";
        string told = product.ToldBefore is { } before ? string.Create(CultureInfo.InvariantCulture, $"{before:0%} of {product.EmptySpells}") : "never out";
        string threshold = string.Create(CultureInfo.InvariantCulture, $"({beside.Fixed.BelowPacks:0.00}, {beside.Fixed.OrderPacks})");
        double day = (product.Since! - Plan.Origin).Value.TotalDays;
        (Fared held, Fared oracle) = (beside.Fixed.Fared, beside.Oracle);
        return string.Create(CultureInfo.InvariantCulture, $"{name,-26} {day,8:0.0} {share,7:0.0%} {told,13} {product.MeanPacks,6:0.00}   ")
            + string.Create(CultureInfo.InvariantCulture, $"{held.EmptyShare,22:0.0%} {held.MeanPacks,6:0.00} {threshold,-15} ")
            + string.Create(CultureInfo.InvariantCulture, $"{oracle.EmptyShare,13:0.0%} {oracle.MeanPacks,6:0.00} {product.LongestUntoldDays,6:0.0} d");
    }

    private IEnumerable<string> Faults(EmptyAudit.Result product)
    {
        if (product.EmptyShare is not { } share || Of(product) is not { } beside)
            yield break;
        if (share >= MostEmpty)
            yield return Text($"NOT held: {product.Product} was empty {share:0.0%} of the time, more than {MostEmpty:0%}");
        if (product.LongestUntoldDays >= MostUntoldDays)
            yield return Text($"NOT held: {product.Product} was out for {product.LongestUntoldDays:0.0} days with neither proposal nor order nor an act offered");
        if (product.MeanPacks > beside.Fixed.Fared.MeanPacks + 0.005)
            yield return Text($"NOT held: {product.Product} kept {product.MeanPacks:0.00} packs, the fixed threshold {beside.Fixed.Fared.MeanPacks:0.00} for the same");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
