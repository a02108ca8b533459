using PantryChain.Gateway.Deliveries;
using PantryChain.Ui.Texts;

namespace PantryChain.Gateway.Dashboard;

/// <summary>What the pages say about a delivery on its way, in Korean and English.</summary>
internal sealed class DeliveryWords(Language language)
{
    public string Cooperative => Say("조합에서 왔어요", "From the cooperative");

    public string Own => Say("직접 샀어요", "Bought myself");

    public string WhoseAreThey => Say("조합에서 온 건가요, 직접 사신 건가요?", "From the cooperative, or bought yourself?");

    public string Came(uint packs, string at) => Say($"{at}에 {packs}팩이 선반에 올라왔습니다.", packs == 1 ? $"1 pack came onto the shelf on {at}." : $"{packs} packs came onto the shelf on {at}.");

    public string SilenceSignsNothing => Say("답하지 않으면 선반은 아무것도 확인하지 않습니다. 주문이 끝날 때까지 답할 수 있습니다.", "Without an answer the shelf confirms nothing. You can answer until the order ends.");

    public string UnlessYouObject(string handed, string at) => Say(
        $"배송원이 {handed}에 건넸다고 했습니다. 다른 답이 없으면 {at}에 도착으로 확인하고 지급합니다.",
        $"The courier says it was handed over on {handed}. Unless you say otherwise, it is confirmed and paid on {at}.");

    public string CountsSoon(string at) => Say($"조합에서 왔다고 하셨습니다. {at}에 확인하고 지급합니다.", $"You said: from the cooperative. It is confirmed and paid on {at}.");

    public string YouBoughtIt => Say("직접 샀다고 하셨습니다. 주문은 그대로 기다립니다.", "You said: bought yourself. The order goes on waiting.");

    public string Undo => Say("되돌리기", "Undo");

    public string NotShipped => Say("아직 보내지 않았습니다.", "Not shipped yet.");

    public string Seen(uint seen, uint ordered) => Say($"{ordered}팩 가운데 {seen}팩이 확인되었습니다.", $"{seen} of {ordered} packs are confirmed.");

    public string TagsWillTell => Say("조합이 연결한 태그가 선반에 나타나면 저절로 확인됩니다.", "Confirmed by itself when the packs with the cooperative's tags are on the shelf.");

    public string PutOnShelf => Say("상품이 오면 선반에 놓고, 배달표의 코드를 입력해 주세요.", "When it comes, put it on the shelf and type the code on the delivery slip.");

    public string OrTypeCode => Say("배달표가 있으면 코드를 입력하셔도 됩니다.", "If there is a delivery slip, its code answers it too.");

    public string PutOnShelfAlone => Say("상품이 오면 선반에 놓아 주세요. 누가 가져왔는지 여쭙겠습니다.", "When it comes, put it on the shelf; you will be asked who brought it.");

    public string CodeRight => Say("코드를 확인했습니다. 이제 상품을 선반에 놓기만 하면 됩니다.", "The code is right. Now only put the packs on the shelf.");

    public string CodeUsedUp => Say("틀린 코드가 너무 많았습니다. 상품을 선반에 놓고 물음에 답해 주세요.", "Too many wrong codes. Put the packs on the shelf and answer the question instead.");

    public string HandedOver(string at) => Say($"배송원이 {at}에 건넸다고 했습니다.", $"The courier says it was handed over on {at}.");

    public string Code => Say("배달 코드 (숫자 8자리)", "Delivery code (8 digits)");

    public string EnterCode => Say("코드 확인", "Check the code");

    public string PaidWithoutShelf => Say(
        "판매자가 배달을 기록하면, 계약의 기한이 지난 뒤에는 선반의 확인 없이도 지급됩니다.", "If the seller records the delivery, the contract pays after its time-out even without the shelf.");

    public string NoCode => Say("배달 코드가 아닙니다", "That is no delivery code");

    public string NoCodeHint => Say("배달표에 적힌 숫자 8자리를 입력하세요.", "Type the eight digits on the delivery slip.");

    public string WrongCode => Say("이 주문의 코드가 아닙니다", "That is not this order's code");

    public string WrongCodeHint(int left) => Say($"배달표를 다시 보세요. {left}번 더 해 볼 수 있습니다.", left == 1 ? "Look at the slip again; one more try." : $"Look at the slip again; {left} more tries.");

    public string NotTold => Say("아직 조합에서 코드를 알려 오지 않았습니다", "The cooperative has not told what the code is yet");

    public string NotToldHint => Say("잠시 뒤에 다시 하거나, 상품을 선반에 놓고 물음에 답해 주세요.", "Try again in a while, or put the packs on the shelf and answer the question.");

    public string UsedUp => Say("틀린 코드가 너무 많았습니다", "Too many wrong codes");

    public string UsedUpHint => Say("상품을 선반에 놓고 물음에 답해 주세요.", "Put the packs on the shelf and answer the question.");

    public string Settled => Say("이미 정해졌습니다", "That is settled already");

    public string SettledHint => Say("도착으로 확인했거나 주문이 끝났습니다. 주문 카드를 보세요.", "It was confirmed, or the order has ended; look at its card.");

    public string Because(Voucher by) => by switch
    {
        Voucher.Tag => Say("조합이 연결한 태그로 확인했습니다.", "Confirmed by the cooperative's tags."),
        Voucher.Code => Say("배달 코드로 확인했습니다.", "Confirmed by the delivery code."),
        Voucher.HandOver => Say("배송원의 기록과 무게로 확인했습니다.", "Confirmed by the courier's record and the weight."),
        Voucher.Member => Say("답하신 대로 확인했습니다.", "Confirmed by your answer."),
        _ => "",
    };

    private string Say(string korean, string english) => language == Language.Korean ? korean : english;
}
