using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Cooperative;
using PantryChain.Ledger.Contracts;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Gateway.Ordering;

/// <summary>Every call that was signed here, as files for people who bring one themselves.</summary>
/// <remarks>Thread safe.</remarks>
internal sealed class CallFiles(RelayBook relays, OrderBook orders, MandateBook mandates, Household household, ContractSet contracts)
{
    private const int Most = 200;

    /// <summary>The calls of a gateway that does not run, read from its file.</summary>
    public static IReadOnlyList<CallFile> ReadFrom(DataFolder folder, Household household, Membership membership)
    {
        using SqliteFile file = SqliteFile.Open(folder.Database);
        ContractSet contracts = membership.Info.Contracts.ToContractSet((ulong)membership.Info.ChainId);
        return new CallFiles(new RelayBook(file), new OrderBook(file), new MandateBook(file), household, contracts).Newest();
    }

    /// <summary>The newest calls, newest first.</summary>
    public IReadOnlyList<CallFile> Newest() => [.. relays.Newest(Most).Where(IsSigned).Select(Of)];

    /// <summary>The calls that may still be brought, oldest first.</summary>
    public IReadOnlyList<CallFile> UnderWay() => [.. relays.UnderWay().Where(IsSigned).Select(Of)];

    /// <summary>The calls about an order or mandate that may still be brought, oldest first.</summary>
    public IReadOnlyList<CallFile> About(Hash32 subject) => [.. relays.About(subject).Where(relay => !relay.IsFinal && IsSigned(relay)).Select(Of)];

    /// <summary>One call, or null.</summary>
    public CallFile? Find(Hash32 id) => relays.Find(id) is { } relay && IsSigned(relay) ? Of(relay) : null;

    private static bool IsSigned(Relay relay) => relay.Data.Length > 4; // a mandate that was found on chain was set by a call that is not known here

    private CallFile Of(Relay relay)
    {
        string? trouble = relay.Reason ?? relays.TriesOf(relay.Id).Where(tried => tried.Trouble is not null).Select(tried => $"{tried.Relay}: {tried.Trouble}").FirstOrDefault();
        return new CallFile(
            CallFile.Name, relay.Id.ToString(), RelayDesk.NameOf(relay.Kind), contracts.ChainId, relay.To.ToString(), Hex.Encode(relay.Data), relay.Subject.ToString(), relay.Until,
            relay.Status.ToString().ToLowerInvariant(), trouble, WordsOf(relay));
    }

    private CallWords WordsOf(Relay relay)
    {
        OrderTerms? order = orders.Find(new OrderId(relay.Subject))?.Terms;
        Gtin? gtin = order?.Gtin ?? mandates.All().FirstOrDefault(mandate => mandate.Id.Value == relay.Subject)?.Terms.Gtin;
        ShelfProduct? product = gtin is { } known ? household.FindProduct(known) : null;
        (string ko, string en) = product is null ? (gtin?.ToString() ?? "", gtin?.ToString() ?? "") : (product.Product.NameKo, product.Product.NameEn);
        string packs = $"{order?.Quantity} x ";
        return relay.Kind switch
        {
            RelayKind.RevokeDevice => new CallWords("이 기기를 계정에서 폐기합니다.", "Revokes this device: its signature opens nothing of the account any more."),
            RelayKind.Cancel or RelayKind.CancelByMember => new CallWords($"{ko} {order?.Quantity}팩 주문을 취소하고 돈을 돌려받습니다.", $"Calls off the order of {packs}{en}; the money goes back to the member's account."),
            RelayKind.Refund => new CallWords($"판매자가 늦은 {ko} {order?.Quantity}팩 주문의 돈을 돌려받습니다.", $"Brings the money of the late order of {packs}{en} back to the member's account."),
            RelayKind.Revoke => new CallWords($"{ko} 주문을 맡긴 것을 거둡니다.", $"Takes back a mandate for {en}."),
            RelayKind.Trigger => new CallWords($"{ko} {order?.Quantity}팩을 주문합니다.", $"Orders {packs}{en}."),
            RelayKind.Deliver => new CallWords($"{ko} {order?.Quantity}팩을 받았음을 알리고 값을 치릅니다.", $"Says that {packs}{en} arrived, which pays the seller."),
            RelayKind.Claim => new CallWords("쌓인 보상을 회원 계정으로 받습니다.", "Pays matured rewards to the member's account."),
            _ => new CallWords($"{ko} 주문을 맡기는 데 필요한 회원의 서명입니다.", $"A call of the member's account that gives a mandate for {en}."),
        };
    }
}
