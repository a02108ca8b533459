namespace PantryChain.Gateway.Configuration;

/// <summary>How far the gateway goes by itself.</summary>
internal sealed record OrderingOptions
{
    /// <summary>Proposals of a product that the member must approve before its orders need no asking.</summary>
    /// <value>0 to 100, default 2.</value>
    public int Approvals { get; set; } = 2;

    /// <summary>Household hours that the chain may take to accept a signed order or delivery.</summary>
    /// <value>1 to 168, default 48: longer than a weekend's outage of the store, shorter than an order that nobody remembers.</value>
    public int DeadlineHours { get; set; } = 48;

    /// <summary>Longest random wait before an order's evidence or a delivery's signature leaves the house, so that its moment does not tell who was home when.</summary>
    /// <value>0 to 1 440 household minutes, default 240; never more than a sixth of the cooperative's veto window, and never past a seller's next cut-off.</value>
    public int DelayMinutes { get; set; } = 240;

    /// <summary>How far a weight rise may differ from whole packs and still be counted as so many.</summary>
    /// <value>Share of the ordered mass, 0.01 to 0.3; default 0.08.</value>
    public double DeliveryTolerance { get; set; } = 0.08;

    /// <summary>How much less than ordered a delivery may weigh because somebody took from it before the shelf had settled.</summary>
    /// <value>Share of one pack, 0 to 0.45; default 0.35, a family's breakfast from a litre of milk.</value>
    public double DeliveryShortfall { get; set; } = 0.35;

    /// <summary>What all automatic orders of the household together may cost in a period; mandates bound each product beside it.</summary>
    /// <value>1 to 1 000 000 000 won; default none.</value>
    public long? HouseholdBudgetWon { get; set; }

    /// <summary>How long such a period is; periods start at whole multiples of it since 1970-01-01, as those of mandates do.</summary>
    /// <value>1 to 366 days, default 30.</value>
    public int HouseholdBudgetDays { get; set; } = 30;

    /// <summary>A file with substitute and temporary holidays and days without deliveries, beside the holidays that the calendar computes.</summary>
    /// <value>Default <c>holidays.txt</c>, which need not exist.</value>
    public string HolidaysFile { get; set; } = "holidays.txt";
}

/// <summary>When and how much of a product to keep and to order.</summary>
internal sealed record StockOptions
{
    /// <summary>Wanted chance that an order comes before the product runs out.</summary>
    /// <value>0.5 to 0.999; default 0.95, or what the two costs below say.</value>
    public double? ServiceLevel { get; set; }

    /// <summary>What a day without the product costs the household, in any unit that <see cref="ExcessCost"/> shares; together they set the service level s/(s + e).</summary>
    /// <value>Above 0; default none.</value>
    public double? ShortageCost { get; set; }

    /// <summary>What a day with a pack too many costs: space, money, waste.</summary>
    /// <value>Above 0, and small enough that the service level stays within 0.5 to 0.999; default none.</value>
    public double? ExcessCost { get; set; }

    /// <summary>Days that a fresh pack keeps; orders never bring more than is likely used up by then. Overrides what the store's catalogue says.</summary>
    /// <value>1 to 3 650; default what the catalogue says.</value>
    public int? ShelfLifeDays { get; set; }

    /// <summary>Stock below which the product is ordered whatever the pattern says.</summary>
    /// <value>0 to 1 000 packs, default 0: the pattern alone decides.</value>
    public double MinimumPacks { get; set; }

    /// <summary>Most stock that an order may lead to.</summary>
    /// <value>1 to 1 000 packs and not below the minimum; default none.</value>
    public double? MaximumPacks { get; set; }

    /// <summary>Products of this household that may be ordered instead when this one cannot be had, best first; each needs a mandate of its own.</summary>
    /// <value>Up to 5 of <see cref="GatewayOptions.Products"/>, not the product itself; default none. The pages can switch each off and on.</value>
    public IReadOnlyList<string> Substitutes { get; set; } = [];
}
