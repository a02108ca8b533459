namespace PantryChain.Ui.Texts;

// How the store is, and what was set aside.
public sealed partial class Words
{
    /// <summary>The desk's page of health.</summary>
    public string StoreHealth => Say("상태 점검", "Health");

    /// <summary>Nothing is wrong.</summary>
    public string StoreIsWell => Say("모두 정상입니다", "Everything works");

    /// <summary>What is looked at.</summary>
    public string StoreIsWellHint => Say(
        "데이터베이스, 체인, 브로커, 시계, 지갑, 주문 장부를 계속 확인합니다.", "Database, chain, broker, clock, wallets and the book of orders are watched all the time.");

    /// <summary>Column: what is wrong.</summary>
    public string WhatIsWrong => Say("문제", "What is wrong");

    /// <summary>Column: what to do.</summary>
    public string NextStep => Say("할 일", "Next step");

    /// <summary>Heading: logs that could not be read.</summary>
    public string LogsSetAside => Say("읽지 못해 따로 둔 체인 기록", "Chain logs that were set aside");

    /// <summary>What these are and what to do.</summary>
    public string LogsSetAsideHint => Say(
        "매장이 읽을 수 없어 원문 그대로 따로 둔 기록입니다. 거래를 체인에서 확인하고, 조합원의 주문이면 프로그램을 새 판으로 바꾼 뒤 문의해 주세요. 살펴본 것은 확인했음을 누르면 됩니다.",
        "The store could not read these and kept them as they are. Look the transaction up on the chain; if it is a member's order, install the newest program and report it. Mark as seen what you have looked at.");

    /// <summary>There are none.</summary>
    public string NothingSetAside => Say("따로 둔 기록이 없습니다", "Nothing was set aside");

    /// <summary>Column: the block.</summary>
    public string BlockLabel => Say("블록", "Block");

    /// <summary>Column: the transaction.</summary>
    public string TransactionLabel => Say("거래", "Transaction");

    /// <summary>Column: why.</summary>
    public string ReasonLabel => Say("이유", "Reason");

    /// <summary>Column: the bytes.</summary>
    public string BytesLabel => Say("원문", "Bytes");

    /// <summary>Button: a clerk has looked at it.</summary>
    public string MarkAsSeen => Say("확인했음", "Mark as seen");

    /// <summary>A clerk has looked at it.</summary>
    public string SeenAt(string at) => Say($"{at}에 확인함", $"seen {at}");

    /// <summary>What is wrong, with the figure or name that belongs to it.</summary>
    public string FaultOf(StoreFault fault, string detail) => fault switch
    {
        StoreFault.DatabaseDown => Say($"데이터베이스가 응답하지 않습니다. {detail}", $"The database does not answer. {detail}"),
        StoreFault.ChainDown => Say($"체인 노드가 응답하지 않습니다. {detail}", $"The chain's node does not answer. {detail}"),
        StoreFault.WrongChain => Say($"노드 주소에서 다른 체인이 응답합니다: {detail}", $"Another chain answers at the node's address: {detail}"),
        StoreFault.ChainBehind => Say($"노드의 블록이 전에 보여 준 것보다 적습니다. {detail}", $"The node has fewer blocks than it showed before. {detail}"),
        StoreFault.BrokerDown => Say($"브로커가 응답하지 않습니다. {detail}", $"The broker does not answer. {detail}"),
        StoreFault.FollowerLags => Say($"체인 기록을 늦게 따라가고 있습니다: {detail}", $"The chain's log is read too late: {detail}"),
        StoreFault.LogRefused => Say($"노드가 블록 하나의 기록조차 내주지 않습니다: {detail}", $"The node refuses the log of even a single block: {detail}"),
        StoreFault.LogsSetAside => Say($"읽지 못해 따로 둔 기록: {detail}", $"Logs that could not be read and were set aside: {detail}"),
        StoreFault.BlocksRejected => Say($"블록이 거절되고 있는 기기: {detail}", $"Devices whose blocks are rejected: {detail}"),
        StoreFault.ClockDoubted => Say($"새 블록의 시각과 매장 시계가 다릅니다: {detail}", $"The stamp of a new block differs from the store's clock: {detail}"),
        StoreFault.ViewDiffers => Say($"주문 장부가 체인과 다릅니다: {detail}", $"The book of orders differs from the chain: {detail}"),
        StoreFault.TransactionsStuck => Say($"오래 기다리는 거래: {detail}", $"Transactions that wait for too long: {detail}"),
        StoreFault.WalletEmpty => Say($"가스비가 떨어져 가는 지갑: {detail}", $"A wallet runs out of money for gas: {detail}"),
        _ => Say($"체인이 정산 발표를 거절했습니다: {detail}", $"The chain refused to publish an epoch: {detail}"),
    };

    /// <summary>What to do about it.</summary>
    public string NextStepOf(StoreFault fault) => fault switch
    {
        StoreFault.DatabaseDown => Say("PostgreSQL을 다시 켜 주세요. 매장은 저절로 이어집니다.", "Start PostgreSQL; the store goes on by itself."),
        StoreFault.ChainDown => Say("노드를 켜거나 store.json 의 chain.rpcUrl 을 고쳐 주세요. 그동안 받은 것은 보관됩니다.", "Start the node, or correct chain.rpcUrl in store.json. What comes in meanwhile is kept."),
        StoreFault.WrongChain => Say("store.json 의 chain.rpcUrl 을 고치고 다시 시작해 주세요.", "Correct chain.rpcUrl in store.json and start again."),
        StoreFault.ChainBehind => Say("노드가 따라잡을 때까지 기다리거나 다른 노드를 쓰세요.", "Wait until the node has caught up, or use another node."),
        StoreFault.BrokerDown => Say("mosquitto 를 다시 켜 주세요. 게이트웨이들이 블록을 다시 보냅니다.", "Start mosquitto; gateways send their blocks again."),
        StoreFault.FollowerLags => Say("노드가 느리거나 막혔습니다. 매장 로그에서 이유를 보세요.", "The node is slow or refuses; the store's log has the reason."),
        StoreFault.LogRefused => Say("요청 한도가 더 큰 노드로 바꾸거나 자기 노드를 쓰세요.", "Use a node with higher limits, or one of your own."),
        StoreFault.LogsSetAside => Say("창구의 상태 점검 쪽에서 살펴보고 확인했음을 누르세요.", "Look at them on the desk's page of health and mark them as seen."),
        StoreFault.BlocksRejected => Say("그 가구에 연락해 게이트웨이 상태를 보게 하세요.", "Have those households look at their gateway's page."),
        StoreFault.ClockDoubted => Say("이 컴퓨터의 시간 동기화(NTP)와 노드의 시간을 확인하세요.", "Check time synchronisation (NTP) of this machine and of the node."),
        StoreFault.ViewDiffers => Say("다른 노드로 체인을 확인하고, 장부가 틀렸으면 개발자에게 알려 주세요.", "Compare with another node; if the book is wrong, report it."),
        StoreFault.TransactionsStuck => Say("노드와 지갑 잔액을 확인하세요. 매장은 계속 다시 보냅니다.", "Check the node and the wallets' balance; the store goes on sending them."),
        StoreFault.WalletEmpty => Say("그 지갑에 가스비를 보내 주세요.", "Send that wallet money for gas."),
        _ => Say("매장 로그에서 이유를 보세요. 다음 정산이 모두 다시 셉니다.", "The store's log has the reason; the next epoch counts everything again."),
    };
}
