using PantryChain.Ui.Hosting;
using PantryChain.Ui.Texts;

namespace PantryChain.Gateway.Dashboard;

/// <summary>The texts about letting this device go, in Korean and English.</summary>
internal sealed class DeviceWords(Language language)
{
    public string Title => Say("이 기기 폐기", "Revoke this device");

    public string When => Say(
        "누군가 이 기기의 키를 가지고 있을 때 누르세요: SD 카드를 잃어버렸거나, 이 게이트웨이가 서명하지 않은 주문이나 블록이 나타났을 때입니다.",
        "For when somebody else has this device's key: its card was lost, or an order or a block appeared that this gateway did not sign.");

    public string What => Say(
        "회원 키로 서명해 체인에 올립니다: 이 기기를 계정에서 폐기하고, 맡긴 주문을 모두 거두고, 여기서 서명하지 않은 주문을 취소합니다. 그다음부터 이 키로는 아무것도 주문할 수 없습니다.",
        "Your key signs for the chain: this device is revoked, all mandates are taken back, and orders that were not signed here are called off. From then on nothing can be ordered with this key.");

    public string Costs => Say(
        "되돌릴 수 없습니다. 이 게이트웨이도 더는 주문하지 않고, 선반은 도착을 서명하지 못하며, 진행 중인 주문은 이 화면에서 취소할 수 없습니다. 돈과 보상은 계정에 남습니다. 계속하려면 빈 폴더에서 'init'을 하고 새 초대로 다시 가입하세요.",
        "It cannot be undone. This gateway orders no more either, the shelf can sign no arrival, and running orders cannot be called off here. Money and rewards stay in the account. To go on, run 'init' in an empty folder and join again with a new invitation.");

    public string Press => Say("이 기기 폐기", "Revoke this device");

    public string LogIn => Say("폐기하려면 로그인하세요.", "Log in to revoke it.");

    public string Waiting => Say("폐기를 서명했고 체인에 올리는 중입니다.", "Its end is signed and on its way to the chain.");

    public string Done => Say("이 기기는 폐기되었습니다. 체인에 올랐습니다.", "This device is revoked; the chain has it.");

    public string Refused(string reason) => Say($"체인이 받지 않았습니다: {reason}. 다시 누르세요.", $"The chain has not taken it: {reason}. Press it once more.");

    public string Nothing => Say("이 기기는 이미 계정에 속하지 않고, 거둘 것도 없습니다.", "This device no longer speaks for the account, and nothing else is left to take back.");

    public string NothingNext => Say("계속하려면 빈 폴더에서 'init'을 하고 다시 가입하세요.", "To go on, run 'init' in an empty folder and join again.");

    /// <summary>In the request's language.</summary>
    public static DeviceWords Of(HttpContext http) => new(http.RequestServices.GetRequiredService<UiContext>().Words.Language);

    private string Say(string korean, string english) => language == Language.Korean ? korean : english;
}
