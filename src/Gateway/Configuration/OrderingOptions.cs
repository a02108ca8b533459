using PantryChain.Ui.Hosting;
namespace PantryChain.Gateway.Configuration;

/// <summary>How far the gateway goes by itself.</summary>
internal sealed record OrderingOptions
{
    /// <summary>Proposals of a product that the member must approve before its orders need no asking.</summary>
    [Within(0, 100)]
    public int Approvals { get; set; } = 2;

    /// <summary>Household hours that the chain may take to accept a signed order or delivery.</summary>
    /// <value>Default longer than a weekend's outage of the store, shorter than an order that nobody remembers.</value>
    [Within(1, 168)]
    public int DeadlineHours { get; set; } = 48;

    /// <summary>Longest random wait before an order's evidence or a delivery's signature leaves the house, so that its moment does not tell who was home when.</summary>
    /// <value>Household minutes; never more than a sixth of the cooperative's veto window, and never past a seller's next cut-off.</value>
    [Within(0, 1440)]
    public int DelayMinutes { get; set; } = 240;

    /// <summary>How far a weight rise may differ from whole packs and still be counted as so many.</summary>
    /// <value>Share of the ordered mass.</value>
    [Within(0.01, 0.3)]
    public double DeliveryTolerance { get; set; } = 0.08;

    /// <summary>How much less than ordered a delivery may weigh because somebody took from it before the shelf had settled.</summary>
    /// <value>Share of one pack; default a family's breakfast from a litre of milk.</value>
    [Within(0, 0.45)]
    public double DeliveryShortfall { get; set; } = 0.35;

    /// <summary>What all automatic orders of the household together may cost in a period; mandates bound each product beside it.</summary>
    [Within(1, 1_000_000_000, "won are expected; leave it out for none")]
    public long? HouseholdBudgetWon { get; set; }

    /// <summary>How long such a period is; periods start at whole multiples of it since 1970-01-01, as those of mandates do.</summary>
    [Within(1, 366, "days are expected")]
    public int HouseholdBudgetDays { get; set; } = 30;

    /// <summary>A file with substitute and temporary holidays and days without deliveries, beside the holidays that the calendar computes.</summary>
    /// <value>Default <c>holidays.txt</c>, which need not exist.</value>
    [Filled("the name of a file is expected; leave it out for holidays.txt", longest: 255)]
    public string HolidaysFile { get; set; } = "holidays.txt";
}

/// <summary>When and how much of a product to keep and to order.</summary>
internal sealed record StockOptions
{
    /// <summary>Bounds of the service level.</summary>
    public const double LeastLevel = 0.5, MostLevel = 0.999;

    /// <summary>Wanted chance that an order comes before the product runs out.</summary>
    /// <value>Default 0.95, or what the two costs below say.</value>
    [Within(LeastLevel, MostLevel)]
    public double? ServiceLevel { get; set; }

    /// <summary>What a day without the product costs the household, in any unit that <see cref="ExcessCost"/> shares; together they set the service level s/(s + e).</summary>
    /// <value>Above 0; default none.</value>
    public double? ShortageCost { get; set; }

    /// <summary>What a day with a pack too many costs: space, money, waste.</summary>
    /// <value>Above 0, and small enough that the service level stays within 0.5 to 0.999; default none.</value>
    public double? ExcessCost { get; set; }

    /// <summary>Days that a fresh pack keeps; orders never bring more than is likely used up by then. Overrides what the store's catalogue says.</summary>
    /// <value>Default what the catalogue says.</value>
    [Within(1, 3650, "days are expected; leave it out for what keeps")]
    public int? ShelfLifeDays { get; set; }

    /// <summary>Stock below which the product is ordered whatever the pattern says.</summary>
    /// <value>Default 0: the pattern alone decides.</value>
    [Within(0, 1000, "packs are expected")]
    public double MinimumPacks { get; set; }

    /// <summary>Most stock that an order may lead to.</summary>
    /// <value>Not below the minimum; default none.</value>
    [Within(1, 1000, "packs are expected; leave it out for no limit")]
    public double? MaximumPacks { get; set; }

    /// <summary>Products of this household that may be ordered instead when this one cannot be had, best first; each needs a mandate of its own.</summary>
    /// <value>Up to 5 of <see cref="GatewayOptions.Products"/>, not the product itself; default none. The pages can switch each off and on.</value>
    public IReadOnlyList<string> Substitutes { get; set; } = [];
}
