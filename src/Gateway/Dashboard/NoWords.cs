using PantryChain.Ui.Texts;

namespace PantryChain.Gateway.Dashboard;

/// <summary>The texts about a member's no and its way to the chain, in Korean and English.</summary>
internal sealed class NoWords(Language language)
{
    public string Calls => Say("서명된 요청", "Signed calls");

    public string CallsMean => Say(
        "회원이나 선반이 서명했고 아직 체인에 없는 것들입니다. 조합의 가게가 멈췄거나 나쁜 마음을 먹어도, 파일을 받은 누구나 대신 체인에 올릴 수 있습니다: ./pantry gateway bring 파일 --node 주소 --key 파일",
        "What the member or the shelf signed and the chain does not show yet. Should the cooperative's store be gone or unwilling, anybody who has the file can bring it: ./pantry gateway bring FILE --node URL --key FILE");

    public string NoCalls => Say("기다리는 요청이 없습니다", "No signed call waits");

    public string Download => Say("서명된 파일 받기", "Download the signed call");

    public string Deciding(uint packs, TimeSpan within)
    {
        int hours = Math.Max(1, (int)Math.Ceiling(within.TotalHours));
        string are = packs == 1 ? "1 pack is" : $"{packs} packs are", time = hours == 1 ? "an hour" : $"{hours} hours";
        return Say(
            $"{packs}팩 주문하기로 했고, 아직 서명하지 않았습니다. 집에 언제 사람이 있는지 알 수 없게 {hours}시간 안의 아무 때에 보냅니다.",
            $"{are} to be ordered; nothing is signed yet. It goes out at some time within {time}, so that nobody learns when you are at home.");
    }

    public string NotOnChainYet => Say("아직 체인에 없습니다. 지금 취소하면 돈이 움직이지 않거나 바로 돌아옵니다.", "Not on chain yet. Called off now, no money moves, or it comes straight back.");

    public string HeldUp(string trouble) => Say($"전달이 늦어지고 있습니다. 시간이 남아 있는 동안 다시 시도합니다. {trouble}", $"Its way to the chain is held up; it is tried again while its time lasts. {trouble}");

    public string Until(string time) => Say($"{time}까지 유효", $"holds until {time}");

    public string StillAllowed(uint packs, string price, string budget, int days) => Say(
        $"체인에는 아직 있습니다: 한 번에 {packs}팩까지, 한 팩 {price} 이하, {days}일에 {budget}까지. 거두는 중이며 이 게이트웨이는 쓰지 않습니다.",
        $"The chain still has an older one: up to {packs} an order, at most {price} a pack, {budget} per {days} days. It is being taken back, and this gateway does not use it.");

    public string Unknown(uint packs, string price, string budget, int days) => Say(
        $"이 게이트웨이가 모르는 주문 맡기기가 체인에 있습니다: 한 번에 {packs}팩까지, 한 팩 {price} 이하, {days}일에 {budget}까지. 거두거나 새로 맡기면 함께 사라집니다.",
        $"A mandate stands on chain that this gateway does not know: up to {packs} an order, at most {price} a pack, {budget} per {days} days. Taking back, or a new mandate, ends it too.");

    public string NotSignedHere => Say(
        "이 게이트웨이가 서명하지 않은 주문에 이 기기의 서명이 있습니다. 누군가 기기의 키를 가지고 있습니다. 취소할 수 있는 동안 스스로 취소합니다. '이 기기 폐기'를 누르고 새 키로 다시 가입하세요.",
        "This order carries this device's signature, and this gateway did not sign it: somebody else has the device's key. It is called off by itself while that is possible. Press 'Revoke this device' and join anew with a new key.");

    public string ChainDoubted(string node, string trouble) => Say($"체인을 보는 눈에 문제가 있습니다. {node}: {trouble}", $"The sight of the chain is impaired. {node}: {trouble}");

    private string Say(string korean, string english) => language == Language.Korean ? korean : english;
}
