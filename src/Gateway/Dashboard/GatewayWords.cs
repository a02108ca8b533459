using PantryChain.Domain.Events;
using PantryChain.Domain.Ordering;
using PantryChain.Ui.Hosting;
using PantryChain.Ui.Texts;

namespace PantryChain.Gateway.Dashboard;

/// <summary>The texts that only the household's pages need, in Korean and English; what both hosts say stands in <see cref="Words"/>.</summary>
internal sealed class GatewayWords(Language language)
{
    /// <summary>The inbox's own texts.</summary>
    public InboxWords Inbox => new(language);

    /// <summary>What is said where nothing is left, and about the member's own orders.</summary>
    public EmptyWords Empty => new(language);

    /// <summary>Why nothing is ordered.</summary>
    public string Block(ReorderBlock block) => new Words(language).Block(block);

    /// <summary>What is said about deliveries.</summary>
    public DeliveryWords Delivery => new(language);

    public string Home => Say("우리 집", "Home");

    public string Activity => Say("기록", "Activity");

    public string Products => Say("상품", "Products");

    public string Login => Say("로그인", "Log in");

    public string LogOut => Say("로그아웃", "Log out");

    public string Pin => Say("비밀번호(PIN)", "PIN");

    public string PinHint => Say("게이트웨이를 만들 때 한 번 보여 드린 숫자이거나, 그 뒤에 정한 것입니다.", "The digits shown once when the gateway was set up, or what you chose since.");

    public string PinAgain => Say("돈이 움직이는 일이므로 다시 확인합니다.", "Asked again, because this lets money move.");

    public string OwnerOnly => Say("잔액과 토큰은 로그인한 뒤에만 보입니다.", "Balances and tokens are shown only after logging in.");

    /// <summary>Texts about rewards and standing.</summary>
    public TokenWords Tokens => new(language);

    public string TokensAndStanding => Say("토큰과 등급", "Tokens and standing");

    public string Bamtol => Say("밤톨 잔액", "Bamtol balance");

    public string Bamnamu => Say("밤나무 잔액", "Bamnamu balance");

    public string Tier => Say("주문 등급", "Ordering tier");

    public string Points(string points) => Say($"지난 하루 {points}점", $"{points} points in the last day");

    public string AsOf(string at) => Say($"{at} 기준", $"as of {at}");

    public string NothingKnownYet => Say("조합의 답을 기다리고 있습니다.", "Waiting for the cooperative's answer.");

    public string NotJoined => Say("아직 조합에 가입하지 않았습니다", "This gateway has not joined a cooperative yet");

    public string NotJoinedHint => Say("./pantry gateway join 주소 --invitation 코드", "./pantry gateway join URL --invitation CODE");

    public string Proposals => Say("주문 제안", "Proposals");

    public string Approve => Say("네, 주문하세요", "Yes, order it");

    public string Decline => Say("아니요", "No");

    public string LogInToAnswer => Say("답하려면 로그인하세요", "Log in to answer");

    public string CallOff => Say("주문 취소", "Call it off");

    public string CallingOff => Say("취소하는 중입니다", "Being called off");

    public string NoOrders => Say("아직 주문이 없습니다", "No orders yet");

    public string NoOrdersHint => Say("재고가 줄면 여기에 제안이 올라옵니다.", "When stock runs low, a proposal appears here.");

    public string Automatic => Say("자동", "automatic");

    public string Asked => Say("승인함", "approved");

    public string Quantity(uint packs) => Say($"{packs}팩", packs == 1 ? "1 pack" : $"{packs} packs");

    public string History => Say("최근 기록", "Recent events");

    public string Mandate => Say("주문 맡기기", "Mandate");

    public string NoMandate => Say("아직 맡기지 않았습니다. 아래에서 한도를 정하면, 그 안에서만 주문합니다.", "None yet. Set the limits below; nothing is ever ordered outside them.");

    public string MandateLine(uint packs, string price, string budget, int days, string until) => Say(
        $"한 번에 {packs}팩까지, 한 팩 {price} 이하, {days}일에 {budget}까지, {until}까지",
        $"Up to {(packs == 1 ? "1 pack" : $"{packs} packs")} an order, at most {price} a pack, {budget} per {days} days, until {until}");

    public string MandateWaiting => Say("체인에 올리는 중입니다.", "On its way to the chain.");

    public string MandateRefused(string reason) => Say($"거절되었습니다: {reason}", $"Refused: {reason}");

    public string RevokeMandate => Say("맡긴 주문 거두기", "Take the mandate back");

    public string RevokeMeans => Say(
        "거두면 그때부터 아무것도 새로 제안하거나 주문하지 않습니다. 이미 낸 주문은 그대로 진행되며, 취소할 수 있는 동안은 처음 화면에서 취소할 수 있습니다. 언제든 새로 맡길 수 있습니다.",
        "From then on nothing more is proposed or ordered. Orders that were placed go on; while one can still be called off, the first page has the button. A new mandate can be given at any time.");

    public string PinForKey => Say("회원 키로 서명하므로 다시 확인합니다.", "Asked again, because your key signs this.");

    public string MandateRevoked => Say("맡긴 주문을 거두었습니다. 진행 중인 주문은 계속됩니다.", "Mandate taken back; running orders go on.");

    public string RevokedOnChain(string at) => Say($"{at}에 거두었고, 체인에도 올렸습니다.", $"Taken back on {at}; the chain has it.");

    public string RevocationWaiting => Say("체인에 올리는 중입니다. 이 게이트웨이는 이미 주문하지 않습니다.", "On its way to the chain; this gateway already orders nothing more.");

    public string RevocationRefused(string reason) => Say(
        $"체인이 아직 받지 않았습니다: {reason}. 이 게이트웨이는 주문하지 않습니다. 아래에서 다시 거두세요.",
        $"The chain has not taken it: {reason}. This gateway orders nothing more; take it back once more below.");

    public string PauseMeanwhile => Say(
        "잠시 뒤에 다시 하세요. 맡긴 주문은 그대로입니다. 그동안 '일시 정지'는 체인 없이도 됩니다.", "Try again in a while; the mandate still stands. 'Pause' works without the chain meanwhile.");

    public string Mode => Say("방식", "Mode");

    public string ModeNow(string mode, uint approvals) => Say($"지금: {mode} (승인 {approvals}번)", $"Now: {mode} ({approvals} approved so far)");

    public string MaxQuantity => Say("한 번에 최대 몇 팩", "Most packs per order");

    public string MaxQuantityMeans(uint packs) => Say(
        $"다음 주문은 한 팩을 더 쓰고 앞의 주문이 끝나야 낼 수 있습니다. 한 번에 {packs}팩이면 그 사이에 먹을 한 팩이 남아 있습니다. 1팩이면 빨리 먹는 것은 그 사이에 떨어집니다.",
        $"The next order is possible only after one more pack is used up and the last order has ended. With {packs} packs an order one stays in reserve meanwhile; with 1 pack an order, what is used fast runs out in between.");

    public string TooLittle(uint allowed, uint packs) => Say(
        $"한 번에 {allowed}팩이면 주문이 오는 동안 그보다 많이 먹어서 가끔 떨어집니다. {packs}팩까지로 새로 맡기면 한 팩이 남아 있습니다.",
        $"With {(allowed == 1 ? "1 pack" : $"{allowed} packs")} an order it runs out at times: more than that is used while an order lives. A new mandate for up to {packs} packs keeps one in reserve.");

    public string MaxUnitPrice => Say("한 팩의 최고 가격(원)", "Highest price per pack (won)");

    public string Budget => Say("기간 예산(원)", "Budget per period (won)");

    public string PeriodDays => Say("기간(일)", "Period (days)");

    public string MinCycles => Say("첫 주문 전에 다 써야 할 팩", "Packs to be used up before the first order");

    public string ValidDays => Say("유효 기간(일)", "Valid for (days)");

    public string GiveMandate => Say("이 한도로 맡기기", "Give this mandate");

    public string NewMandate => Say("새로 맡기기", "A new mandate");

    public string Pause => Say("일시 정지", "Pause");

    public string Resume => Say("다시 시작", "Resume");

    public string UsedUp(uint packs) => Say($"지금까지 {packs}팩을 다 썼습니다", packs == 1 ? "1 pack used up so far" : $"{packs} packs used up so far");

    public string Price(string price, string seller) => Say($"{seller} {price}", $"{price} at {seller}");

    public string When => Say("때", "When");

    public string What => Say("일", "What");

    public string Change => Say("변화", "Change");

    public string Level => Say("재고", "Stock");

    public string Number => Say("번호", "No.");

    public string NewestFirst => Say("새것부터", "Newest first");

    public string NothingYet => Say("아직 기록이 없습니다", "Nothing has happened yet");

    public string NothingYetHint => Say("선반에서 무언가를 쓰면 여기에 남습니다.", "As soon as something is used from a shelf, it stands here.");

    public string NotSecure => Say("암호화되지 않은 연결로는 보낼 수 없습니다", "This cannot be sent without encryption");

    public string NotSecureHint(string address) => Say($"{address} 에서 다시 하세요. 이 페이지에 인증서 설치 방법이 있습니다.", $"Open {address} and do it there. The page behind the link says how to install the certificate.");

    public string WrongPin => Say("비밀번호가 맞지 않습니다", "The PIN is wrong");

    public string WrongPinHint => Say("다시 시도하세요. 여러 번 틀리면 점점 오래 기다려야 합니다.", "Try again; after several wrong ones you have to wait ever longer.");

    public string TooManyGuesses => Say("여러 번 틀렸습니다", "Too many wrong PINs");

    public string LogInFirst => Say("먼저 로그인하세요", "Log in first");

    public string LogInFirstHint => Say("비밀번호(PIN)로 로그인한 뒤 다시 하세요.", "Log in with the PIN, then try again.");

    public string FormRefused => Say("이 양식은 받을 수 없습니다", "This form was refused");

    public string FormRefusedHint => Say("화면을 새로 고친 뒤 다시 보내세요.", "Reload the page and send it again.");

    public string NoForm => Say("양식이 아닙니다", "That is not a form");

    public string Fault => Say("게이트웨이가 요청을 처리하지 못했습니다", "The gateway failed at this request");

    public string FaultHint => Say("잠시 뒤 다시 해 보세요. 원인은 게이트웨이의 기록(로그)에 있습니다.", "Try again in a minute. The cause stands in the gateway's log.");

    public string DiskRefuses => Say("디스크에 기록할 수 없어 아무것도 바꾸지 못했습니다", "The disk takes nothing more, so nothing was changed");

    public string DiskRefusesHint => Say(
        "게이트웨이를 켜 둔 채 디스크에 자리를 만들고 다시 해 보세요. 선반은 계속 잽니다.", "Make room on the gateway's disk, leave it running, and try again. The shelves are weighed on.");

    public string NotThere => Say("찾는 것이 없습니다", "That does not exist");

    public string NotThereHint => Say("처음 화면에서 다시 고르세요.", "Choose again on the first page.");

    public string TooLate => Say("이제는 할 수 없습니다", "That is no longer possible");

    public string TooLateHint => Say("그 사이에 상태가 바뀌었습니다. 처음 화면에서 확인하세요.", "The state has changed meanwhile; look at the first page.");

    public string BadValueHint => Say("값을 고친 뒤 다시 보내세요.", "Correct the value and send it again.");

    public string ChainUnreachable => Say("지금 체인에 연결할 수 없습니다", "The chain cannot be reached now");

    public string TryLater => Say("잠시 뒤에 다시 하세요. 아무것도 바뀌지 않았습니다.", "Try again in a while; nothing was changed.");

    /// <summary>The words of a request's reader.</summary>
    public static GatewayWords Of(HttpContext http) => new(http.RequestServices.GetRequiredService<UiContext>().Words.Language);

    public string WaitSeconds(int seconds) => Say($"{seconds}초 뒤에 다시 시도하세요.", $"Try again in {seconds} s.");

    public string BadValue(string field) => Say($"'{field}' 값이 맞지 않습니다", $"The value of '{field}' is out of its range");

    public string NoMandateNow(string reason) => Say($"지금은 맡길 수 없습니다: {reason}", $"It cannot be given now: {reason}");

    public string Kind(ThingEventKind kind) => kind switch
    {
        ThingEventKind.Used => Say("사용", "used"),
        ThingEventKind.Restocked => Say("채움", "restocked"),
        ThingEventKind.Snapshot => Say("재고 확인", "stock noted"),
        ThingEventKind.PatternConfirmed => Say("습관 확인", "pattern met"),
        ThingEventKind.Deviation => Say("습관과 다름", "outside the pattern"),
        ThingEventKind.Delivered => Say("주문 도착", "delivery seen"),
        ThingEventKind.TagSeen => Say("태그 나타남", "tag seen"),
        ThingEventKind.TagLost => Say("태그 사라짐", "tag gone"),
        ThingEventKind.Fault => Say("센서 고장", "sensor fault"),
        ThingEventKind.Calibrated => Say("보정함", "calibrated"),
        ThingEventKind.Corrected => Say("바로잡음", "corrected"),
        _ => Say("기타", "other"),
    };

    private string Say(string korean, string english) => language == Language.Korean ? korean : english;
}
