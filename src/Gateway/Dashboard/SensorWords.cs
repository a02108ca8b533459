using System.Globalization;
using PantryChain.DeviceDrivers.LoadCells;
using PantryChain.DeviceDrivers.Rfid;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Sensing;
using PantryChain.Gateway.Sensing;
using PantryChain.Ui.Texts;

namespace PantryChain.Gateway.Dashboard;

/// <summary>The texts about sensors, in Korean and English: what each state means for the household, and the next step.</summary>
internal sealed class SensorWords(Language language)
{
    private static readonly Dictionary<string, string> KoreanCauses = new(StringComparer.Ordinal)
    {
        ["long_pulses"] = "늘어진 클록", ["resets"] = "칩 재시작", ["desynchronised"] = "어긋난 신호", ["saturated"] = "범위 벗어남", ["torn_bits"] = "깨진 비트",
        ["late"] = "늦은 읽기", ["unconfirmed"] = "확인 못 한 값", ["stale"] = "값 없음", ["lost"] = "연결 끊김", ["read_failed"] = "읽기 실패",
        ["not_acknowledged"] = "응답 거부", ["timed_out"] = "시간 초과", ["bus_busy"] = "버스 사용 중", ["bus_broken"] = "버스 고장", ["never_ready"] = "준비 안 됨",
        ["wrong_chip"] = "다른 칩", ["settings_refused"] = "설정 거부", ["settings_lost"] = "설정 사라짐", ["calibration_failed"] = "칩 보정 실패",
        ["calibration_timed_out"] = "칩 보정 시간 초과", ["frozen"] = "멈춘 값", ["unreadable"] = "읽지 못한 태그", ["garbled"] = "깨진 응답", ["asked_again"] = "다시 물음",
        ["unanswered"] = "응답 없음", ["refused"] = "거절", ["bus_timed_out"] = "버스 시간 초과", ["bus_failed"] = "버스 오류",
    };

    public string Title => Say("센서 상태", "Sensor health");

    public string Sigma(string grams) => Say($"불확실도 ±{grams} g", $"uncertainty ±{grams} g");

    public string Drift(string grams) => Say($"마지막 사용 뒤 {grams} g 밀림", $"{grams} g of drift since the last touch");

    public string Celsius(string celsius) => Say($"{celsius} °C", $"{celsius} °C");

    public string Converter(string name, string kind) => Say($"변환기 {name} ({(kind == "simulated" ? "모의" : kind)})", $"Converter {name} ({kind})");

    public string Reader(string kind, string where) => Say($"태그 리더 {kind} ({where})", $"Tag reader {kind} ({where})");

    /// <summary>Why nothing is ordered by a slot that settled below zero.</summary>
    public string BelowZero(string slot) => Say(
        $"{slot}번 칸의 무게가 0보다 작게 나옵니다. 그동안 이 상품은 주문하지 않습니다. 용기를 제자리에 올리거나, 칸을 비우고 용기만 올린 뒤 다시 맞추세요.",
        $"Slot {slot} weighs less than nothing, so nothing is ordered by it. Put its container back; or clear it, put the empty container on and tare or calibrate again.");

    /// <summary>What a slot's reading asks of somebody.</summary>
    public string NextStep(in StockReading reading) =>
        reading.Health == SlotHealth.Uncalibrated && reading.Level < Mass.Zero ? BelowZero(reading.Slot.ToString()) : NextStep(reading.Health);

    /// <summary>What a slot's state asks of somebody.</summary>
    public string NextStep(SlotHealth health) => health switch
    {
        SlotHealth.Ok => Say("믿을 수 있습니다. 할 일이 없습니다.", "It can be trusted; there is nothing to do."),
        SlotHealth.Noisy => Say(
            "값이 평소보다 흔들립니다. 저울판이 무언가에 닿는지, 나사와 케이블이 단단한지 확인하세요.", "Readings scatter more than this cell should. See whether the plate touches something, and tighten screws and cable."),
        SlotHealth.Saturated => Say(
            "측정 범위를 벗어났습니다. 물건을 덜어 내세요. 그래도 같으면 센서의 네 선을 확인하세요.", "Beyond its range. Take load off; if it stays, check the cell's four wires."),
        SlotHealth.Desynchronised => Say(
            "신호가 깨집니다. 클록 선을 짧게 하고 모터나 전원 선에서 떼어 놓으세요.", "Frames arrive garbled. Shorten the clock wire and keep it away from motors and mains."),
        SlotHealth.Stale => Say(
            "값이 오지 않습니다. 전원과 데이터 선을 확인하세요. './pantry gateway doctor'가 더 알려 줍니다.", "No reading arrives. Check power and the data line; './pantry gateway doctor' says more."),
        SlotHealth.Drifting => Say(
            "아무도 만지지 않는데 값이 밀립니다. 저울판과 나사를 확인하고, 햇빛과 냉각기 바람을 피하게 한 뒤 다시 보정하세요.",
            "The level wanders although nobody touches it. Check plate and screws, keep sun and the compressor's air away, then calibrate again."),
        SlotHealth.Disconnected => Say(
            "센서가 응답하지 않습니다. 커넥터와 전원을 확인하세요. 다시 연결하면 저절로 이어집니다.", "Nothing answers there. Check plug and power; it goes on by itself once it is back."),
        SlotHealth.Implausible => Say(
            "센서가 견딜 수 있는 무게를 넘어 기록하지 않습니다. 물건을 덜어 내세요. 그대로면 전원과 센서 선을 확인하고 저울을 다시 맞추세요.",
            "More than its cell carries, so nothing is booked. Take load off; if it stays, check its supply and wires, then calibrate again."),
        _ => Say("아직 보정하지 않았습니다. '저울 맞추기'가 차례로 알려 줍니다.", "Not calibrated yet. 'Calibrate and tare' leads through it."),
    };

    /// <summary>What a tag that cannot be taken at its word asks of somebody.</summary>
    public string Doubt(TagDoubt doubt) => doubt.Kind switch
    {
        TagDoubtKind.TwoSlots => Say(
            $"{doubt.Slot}번 칸과 {doubt.OtherSlot}번 칸에서 같은 태그({doubt.Uid})를 함께 봅니다. 리더를 더 떨어뜨리거나 그 사이에 페라이트 시트를 끼우세요.",
            $"Tag {doubt.Uid} is seen at slot {doubt.Slot} and at slot {doubt.OtherSlot}. Move the readers further apart, or put a ferrite sheet between them."),
        TagDoubtKind.TwoTags => Say(
            $"{doubt.OtherSlot}번 칸의 태그({doubt.Uid})와 {doubt.Slot}번 칸의 태그({doubt.OtherUid})에 같은 일련번호가 적혀 있습니다. 하나에 다른 번호를 쓰거나 비워 두세요.",
            $"Tag {doubt.Uid} at slot {doubt.OtherSlot} names the same item as tag {doubt.OtherUid} at slot {doubt.Slot}. Write a serial number of its own on it, or leave it blank."),
        _ => Say(
            $"{doubt.Slot}번 칸에서 볼 때마다 번호가 바뀌는 것이 보입니다. 휴대전화나 카드를 치우세요. 그런 태그는 짝지을 수 없습니다.",
            $"Slot {doubt.Slot} sees a number that changes each time. Take the phone or the bank card away; such a tag cannot be paired."),
    };

    /// <summary>The faults that were counted, in one line, or null when there were none.</summary>
    public string? Faults(IReadOnlyList<Tally> tallies)
    {
        List<string> faults = [.. tallies.Where(tally => tally.Count > 0 && SensorCauses.IsFault(tally.Cause))
            .Select(tally => string.Create(CultureInfo.InvariantCulture, $"{Cause(tally.Cause)} {tally.Count}"))];
        return faults.Count == 0 ? null : Say("버린 값: ", "Rejected: ") + string.Join(", ", faults);
    }

    private string Cause(string cause)
    {
        string english = cause.Replace('_', ' ');
        return Say(KoreanCauses.GetValueOrDefault(cause, english), english);
    }

    private string Say(string korean, string english) => language == Language.Korean ? korean : english;
}
