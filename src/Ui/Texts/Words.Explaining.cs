using PantryChain.Domain.Ordering;

namespace PantryChain.Ui.Texts;

public sealed partial class Words
{
    /// <summary>The decision in one sentence: what is left, how long it lasts, when the goods come, what happens.</summary>
    /// <param name="why">The numbers.</param>
    /// <param name="product">The product's name.</param>
    /// <param name="voice">How it is told.</param>
    /// <param name="formats">The reader's formats.</param>
    /// <param name="instead">The name of the first choice where the product stands in for it.</param>
    public string Why(ReorderReason why, string product, ReorderVoice voice, Formats formats, string instead = "")
    {
        string left = Left(why, formats, voice == ReorderVoice.Ordered), comes = formats.OnDay(why.ArrivesAt, why.At), packs = Packs(why, product);
        string sentence = why.Cause == ReorderCause.SharesDelivery ? Shared(why, left, comes, packs, voice) : Own(why, left, comes, packs, voice, formats);
        if (why.Cause == ReorderCause.MemberAsked)
            return AskedFor(why, packs, comes);
        return why.InsteadBecause is { } because ? Instead(because, instead) + (Korean ? sentence : Lower(sentence)) : sentence;
    }

    /// <summary>A sentence whose numbers are of an earlier day.</summary>
    public string AsOf(string date, string sentence) => Say($"{date} 판단: {sentence}", $"Decided on {date}: {sentence}");

    /// <summary>The sentence while nothing needs to be ordered.</summary>
    public string NotYet(ReorderReason why, Formats formats) => Say(
        $"{Left(why, formats, was: false)} 아직 주문하지 않아도 됩니다.", $"{Left(why, formats, was: false)}; no order needed yet.");

    /// <summary>Why nothing is ordered although it may be time, in one sentence with the numbers.</summary>
    public string NotNow(ReorderReason why, ReorderBlock block, string product, Formats formats)
    {
        string left = Left(why, formats, was: false), comes = formats.OnDay(why.ArrivesAt, why.At);
        return block switch
        {
            ReorderBlock.DeliveryDayAwaited when why.OrderBy is { } last => Say(
                $"{left} 다음 배송은 {formats.Day(why.ArrivesAt, why.At)}이라 {Josa.Topic(product)} {formats.Day(last, why.At)}까지만 주문하면 됩니다.",
                $"{left}; the next delivery comes {comes}, so ordering {product} by {formats.Day(last, why.At)} is enough."),
            ReorderBlock.OutOfSeason when why.SeasonOpensAt is { } opens => Say(
                $"{left} {Josa.Topic(product)} {formats.Date(opens)}에 철이 되면 저절로 다시 주문합니다.",
                $"{left}; the season of {product} opens on {formats.Date(opens)}, and from then on it is ordered again by itself."),
            _ => Say($"{left} {Josa.Object(product)} 주문할 때지만, {Block(block)}", $"{left}, so it would be time to order {product}, but {Lower(Block(block))}"),
        };
    }

    /// <summary>What resuming a paused product does, said before it is done.</summary>
    public string Preview(ReorderPreview preview, string product, Formats formats)
    {
        string packs = Packs(preview.Quantity, product);
        if (preview.Quantity > 0)
            return preview.Mode switch
            {
                MandateMode.Auto => Say($"다시 시작하면 {Josa.Object(packs)} 바로 주문합니다.", $"Resuming orders {packs} now."),
                MandateMode.Approve => Say($"다시 시작하면 {Josa.Object(packs)} 바로 제안하고, 승인하기 전에는 주문하지 않습니다.", $"Resuming proposes {packs} now; nothing is ordered without your yes."),
                _ => Say($"다시 시작하면 {Josa.Object(packs)} 주문할 때라고 보여 주기만 합니다.", $"Resuming only shows that {packs} would be ordered now."),
            };
        if (preview.Next is { } next)
            return Say(
                $"다시 시작해도 {formats.Day(next, preview.At)}쯤까지는 {Josa.Object(product)} 주문하지 않습니다.",
                $"Resuming orders no {product} until about {formats.Day(next, preview.At)}.");
        return preview.Blocks.Count > 0
            ? Say($"다시 시작해도 {Josa.Object(product)} 주문하지 않습니다. {Block(preview.Blocks[0])}", $"Resuming orders no {product} yet: {Lower(Block(preview.Blocks[0]))}")
            : Say($"다시 시작해도 두 달 안에는 {Josa.Object(product)} 주문할 일이 없습니다.", $"Resuming orders no {product} within the next two months.");
    }

    private string Own(ReorderReason why, string left, string comes, string packs, ReorderVoice voice, Formats formats)
    {
        string later = why is { Cause: ReorderCause.LastOrderForDelivery, NextArrivesAt: { } next } ? formats.OnDay(next, why.At) : "";
        string limit = Limit(why.Limit), verb = why.Quantity > 1 ? "come" : "comes";
        string orElse = later.Length == 0 ? "" : Say($" 늦으면 {later}나", $", ordered later only {later}");
        if (why.Cause == ReorderCause.KeepsReserve)
            return InReserve(why, left, comes, packs, voice);
        return voice switch
        {
            ReorderVoice.Ask => Say(
                $"{left} 지금 {limit}주문하면 {Josa.Subject(packs)} {comes} 오는데{(later.Length == 0 ? "" : "(" + orElse.Trim() + ")")}, 주문할까요?",
                $"{left}; {packs}{limit} ordered now {verb} {comes}{orElse}: order {(why.Quantity > 1 ? "them" : "it")}?"),
            ReorderVoice.Ordered => Say(
                $"{left} {Josa.Object(packs)} {limit}주문했고 {comes} 옵니다{(later.Length == 0 ? "" : "(" + orElse.Trim() + ")")}.",
                $"{left}, so {packs}{limit} {(why.Quantity > 1 ? "were" : "was")} ordered and {verb} {comes}{orElse}."),
            _ => Say(
                $"{left} 지금 {limit}주문하면 {Josa.Subject(packs)} {comes}{(later.Length == 0 ? "" : " 오고" + orElse)} 오므로 오늘 주문할 때입니다.",
                $"{left}; {packs}{limit} ordered now {verb} {comes}{orElse}, so it is time to order today."),
        };
    }

    /// <summary>Ordered although what is left would last: the next order can be placed only once this one has ended and one more pack is used up.</summary>
    private string InReserve(ReorderReason why, string left, string comes, string packs, ReorderVoice voice)
    {
        string because = Say("다음 주문은 한 팩을 더 써야 낼 수 있어", "the next order can be placed only once another pack is used up"), limit = Limit(why.Limit);
        string it = why.Quantity > 1 ? "them" : "it", verb = why.Quantity > 1 ? "come" : "comes", was = why.Quantity > 1 ? "were" : "was";
        return voice switch
        {
            ReorderVoice.Ask => Say(
                $"{left} {because} 떨어지지 않도록 지금 {limit}주문하면 {Josa.Subject(packs)} {comes} 오는데, 주문할까요?",
                $"{left}; {because}. {packs}{limit} ordered now {verb} {comes} and {(why.Quantity > 1 ? "keep" : "keeps")} a reserve: order {it}?"),
            ReorderVoice.Ordered => Say(
                $"{left} {because} 떨어지지 않도록 {Josa.Object(packs)} {limit}주문했고 {comes} 옵니다.",
                $"{left}; {because}, so {packs}{limit} {was} ordered to keep a reserve and {verb} {comes}."),
            _ => Say(
                $"{left} {because} 떨어지지 않도록 지금 {limit}주문하면 {Josa.Subject(packs)} {comes} 오므로 오늘 주문할 때입니다.",
                $"{left}; {because}. {packs}{limit} ordered now {verb} {comes}, so to keep a reserve it is time to order today."),
        };
    }

    private string AskedFor(ReorderReason why, string packs, string comes) => Say(
        $"{Josa.Object(packs)} 직접 주문하셨고 {comes} 올 예정입니다.", $"You ordered {packs} yourself; {(why.Quantity > 1 ? "they are" : "it is")} expected {comes}.");

    private string Shared(ReorderReason why, string left, string comes, string packs, ReorderVoice voice)
    {
        string limit = Limit(why.Limit), object_ = Josa.Object(packs), it = why.Quantity > 1 ? "they" : "it", verb = why.Quantity > 1 ? "come" : "comes";
        return voice switch
        {
            ReorderVoice.Ask => Say(
                $"{left} 같은 판매자가 {comes} 어차피 오니 {object_} {limit}함께 주문할까요?",
                $"{left}; the same seller comes {comes} anyway: order {packs}{limit} along with it?"),
            ReorderVoice.Ordered => Say(
                $"{left} 같은 판매자가 {comes} 어차피 와서 {object_} {limit}함께 주문했습니다.",
                $"{left}, and as the same seller comes {comes} anyway, {packs}{limit} {(why.Quantity > 1 ? "were" : "was")} ordered and {it} {verb} along."),
            _ => Say(
                $"{left} 같은 판매자가 {comes} 어차피 오므로 {object_} {limit}함께 주문할 때입니다.",
                $"{left}; the same seller comes {comes} anyway, so it is time to order {packs}{limit} along with it."),
        };
    }

    /// <summary>What is left and how long it lasts: <c>About 310 g left, enough for 4–6 days</c>.</summary>
    private string Left(ReorderReason why, Formats formats, bool was)
    {
        string level = formats.Mass(why.Level), days = formats.Days(why.DaysLeftLow, why.DaysLeftHigh);
        if (why.Level.Milligrams <= 0)
            return was ? Say("다 떨어져서", "Nothing was left") : Say("다 떨어졌고", "Nothing is left");
        if (why is { Cause: ReorderCause.BelowMinimum, Minimum: { } minimum })
            return Say(
                $"약 {level} 남아 최소 재고 {formats.Mass(minimum)}보다 {(was ? "적어서" : "적고")}",
                was ? $"About {level} was left, below your minimum of {formats.Mass(minimum)}" : $"About {level} left, below your minimum of {formats.Mass(minimum)}");
        return was ? Say($"약 {level} 남아서({days})", $"About {level} was left, enough for {days}") : Say($"약 {level} 남았고({days})", $"About {level} left, enough for {days}");
    }

    private string Instead(ReorderBlock because, string first) => because switch
    {
        ReorderBlock.OutOfSeason => Say($"{Josa.Topic(first)} 철이 아니라 그 대신, ", $"Instead of {first} (out of season): "),
        ReorderBlock.PriceTooHigh => Say($"{Josa.Topic(first)} 너무 비싸 그 대신, ", $"Instead of {first} (costs more than you allow): "),
        _ => Say($"{Josa.Topic(first)} 파는 곳이 없어 그 대신, ", $"Instead of {first} (nobody offers it now): "),
    };

    private string Limit(ReorderLimit limit) => limit switch
    {
        ReorderLimit.None => "",
        ReorderLimit.Mandate => Say("맡긴 만큼만 ", " (as many as the mandate allows)"),
        ReorderLimit.Money => Say("예산만큼만 ", " (as many as the budget pays)"),
        ReorderLimit.Expiry => Say("기한 안에 쓸 만큼만 ", " (no more than is used up before it expires)"),
        _ => Say("최대 재고까지만 ", " (up to your maximum stock)"),
    };

    private string Packs(ReorderReason why, string product) => Packs(why.Quantity, product);

    private string Packs(uint quantity, string product) => quantity switch
    {
        0 => product,
        1 => Say($"{product} 1팩", $"1 pack of {product}"),
        _ => Say($"{product} {quantity}팩", $"{quantity} packs of {product}"),
    };

    /// <summary>A sentence as the second half of another.</summary>
    private static string Lower(string sentence) => char.ToLowerInvariant(sentence[0]) + sentence[1..];
}
