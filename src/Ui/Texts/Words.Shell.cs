namespace PantryChain.Ui.Texts;

public sealed partial class Words
{
    /// <summary>The banner that a rehearsal never hides.</summary>
    public string RehearsalBanner => Say("리허설 체인입니다. 여기의 돈과 토큰은 연습용이며 가치가 없습니다.", "Rehearsal chain. Money and tokens here are for practice and worth nothing.");

    /// <summary>For screen readers and keyboards.</summary>
    public string SkipToContent => Say("본문으로 건너뛰기", "Skip to content");

    /// <summary>Label of the navigation.</summary>
    public string Navigation => Say("메뉴", "Menu");

    /// <summary>Label of the language switch.</summary>
    public string LanguageLabel => Say("언어", "Language");

    /// <summary>Label of the theme switch.</summary>
    public string ThemeLabel => Say("화면 밝기", "Theme");

    /// <summary>Follows the device.</summary>
    public string ThemeAuto => Say("자동", "Auto");

    /// <summary>Light colours.</summary>
    public string ThemeLight => Say("밝게", "Light");

    /// <summary>Dark colours.</summary>
    public string ThemeDark => Say("어둡게", "Dark");

    /// <summary>Household time in the footer, at home and at the store.</summary>
    public string HouseholdTime(string at) => Say($"시각 {at}", $"Time {at}");

    /// <summary>Shown while the live connection is broken.</summary>
    public string ConnectionLost => Say("연결이 끊겼습니다. 마지막으로 받은 값이며, 다시 연결하고 있습니다.", "Connection lost. These are the last values received; reconnecting.");

    /// <summary>Shown while something is loaded.</summary>
    public string Loading => Say("불러오는 중…", "Loading…");

    /// <summary>Title of an error.</summary>
    public string ErrorTitle => Say("문제가 생겼습니다", "Something went wrong");

    /// <summary>Link to the first page.</summary>
    public string BackToStart => Say("처음 화면으로", "Back to the first page");

    /// <summary>Link to the page whose form was refused.</summary>
    public string BackToPage => Say("돌아가기", "Go back");

    /// <summary>Marks a field that must be filled in.</summary>
    public string Required => Say("필수", "required");

    /// <summary>Marks a value that is older than it should be.</summary>
    public string StaleSince(string at) => Say($"{at} 이후 새 값이 없습니다", $"No new value since {at}");
}
