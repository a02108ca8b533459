using PantryChain.Gateway.Member;
using PantryChain.Ui.Hosting;
using PantryChain.Ui.Texts;

namespace PantryChain.Gateway.Dashboard;

/// <summary>The texts about the PIN, in Korean and English.</summary>
internal sealed class PinWords(Language language)
{
    public string Title => Say("비밀번호 바꾸기", "Change the PIN");

    public string LogIn => Say("비밀번호를 바꾸려면 지금 쓰는 비밀번호로 로그인하세요.", "Log in with the present PIN to change it.");

    public string Weak => Say(
        "지금 비밀번호는 짧거나 맞히기 쉽습니다. 기기의 SD 카드를 복사한 사람이 알아낼 수 있습니다. 새로 정하세요.",
        "The present PIN is short or easy to guess: whoever copies the gateway's card could find it. Choose a new one.");

    public string Choose => Say("새 비밀번호 정하기", "Choose a new PIN");

    public string What => Say(
        "비밀번호는 회원 키를 잠급니다. 바꾸면 다른 브라우저의 로그인은 모두 끝납니다.", "It locks the member's key. Changing it ends the logins of all other browsers.");

    public string Old => Say("지금 비밀번호", "Present PIN");

    public string New => Say("새 비밀번호", "New PIN or phrase");

    public string Again => Say("새 비밀번호 한 번 더", "The new one again");

    public string Rule => Say(
        "숫자 8자리 이상이나 12자 이상의 문구(한글은 6자)입니다. 날짜, 12345678 같은 줄, 되풀이는 쓸 수 없습니다.",
        "8 or more digits, or a phrase of 12 or more letters (6 of Hangul). No dates, no rows such as 12345678, no repetitions.");

    public string Change => Say("바꾸기", "Change it");

    public string Command => Say("기기에서는 './pantry gateway pin'으로도 바꿀 수 있습니다.", "On the gateway itself './pantry gateway pin' does the same.");

    public string NotTheSame => Say("두 번 적은 것이 서로 다릅니다.", "The two are not the same.");

    public string NotKept => Say("새 비밀번호를 저장하지 못했습니다", "The new PIN could not be kept");

    public string NotKeptHint => Say("지금 비밀번호가 그대로입니다. 디스크 공간과 SD 카드를 확인하세요.", "The present one still holds. Look after the disk's space and the card.");

    public string Fault(PinFault fault) => fault switch
    {
        PinFault.TooShort => Say("너무 짧습니다. 숫자는 8자리, 문구는 12자(한글 6자)부터입니다.", "It is too short: 8 digits or 12 letters at least."),
        PinFault.Unreadable => Say("128자까지, 줄바꿈 없이 적으세요.", "At most 128 letters, without line breaks."),
        _ => Say("누구나 먼저 눌러 보는 번호입니다. 날짜, 줄, 되풀이가 아닌 것으로 정하세요.", "That is what anybody tries first. Choose one that is no date, no row and no repetition."),
    };

    /// <summary>The texts in the reader's language.</summary>
    public static PinWords Of(HttpContext http) => new(http.RequestServices.GetRequiredService<UiContext>().Words.Language);

    private string Say(string korean, string english) => language == Language.Korean ? korean : english;
}
