using PantryChain.Domain.Ordering;

namespace PantryChain.Ui.Texts;

public sealed partial class Words
{
    /// <summary>Orders, as a heading.</summary>
    public string Orders => Say("주문", "Orders");

    /// <summary>The decision in one sentence: what is left, how long it lasts, when the goods come, what happens.</summary>
    public string Why(ReorderReason why, string product, ReorderVoice voice, Formats formats)
    {
        string level = formats.Mass(why.Level), days = formats.Days(why.DaysLeftLow, why.DaysLeftHigh), day = formats.Weekday(why.ArrivesAt);
        return voice switch
        {
            ReorderVoice.Ask => Say(
                $"약 {level} 남았습니다({days}). 지금 주문하면 {Josa.Subject(product)} {day}에 옵니다. 주문할까요?",
                $"About {level} left, enough for {days}; {product} ordered now comes on {day}. Order it?"),
            ReorderVoice.Ordered => Say(
                $"약 {level} 남아서({days}) {Josa.Object(product)} 주문했습니다. {day}에 옵니다.",
                $"About {level} was left, enough for {days}, so {product} was ordered; it comes on {day}."),
            _ => Say(
                $"약 {level} 남았습니다({days}). 지금 주문하면 {Josa.Subject(product)} {day}에 오므로 주문할 때입니다.",
                $"About {level} left, enough for {days}; {product} ordered now comes on {day}, so it is time to order."),
        };
    }

    /// <summary>The sentence while nothing needs to be ordered.</summary>
    public string NotYet(ReorderReason why, Formats formats) => Say(
        $"약 {formats.Mass(why.Level)} 남았습니다({formats.Days(why.DaysLeftLow, why.DaysLeftHigh)}). 아직 주문하지 않아도 됩니다.",
        $"About {formats.Mass(why.Level)} left, enough for {formats.Days(why.DaysLeftLow, why.DaysLeftHigh)}; no order needed yet.");

    /// <summary>Why nothing is ordered, and what would change that.</summary>
    public string Block(ReorderBlock block) => block switch
    {
        ReorderBlock.StillLearning => Say("아직 사용 습관을 배우고 있습니다.", "Still learning how this is used."),
        ReorderBlock.TooFewCycles => Say("위임에서 정한 만큼 아직 다 쓰지 않았습니다.", "Not enough packs have been used up yet for the mandate."),
        ReorderBlock.StandingTooLow => Say("아직 주문 등급에 이르지 않았습니다. 쓰는 날마다 쌓입니다.", "The household's standing is not high enough yet; it grows with every day of use."),
        ReorderBlock.BudgetSpent => Say("이번 기간의 예산을 다 썼습니다.", "This period's budget is spent."),
        ReorderBlock.PriceTooHigh => Say("가격이 위임에서 정한 값보다 높습니다.", "The price is above what the mandate allows."),
        ReorderBlock.NoMandate => Say("주문을 맡기지 않았습니다.", "No mandate has been given."),
        ReorderBlock.MandateExpired => Say("위임 기간이 끝났습니다. 새로 맡겨 주세요.", "The mandate has expired; renew it to go on."),
        ReorderBlock.Paused => Say("일시 정지되어 있습니다. 다시 시작할 때까지 주문하지 않습니다.", "Paused: nothing is ordered until you resume."),
        ReorderBlock.SensorFault => Say("선반의 값을 믿을 수 없습니다. 센서를 확인하세요.", "The shelf's reading cannot be trusted; check the sensor."),
        ReorderBlock.OpenOrder => Say("이미 진행 중인 주문이 있습니다.", "An order is already under way."),
        ReorderBlock.SellerAbsent => Say("이 상품을 파는 곳이 지금 없습니다. 다음 검토에서 다시 봅니다.", "No allowed seller offers this now; it is looked at again at the next review."),
        ReorderBlock.NothingUsedSinceLastOrder => Say("지난 주문 뒤로 한 팩을 다 쓰면 주문합니다.", "It is ordered once another pack is used up since the last order."),
        _ => Say("계정 잔액이 부족합니다. 밤톨을 충전하세요.", "The account's balance is too low; top up Bamtol."),
    };

    /// <summary>Where a product's restocking stands.</summary>
    public string State(ReorderState state) => state switch
    {
        ReorderState.Watching => Say("지켜보는 중", "watching"),
        ReorderState.Paused => Say("일시 정지", "paused"),
        ReorderState.Proposed => Say("승인을 기다림", "waiting for your yes"),
        ReorderState.Ordering => Say("주문하는 중", "ordering"),
        ReorderState.Open => Say("주문됨", "ordered"),
        ReorderState.Accepted => Say("판매자가 받음", "accepted"),
        ReorderState.Shipped => Say("배송 중", "shipped"),
        _ => Say("도착, 정산 중", "arrived, settling"),
    };

    /// <summary>How the last order or proposal ended.</summary>
    public string Outcome(ReorderOutcome outcome) => outcome switch
    {
        ReorderOutcome.None => Say("아직 없음", "none yet"),
        ReorderOutcome.Settled => Say("도착하고 지급됨", "delivered and paid"),
        ReorderOutcome.Declined => Say("거절함", "declined"),
        ReorderOutcome.Withdrawn => Say("제안을 거둠", "taken back"),
        ReorderOutcome.Cancelled => Say("취소, 돈은 돌아옴", "cancelled, money returned"),
        ReorderOutcome.Refunded => Say("환불됨", "refunded"),
        _ => Say("주문하지 못함, 돈은 그대로", "could not be ordered, no money moved"),
    };

    /// <summary>Where an order stands on chain.</summary>
    public string State(OrderState state) => state switch
    {
        OrderState.None => Say("체인에 없음", "not on chain"),
        OrderState.Open => Say("열림", "open"),
        OrderState.Accepted => Say("수락", "accepted"),
        OrderState.Shipped => Say("배송", "shipped"),
        OrderState.Settled => Say("정산", "settled"),
        OrderState.Cancelled => Say("취소", "cancelled"),
        _ => Say("환불", "refunded"),
    };

    /// <summary>How much a gateway does by itself.</summary>
    public string Mode(MandateMode mode) => mode switch
    {
        MandateMode.Shadow => Say("보여 주기만", "shown only"),
        MandateMode.Approve => Say("물어보고 주문", "asks first"),
        _ => Say("자동 주문", "automatic"),
    };

    /// <summary>Until when an order can be called off.</summary>
    public string VetoUntil(string at) => Say($"{at}까지 취소할 수 있습니다", $"Can be called off until {at}");
}

/// <summary>How a decision is told.</summary>
public enum ReorderVoice : byte
{
    /// <summary>As a fact: it is time.</summary>
    Due,

    /// <summary>As a question to the member.</summary>
    Ask,

    /// <summary>As done.</summary>
    Ordered,
}
