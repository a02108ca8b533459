using PantryChain.Gateway.Attention;
using PantryChain.Ui.Texts;

namespace PantryChain.Gateway.Dashboard;

/// <summary>The texts about lamp and buzzer, in Korean and English.</summary>
internal sealed class AttentionWords(Language language)
{
    public string Silence => Say("버저 끄기", "Silence the buzzer");

    /// <summary>What they do now and why.</summary>
    public string State(AttentionState state) => state switch
    {
        { Level: AttentionLevel.Alarm, HasLamp: true, CanSilence: false, HasBuzzer: true } =>
            Say("알림 램프가 켜져 있습니다. 버저는 새로운 문제가 생길 때까지 조용합니다.", "The lamp shines. The buzzer is silent until something else goes wrong."),
        { Level: AttentionLevel.Alarm, HasLamp: true } => Say("살펴볼 것이 있어 알림 램프가 켜져 있습니다.", "The lamp shines because something needs a look."),
        { Level: AttentionLevel.Alarm, CanSilence: true } => Say("살펴볼 것이 있어 버저가 울립니다.", "The buzzer sounds because something needs a look."),
        { Level: AttentionLevel.Alarm } => Say("버저는 새로운 문제가 생길 때까지 조용합니다.", "The buzzer is silent until something else goes wrong."),
        { Level: AttentionLevel.Asks, HasLamp: true } => Say("답을 기다리는 질문이 있어 알림 램프가 깜박입니다.", "The lamp flashes because a question waits for an answer."),
        { HasLamp: true, HasBuzzer: true } => Say("알림 램프와 버저: 살펴볼 것이 없습니다.", "Lamp and buzzer: nothing needs a look."),
        { HasLamp: true } => Say("알림 램프: 살펴볼 것이 없습니다.", "Lamp: nothing needs a look."),
        _ => Say("버저: 살펴볼 것이 없습니다.", "Buzzer: nothing needs a look."),
    };

    private string Say(string korean, string english) => language == Language.Korean ? korean : english;
}
