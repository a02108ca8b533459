using System.Net;
using System.Net.Sockets;

namespace PantryChain.Ui.Hosting;

/// <summary>Slows down who guesses a PIN or password: each address by itself, and all strangers together.</summary>
/// <remarks>
/// <para>An address has three wrong guesses free; then each further one waits twice as long. An IPv6 network of 64 bits counts as one address, for one machine has all of it.</para>
/// <para>Many addresses together have <see cref="Burst"/> wrong guesses, and one more every <see cref="Refill"/>. So that a swarm shuts out nobody, that bucket does not hold for this machine
/// itself, nor for an address from which the right word came since the start, nor for a live session, from wherever it asks: they have only their own waits. A phone that was never in may have to
/// wait while a swarm guesses on.</para>
/// <para>Waiting times are real time, whatever household time does. Addresses are forgotten an hour after their last mistake and never more than 1,024 are kept; then all others share one count.
/// Thread safe.</para>
/// </remarks>
/// <param name="time">Real time.</param>
/// <param name="longest">The longest wait of one address, above zero. A quarter of an hour suits a PIN; a minute is enough for a long random password.</param>
public sealed class LoginThrottle(TimeProvider time, TimeSpan longest)
{
    /// <summary>Wrong guesses of all strangers together before they wait.</summary>
    public const int Burst = 20;

    /// <summary>After how long they have one more.</summary>
    public static readonly TimeSpan Refill = TimeSpan.FromMinutes(1);

    private const int Free = 3; // everybody mistypes
    private const int MostAddresses = 1024;
    private static readonly TimeSpan Memory = TimeSpan.FromHours(1);

    private readonly Dictionary<string, (int Mistakes, long At)> _mistakes = [];
    private readonly HashSet<string> _known = [];
    private readonly Lock _lock = new();
    private double _together;
    private long _togetherAt = time.GetTimestamp();

    /// <summary>Counts a guess before it is judged, so that guesses sent at the same time all count; <see cref="Success"/> takes it back.</summary>
    /// <param name="address">The sender.</param>
    /// <param name="session">The live session that it comes from, which has one count for all its addresses; null for none.</param>
    /// <returns>Zero when it may be judged, or how long the sender has to wait; then it is not counted.</returns>
    public TimeSpan Take(IPAddress? address, string? session = null)
    {
        lock (_lock)
        {
            string key = KeyOf_NeedsLock(address, session, out bool isFriend);
            (int mistakes, long at) = _mistakes.GetValueOrDefault(key);
            if (mistakes >= Free && WaitOf(mistakes) - time.GetElapsedTime(at) is { Ticks: > 0 } own)
                return own;
            if (!isFriend)
            {
                Drain_NeedsLock();
                if (_together > Burst - 1)
                    return (_together - (Burst - 1)) * Refill;
                _together++;
            }
            _mistakes[key] = (mistakes + 1, time.GetTimestamp());
            return TimeSpan.Zero;
        }
    }

    /// <summary>It was the right word: the sender's mistakes are forgiven, and its address is known from now on.</summary>
    public void Success(IPAddress? address, string? session = null)
    {
        lock (_lock)
        {
            string key = KeyOf_NeedsLock(address, session, out bool isFriend);
            if (!isFriend)
                _together = Math.Max(0, _together - 1);
            _mistakes.Remove(key);
            if (_known.Count < MostAddresses)
                _known.Add(Whole(address));
        }
    }

    private TimeSpan WaitOf(int mistakes) => TimeSpan.FromSeconds(Math.Min(longest.TotalSeconds, Math.Pow(2, mistakes - Free)));

    private void Drain_NeedsLock()
    {
        long now = time.GetTimestamp();
        _together = Math.Max(0, _together - time.GetElapsedTime(_togetherAt, now) / Refill);
        _togetherAt = now;
    }

    private string KeyOf_NeedsLock(IPAddress? address, string? session, out bool isFriend)
    {
        string whole = Whole(address);
        isFriend = session is not null || _known.Contains(whole) || (address is not null && IPAddress.IsLoopback(Senders.Plain(address)));
        string key = session is not null ? "session " + session : isFriend && address is not null && !IPAddress.IsLoopback(Senders.Plain(address)) ? whole : Group(address);
        if (_mistakes.ContainsKey(key) || _mistakes.Count < MostAddresses)
            return key;
        foreach ((string stale, _) in _mistakes.Where(entry => time.GetElapsedTime(entry.Value.At) > Memory).ToList())
            _mistakes.Remove(stale);
        return _mistakes.Count < MostAddresses ? key : "";
    }

    private static string Whole(IPAddress? address) => address is null ? "" : new IPAddress(Senders.Plain(address).GetAddressBytes()).ToString();

    /// <summary>Who counts as one: this machine, an IPv4 address, an IPv6 network.</summary>
    private static string Group(IPAddress? address)
    {
        if (address is null)
            return "";
        IPAddress group = Senders.GroupOf(address);
        return IPAddress.IsLoopback(group) ? "this machine" : group.AddressFamily == AddressFamily.InterNetworkV6 ? $"{group}/64" : group.ToString();
    }
}
