using PantryChain.DeviceDrivers.Shelf.Fusion;
using PantryChain.Domain.Quantities;
using PantryChain.Gateway.Inbox;
using PantryChain.Ui.Texts;

namespace PantryChain.Gateway.Dashboard;

/// <summary>The inbox's texts, in Korean and English.</summary>
internal sealed class InboxWords(Language language)
{
    public string Inbox => Say("물음", "Inbox");

    public string WhatWasThis => Say("이게 뭐였나요?", "What was this?");

    public string Undecided => Say("미정", "undecided");

    public string UndecidedMass(string mass) => Say($"이 중 {mass} 미정", $"{mass} of it undecided");

    public string StockUncertain => Say(
        "재고가 확실하지 않아 주문하지 않습니다. 물음에 먼저 답해 주세요.", "Its stock is uncertain, so nothing is ordered: answer the question in the inbox first.");

    public string Waiting(int count) => Say($"물음 {count}개가 기다립니다", count == 1 ? "1 question waits" : $"{count} questions wait");

    public string ShowAll(int more) => Say($"{more}개 더 보기", $"Show {more} more");

    public string None => Say("물을 것이 없습니다", "Nothing to ask");

    public string NoneHint => Say(
        "선반에서 무엇이 움직였는지 알 수 없을 때 여기에서 여쭙니다. 한 번 누르면 됩니다.", "When the shelf cannot tell what moved, it asks here; one tap answers.");

    public string Full => Say(
        "물음이 너무 많습니다. 새로운 것은 가장 그럴듯한 상품으로 바로 적습니다. 오래된 것부터 답해 주세요.",
        "Too many questions wait: new ones are booked at once as what they most likely were. Please answer some of these.");

    public string NotFood => Say("먹을 것이 아님 · 선반을 짚음", "Not food, or somebody leaned on it");

    public string SomethingElse => Say("다른 것", "Something else");

    public string Elsewhere => Say("이 칸의 상품이 아님", "It does not belong on this shelf");

    public string Answered => Say("답한 물음", "Answered");

    public string Undo => Say("되돌리기", "Undo");

    public string UndoHint => Say("하루 안에 되돌릴 수 있습니다. 적은 것은 바로잡는 기록으로 지웁니다.", "Can be undone within a day; a correction takes the booking back.");

    public string ByYou => Say("답하셨습니다", "you said");

    public string Automatic => Say("답이 없어 가장 그럴듯한 것으로", "nobody answered, so the likeliest");

    public string Unless(string at, string what) => Say($"답이 없으면 {at}에 이렇게 적습니다: {what}", $"Without an answer it is booked on {at} as: {what}.");

    public string LogInToAnswer => Say("답하려면 로그인하세요", "Log in to answer");

    public string Fix => Say("고치기", "Fix");

    public string TakenBack => Say("되돌림", "taken back");

    public string WasThisWrong => Say("이 기록이 틀렸나요?", "Was this wrong?");

    public string TakeBack => Say("이건 아니에요", "That was something else");

    public string TakeBackMeans => Say(
        "이 기록을 바로잡고 무엇이었는지 다시 여쭙니다. 칸의 무게는 그대로입니다.", "The booking is corrected and the inbox asks what it was. The shelf's weight stays as it is.");

    public string CannotTakeBack => Say("하루가 지났거나 배달로 적힌 기록은 그대로 남습니다.", "After a day, and for deliveries, a booking stands.");

    public string NotOffered => Say("고를 수 없는 답입니다", "That answer was not offered");

    public string NotOfferedHint => Say("물음 화면에서 다시 고르세요.", "Choose again in the inbox.");

    public string AnsweredAlready => Say("이미 다른 답이 있습니다", "It has another answer already");

    public string AnsweredAlreadyHint => Say("물음 화면에서 먼저 되돌리세요. 하루가 지난 것과 배달은 그대로 남습니다.", "Undo that one in the inbox first; after a day, and for deliveries, it stands.");

    public string Reason(QuestionReason reason) => reason switch
    {
        QuestionReason.Foreign => Say("이 칸의 어떤 상품과도 무게가 맞지 않습니다.", "No product of this shelf weighs that much."),
        QuestionReason.TagConflict => Say("태그에 적힌 상품과 연결해 둔 상품이 다릅니다.", "A tag names one product and was paired with another."),
        QuestionReason.AllAtOnce => Say("모든 저울이 동시에 움직였습니다. 선반에 부딪혔거나 전원이 잠깐 흔들린 것 같습니다.", "All scales jumped at the same moment: was the shelf bumped, or did the power dip?"),
        QuestionReason.TakenBack => Say("되돌린 기록입니다. 그럼 무엇이었나요?", "You took this booking back. What was it then?"),
        _ => Say("여러 상품이 똑같이 그럴듯합니다.", "Several products explain it about equally well."),
    };

    public string Part(in FusedPart part, string name) => (part.Units, part.Delta < Mass.Zero) switch
    {
        ( < 0, _) => Say($"{name} {-part.Units}팩 나감", part.Units == -1 ? $"{name}: a pack left" : $"{name}: {-part.Units} packs left"),
        ( > 0, _) => Say($"{name} {part.Units}팩 들어옴", part.Units == 1 ? $"{name}: a pack came" : $"{name}: {part.Units} packs came"),
        (_, true) => Say($"{name} 씀", $"{name}: some used"),
        _ => Say($"{name} 되돌려 놓음", $"{name}: some put back"),
    };

    public string StrangerGone => Say("전에 놓았던 물건이 나감", "The thing from before is gone");

    private string Say(string korean, string english) => language == Language.Korean ? korean : english;
}
