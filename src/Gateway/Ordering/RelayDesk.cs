using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Time;
using PantryChain.Gateway.Cooperative;

namespace PantryChain.Gateway.Ordering;

/// <summary>Hands kept calls to relays until the chain itself shows them, or shows that they can come no more.</summary>
/// <remarks>
/// No relay's word ends a call that the chain can tell about: "mined" is looked for on chain, "refused" is tried again while it may succeed. A member's no goes to
/// the joined store first and to all others when that fails or the chain does not show it soon. Never throws for a network. One caller at a time, the order drain.
/// </remarks>
/// <param name="book">The calls.</param>
/// <param name="relays">Who may bring them.</param>
/// <param name="look">What the chain says of a call.</param>
/// <param name="whyNot">Why a call would fail now; null when it would not.</param>
/// <param name="time">Household time; its timestamps are real.</param>
/// <param name="log">For people.</param>
internal sealed class RelayDesk(
    RelayBook book, CallRelays relays, Func<Relay, CancellationToken, Task<CallVerdict>> look, Func<Relay, CancellationToken, Task<string?>> whyNot, TimeProvider time,
    ILogger<RelayDesk> log)
{
    private static readonly TimeSpan Soonest = TimeSpan.FromMilliseconds(150), Latest = TimeSpan.FromSeconds(60); // real time
    private static readonly TimeSpan OthersAfter = TimeSpan.FromSeconds(20);                                      // real time
    private const int PartsOfWindow = 24; // never wait longer than that part of what is left of a call's time

    private readonly Dictionary<(Hash32 Call, string Relay), Pace> _paces = [];
    private readonly Dictionary<Hash32, Pace> _looks = [];
    private readonly Dictionary<Hash32, long> _begun = [];

    /// <summary>Moves every call that is under way as far as it goes now.</summary>
    /// <returns>Real time until it is worth calling again; null when nothing is under way.</returns>
    public async Task<TimeSpan?> MoveAsync(CancellationToken stop)
    {
        TimeSpan? next = null;
        foreach (Relay call in book.UnderWay())
        {
            if (await MoveAsync(call, stop) is { } wait && (next is null || wait < next))
                next = wait;
        }
        return next;
    }

    /// <summary>True while a call waits that was not looked at yet.</summary>
    public bool HasUntouched => book.UnderWay().Any(call => !_begun.ContainsKey(call.Id));

    /// <summary>What holds up calls that are under way: the call, the relay and the trouble with it.</summary>
    public IReadOnlyList<(Relay Call, RelayTry Try)> Troubles() =>
        [.. book.UnderWay().SelectMany(call => book.TriesOf(call.Id).Where(tried => tried.Trouble is not null).Select(tried => (call, tried)))];

    private async Task<TimeSpan?> MoveAsync(Relay call, CancellationToken stop)
    {
        RelayStatus before = call.After is { } first ? book.Find(first)?.Status ?? RelayStatus.Mined : RelayStatus.Mined;
        if (before == RelayStatus.Refused)
            return End(call, RelayStatus.Refused, "the call before it was refused");
        if (before != RelayStatus.Mined)
            return Soonest;
        long now = time.GetTimestamp();
        _begun.TryAdd(call.Id, now);
        if (_looks.TryGetValue(call.Id, out Pace? pace) && pace.WaitAt(time) is { } early)
            return early;
        CallVerdict verdict = await LookAsync(call, stop);
        switch (verdict.Fate)
        {
            case CallFate.Done:
                return End(call, RelayStatus.Mined, null);
            case CallFate.Dead:
                return End(call, RelayStatus.Refused, verdict.Reason);
            // A veto whose order no node shows for long may be hidden by the only node: those who look for themselves are asked all the same.
            case CallFate.NotYet when call.Kind != RelayKind.Cancel || time.GetElapsedTime(_begun[call.Id]) < Slower(call, OthersAfter):
                break;
            default:
                if (await BringAsync(call, verdict.Fate, stop) is { } end)
                    return End(call, end.Status, end.Reason);
                break;
        }
        return (_looks[call.Id] = new Pace(now, Slower(call, TimeSpan.FromTicks(time.GetElapsedTime(_begun[call.Id]).Ticks / 10)))).WaitAt(time) ?? Soonest;
    }

    /// <summary>The chain's word; while no node answers, or none that can be read, the call is brought all the same, for bringing it twice costs nothing.</summary>
    private async Task<CallVerdict> LookAsync(Relay call, CancellationToken stop)
    {
        try
        {
            return await look(call, stop);
        }
        catch (Exception error) when (!stop.IsCancellationRequested)
        {
            log.LogDebug(error, "The chain was not asked about a call ({Kind})", NameOf(call.Kind));
            return new CallVerdict(CallFate.Open);
        }
    }

    private async Task<(RelayStatus Status, string? Reason)?> BringAsync(Relay call, CallFate fate, CancellationToken stop)
    {
        Dictionary<string, RelayTry> tries = book.TriesOf(call.Id).ToDictionary(tried => tried.Relay);
        bool others = fate == CallFate.NotYet;
        foreach (CallRelay relay in relays.All)
        {
            if (relay.IsOwn ? fate == CallFate.NotYet : !others || !call.IsUrgent)
                continue;
            RelayTry tried = tries.GetValueOrDefault(relay.Name) ?? new RelayTry(relay.Name, call.Id, Has: false, 0, null);
            (RelayStatus, string?)? end = null;
            if (!(_paces.TryGetValue((call.Id, relay.Name), out Pace? pace) && pace.WaitAt(time) is not null))
                (tried, end) = await AskAsync(call, relay, tried, fate, stop);
            if (end is not null)
                return end;
            others |= relay.IsOwn && (tried.Trouble is not null || time.GetElapsedTime(_begun[call.Id]) > Slower(call, OthersAfter));
        }
        return null;
    }

    private async Task<(RelayTry Try, (RelayStatus, string?)? End)> AskAsync(Relay call, CallRelay relay, RelayTry tried, CallFate fate, CancellationToken stop)
    {
        RelayTry asked = tried.Has ? tried : tried with { Tries = tried.Tries + 1 };
        if (!tried.Has)
            book.Keep(call.Id, asked);
        try
        {
            RelayAnswer? answer = tried.Has ? await relay.Store.RelayOfAsync(tried.HandedAs.ToString(), stop) : null;
            answer ??= await relay.Store.RelayAsync(new RelayRequest(tried.HandedAs.ToString(), NameOf(call.Kind), call.To.ToString(), Hex.Encode(call.Data)), stop);
            return answer.Status switch
            {
                "mined" => Mined(call, relay, asked, fate),
                "refused" => await RefusedAsync(call, relay, asked, fate, answer.Reason ?? "refused", stop),
                _ => Has(call, asked),
            };
        }
        catch (StoreRefusal refusal) when (refusal.IsFinal && !call.IsUrgent)
        {
            log.LogWarning("{Relay} refused a call ({Kind}): {Reason}", relay.Name, NameOf(call.Kind), refusal.Message);
            return (asked, (RelayStatus.Refused, refusal.Code));
        }
        catch (Exception error) when (error is not SqliteException && !stop.IsCancellationRequested) // whatever a relay answers keeps neither another relay nor another call back
        {
            return (Failed(call, relay, asked, error.Message), null);
        }
    }

    private (RelayTry, (RelayStatus, string?)?) Has(Relay call, RelayTry tried)
    {
        RelayTry has = tried with { Has = true, Trouble = null };
        if (has != tried)
            book.Keep(call.Id, has);
        if (call.Status == RelayStatus.Kept)
            book.Note(call.Id, RelayStatus.Handed, null);
        return (has, null);
    }

    /// <summary>It says that the call is on chain. The next look at the chain decides; when that shows nothing for a while, the call is brought again under a new id.</summary>
    private (RelayTry, (RelayStatus, string?)?) Mined(Relay call, CallRelay relay, RelayTry tried, CallFate fate)
    {
        if (fate == CallFate.Untold)
            return (tried, (RelayStatus.Mined, null));
        Pace first = _paces.GetValueOrDefault((call.Id, relay.Name)) is { SaysMinedSince: not null } pace ? pace : new Pace(time.GetTimestamp(), Soonest) { SaysMinedSince = time.GetTimestamp() };
        if (time.GetElapsedTime(first.SaysMinedSince!.Value) < Slower(call, OthersAfter))
        {
            _paces[(call.Id, relay.Name)] = first with { From = time.GetTimestamp() };
            return Has(call, tried);
        }
        return (Failed(call, relay, tried with { HandedAs = NewId() }, "it says that the call is on chain, and the chain does not show it"), null);
    }

    private async Task<(RelayTry, (RelayStatus, string?)?)> RefusedAsync(Relay call, CallRelay relay, RelayTry tried, CallFate fate, string reason, CancellationToken stop)
    {
        // An order that was refused ends here; should it be opened all the same before its deadline, it is called off (OrderFollower).
        bool chainTells = call.Kind is RelayKind.Cancel or RelayKind.Refund;
        bool ends = fate == CallFate.Untold || (!chainTells && relay.IsOwn && await whyNot(call, stop) is not null);
        if (ends)
        {
            log.LogWarning("The chain refused a call ({Kind}): {Reason}", NameOf(call.Kind), reason);
            return (tried, (RelayStatus.Refused, reason));
        }
        return (Failed(call, relay, tried with { HandedAs = NewId() }, $"it was refused ({reason}), though it may still come"), null);
    }

    private RelayTry Failed(Relay call, CallRelay relay, RelayTry tried, string trouble)
    {
        RelayTry failed = tried with { Has = false, Trouble = trouble };
        if (tried.Trouble != trouble)
            log.LogWarning("{Relay} did not bring a call ({Kind}): {Trouble} It is tried again", relay.Name, NameOf(call.Kind), trouble);
        book.Keep(call.Id, failed);
        int again = _paces.GetValueOrDefault((call.Id, relay.Name))?.Again + 1 ?? 1;
        TimeSpan wait = TimeSpan.FromMilliseconds(250 * Math.Pow(2, Math.Min(again, 12)));
        _paces[(call.Id, relay.Name)] = new Pace(time.GetTimestamp(), Slower(call, wait)) { Again = again };
        return failed;
    }

    private TimeSpan? End(Relay call, RelayStatus status, string? reason)
    {
        book.Note(call.Id, status, reason);
        _looks.Remove(call.Id);
        _begun.Remove(call.Id);
        foreach ((Hash32 Call, string Relay) key in _paces.Keys.Where(key => key.Call == call.Id).ToList())
            _paces.Remove(key);
        return null;
    }

    /// <summary>A wait within its bounds, and never longer than a small part of what is left of the call's time.</summary>
    private TimeSpan Slower(Relay call, TimeSpan wanted)
    {
        TimeSpan most = Latest;
        if (call.Until is { } until)
        {
            TimeSpan left = (until - time.GetUtcNow()) / PartsOfWindow;
            left = time is HouseholdTime quick ? quick.ToReal(left) : left;
            most = left < most ? left : most;
        }
        return wanted < Soonest || most < Soonest ? Soonest : wanted > most ? most : wanted;
    }

    private static Hash32 NewId() => new(RandomNumberGenerator.GetBytes(Hash32.Size));

    /// <summary>The protocol's word for a kind.</summary>
    public static string NameOf(RelayKind kind) => kind switch
    {
        RelayKind.Execute or RelayKind.Revoke or RelayKind.RevokeDevice or RelayKind.CancelByMember => "execute",
        RelayKind.Trigger => "trigger",
        RelayKind.Cancel => "cancel",
        RelayKind.Deliver => "deliver",
        RelayKind.Refund => "refund",
        _ => "claim",
    };

    /// <summary>When something is next worth doing; real time.</summary>
    private sealed record Pace(long From, TimeSpan Wait)
    {
        public int Again { get; init; }

        public long? SaysMinedSince { get; init; }

        public TimeSpan? WaitAt(TimeProvider time) => Wait - time.GetElapsedTime(From) is { } left && left > TimeSpan.Zero ? left : null;
    }
}
