using PantryChain.Domain.Learning;
using PantryChain.Domain.Sensing;

namespace PantryChain.Ui.Texts;

public sealed partial class Words
{
    /// <summary>The shelves of a household.</summary>
    public string Shelves => Say("선반", "Shelves");

    /// <summary>One slot.</summary>
    public string Slot(string number) => Say($"{number}번 칸", $"Slot {number}");

    /// <summary>How long the stock lasts.</summary>
    public string DaysLeft(string days) => Say($"{days} 남음", $"{days} left");

    /// <summary>Rate of use.</summary>
    public string UsePerDay(string amount) => Say($"하루에 {amount} 사용", $"{amount} used per day");

    /// <summary>Packs as a number.</summary>
    public string Packs(string number) => Say($"{number}팩", number == "1" ? "1 pack" : $"{number} packs");

    /// <summary>Spoken description of a level bar.</summary>
    public string LevelSpoken(string product, string level) => Say($"{product} 재고 {level}", $"{product}: {level} in stock");

    /// <summary>Nothing lies on the slot.</summary>
    public string Empty => Say("비어 있음", "Empty");

    /// <summary>Instead of the level of a slot that nobody ever weighed.</summary>
    public string NotWeighed => Say("– 아직 재지 않음", "– not weighed yet");

    /// <summary>Beside a level that is not of now.</summary>
    public string LastValue(string at) => Say($"마지막으로 잰 값: {at}", $"last weighed {at}");

    /// <summary>Somebody handles the shelf.</summary>
    public string BeingHandled => Say("사용 중", "in use");

    /// <summary>The stock history.</summary>
    public string StockHistory => Say("재고 변화", "Stock history");

    /// <summary>Instead of a chart without points.</summary>
    public string NothingMeasured => Say("아직 측정한 값이 없습니다.", "Nothing has been measured yet.");

    /// <summary>The measured line of a chart.</summary>
    public string Measured => Say("측정값", "measured");

    /// <summary>The band around it.</summary>
    public string Uncertainty => Say("오차 범위 (±2σ)", "uncertainty (±2σ)");

    /// <summary>How far a pattern can be relied on.</summary>
    public string Stage(PatternStage stage) => stage switch
    {
        PatternStage.Learning => Say("배우는 중", "learning"),
        PatternStage.Likely => Say("짐작할 수 있음", "likely"),
        _ => Say("확인됨", "confirmed"),
    };

    /// <summary>What a sensor can be trusted with.</summary>
    public string Health(SlotHealth health) => health switch
    {
        SlotHealth.Ok => Say("정상", "ok"),
        SlotHealth.Noisy => Say("값이 흔들림", "noisy"),
        SlotHealth.Saturated => Say("측정 범위를 벗어남", "out of range"),
        SlotHealth.Desynchronised => Say("신호가 어긋남", "garbled signal"),
        SlotHealth.Stale => Say("응답 없음", "no reading"),
        SlotHealth.Drifting => Say("값이 서서히 밀림", "drifting"),
        SlotHealth.Disconnected => Say("센서 연결 끊김", "disconnected"),
        SlotHealth.Implausible => Say("있을 수 없는 무게", "impossible weight"),
        _ => Say("보정 필요", "not calibrated"),
    };
}
