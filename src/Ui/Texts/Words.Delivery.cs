namespace PantryChain.Ui.Texts;

public sealed partial class Words
{
    /// <summary>Heading of what goes along with a delivery.</summary>
    public string DeliveryPapers => Say("배달 증빙", "What goes along");

    /// <summary>How many packs have a tag.</summary>
    public string TagsBound(string bound, string packs) => Say($"태그 {bound}/{packs}개 연결", packs == "1" ? $"{bound} of 1 pack has a tag" : $"{bound} of {packs} packs have a tag");

    /// <summary>Field: a pack's tag.</summary>
    public string TagOfPack => Say("팩의 태그 (읽은 그대로)", "Tag of a pack (as it was read)");

    /// <summary>Why tags are bound.</summary>
    public string TagHint => Say(
        "포장할 때 태그를 연결하면 선반이 도착을 스스로 확인합니다. 보내기 전까지 되돌릴 수 있고, 한 태그는 한 주문에만 씁니다.",
        "With its tags bound while packing, the shelf knows the delivery by itself. They can be taken off until it is shipped; a tag counts for one order only.");

    /// <summary>Button: bind a tag.</summary>
    public string BindTag => Say("태그 연결", "Bind tag");

    /// <summary>Button: take a tag off.</summary>
    public string TakeTagOff => Say("떼기", "Take off");

    /// <summary>The code on the slip.</summary>
    public string SlipCode => Say("배달 코드", "Delivery code");

    /// <summary>Link to the slip.</summary>
    public string OpenSlip => Say("배달표 보기·인쇄", "Delivery slip, to print");

    /// <summary>Heading of the slip.</summary>
    public string DeliverySlip => Say("배달표", "Delivery slip");

    /// <summary>What the household does with the slip.</summary>
    public string SlipHint => Say(
        "상품을 선반에 놓고, 우리 집 화면의 주문 카드에 이 코드를 한 번 입력해 주세요. 이 주문에만 쓸 수 있습니다.",
        "Put the packs on the shelf and type this code once on the order's card of your dashboard. It is good for this order only.");

    /// <summary>What may be written to a tag on the parcel.</summary>
    public string SlipTagHint => Say("소포에 NFC 태그를 붙인다면 이 주소를 적으세요. 선반에 대면 코드가 입력됩니다.", "For an NFC tag on the parcel write this address; held to the shelf's reader it enters the code.");

    /// <summary>Button: the courier handed it over.</summary>
    public string HandedOverNow => Say("방금 건넸음", "Handed over now");

    /// <summary>When it was handed over.</summary>
    public string HandedOverAt(string at) => Say($"{at}에 건넸습니다", $"Handed over on {at}");

    /// <summary>Nobody said yet that it was handed over.</summary>
    public string NotHandedOver => Say("아직 건네지 않았습니다", "Not handed over yet");

    /// <summary>There is no code before an order is shipped.</summary>
    public string NotShippedYet => Say("보낸 뒤에 코드가 만들어집니다.", "The code is made when the order is shipped.");

    /// <summary>How an order is paid.</summary>
    public string PaidHow => Say(
        "선반이 태그나 코드로 확인하거나 가족이 답하면 바로 정산됩니다. ‘배달 기록’ 뒤에는 기한이 지나면 선반 없이도 정산됩니다.",
        "Settled at once when the shelf knows it by tag or code, or the family says so; after \"Record delivery\" also without the shelf, when the time is over.");
}
