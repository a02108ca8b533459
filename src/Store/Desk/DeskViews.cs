using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Ui.Texts;

namespace PantryChain.Store.Desk;

/// <summary>All orders as the desk shows them.</summary>
/// <param name="Live">Those that still move, oldest first.</param>
/// <param name="Closed">The newest final ones.</param>
public sealed record OrderBoardView(IReadOnlyList<OrderView> Live, IReadOnlyList<OrderView> Closed);

/// <summary>One order as the desk shows it.</summary>
/// <param name="Id">Its id as <c>0x</c> text.</param>
/// <param name="NameKo">The product in Korean.</param>
/// <param name="NameEn">The product in English.</param>
/// <param name="Gateway">Whose order.</param>
/// <param name="Quantity">Packs.</param>
/// <param name="Cash">The Bamtol leg.</param>
/// <param name="Reward">The Bamnamu leg.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Times">When it reached each state.</param>
/// <param name="TimesOutAt">When the running step times out, or null.</param>
/// <param name="AcceptableFrom">End of the buyer's veto window.</param>
/// <param name="Next">The action that can be taken now (<c>accept</c>, <c>ship</c>, <c>deliver</c>), or null.</param>
/// <param name="UnderWay">True while an action is on its way to the chain.</param>
/// <param name="Refused">Why the chain refused the last action, or null.</param>
public sealed record OrderView(
    string Id, string NameKo, string NameEn, string Gateway, uint Quantity, Bamtol Cash, Bamnamu Reward, OrderState State,
    IReadOnlyDictionary<OrderState, DateTimeOffset> Times, DateTimeOffset? TimesOutAt, DateTimeOffset AcceptableFrom, string? Next, bool UnderWay, string? Refused)
{
    /// <summary>The product in the reader's language.</summary>
    public string Name(Words words) => words.Language == Language.Korean ? NameKo : NameEn;

    /// <summary>The product's number.</summary>
    public Gtin Gtin { get; init; }

    /// <summary>True for an open order that does not pay what the catalogue asked.</summary>
    public bool IsOddlyPriced { get; init; }

    /// <summary>What the catalogue asked for the whole of it, or null when it has no such offer or the order is no longer open.</summary>
    public Bamtol? Listed { get; init; }

    /// <summary>Tags of its packs, as they were read.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The code on its slip, or null before it is shipped.</summary>
    public string? Code { get; init; }

    /// <summary>When the courier handed it over, or null.</summary>
    public DateTimeOffset? HandedOverAt { get; init; }

    /// <summary>True while it still moves.</summary>
    public bool IsLive => State is OrderState.Open or OrderState.Accepted or OrderState.Shipped;

    /// <summary>True while tags can be bound to it and taken off.</summary>
    public bool CanBind => State is OrderState.Open or OrderState.Accepted && !UnderWay;

    /// <summary>When it reached its state.</summary>
    public DateTimeOffset ChangedAt => Times.Values.DefaultIfEmpty(AcceptableFrom).Max();
}

/// <summary>One offer as pages show it.</summary>
/// <param name="Gtin">The product's number.</param>
/// <param name="NameKo">Its name in Korean.</param>
/// <param name="NameEn">Its name in English.</param>
/// <param name="Pack">Mass of a full pack.</param>
/// <param name="Price">Price of a pack.</param>
/// <param name="LikelyDays">Most likely whole days until it arrives.</param>
public sealed record OfferView(string Gtin, string NameKo, string NameEn, Mass Pack, Bamtol Price, int LikelyDays)
{
    /// <summary>Weekdays on which it is delivered, Monday first.</summary>
    public IReadOnlyList<DayOfWeek> DeliveryDays { get; init; } = [];

    /// <summary>Until when an order counts for that day, or null.</summary>
    public TimeOnly? CutOff { get; init; }

    /// <summary>Months in which it is sold, 1 to 12.</summary>
    public IReadOnlyList<int> SeasonMonths { get; init; } = [];

    /// <summary>Days that a fresh pack keeps, or null.</summary>
    public int? ShelfLifeDays { get; init; }

    /// <summary>The product in the reader's language.</summary>
    public string Name(Words words) => words.Language == Language.Korean ? NameKo : NameEn;
}

/// <summary>A household as the desk may know it: no stock, no use, no rewards.</summary>
/// <param name="Gateway">Its gateway's name.</param>
/// <param name="Account">The member's account.</param>
/// <param name="JoinedAt">Since when.</param>
public sealed record HouseholdView(string Gateway, string Account, DateTimeOffset JoinedAt);

/// <summary>An invitation as the desk lists it.</summary>
/// <param name="Note">The clerk's note.</param>
/// <param name="ExpiresAt">Until when it is good.</param>
/// <param name="Gateway">Who used it, or null.</param>
/// <param name="IsExpired">True when its time is over and nobody used it.</param>
public sealed record InvitationView(string Note, DateTimeOffset ExpiresAt, string? Gateway, bool IsExpired);

/// <summary>The treasury on one page.</summary>
/// <param name="Supply">All Bamtol.</param>
/// <param name="Reserve">Won behind it.</param>
/// <param name="Sales">Settled sales in the escrow.</param>
/// <param name="Wallet">The seller's wallet.</param>
/// <param name="Bookings">The newest bookings.</param>
/// <param name="Households">Whom a deposit can be for.</param>
public sealed record TreasuryView(Bamtol Supply, Bamtol Reserve, Bamtol Sales, Bamtol Wallet, IReadOnlyList<BookingView> Bookings, IReadOnlyList<HouseholdView> Households);

/// <summary>A deposit that looks like one of today's.</summary>
/// <param name="Account">Whose money.</param>
/// <param name="Amount">How much.</param>
/// <param name="Reference">The bank's entry number as it was typed.</param>
/// <param name="Other">The one under which as much was booked today.</param>
public sealed record DepositQuestion(string Account, Bamtol Amount, string Reference, string Other);

/// <summary>One booking.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Kind"><c>deposit</c>, <c>redemption</c> or <c>payout</c>.</param>
/// <param name="Reference">The bank's entry number.</param>
/// <param name="Amount">How much.</param>
/// <param name="At">When it was booked.</param>
/// <param name="Status">Where its transaction stands.</param>
/// <param name="CanPayOut">True for a redemption on chain whose won are still owed.</param>
public sealed record BookingView(long Number, string Kind, string Reference, Bamtol Amount, DateTimeOffset At, string Status, bool CanPayOut);
