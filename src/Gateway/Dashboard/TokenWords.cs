using PantryChain.Ui.Texts;

namespace PantryChain.Gateway.Dashboard;

/// <summary>What the pages say about rewards, claiming and standing, in Korean and English.</summary>
internal sealed class TokenWords(Language language)
{
    public string Held => Say("아직 받지 않은 보상", "Rewards not yet claimed");

    public string HeldNote => Say("등급에는 잔액과 똑같이 셉니다", "count for the tier like the balance");

    public string Waiting(string amount) => Say(
        $"쓰면서 모은 {Josa.Subject(amount)} 조합에서 산 첫 주문의 정산을 기다립니다.", $"{amount} earned by use wait for a first settled order at the cooperative.");

    public string Claim => Say("보상 받기", "Claim rewards");

    public string ClaimNow(string amount) => Say($"{amount} 받기", $"Claim {amount}");

    public string ClaimMeans => Say(
        "받으면 지금까지 모은 보상의 합계가 이 계정의 이름으로 체인에 적혀 누구나 언제까지나 볼 수 있습니다. 받지 않는 동안은 우리 집과 조합만 압니다.",
        "Claiming writes the sum of all that you earned so far into the chain, beside your account, where everybody can read it for ever. Until you do, only this household and the cooperative know it.");

    public string ClaimAndTier => Say(
        "주문 등급은 그대로입니다. 받지 않은 보상도 받은 보상도 똑같이 세며, 기다려도 없어지지 않습니다. 받은 밤나무를 쓰면 등급이 내려갈 수 있습니다.",
        "The ordering tier stays as it is: claimed and unclaimed rewards count alike, and waiting loses nothing. Spending claimed Bamnamu can lower it.");

    public string ClaimWouldCostTier => Say(
        "이 조합은 받지 않은 보상만 등급에 셉니다. 지금 받으면 등급을 잃으므로 그대로 둡니다.",
        "This cooperative counts only unclaimed rewards for the tier. Claiming now would lose it, so they stay where they are.");

    public string ClaimUnderWay => Say("받는 중입니다.", "A claim is on its way.");

    public string NothingToClaim => Say("지금 받을 보상이 없습니다", "There is nothing to claim now");

    public string NothingToClaimHint => Say("보상은 생긴 지 30일 뒤부터 받을 수 있습니다.", "A reward can be claimed from 30 days after it was earned.");

    public string TierNeedsIt => Say("받으면 주문 등급을 잃습니다", "Claiming would lose the ordering tier");

    public string TierNeedsItHint => Say("조합이 새 판으로 바꾸면 받을 수 있습니다. 보상은 없어지지 않습니다.", "Claim once the cooperative runs a newer version; nothing is lost by waiting.");

    public string MandateWithTier => Say(
        "가장 낮은 주문 등급을 함께 정하므로, 제안을 몇 번 승인한 뒤에는 묻지 않고 주문할 수 있습니다. 등급이 없으면 컨트랙트가 거절합니다.",
        "It asks for the lowest ordering tier, so after a few accepted proposals orders may go out without asking. The contract refuses them to a household without that tier.");

    public string MandateWithoutTier => Say(
        "아직 주문 등급이 없으므로 제안마다 먼저 묻습니다. 첫 주문이 정산되면 등급이 생기고, 그때 새로 맡기면 자동으로 주문합니다.",
        "The household has no ordering tier yet, so every proposal waits for your yes. The first settled order earns one; a new mandate then lets it order without asking.");

    private string Say(string korean, string english) => language == Language.Korean ? korean : english;
}
