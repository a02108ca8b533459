using PantryChain.Domain.Ordering;
using PantryChain.Gateway.Dashboard;
using PantryChain.Ui.Texts;

namespace PantryChain.Gateway.Display;

/// <summary>The few words of the display, in Korean and English, and what the pages say about it.</summary>
internal sealed class DisplayWords(Language language)
{
    private const double MostDays = 99;

    /// <summary>Nothing is wrong.</summary>
    public string AllWell => Say("이상 없음", "All is well");

    /// <summary>Nothing is on its way.</summary>
    public string NoDelivery => Say("오는 배송 없음", "No delivery due");

    /// <summary>Nobody knows.</summary>
    public const string Unknown = "?";

    /// <summary>How long something lasts.</summary>
    public string Days(double? days) => days switch
    {
        null => Unknown,
        > MostDays => "99+",
        _ => Say($"{Math.Max(0, Math.Floor(days.Value)):0}일", $"{Math.Max(0, Math.Floor(days.Value)):0} d"),
    };

    /// <summary>Questions in the inbox.</summary>
    public string Questions(int count) => Say($"질문 {count}개", count == 1 ? "1 question waits" : $"{count} questions wait");

    /// <summary>An order that has not arrived.</summary>
    public string Delivery(string name, uint packs, OrderState state, DateOnly? day)
    {
        string word = state switch
        {
            OrderState.Shipped => Say("오는 중", "coming"),
            OrderState.Accepted => Say("준비 중", "packing"),
            _ => Say("주문함", "ordered"),
        };
        string due = day is { } known ? $" {known.Month}/{known.Day}" : "";
        return Say($"{word}{due} {name} {packs}", $"{word}{due}: {packs} {name}");
    }

    /// <summary>What the first page says about the display; empty when there is nothing to say.</summary>
    public string State(DisplayState state) => state switch
    {
        DisplayState.Ok => Say("부엌의 상태 화면이 켜져 있습니다.", "The status display is on."),
        DisplayState.Asleep => Say("부엌의 상태 화면은 밤이라 꺼져 있습니다.", "The status display is dark for the night."),
        _ => "",
    };

    /// <summary>A trouble in as many letters as a line has; the pages have the sentence and the next step.</summary>
    public string Short(Trouble trouble) => trouble.Cause switch
    {
        TroubleCause.SlotUnwell => Say($"칸 {trouble.Detail} 확인", $"Check slot {trouble.Detail}"),
        TroubleCause.FridgeWarm => Say($"{Place(trouble)} 따뜻함!", $"{Place(trouble)} is warm!"),
        TroubleCause.ClimateLost => Say($"{Place(trouble)} 온도계 확인", $"Check {Place(trouble)} sensor"),
        TroubleCause.DiskRefuses => Say("디스크 기록 불가", "Disk takes nothing"),
        TroubleCause.WorkFailing => Say("프로그램 일부 실패", "A part is failing"),
        TroubleCause.LevelsFailing => Say("재고 기록 불가", "Levels not written"),
        TroubleCause.ClockDoubted or TroubleCause.ClockApart or TroubleCause.BatteryClockUnwell => Say("시계 확인", "Check the clock"),
        TroubleCause.AttentionUnwell => Say("램프·버저 확인", "Check lamp, buzzer"),
        TroubleCause.HomeLost => Say("집 브로커 끊김", "Home broker lost"),
        TroubleCause.HomeTakenOver => Say("집 브로커 이름 겹침", "Home name taken"),
        TroubleCause.CooperativeLost or TroubleCause.CooperativeSilent => Say("조합 연결 끊김", "Cooperative lost"),
        TroubleCause.CooperativeTakenOver => Say("조합 로그인 겹침", "Login used twice"),
        TroubleCause.OrdersFailing => Say("주문 기다림", "Orders wait"),
        TroubleCause.BlocksWaiting or TroubleCause.BlocksRejected => Say("블록 전달 안 됨", "Blocks not taken"),
        TroubleCause.DeviceStopped => Say("기기 해지됨", "Device was stopped"),
        TroubleCause.ChainDoubted => Say("체인 노드 확인", "Check chain nodes"),
        TroubleCause.CallsHeld => Say("요청이 막힘", "A call is held up"),
        TroubleCause.NotSignedHere or TroubleCause.BlockNotSignedHere => Say("키 도용 의심!", "Key may be stolen!"),
        _ => Say("화면 확인", "Look at the pages"),
    };

    private string Place(Trouble trouble) => trouble.Place is { } place ? Say(place.Place.NameKo, place.Place.NameEn) : trouble.Detail;

    private string Say(string korean, string english) => language == Language.Korean ? korean : english;
}
