using PantryChain.Domain.Learning;
using PantryChain.Ui.Texts;

namespace PantryChain.Gateway.Dashboard;

/// <summary>The texts about how a product is used and what the member wishes about its orders, in Korean and English.</summary>
internal sealed class HabitWords(Language language)
{
    public string HowLong => Say("한 팩이 대략 얼마나 가나요?", "How long does a pack last, about?");

    public string HowLongHint => Say("대략이면 됩니다. 몇 팩을 써 본 뒤에는 본 대로 배웁니다.", "A guess will do. Once a few packs were used up, what was seen counts.");

    public string Days => Say("며칠", "Days");

    public string Save => Say("이렇게 알려 주기", "Tell it so");

    public string Skip => Say("잘 모르겠어요", "I don't know");

    public string OtherLength => Say("다른 길이", "Another length");

    public string Length(int days) => days switch
    {
        7 => Say("일주일", "a week"),
        14 => Say("2주", "two weeks"),
        30 => Say("한 달", "a month"),
        90 => Say("석 달", "three months"),
        _ => Say($"{days}일", days == 1 ? "a day" : $"{days} days"),
    };

    public string YouSaid(string days) => Say($"한 팩이 {days}일쯤 간다고 알려 주셨습니다. 아직 다 쓴 팩이 적어 이것부터 셉니다.", $"You said that a pack lasts about {days} days; until a few were used up, that counts.");

    public string Change => Say("바꾸기", "Change it");

    public string Confidence(PatternStage stage, uint packs, string percent, string around, string window) => (stage, packs) switch
    {
        (_, 0) => Say("아직 다 쓴 팩이 없습니다", "no pack used up yet"),
        (PatternStage.Learning, _) => Say($"{packs}팩을 보았고 아직 배우는 중", packs == 1 ? "1 pack seen, still learning" : $"{packs} packs seen, still learning"),
        _ => Say($"{packs}팩을 보았고, 다음 팩은 {percent}% 확률로 {around}일 ±{window}일에 끝남", $"{packs} packs seen; the next ends within {around} ±{window} days with {percent} %"),
    };

    public string WhyNot => Say("지금 주문하지 않는 까닭", "What stands in the way of an order");

    public string AsksFirst => Say("자동 주문을 바라셨지만", "Although you wished automatic orders");

    public string Attention => Say("살펴볼 것", "Worth a look");

    public string PauseIt => Say("주문 멈추기", "Pause its orders");

    public string PauseMeans => Say("멈춘 동안에는 아무것도 제안하거나 주문하지 않습니다.", "While it is paused, nothing is proposed or ordered.");

    public string ResumeIt => Say("다시 시작하기", "Resume…");

    public string ResumeNow => Say("네, 다시 시작합니다", "Yes, resume");

    public string Substitutes => Say("없을 때 대신 주문해도 되는 것", "May be ordered instead");

    public string SubstitutesMean => Say(
        "이 상품을 살 수 없거나 철이 아니거나 너무 비쌀 때만, 그 상품에 따로 맡긴 한도 안에서 대신 주문합니다.",
        "Only while this product cannot be had, is out of season or too dear, and only within the mandate that you gave for the other product.");

    public string Allowed => Say("허락함", "allowed");

    public string Refused => Say("허락하지 않음", "not allowed");

    public string Allow => Say("허락", "Allow");

    public string Refuse => Say("허락 안 함", "Do not allow");

    public string NoMandateThere => Say("아직 맡기지 않음", "no mandate yet");

    public string Away => Say("집을 비웁니다", "We are away");

    public string AwayMeans => Say(
        "집을 비운 동안에는 주문하지 않고, 올라온 제안도 거둡니다. 이미 낸 주문은 그대로 옵니다.", "While you are away nothing is ordered and open proposals are withdrawn. Orders that were placed still come.");

    public string AwayDays => Say("며칠 동안 (비우면 돌아올 때까지)", "For how many days (empty: until you are back)");

    public string AwayUntil(string? until) => until is null
        ? Say("집을 비워 주문을 쉬고 있습니다.", "You are away; orders rest.")
        : Say($"{until}까지 집을 비워 주문을 쉽니다.", $"You are away until {until}; orders rest.");

    public string Back => Say("돌아왔습니다", "We are back");

    public string Delivery(string days) => Say($"{days} 배송", $"delivered {days}");

    public string Lead(string days, uint seen) => seen == 0
        ? Say($"보통 {days}일", days == "1" ? "usually 1 day" : $"usually {days} days")
        : Say($"우리 집 배송 {seen}번에서 배움: {days}일", $"{days} {(days == "1" ? "day" : "days")}, learnt from {(seen == 1 ? "1 delivery" : $"{seen} deliveries")} here");

    public string HolidayFile(string problem) => Say($"휴일 파일: {problem}", $"Holiday file: {problem}");

    public string Alarm(PatternAlarmKind kind, string value, string expected) => kind switch
    {
        PatternAlarmKind.Overdue => Say($"이번 팩이 {value}일째입니다. 보통 {expected}일이면 다 씁니다.", $"This pack has lasted {value} days; usually {expected}."),
        PatternAlarmKind.UnusualUse => Say($"하루에 {value}팩을 썼습니다. 보통 {expected}팩입니다. 손님이 오셨거나 쏟았나요? 선반도 확인해 주세요.",
            $"{value} packs used in a day, usually {expected}. Guests, a spill? Else look at the shelf."),
        PatternAlarmKind.HouseholdEvent => Say("여러 상품을 한꺼번에 평소와 다르게 썼습니다. 이날은 배우지 않습니다.", "Several products were used unusually on one day; that day teaches nothing."),
        PatternAlarmKind.Faster => Say($"전보다 빨리 씁니다: 한 팩에 {value}일 (전에는 {expected}일). 새 속도를 따릅니다.", $"It goes faster than before: {value} days a pack, was {expected}. The new pace counts."),
        PatternAlarmKind.Slower => Say($"전보다 천천히 씁니다: 한 팩에 {value}일 (전에는 {expected}일). 새 속도를 따릅니다.", $"It goes slower than before: {value} days a pack, was {expected}. The new pace counts."),
        PatternAlarmKind.StoppedUsing => Say($"{value}일째 쓰지 않았습니다. 이제 쓰지 않으시나요? 주문을 멈출까요?", $"Not used for {value} days. Do you use it no more? Pause its orders?"),
        PatternAlarmKind.CoverageLow => Say("요즘 예측이 자주 빗나가 더 넉넉히 잡습니다. 그동안은 먼저 여쭙니다.", "Predictions have missed too often lately and are being widened; meanwhile it asks first."),
        PatternAlarmKind.TooManySlots => Say("이 상품이 너무 많은 칸에 나뉘어 있어 다 따라갈 수 없습니다. 한곳에 모아 주세요.", "It lies on more slots than can be followed; move it together."),
        _ => Say("게이트웨이의 시계가 갑자기 바뀌었습니다. 그때의 양은 세지만 날짜는 세지 않습니다. 시계를 확인하세요.", "The gateway's clock leapt; amounts of that time count, dates do not. Check the clock."),
    };

    private string Say(string korean, string english) => language == Language.Korean ? korean : english;
}
