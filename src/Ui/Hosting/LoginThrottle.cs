namespace PantryChain.Ui.Hosting;

/// <summary>Slows down who guesses a PIN or password: after three wrong ones each further guess from that address waits twice as long.</summary>
/// <remarks>
/// Waiting times are real time, whatever household time does. Addresses are forgotten an hour after their last mistake and never more than
/// 1,024 are kept; then all others share one count, so a swarm slows itself down and not the family. Thread safe.
/// </remarks>
/// <param name="time">Real time.</param>
/// <param name="longest">The longest wait, above zero. A quarter of an hour suits six digits; a minute is enough for a long random password.</param>
public sealed class LoginThrottle(TimeProvider time, TimeSpan longest)
{
    private const int Free = 3; // everybody mistypes
    private const int MostAddresses = 1024;
    private static readonly TimeSpan Memory = TimeSpan.FromHours(1);

    private readonly Dictionary<string, (int Mistakes, long At)> _addresses = [];
    private readonly Lock _lock = new();

    /// <summary>How long <paramref name="address"/> has to wait before its next guess; zero when it may guess now.</summary>
    public TimeSpan WaitOf(string address)
    {
        lock (_lock)
        {
            if (!_addresses.TryGetValue(KeyOf_NeedsLock(address), out (int Mistakes, long At) entry) || entry.Mistakes < Free)
                return TimeSpan.Zero;
            TimeSpan wait = TimeSpan.FromSeconds(Math.Min(longest.TotalSeconds, Math.Pow(2, entry.Mistakes - Free)));
            TimeSpan left = wait - time.GetElapsedTime(entry.At);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>A wrong guess from <paramref name="address"/>.</summary>
    public void Mistake(string address)
    {
        lock (_lock)
        {
            string key = KeyOf_NeedsLock(address);
            int mistakes = _addresses.TryGetValue(key, out (int Mistakes, long At) entry) ? entry.Mistakes : 0;
            _addresses[key] = (mistakes + 1, time.GetTimestamp());
        }
    }

    /// <summary>The right word from <paramref name="address"/>: its mistakes are forgiven.</summary>
    public void Success(string address)
    {
        lock (_lock)
            _addresses.Remove(KeyOf_NeedsLock(address));
    }

    private string KeyOf_NeedsLock(string address)
    {
        if (_addresses.ContainsKey(address) || _addresses.Count < MostAddresses)
            return address;
        foreach ((string stale, _) in _addresses.Where(entry => time.GetElapsedTime(entry.Value.At) > Memory).ToList())
            _addresses.Remove(stale);
        return _addresses.Count < MostAddresses ? address : "";
    }
}
