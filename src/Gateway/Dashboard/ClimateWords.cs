using PantryChain.DeviceDrivers.Climate;
using PantryChain.Gateway.Climate;
using PantryChain.Gateway.Configuration;
using PantryChain.Ui.Texts;

namespace PantryChain.Gateway.Dashboard;

/// <summary>What is said about fridges, freezers and rooms, in Korean and English.</summary>
internal sealed class ClimateWords(Language language)
{
    private static readonly Formats Numbers = new(Language.English, TimeZoneInfo.Utc); // numbers alone, which are the same in both languages

    public string Title => Say("온도", "Climate");

    public string History => Say("지난 7일", "The last 7 days");

    public string Spells => Say("따뜻했던 때", "When it was too warm");

    public string NoSpells => Say("너무 따뜻했던 적이 없습니다", "It was never too warm");

    public string From => Say("언제부터", "From");

    public string Lasted => Say("얼마 동안", "For");

    public string Highest => Say("가장 높을 때", "Highest");

    public string Mean => Say("한 시간 평균", "mean of an hour");

    public string Range => Say("가장 낮고 높은 값", "lowest and highest");

    public string Nothing => Say("아직 잰 것이 없습니다.", "Nothing was measured yet.");

    public string Details => Say("온도 기록", "How warm it was");

    public string Sensor => Say("센서", "Sensor");

    public string Slots(string slots) => Say($"칸 {slots}", $"Slots {slots}");

    public string Humidity(double percent) => Say($"습도 {percent:0} %", $"humidity {percent:0} %");

    public string Limit(double celsius) => Say($"{Degrees(celsius)}보다 따뜻하면 알립니다", $"told above {Degrees(celsius)}");

    public string Name(ClimatePlace place) => Say(place.NameKo, place.NameEn);

    /// <summary>For example <c>8.5 °C</c>.</summary>
    public static string Degrees(double celsius) => Numbers.Number(celsius, celsius == Math.Round(celsius) ? 0 : 1) + " °C";

    /// <summary>With one decimal, for what was measured.</summary>
    public static string Measured(double celsius) => Numbers.Number(celsius, 1) + " °C";

    /// <summary>A length as people say it: minutes below two hours, then hours.</summary>
    public string Length(TimeSpan time) => time.TotalMinutes < 120 ? Say($"{Math.Floor(time.TotalMinutes):0}분", $"{Math.Floor(time.TotalMinutes):0} min") : Say($"{Numbers.Number(time.TotalHours, 1)}시간", $"{Numbers.Number(time.TotalHours, 1)} h");

    /// <summary>How long a spell lasted, with what nobody saw.</summary>
    public string LengthOf(WarmSpell spell) => Length(spell.Lasted) + (spell.Unseen < TimeSpan.FromMinutes(1) ? "" : Say($"(재지 못한 {Length(spell.Unseen)} 포함)", $" ({Length(spell.Unseen)} of it not measured)"));

    public string Health(ClimateHealth health) => health switch
    {
        ClimateHealth.Ok => Say("정상", "Working"),
        ClimateHealth.Waiting => Say("기다리는 중", "Waiting"),
        ClimateHealth.Disconnected => Say("연결 끊김", "Not connected"),
        ClimateHealth.Stale => Say("새 값이 없음", "No new values"),
        _ => Say("믿을 수 없는 값", "Implausible"),
    };

    /// <summary>What is wrong with a sensor and what to do.</summary>
    public string NextStep(ClimateHealth health) => health switch
    {
        ClimateHealth.Disconnected => Say("센서의 플러그와 배선을 확인하세요.", "Check the sensor's plug and wires."),
        ClimateHealth.Stale => Say("센서의 전원을 잠깐 뺐다가 다시 연결하세요. 그래도 그러면 바꾸세요.", "Take the sensor's power away for a moment; if it stays so, replace it."),
        _ => Say("센서의 플러그와 배선을 확인하세요. 공기처럼 움직이는 값이 오면 다시 믿습니다.", "Check the sensor's plug and wires; it is believed again once it moves like air."),
    };

    /// <summary>That a place is too warm.</summary>
    public string Warm(ClimatePlace place, WarmSpell spell) => Say(
        $"{place.NameKo}: {Degrees(spell.Limit)}보다 따뜻한 지 {LengthOf(spell)}입니다. 가장 높을 때 {Measured(spell.Highest)}였습니다.",
        $"{place.NameEn}: above {Degrees(spell.Limit)} for {LengthOf(spell)}, {Measured(spell.Highest)} at its highest.");

    /// <summary>What to do about it.</summary>
    public string WarmNext(ClimatePlace place, WarmSpell spell) => Say("문이 닫혔는지, 전원과 온도 설정을 확인하세요.", "Check that the door is shut, the plug, and the setting.") + (spell.DoubtsFood ? " " + Food(place) : "");

    /// <summary>What a warm spell of more than two hours means for what was in there (foodsafety.gov, "Food Safety During Power Outage").</summary>
    public string Food(ClimatePlace place) => place.Kind switch
    {
        PlaceKind.Freezer => Say("얼음 결정이 남은 것은 다시 얼려도 됩니다. 다 녹아 두 시간 넘게 따뜻했던 고기, 생선, 조리한 음식은 맛보지 말고 버리세요.",
            "What still has ice crystals may be frozen again. Meat, fish and cooked food that thawed and stayed warm for more than two hours: do not taste it, throw it out."),
        PlaceKind.Fridge => Say("두 시간 넘게 따뜻했습니다. 고기, 생선, 달걀, 유제품, 조리한 음식은 보기나 맛으로 가릴 수 없습니다. 의심스러우면 버리세요.",
            "That is more than two hours: of meat, fish, eggs, dairy and leftovers neither look nor taste tells whether they are still good. When in doubt, throw it out."),
        _ => "",
    };

    /// <summary>That a sensor is lost.</summary>
    public string Lost(ClimatePlace place, ClimateHealth health) => Say($"{place.NameKo}: 온도를 알 수 없습니다({Health(health)}).", $"{place.NameEn}: its temperature is not known ({Health(health).ToLowerInvariant()}).");

    /// <summary>Said on the page of a product that stood warm.</summary>
    public string Stood(ClimatePlace place, WarmSpell spell, string when) => Say(
        $"이 상품이 있는 {place.NameKo}: {when}부터 {LengthOf(spell)} 동안 {Degrees(spell.Limit)}보다 따뜻했습니다(최고 {Measured(spell.Highest)}).",
        $"It stands in: {place.NameEn}, which was above {Degrees(spell.Limit)} for {LengthOf(spell)} from {when} on ({Measured(spell.Highest)} at its highest).");

    private string Say(string korean, string english) => language == Language.Korean ? korean : english;
}
