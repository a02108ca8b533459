namespace PantryChain.Ui.Texts;

// The cooperative's desk and its front page.
public sealed partial class Words
{
    /// <summary>What the front page says below the cooperative's name.</summary>
    public string StoreWelcome => Say(
        "선반이 스스로 주문하는 협동조합 매장입니다. 조합원의 선반은 상담 창구에서 받은 초대 코드로 가입합니다.",
        "A cooperative store that is ordered from by shelves. A member's shelves join with an invitation code from the desk.");

    /// <summary>Link to the desk.</summary>
    public string Desk => Say("업무 창구", "Desk");

    /// <summary>What is sold.</summary>
    public string Catalogue => Say("상품", "Catalogue");

    /// <summary>Who takes part.</summary>
    public string Households => Say("가구", "Households");

    /// <summary>Money in and out.</summary>
    public string Treasury => Say("금고", "Treasury");

    /// <summary>Heading of the login page.</summary>
    public string ClerkLogin => Say("담당자 로그인", "Clerk's login");

    /// <summary>The clerk's password.</summary>
    public string Password => Say("비밀번호", "Password");

    /// <summary>Where the password stands.</summary>
    public string PasswordHint => Say("매장 폴더의 keys/clerk.password 에 있습니다.", "It stands in keys/clerk.password in the store's folder.");

    /// <summary>The password was wrong.</summary>
    public string PasswordWrong => Say("비밀번호가 맞지 않습니다.", "This is not the password.");

    /// <summary>Button.</summary>
    public string LogIn => Say("로그인", "Log in");

    /// <summary>Button.</summary>
    public string LogOut => Say("로그아웃", "Log out");

    /// <summary>Heading of the orders that still move.</summary>
    public string LiveOrders => Say("처리할 주문", "Orders under way");

    /// <summary>Heading of the final orders.</summary>
    public string ClosedOrders => Say("끝난 주문", "Closed orders");

    /// <summary>No order is under way.</summary>
    public string NoLiveOrders => Say("처리할 주문이 없습니다", "No orders under way");

    /// <summary>When there will be one.</summary>
    public string NoLiveOrdersHint => Say("조합원의 선반이 주문하면 바로 여기에 나타납니다.", "They appear here as soon as a member's shelf orders.");

    /// <summary>No order was closed yet.</summary>
    public string NoClosedOrders => Say("아직 끝난 주문이 없습니다", "No closed orders yet");

    /// <summary>Button: take an order.</summary>
    public string AcceptOrder => Say("주문 받기", "Accept");

    /// <summary>Button: take an order that does not pay what the catalogue asked.</summary>
    public string AcceptAnyway => Say("이 가격으로 받기", "Accept at this price");

    /// <summary>An order does not pay what the catalogue asked.</summary>
    public string OddlyPriced(string paid, string listed) =>
        Say($"주문 금액 {Josa.Subject(paid)} 판매 목록의 가격 {Josa.With(listed)} 맞지 않습니다.", $"It pays {paid}; the catalogue asked {listed}.");

    /// <summary>Button: the goods left.</summary>
    public string ShipOrder => Say("보냈음", "Mark as shipped");

    /// <summary>Button: the goods arrived.</summary>
    public string RecordDelivery => Say("배달 기록", "Record delivery");

    /// <summary>Button: call an order off.</summary>
    public string CallOffOrder => Say("주문 취소", "Call off");

    /// <summary>An action is on its way to the chain.</summary>
    public string ActionUnderWay => Say("체인에 보내는 중…", "On its way to the chain…");

    /// <summary>The chain refused an action.</summary>
    public string ActionRefused(string reason) => Say($"체인이 거절했습니다: {reason}. 다시 시도할 수 있습니다.", $"The chain refused: {reason}. It can be tried again.");

    /// <summary>The buyer may still cancel.</summary>
    public string AcceptableFrom(string at) => Say($"구매자가 {at}까지 취소할 수 있습니다. 그 뒤에 받을 수 있습니다.", $"The buyer may cancel until {at}; accept it from then on.");

    /// <summary>The delivery is recorded or under way; the shelf's word ends it.</summary>
    public string WaitingForShelf => Say("선반이 도착을 확인하면 정산됩니다.", "Settled when the shelf confirms the arrival.");

    /// <summary>The running step's time-out.</summary>
    public string TimesOutAt(string at) => Say($"기한 {at}", $"Due by {at}");

    /// <summary>Column: the product.</summary>
    public string Product => Say("상품명", "Product");

    /// <summary>Column: the household's gateway.</summary>
    public string Household => Say("주문 가구", "Household");

    /// <summary>Column: how many.</summary>
    public string Quantity => Say("수량", "Quantity");

    /// <summary>Column: the amount.</summary>
    public string Amount => Say("금액", "Amount");

    /// <summary>Column: where it stands.</summary>
    public string StateLabel => Say("상태", "State");

    /// <summary>Column: when.</summary>
    public string When => Say("시각", "When");

    /// <summary>Column: mass of a pack.</summary>
    public string PackMass => Say("한 팩의 무게", "Pack");

    /// <summary>Column: price of a pack.</summary>
    public string UnitPrice => Say("가격", "Price");

    /// <summary>Column: how soon it comes.</summary>
    public string LeadTime => Say("걸리는 날", "Arrives after");

    /// <summary>Field: a new price in won.</summary>
    public string NewPrice => Say("새 가격 (원)", "New price (won)");

    /// <summary>Button: set the price.</summary>
    public string ChangePrice => Say("가격 바꾸기", "Change price");

    /// <summary>What a change of price does.</summary>
    public string PriceHint => Say("이미 들어온 주문의 가격은 바뀌지 않습니다.", "Orders already placed keep their price.");

    /// <summary>There is nothing on sale.</summary>
    public string NothingOnSale => Say("파는 상품이 없습니다", "Nothing is on sale");

    /// <summary>Column: name of a gateway.</summary>
    public string Gateway => Say("게이트웨이", "Gateway");

    /// <summary>Column: since when.</summary>
    public string JoinedAt => Say("가입한 때", "Joined");

    /// <summary>Column: the member's account.</summary>
    public string Account => Say("계정", "Account");

    /// <summary>Nobody joined yet.</summary>
    public string NoHouseholds => Say("아직 가입한 가구가 없습니다", "No household has joined yet");

    /// <summary>What to do about it.</summary>
    public string NoHouseholdsHint => Say("초대 코드를 만들어 건네 주세요.", "Make an invitation code and hand it over.");

    /// <summary>Heading: invitations.</summary>
    public string Invitations => Say("초대", "Invitations");

    /// <summary>Button: make an invitation.</summary>
    public string MakeInvitation => Say("초대 코드 만들기", "Make an invitation");

    /// <summary>Field: a note beside an invitation.</summary>
    public string InvitationNote => Say("메모", "Note");

    /// <summary>The new code, shown once.</summary>
    public string InvitationOnce => Say("이 코드는 지금 한 번만 보입니다. 조합원에게 건네 주세요.", "This code is shown this once. Hand it to the member.");

    /// <summary>Column: good until.</summary>
    public string GoodUntil => Say("유효 기한", "Good until");

    /// <summary>No invitations yet.</summary>
    public string NoInvitations => Say("아직 만든 초대가 없습니다", "No invitations yet");

    /// <summary>An invitation that nobody used yet.</summary>
    public string InvitationOpen => Say("사용 전", "not used yet");

    /// <summary>An invitation whose time is over.</summary>
    public string InvitationExpired => Say("기한 지남", "run out");

    /// <summary>All Bamtol there is.</summary>
    public string Supply => Say("발행된 밤톨", "Bamtol issued");

    /// <summary>Money behind it.</summary>
    public string Reserve => Say("보관된 원화", "Won in reserve");

    /// <summary>Sales that wait in the escrow.</summary>
    public string SalesWaiting => Say("정산된 매출", "Settled sales");

    /// <summary>The seller's wallet.</summary>
    public string SellerWallet => Say("판매자 지갑", "Seller's wallet");

    /// <summary>Heading and button: a deposit.</summary>
    public string RecordDeposit => Say("입금 기록", "Record a deposit");

    /// <summary>Field: amount in won.</summary>
    public string AmountWon => Say("금액 (원)", "Amount (won)");

    /// <summary>Field: the bank's entry number.</summary>
    public string Reference => Say("은행 거래 번호", "Bank's entry number");

    /// <summary>Why a reference is needed.</summary>
    public string ReferenceHint => Say("같은 번호는 한 번만 기록됩니다.", "The same number is booked only once.");

    /// <summary>Heading: a deposit looks like one that was booked today.</summary>
    public string BookAgainTitle => Say("한 번 더 기록할까요?", "Book it again?");

    /// <summary>What was booked today and what is asked to be booked.</summary>
    public string BookedToday(string household, string amount, string other, string reference) => Say(
        $"{household}의 {amount} 입금은 오늘 '{other}' 번호로 이미 기록했습니다. 은행에 '{reference}'이(가) 따로 있을 때만 한 번 더 기록하세요.",
        $"{amount} of {household} were booked today under '{other}'. Book '{reference}' too only if the bank shows both entries.");

    /// <summary>Button: it is another entry.</summary>
    public string BookAgain => Say("따로 있는 거래입니다, 기록", "It is another entry: book it");

    /// <summary>Link: it is the same entry.</summary>
    public string NotAgain => Say("기록하지 않음", "Do not book it");

    /// <summary>Button: take sales out of the escrow.</summary>
    public string WithdrawSales => Say("매출 찾기", "Withdraw sales");

    /// <summary>Heading and button: turn Bamtol into won.</summary>
    public string Redeem => Say("원화로 바꾸기", "Redeem for won");

    /// <summary>Button: the won were paid out.</summary>
    public string PayOut => Say("지급했음", "Paid out");

    /// <summary>Heading: bookings.</summary>
    public string Bookings => Say("장부", "Bookings");

    /// <summary>No bookings yet.</summary>
    public string NoBookings => Say("아직 기록이 없습니다", "No bookings yet");

    /// <summary>A booking's kind.</summary>
    public string BookingKind(string kind) => kind switch
    {
        "deposit" => Say("입금", "deposit"),
        "redemption" => Say("상환", "redemption"),
        _ => Say("지급", "payout"),
    };

    /// <summary>Where a transaction stands.</summary>
    public string TransactionStatus(string status) => status switch
    {
        "mined" => Say("체인에 기록됨", "on chain"),
        "refused" => Say("거절됨", "refused"),
        _ => Say("보내는 중", "on its way"),
    };

    /// <summary>Whole days from the likeliest, as text.</summary>
    public string DaysAfter(string days) => Say($"{days}일", days == "1" ? "1 day" : $"{days} days");

    /// <summary>Button and heading: when it is delivered and sold.</summary>
    public string ChangeSupply => Say("배송 요일과 제철 바꾸기", "Change delivery days and season");

    /// <summary>Weekdays on which goods arrive.</summary>
    public string DeliveryDays => Say("배송 요일", "Delivery days");

    /// <summary>Until when an order counts for the day.</summary>
    public string CutOff => Say("주문 마감 시각 (비우면 하루 종일)", "Orders until (empty: all day)");

    /// <summary>The harvest calendar's months.</summary>
    public string SeasonMonths => Say("파는 달", "Months on sale");

    /// <summary>How long a pack keeps.</summary>
    public string ShelfLife => Say("보관할 수 있는 날 (비우면 상하지 않음)", "Keeps for how many days (empty: does not spoil)");

    /// <summary>A weekday in one letter or three.</summary>
    public string ShortDay(DayOfWeek day) => Say("일월화수목금토"[(int)day].ToString(), day.ToString()[..3]);

    /// <summary>Goods come any day.</summary>
    public string DeliveredDaily => Say("매일 배송", "delivered any day");

    /// <summary>Goods come on these weekdays only.</summary>
    public string DeliveredOn(string days) => Say($"{days} 배송", $"delivered {days}");

    /// <summary>Until when an order counts for the day.</summary>
    public string OrdersUntil(string time) => Say($"{time}까지 주문", $"orders until {time}");

    /// <summary>The months of the harvest calendar.</summary>
    public string OnSaleIn(string months) => Say($"{months} 판매", $"on sale in {months}");

    /// <summary>How long a pack keeps.</summary>
    public string KeepsDays(string days) => Say($"{days}일 보관", days == "1" ? "keeps 1 day" : $"keeps {days} days");
}
