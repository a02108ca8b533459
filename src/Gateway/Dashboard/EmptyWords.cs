using PantryChain.Domain.Ordering;
using PantryChain.Ui.Texts;

namespace PantryChain.Gateway.Dashboard;

/// <summary>What is said where nothing is left, about "used up" and about the member's own order, in Korean and English.</summary>
internal sealed class EmptyWords(Language language)
{
    public string Gone => Say("떨어진 것", "Nothing left");

    public string Since(string product, string? since) => since is null
        ? Say($"{product}: 다 떨어졌습니다.", $"{product}: nothing is left.")
        : Say($"{product}: {since}부터 비어 있습니다.", $"{product}: nothing is left since {since}.");

    public string UsedUp => Say("다 먹었어요", "Used up");

    public string UsedUpMeans => Say(
        "칸은 비었는데 한 팩을 다 세지 못했습니다. 배달이 자리 잡기 전에 누가 드시거나 조금씩만 드시면 그렇습니다. 다 드셨으면 알려 주세요. 그러면 다음 주문을 낼 수 있고, 하루 안에 되돌릴 수 있습니다.",
        "The slot is empty, but not all of a pack was counted, as happens when somebody drinks before a delivery has settled, or takes very little at a time. Is it used up? Then the next order is possible. It can be undone for a day.");

    public string NotEmpty => Say("칸이 비어 있지 않습니다", "The slot does not read as empty");

    public string NotEmptyHint => Say(
        "칸의 저울이 안정되고 거의 비어 있을 때만 '다 먹었어요'라고 할 수 있습니다. 남은 포장을 치우거나, 센서와 물음을 먼저 확인하세요.",
        "'Used up' can be said only of a slot that reads as almost empty and can be trusted. Take what is left off the shelf, or look at its sensor and the inbox first.");

    public string CountedUsedUp => Say("다 쓴 것으로 셈", "counted as used up");

    public string Counted => Say("다 쓴 것으로 센 것", "Counted as used up");

    public string CountedMeans => Say(
        "칸이 반나절 넘게 비어 있었거나 '다 먹었어요'라고 하셔서 한 팩을 다 쓴 것으로 세었습니다. 아니라면 하루 안에 되돌리세요. 되돌려도 센 수는 줄지 않고, 다음에 쓰는 것이 먼저 그만큼 메웁니다.",
        "A slot was empty for half a day, or you said 'used up', so a pack was counted as used up. If it was not, undo it within a day: the count stays, and what is used next makes up for it first.");

    public string OrderNow(uint packs) => Say($"지금 {packs}팩 주문", $"Order {packs} now");

    public string OrderNowMeans(string price) => Say(
        $"맡긴 한도 안에서 {price}에 바로 주문합니다. 오는 날과 취소할 수 있는 때는 처음 화면에 나옵니다.",
        $"Ordered at once for {price}, within your mandate. The first page then says when it comes and until when it can be called off.");

    public string CannotOrder => Say("지금은 직접 주문할 수 없습니다", "It cannot be ordered now");

    public string AlreadyUnderWay => Say("이미 주문하거나 제안한 것이 있습니다. 처음 화면에서 보세요.", "An order or a proposal of it is under way; see the first page.");

    public string GiveMandate => Say("주문 맡기기", "Give a mandate");

    public string ToInbox => Say("물음에 답하기", "Answer the question");

    public string LastFailed(string why) => Say($"지난 주문은 내지 못했고 돈은 그대로입니다: {why}", $"The last order could not be placed and no money moved: {why}");

    /// <summary>What the member can do about it.</summary>
    public string Way(ReorderBlock block, bool canUseUp) => block switch
    {
        ReorderBlock.NothingUsedSinceLastOrder or ReorderBlock.TooFewCycles when canUseUp => Say(
            "'다 먹었어요'를 누르면 한 팩을 다 쓴 것으로 세고 주문할 수 있습니다.", "Press 'Used up': the pack is then counted and the next order is possible."),
        ReorderBlock.NothingUsedSinceLastOrder => Say(
            "한 팩을 더 쓰면 됩니다. 기다릴 수 없으면 아래에서 새로 맡기세요. 새로 맡기면 한 번은 바로 주문할 수 있습니다.",
            "It is possible once one more pack is used up. If that is too long, give a new mandate below: under a new one an order is possible at once."),
        ReorderBlock.TooFewCycles => Say(
            "아래에서 '첫 주문 전에 다 써야 할 팩'을 줄여 새로 맡기면 주문할 수 있습니다. 적어도 한 팩은 이 칸에서 다 써야 합니다.",
            "Give a new mandate below with fewer packs to be used up before the first order; at least one must have been used up on this slot."),
        ReorderBlock.StandingTooLow => Say("아래에서 새로 맡기면 등급 없이 주문할 수 있습니다.", "A new mandate below asks for no tier; then you can order."),
        ReorderBlock.NoMandate or ReorderBlock.MandateExpired or ReorderBlock.PriceTooHigh or ReorderBlock.BudgetSpent or ReorderBlock.SmallestOrderTooLarge => Say(
            "아래에서 한도를 정해 새로 맡기면 주문할 수 있습니다.", "Give a new mandate below with limits that allow it."),
        ReorderBlock.Paused => Say("아래에서 다시 시작한 뒤 주문하세요.", "Resume it below, then order."),
        ReorderBlock.FundsTooLow => Say("조합에 밤톨을 충전한 뒤 주문하세요.", "Top up Bamtol at the cooperative, then order."),
        ReorderBlock.StillLearning => Say("상품을 칸에 올려 한 번이라도 재면 주문할 수 있습니다.", "Put the product on its slot once, so that it has been weighed."),
        ReorderBlock.HouseholdBudgetSpent => Say("다음 기간을 기다리거나 gateway.json의 가구 예산을 늘리세요.", "Wait for the next period, or raise the household's budget in gateway.json."),
        ReorderBlock.SensorFault or ReorderBlock.StockUncertain or ReorderBlock.ClockUncertain or ReorderBlock.Away => Say(
            "직접 주문은 할 수 있습니다.", "You can still order it yourself."),
        _ => Say("조합에 물어보거나 다른 곳에서 사 오세요. 칸에 올리면 그대로 셉니다.", "Ask the cooperative, or buy it elsewhere: put it on the slot and it counts."),
    };

    private string Say(string korean, string english) => language == Language.Korean ? korean : english;
}
