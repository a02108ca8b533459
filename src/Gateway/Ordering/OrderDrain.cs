using PantryChain.Domain.Time;
using PantryChain.Gateway.Cooperative;
using PantryChain.Gateway.Deliveries;
using PantryChain.Gateway.Drains;

namespace PantryChain.Gateway.Ordering;

/// <summary>The network half of stations 7 to 10: asks what decisions need, places decided orders, brings signed calls, follows orders until they end.</summary>
/// <remarks>
/// Decisions, the store's words about blocks and orders, and a clock wake it. Only the clock and the store's words make it look at store and chain: what happens on
/// the shelves does not, so that nobody can read it from when the gateway asks (<see cref="Discretion"/>).
/// </remarks>
internal sealed class OrderDrain(
    OrderRound round, OrderFollower follower, RelayDesk relays, DeliveryRound deliveries, KeyWatch keys, TimeProvider time, ILogger<OrderDrain> log) : Drain(log)
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(150);                                               // real time
    private static readonly TimeSpan ShortestRest = TimeSpan.FromMilliseconds(100), LongestRest = TimeSpan.FromMinutes(5); // real time
    private static readonly TimeSpan LongestTrouble = TimeSpan.FromSeconds(30);                                            // real time

    private readonly ILogger<OrderDrain> _log = log;
    private Exception? _trouble;
    private TimeSpan _pause;
    private long _lookAgain;
    private int _heard;

    /// <inheritdoc />
    protected override string Name => "Orders";

    /// <summary>What the store or the chain could not be asked when last tried, or null; for pages and <c>/health</c>.</summary>
    public string? Trouble => _trouble?.Message;

    /// <summary>The store said something about an order, which makes it look; from any thread.</summary>
    public void Hear()
    {
        Interlocked.Increment(ref _heard);
        Wake();
    }

    /// <summary>The household's no and its orders first: they need nothing of the store, so neither its silence nor anything that it says can hold them up.</summary>
    /// <remarks>Each part, and each order and call in it, stumbles for itself: what one of them trips over must not keep a veto from being signed and brought.</remarks>
    protected override async Task<TimeSpan> PassAsync(CancellationToken stop)
    {
        bool looking = round.IsLookDue;
        int heard = Volatile.Read(ref _heard);
        follower.DropUnwanted();
        (bool soon, DateTimeOffset? release) = await follower.FollowDueAsync(looking || heard > 0, Stumbled, stop);
        TimeSpan? calls = await relays.MoveAsync(stop);
        TimeSpan? counts = await TryAsync(() => deliveries.PassAsync(stop), null, stop);
        bool signed = relays.HasUntouched; // a call waits for another
        if (time.GetTimestamp() >= _lookAgain)
        {
            if (looking || heard > 0)
                soon |= await TryAsync(() => keys.LookAsync(stop), false, stop);
            soon |= await LookAsync(looking, stop);
        }
        if (_trouble is null)
            Interlocked.Add(ref _heard, -heard);
        TimeSpan rest = _trouble is null ? Rest(counts, release) : _pause;
        rest = calls is { } wait && wait < rest ? wait : rest;
        return (soon || signed) && Soon < rest ? Soon : rest;
    }

    private async Task<T> TryAsync<T>(Func<Task<T>> part, T otherwise, CancellationToken stop)
    {
        try
        {
            return await part();
        }
        catch (Exception error) when (!stop.IsCancellationRequested)
        {
            Stumbled(error);
            return otherwise;
        }
    }

    /// <summary>While somebody does not answer it is tried ever more slowly.</summary>
    private async Task<bool> LookAsync(bool looking, CancellationToken stop)
    {
        try
        {
            bool soon = await round.LookAsync(looking, stop);
            if (_trouble is not null)
                _log.LogInformation("{Drain}: works again", Name);
            (_trouble, _pause) = (null, TimeSpan.Zero);
            return soon;
        }
        catch (Exception error) when (!stop.IsCancellationRequested)
        {
            Stumbled(error);
            return false;
        }
    }

    private void Stumbled(Exception error)
    {
        if (_trouble is null)
            _log.LogWarning("{Drain}: {Error} Nothing is lost; it tries again", Name, error.Message);
        _pause = _pause == TimeSpan.Zero ? ShortestRest : _pause * 2 < LongestTrouble ? _pause * 2 : LongestTrouble;
        (_trouble, _lookAgain) = (error, time.GetTimestamp() + (long)(_pause.TotalSeconds * time.TimestampFrequency));
    }

    /// <summary>Until the next look or the next thing that waits for its moment, but no busier than the network bears and no lazier than a member who waits.</summary>
    private TimeSpan Rest(TimeSpan? counts, DateTimeOffset? release)
    {
        TimeSpan rest = (release is { } due && due < round.Next ? due : round.Next) - time.GetUtcNow();
        rest = counts is { } left && left < rest ? left : rest;
        rest = rest > TimeSpan.Zero && time is HouseholdTime household ? household.ToReal(rest) : rest;
        return rest < ShortestRest ? ShortestRest : rest > LongestRest ? LongestRest : rest;
    }
}
