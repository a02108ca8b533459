using PantryChain.Domain.Ordering;

namespace PantryChain.Ui.Texts;

public sealed partial class Words
{
    /// <summary>Orders, as a heading.</summary>
    public string Orders => Say("주문", "Orders");

    /// <summary>Why nothing is ordered, and what would change that.</summary>
    public string Block(ReorderBlock block) => block switch
    {
        ReorderBlock.StillLearning => Say("아직 사용 습관을 배우고 있습니다.", "The use of this is still being learnt."),
        ReorderBlock.TooFewCycles => Say("맡길 때 정한 만큼 아직 다 쓰지 않았습니다.", "Not enough packs have been used up yet for the mandate."),
        ReorderBlock.StandingTooLow => Say(
            "맡길 때 정한 주문 등급에 이르지 않습니다. 상품 화면에서 새로 맡기면 등급 없이, 물어보고 주문합니다.",
            "The household's standing is below the tier that the mandate asks for; a new mandate on the product's page asks for none and orders by your yes."),
        ReorderBlock.BudgetSpent => Say("이번 기간의 예산을 다 썼습니다.", "This period's budget is spent."),
        ReorderBlock.PriceTooHigh => Say("가격이 맡길 때 정한 값보다 높습니다.", "The price is above what the mandate allows."),
        ReorderBlock.NoMandate => Say("주문을 맡기지 않았습니다.", "No mandate has been given."),
        ReorderBlock.MandateExpired => Say("맡긴 기간이 끝났습니다. 새로 맡겨 주세요.", "The mandate has expired; renew it to go on."),
        ReorderBlock.Paused => Say("일시 정지되어 있어 다시 시작할 때까지 주문하지 않습니다.", "It is paused: nothing is ordered until you resume."),
        ReorderBlock.SensorFault => Say("선반의 값을 믿을 수 없습니다. 센서를 확인하세요.", "The shelf's reading cannot be trusted; check the sensor."),
        ReorderBlock.OpenOrder => Say("이미 진행 중인 주문이 있습니다.", "An order is already under way."),
        ReorderBlock.SellerAbsent => Say("이 상품을 파는 곳이 지금 없습니다. 다음 검토에서 다시 봅니다.", "No allowed seller offers this now; it is looked at again at the next review."),
        ReorderBlock.NothingUsedSinceLastOrder => Say("지난 주문 뒤로 한 팩을 다 쓰면 주문합니다.", "It is ordered once another pack is used up since the last order."),
        ReorderBlock.FundsTooLow => Say("계정 잔액이 부족합니다. 밤톨을 충전하세요.", "The account's balance is too low; top up Bamtol."),
        ReorderBlock.StockUncertain => Say("남은 양이 확실하지 않습니다. '물음'에 답하거나 선반을 확인해 주세요.", "What is left is not certain; answer the question in the inbox or look at the shelf."),
        ReorderBlock.ClockUncertain => Say("게이트웨이의 시계가 갑자기 바뀌어 날짜를 믿을 수 없습니다. 시계를 확인하세요.", "The gateway's clock leapt, so no date can be trusted; check the clock."),
        ReorderBlock.OutOfSeason => Say("지금은 철이 아닙니다. 철이 되면 저절로 다시 주문합니다.", "It is out of season and is ordered again by itself once the season opens."),
        ReorderBlock.Away => Say("집을 비운 동안에는 주문하지 않습니다.", "Nobody is at home, so nothing is ordered meanwhile."),
        ReorderBlock.ExpiresBeforeUse => Say("지금 쓰는 속도로는 가장 적게 주문해도 기한 안에 다 쓰지 못합니다.", "At this rate of use even the smallest order would expire before it is used up."),
        ReorderBlock.StockAtMaximum => Say("정해 둔 최대 재고에 찼습니다.", "The maximum stock that you set leaves no room for an order."),
        ReorderBlock.DeliveryDayAwaited => Say("더 늦게 주문해도 같은 날 도착하므로 기다립니다.", "Ordering later still makes the same delivery, so it waits."),
        ReorderBlock.HouseholdBudgetSpent => Say("가구 전체의 이번 예산을 다 썼습니다.", "The household's budget for this period is spent."),
        ReorderBlock.NeedUnderWay => Say("대신 쓸 상품이 이미 제안되었거나 오고 있습니다.", "Another product for the same need is already proposed or on its way."),
        ReorderBlock.SubstituteNotNeeded => Say("첫째 상품을 살 수 없을 때만 대신 주문합니다.", "It stands in only while the first choice cannot be had."),
        _ => Say("판매자의 최소 주문량이 맡길 때 정한 양보다 많습니다.", "The seller's smallest quantity is more than the mandate allows."),
    };

    /// <summary>Why the gateway asks first although automatic orders were wished.</summary>
    public string Caution(ReorderCaution caution) => caution switch
    {
        ReorderCaution.None => Say("묻지 않고 주문합니다.", "It orders without asking."),
        ReorderCaution.FewApprovals => Say("아직 승인한 제안이 적어 먼저 묻습니다.", "It asks first until you have accepted a few proposals."),
        ReorderCaution.RateUncertain => Say("쓰는 속도를 아직 잘 몰라 먼저 묻습니다.", "It asks first because the rate of use is not known well enough yet."),
        ReorderCaution.PredictionsMissed => Say("요즘 예측이 자주 빗나가 먼저 묻습니다.", "It asks first because predictions have missed too often lately."),
        ReorderCaution.UseStopped => Say("더 이상 쓰지 않는 것 같아 먼저 묻습니다.", "It asks first because the product seems not to be used any more."),
        ReorderCaution.StandingNotAsked => Say(
            "주문 등급 없이 맡겼으므로 먼저 묻습니다. 첫 주문이 정산되어 등급이 생긴 뒤 새로 맡기면 자동으로 주문합니다.",
            "It asks first because the mandate asks for no tier. Once a first order has settled and earned one, a new mandate lets it order without asking."),
        _ => Say("배운 습관이 지금은 확실하지 않아 먼저 묻습니다.", "It asks first because what was learnt is in doubt just now."),
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
