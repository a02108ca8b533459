using PantryChain.Ui.Hosting;
using PantryChain.Ui.Texts;

namespace PantryChain.Gateway.Dashboard;

/// <summary>The texts of a slot's page, in Korean and English.</summary>
internal sealed class SlotWords(Language language)
{
    public string Weighing => Say("저울 맞추기", "Calibrate and tare");

    public string Details => Say("자세히", "Details");

    public string Counts => Say("센서 값", "Counts");

    public string Noise(string noise) => Say($"흔들림 ±{noise}", $"noise ±{noise}");

    public string Rate => Say("초당 측정", "Samples per second");

    public string LogIn => Say("저울을 맞추려면 로그인하세요.", "Log in to calibrate or tare.");

    public string StepEmpty => Say("1. 용기까지 모두 내려놓고 기다린 뒤 누르세요.", "1. Take everything off, the container too, wait, then press.");

    public string WeighEmpty => Say("빈 저울 재기", "Weigh it empty");

    public string StepLoaded => Say("2. 무게를 아는 것을 올리고 그 무게를 적으세요. 주방 저울로 잰 새 상품이면 됩니다.", "2. Put a known mass on it and give its grams: a full pack weighed on a kitchen scale will do.");

    public string Grams => Say("무게(g)", "Mass (g)");

    public string WeighLoaded => Say("재기", "Weigh it");

    public string FitLine(string slope, string noise, string span, string error) => Say(
        $"1 g마다 {slope}, 흔들림 {noise} g, 두 무게의 차이는 흔들림의 {span}배(20배 이상이어야 합니다), 오차 {error} g.",
        $"{slope} counts/g, noise {noise} g, span {span} sigma (20 are needed), fit error {error} g.");

    public string StepCheck => Say("3. 다른 무게로 확인할 수 있습니다.", "3. If you like, check it with another known mass.");

    public string CheckLine(string measured, string error, bool good) => Say(
        $"{measured} g으로 재었습니다. 차이 {error} g{(good ? "" : ". 너무 큽니다: 두 무게와, 선반에 닿는 것이 없는지 확인하세요")}.",
        $"It weighs {measured} g, {error} g off{(good ? "" : "; that is too much: check both masses, and that nothing touches the shelf")}.");

    public string Check => Say("확인하기", "Check it");

    public string Keep => Say("이대로 쓰기", "Keep this calibration");

    public string Drop => Say("그만두기", "Leave it as it was");

    public string Tare => Say("지금 놓인 것을 용기로", "Take what stands here as the container");

    public string UndoTare => Say("용기 되돌리기", "Undo the tare");

    public string UndoCalibration => Say("이전 보정으로", "Return to the earlier calibration");

    public string History => Say("보정 기록", "Calibrations");

    public string NoHistory => Say("아직 보정하지 않았습니다.", "Not calibrated here yet.");

    public string Calibrated => Say("보정", "calibrated");

    public string Tared => Say("용기", "tared");

    public string Now => Say("지금", "now");

    public string Refused => Say("저울을 맞추지 못했습니다", "That could not be weighed");

    public string Why(string english) => Say("바뀐 것은 없습니다. 선반에 손을 대지 말고 기다린 뒤 다시 하세요. 용기를 맞출 때는 상품을 모두 내리고 빈 용기만, 보정할 때는 충분히 무거운 것을 올리세요. 배선은 './pantry gateway doctor'가 살펴봅니다. (" + english + ")", english);

    public string BadMass => Say("무게는 0보다 크고 100000 g 이하여야 합니다.", "The mass must be above 0 g and at most 100000 g.");

    /// <summary>The texts in the reader's language.</summary>
    public static SlotWords Of(HttpContext http) => new(http.RequestServices.GetRequiredService<UiContext>().Words.Language);

    private string Say(string korean, string english) => language == Language.Korean ? korean : english;
}
