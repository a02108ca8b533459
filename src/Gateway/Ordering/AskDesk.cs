using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Reorder.Machine;
using PantryChain.Reorder.Policy;

namespace PantryChain.Gateway.Ordering;

/// <summary>What became of a member's "order now".</summary>
internal enum AskAnswer
{
    /// <summary>It is decided, or was before by the same click.</summary>
    Done,

    /// <summary>Something stands in the way; nothing changed.</summary>
    Blocked,

    /// <summary>The state has moved on since the page was drawn.</summary>
    TooLate,
}

/// <summary>The member's own order: the smallest one, now, under the mandate's price, budget and quantity.</summary>
/// <remarks>The number of the intent that it begins makes a second click the same order. Thread safe; never waits for a network.</remarks>
internal sealed class AskDesk(ReorderDesk desk, ReorderPolicy policy, Situations situations, TimeProvider time)
{
    /// <summary>What "order now" would order, or what stands in its way.</summary>
    public ReorderAdvice Of(Gtin gtin) => policy.Ask(situations.ToAsk(gtin));

    /// <summary>Orders.</summary>
    /// <param name="gtin">A product of the household.</param>
    /// <param name="number">The intent's number as the page foresaw it; null from a script that takes what is next.</param>
    /// <param name="blocks">What stands in the way.</param>
    public AskAnswer Order(Gtin gtin, uint? number, out ReorderBlocks blocks)
    {
        blocks = default;
        ReorderProcess process = desk[gtin];
        if (number is { } said && said != process.NextNumber)
            return desk.WasAsked(gtin, said) ? AskAnswer.Done : AskAnswer.TooLate;
        ReorderAdvice advice = Of(gtin);
        if (advice.Quantity == 0)
        {
            blocks = advice.Blocks.IsEmpty ? ReorderBlock.BudgetSpent : advice.Blocks;
            return AskAnswer.Blocked;
        }
        DateTimeOffset now = time.GetUtcNow();
        ReorderIntent intent = new(process.NextNumber, gtin, advice.Quantity, advice.Situation.Pattern?.Cycles ?? 0, now, WhyOf(advice, now));
        return desk.TryAdvance(new ReorderStep(gtin, intent.Number, ReorderTrigger.Ask, now, intent)) || desk.WasAsked(gtin, intent.Number) ? AskAnswer.Done : AskAnswer.TooLate;
    }

    /// <summary>The numbers as far as they are known: it may be asked over a shelf that cannot be read.</summary>
    private static ReorderReason WhyOf(in ReorderAdvice advice, DateTimeOffset now) =>
        (advice.Why ?? new ReorderReason(Mass.Zero, 0, 0, now.AddDays(advice.Situation.Lead.MedianDays), 0)) with
        {
            At = now, Quantity = advice.Quantity, Limit = ReorderLimit.None, Cause = ReorderCause.MemberAsked,
        };
}
