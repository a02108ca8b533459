using System.Globalization;
using PantryChain.Domain.Time;

namespace PantryChain.Gateway.Cooperative;

/// <summary>What time it is at the store, beside the time it is here: the one other clock that a gateway hears of while no time server answers.</summary>
/// <remarks>It only tells: neither clock is set by the other, for the store is not believed in what it dates. Thread safe.</remarks>
/// <param name="time">Household time; its timestamps are real.</param>
internal sealed class StoreClock(TimeProvider time)
{
    /// <summary>The header of the store's answers that tells its household time (protocol, "The store's HTTP API").</summary>
    public const string Header = "PantryChain-Time";

    private const int MostYear = 9_000; // time goes on from it, within the calendar

    private static readonly TimeSpan Tolerance = TimeSpan.FromHours(1);       // household time: time zones are no part of it, and nothing here needs the minute
    private static readonly TimeSpan ToleranceReal = TimeSpan.FromSeconds(10); // a rehearsal's hours pass while an answer is under way

    private readonly Lock _lock = new();
    private DateTimeOffset _told;
    private long? _heard;

    /// <summary>How far this clock is ahead of the store's, below zero when it is behind; null while they agree and before the store answered.</summary>
    public TimeSpan? Apart
    {
        get
        {
            lock (_lock)
            {
                if (_heard is not { } heard)
                    return null;
                TimeSpan since = time.GetElapsedTime(heard);
                TimeSpan apart = time.GetUtcNow() - (_told + (time is HouseholdTime quick ? since * quick.Speed : since));
                bool agree = apart.Duration() <= Tolerance || (time is HouseholdTime slow ? slow.ToReal(apart) : apart).Duration() <= ToleranceReal;
                return agree ? null : apart;
            }
        }
    }

    /// <summary>Notes what the store said; anything that is no time is left alone.</summary>
    public void Hear(string told)
    {
        if (!DateTimeOffset.TryParseExact(told, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTimeOffset at) || at < DateTimeOffset.UnixEpoch || at.Year > MostYear)
            return;
        lock (_lock)
            (_told, _heard) = (at, time.GetTimestamp());
    }
}
