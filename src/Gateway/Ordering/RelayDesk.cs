using PantryChain.Domain.Identity;
using PantryChain.Gateway.Cooperative;

namespace PantryChain.Gateway.Ordering;

/// <summary>Hands kept calls to the store and asks until store or chain has spoken; the same id again is the same call, so a lost answer costs nothing.</summary>
/// <remarks>One caller at a time, the order drain.</remarks>
internal sealed class RelayDesk(RelayBook book, StoreClient store, ILogger<RelayDesk> log)
{
    /// <summary>Moves every call that is under way as far as it goes now; true while some are not final.</summary>
    /// <exception cref="HttpRequestException">The store cannot be reached.</exception>
    public async Task<bool> MoveAsync(CancellationToken stop)
    {
        bool waiting = false;
        foreach (Relay relay in book.UnderWay())
            waiting |= !await MoveAsync(relay, stop);
        return waiting;
    }

    private async Task<bool> MoveAsync(Relay relay, CancellationToken stop)
    {
        switch (relay.After is { } first ? book.Find(first)?.Status : RelayStatus.Mined)
        {
            case RelayStatus.Mined:
                break;
            case RelayStatus.Refused:
                book.Note(relay.Id, RelayStatus.Refused, "the call before it was refused");
                return true;
            default:
                return false;
        }
        try
        {
            RelayAnswer? answer = relay.Status == RelayStatus.Kept ? null : await store.RelayOfAsync(relay.Id.ToString(), stop);
            answer ??= await store.RelayAsync(new RelayRequest(relay.Id.ToString(), NameOf(relay.Kind), relay.To.ToString(), Hex.Encode(relay.Data)), stop);
            return Note(relay, answer);
        }
        catch (StoreRefusal refusal)
        {
            log.LogWarning("The store refused a call ({Kind}): {Reason}", NameOf(relay.Kind), refusal.Message);
            book.Note(relay.Id, RelayStatus.Refused, refusal.Code.Length > 0 ? refusal.Code : refusal.Message);
            return true;
        }
    }

    private bool Note(Relay relay, RelayAnswer answer)
    {
        RelayStatus status = answer.Status switch { "mined" => RelayStatus.Mined, "refused" => RelayStatus.Refused, _ => RelayStatus.Handed };
        if (status != relay.Status)
            book.Note(relay.Id, status, answer.Reason);
        if (status == RelayStatus.Refused)
            log.LogWarning("The chain refused a call ({Kind}): {Reason}", NameOf(relay.Kind), answer.Reason);
        return status is RelayStatus.Mined or RelayStatus.Refused;
    }

    private static string NameOf(RelayKind kind) => kind switch
    {
        RelayKind.Execute => "execute",
        RelayKind.Trigger => "trigger",
        RelayKind.Cancel => "cancel",
        RelayKind.Deliver => "deliver",
        _ => "claim",
    };
}
