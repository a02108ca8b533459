using PantryChain.Domain.Identity;
using PantryChain.Domain.Sensing;
using PantryChain.Gateway.Configuration;

namespace PantryChain.Gateway.Sensing;

/// <summary>How a pairing window stands or ended.</summary>
internal enum PairingOutcome : byte
{
    /// <summary>It is open: the next unknown tag is bound.</summary>
    Waiting,

    /// <summary>A tag was bound, which closed the window.</summary>
    Paired,

    /// <summary>Its time ran out.</summary>
    Expired,

    /// <summary>Somebody closed it.</summary>
    Closed,
}

/// <summary>A slot's newest pairing window.</summary>
/// <param name="Slot">The slot.</param>
/// <param name="Gtin">The product that the tag is bound to.</param>
/// <param name="SecondsLeft">Real seconds until it closes, rounded up; 0 once it is closed.</param>
/// <param name="Outcome">How it stands.</param>
/// <param name="Uid">The tag that was bound, or the newest one that was not, or none.</param>
/// <param name="Note">Why the newest tag was not bound, or null.</param>
internal sealed record PairingState(SlotId Slot, Gtin Gtin, int SecondsLeft, PairingOutcome Outcome, TagUid Uid, string? Note);

/// <summary>Windows in which the next unknown tag at a slot is bound to a product, so that blank stickers can be used.</summary>
/// <remarks>Thread safe. A window lasts real seconds, because a person stands in front of the shelf, and binds one tag. Nothing of it is durable but the binding.</remarks>
internal sealed class TagPairing(TagBook book, Household household, TimeProvider time)
{
    /// <summary>Longest window in seconds (256 - 2: the permit-join time of Zigbee networks, which people know from their lamps).</summary>
    public const int LongestSeconds = 254;

    private readonly Dictionary<SlotId, Window> _windows = [];
    private readonly Lock _lock = new();

    /// <summary>The clock of the windows.</summary>
    /// <value>The machine's own; tests set theirs.</value>
    internal TimeProvider Real { get; init; } = TimeProvider.System;

    /// <summary>Opens a slot's window, or closes it. Null, or what is wrong and what to do.</summary>
    /// <param name="slot">The slot whose reader will see the tag.</param>
    /// <param name="seconds">1 to <see cref="LongestSeconds"/>; 0 closes the window.</param>
    /// <param name="gtin">The product; null takes the slot's own.</param>
    public string? Open(SlotId slot, int seconds, Gtin? gtin = null)
    {
        if (household.FindSlot(slot) is not { } known)
            return SlotBench.NoSlot(household, slot);
        if (WhyNoReader(slot) is { } blind)
            return blind;
        if (seconds is < 0 or > LongestSeconds)
            return $"A pairing window lasts 1 to {LongestSeconds} seconds, and 0 closes it; {seconds} is neither.";
        Gtin product = gtin ?? known.Product.Gtin;
        if (household.FindProduct(product) is null)
            return $"The household keeps no product {product}. Add it to products in gateway.json, or pair with {known.Product.Gtin}.";
        lock (_lock)
        {
            if (seconds > 0)
                _windows[slot] = new Window(product, Real.GetTimestamp(), seconds);
            else if (_windows.TryGetValue(slot, out Window? open) && open.Outcome == PairingOutcome.Waiting)
                open.Outcome = Left(open) > 0 ? PairingOutcome.Closed : PairingOutcome.Expired;
        }
        return null;
    }

    /// <summary>A tag came or left: binds it when its slot has a window open and nobody knows it.</summary>
    /// <returns>True when it was bound just now.</returns>
    public bool Offer(in TagChange change)
    {
        if (!change.Present)
            return false;
        lock (_lock)
        {
            if (!_windows.TryGetValue(change.Slot, out Window? window) || window.Outcome != PairingOutcome.Waiting || Left(window) == 0)
                return false;
            (window.Uid, window.Note) = (change.Uid, WhyNot(change));
            if (window.Note is not null)
                return false;
            book.Bind(change.Uid, window.Gtin, time.GetUtcNow());
            window.Outcome = PairingOutcome.Paired;
            return true;
        }
    }

    /// <summary>The newest window of every slot that ever had one, by slot.</summary>
    public IReadOnlyList<PairingState> States()
    {
        lock (_lock)
            return [.. _windows.OrderBy(pair => pair.Key.Value).Select(pair => State(pair.Key, pair.Value))];
    }

    /// <summary>A window where no tag can ever be seen would only count down.</summary>
    private string? WhyNoReader(SlotId slot)
    {
        if (household.Readers.Any(reader => reader.Slot == slot))
            return null;
        string others = string.Join(", ", household.Readers.Select(reader => reader.Slot.Value).Distinct().Order());
        return others.Length > 0 ? $"Slot {slot} has no tag reader, so no tag can be seen there. Slots with one: {others}. Pair there with the product's gtin, or add a reader to readers in gateway.json."
            : $"No slot of this household has a tag reader, so no tag can be seen. Add one to readers in gateway.json ('./pantry gateway doctor' finds it).";
    }

    private PairingState State(SlotId slot, Window window)
    {
        int left = Left(window);
        if (window.Outcome == PairingOutcome.Waiting && left == 0)
            window.Outcome = PairingOutcome.Expired;
        return new PairingState(slot, window.Gtin, window.Outcome == PairingOutcome.Waiting ? left : 0, window.Outcome, window.Uid, window.Note);
    }

    private int Left(Window window) => (int)Math.Ceiling(Math.Max(0, window.Seconds - Real.GetElapsedTime(window.OpenedAt).TotalSeconds));

    // A single-size number that begins with 08 is drawn at random at every power-up (ISO/IEC 14443-3, 6.5.4): a phone, a bank card.
    private string? WhyNot(in TagChange change) =>
        change.Item is not null ? "The tag says itself what it is fixed to."
        : book.ProductOf(change.Uid) is { } bound ? $"The tag is bound to {bound} already. Forget it first: pair with \"forget\": \"{change.Uid}\"."
        : change.Uid.Hex is { Length: 8 } hex && hex.StartsWith("08", StringComparison.Ordinal) ? "The tag shows another number every time (a phone or a bank card). Use a sticker."
        : null;

    private sealed class Window(Gtin gtin, long openedAt, int seconds)
    {
        public Gtin Gtin => gtin;

        public long OpenedAt => openedAt;

        public int Seconds => seconds;

        public PairingOutcome Outcome { get; set; }

        public TagUid Uid { get; set; }

        public string? Note { get; set; }
    }
}
