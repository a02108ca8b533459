using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Gateway.Inbox;
using PantryChain.Gateway.Ordering;

namespace PantryChain.Gateway.Deliveries;

/// <summary>What became of a code.</summary>
internal enum CodeAnswer
{
    /// <summary>It is right, or was given before.</summary>
    Right,

    /// <summary>It is another one.</summary>
    Wrong,

    /// <summary>There is no such order, or it is not on its way.</summary>
    NotThere,

    /// <summary>The store has not told what the code is yet.</summary>
    NotToldYet,

    /// <summary>Too many were wrong.</summary>
    UsedUp,
}

/// <summary>The member's word, the code and everything else that makes a rise an order's delivery: books it once it counts.</summary>
/// <remarks>Silence books nothing, ever. Every act is one durable transaction and may be asked for twice. Thread safe; never waits for a network.</remarks>
internal sealed class DeliveryDesk(
    OrderBook orders, RiseBook rises, PaperBook papers, DeliveryJudge judge, Arrivals arrivals, ShelfKeeper keeper, TimeProvider time)
{
    private static readonly TimeSpan BeforeShipping = TimeSpan.FromDays(1); // a clerk who presses the button in the evening

    private Action _changed = () => { };

    /// <summary>Has <paramref name="handler"/> called after an answer or a code; it must return at once. Only while the program is put together.</summary>
    public void WhenChanged(Action handler) => _changed += handler;

    /// <summary>Rises of orders that were shipped, of which the member may say what they are: open ones and those answered, oldest first.</summary>
    public IReadOnlyList<(PlacedOrder Order, Rise Rise, Verdict? Verdict)> Questions()
    {
        List<(PlacedOrder, Rise, Verdict?)> asked = [];
        foreach (PlacedOrder order in orders.UnderWay().Where(order => order.State == OrderState.Shipped && orders.Arrived(order.Id).Packs < order.Terms.Quantity))
        {
            IReadOnlyList<Rise> all = rises.Of(order.Id);
            if (all.Count == 0)
                continue;
            DateTimeOffset? shipped = arrivals.ShippedAt(order);
            IReadOnlyList<Verdict> verdicts = judge.Judge(order, shipped, all);
            foreach (Rise rise in all.Where(rise => rise.State < RiseState.Arrived && shipped is { } at && at - rise.At <= BeforeShipping))
                asked.Add((order, rise, verdicts.Where(verdict => verdict.Rise.Id == rise.Id).Select(verdict => (Verdict?)verdict).FirstOrDefault()));
        }
        return asked;
    }

    /// <summary>Keeps the member's answer: from the cooperative, or bought elsewhere. The other answer replaces it until it counted.</summary>
    public DeskAnswer Answer(long id, bool cooperative) => Change(id, cooperative ? RiseState.Cooperative : RiseState.Own);

    /// <summary>Takes an answer back, as long as nothing was signed for it.</summary>
    public DeskAnswer Undo(long id) => Change(id, RiseState.Asked);

    /// <summary>Takes the code on an order's slip, as somebody typed it.</summary>
    public CodeAnswer Enter(OrderId id, DeliveryCode code) => Enter(id, code, at: null);

    private CodeAnswer Enter(OrderId id, DeliveryCode code, SlotId? at)
    {
        if (orders.Find(id) is not { State: OrderState.Open or OrderState.Accepted or OrderState.Shipped } order)
            return CodeAnswer.NotThere;
        using (keeper.Enter())
        {
            DeliveryPapers known = papers.Of(order.Id);
            if (known.Code is not { } commitment)
                return CodeAnswer.NotToldYet;
            if (known is { TypedAt: null, Shown: null } && known.Wrong >= DeliveryCode.MostWrong)
                return CodeAnswer.UsedUp;
            if (!commitment.IsTo(order.Id, code.Text))
            {
                papers.NoteWrong(order.Id);
                return CodeAnswer.Wrong;
            }
            if (at is { } slot)
                papers.NoteShown(order.Id, new ShownCode(slot, time.GetUtcNow()));
            else
                papers.NoteTyped(order.Id, time.GetUtcNow());
        }
        _changed();
        return CodeAnswer.Right;
    }

    /// <summary>Takes a code that a tag on a parcel shows at a slot's reader; of the product's order on its way.</summary>
    /// <remarks>The seller wrote the tag and nobody looked at it, so it speaks for what comes to that slot with it, as any tag does, and not for a day's shopping.</remarks>
    public void Show(SlotId slot, Gtin gtin, DeliveryCode code)
    {
        if (orders.UnderWay().FirstOrDefault(order => order.Terms.Gtin == gtin) is { } order)
            Enter(order.Id, code, slot);
    }

    /// <summary>Books every rise of an order that counts by now.</summary>
    /// <returns>When the next one will count, now when one was booked, or null.</returns>
    public DateTimeOffset? Settle(PlacedOrder order)
    {
        DateTimeOffset now = time.GetUtcNow();
        DateTimeOffset? next = null;
        bool booked = false;
        using (keeper.Enter())
        {
            IReadOnlyList<Rise> all = rises.Of(order.Id);
            if (!all.Any(rise => rise.IsOpen))
                return null;
            foreach (Verdict verdict in judge.Judge(order, arrivals.ShippedAt(order), all))
            {
                if (verdict.CountsAt <= now)
                {
                    keeper.Arrive(verdict, order);
                    booked = true;
                }
                else if (next is null || verdict.CountsAt < next)
                    next = verdict.CountsAt;
            }
        }
        return booked ? now : next;
    }

    private DeskAnswer Change(long id, RiseState state)
    {
        using (keeper.Enter())
        {
            if (rises.Find(id) is not { } rise || orders.Find(rise.Order) is not { } order)
                return DeskAnswer.NotThere;
            if (rise.State == RiseState.Arrived)
                return state == RiseState.Cooperative ? DeskAnswer.Done : DeskAnswer.TooLate;
            if (rise.State == RiseState.TakenBack || order.IsFinal || order.Reason is not null)
                return DeskAnswer.TooLate;
            if (rise.State == state)
                return DeskAnswer.Done;
            rises.Answer(id, state, time.GetUtcNow());
        }
        _changed();
        return DeskAnswer.Done;
    }
}
