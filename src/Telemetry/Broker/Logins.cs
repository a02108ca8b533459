using System.Net;
using System.Security.Cryptography;

namespace PantryChain.Telemetry.Broker;

/// <summary>Who somebody is that sent a name and a password: slow for guesses, quick for programs that come back.</summary>
/// <remarks>
/// One password at a time is hashed, and an address with ten wrong ones within a minute waits for the next minute without any being looked at. A password that
/// was right before, from that address, is known by a keyed digest, so a stranger on the same address cannot keep Home Assistant out; other addresses cannot try that way. Thread safe.
/// </remarks>
internal sealed class Logins(BrokerUsers users, TimeProvider real) : IDisposable
{
    private const int MostGuesses = 10, MostAddresses = 1_000;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _hashing = new(1);
    private readonly Lock _lock = new();
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly Dictionary<(string Name, IPAddress Address), (string Hash, byte[] Digest)> _known = [];
    private readonly Dictionary<IPAddress, (int Guesses, long Since)> _guesses = [];

    /// <summary>The user, or null and why not.</summary>
    public async Task<(BrokerUser? User, BrokerRefusal Why)> CheckAsync(string name, byte[] password, IPAddress address, CancellationToken stop)
    {
        BrokerUser? user = users.Find(name);
        byte[] digest = HMACSHA256.HashData(_key, password);
        if (user is not null && IsKnown(user, address, digest))
            return (user, default);
        if (!MayGuess(address))
            return (null, BrokerRefusal.Guessing);
        if (user is null || !await MatchesAsync(user.Hash, password, stop))
            return (null, BrokerRefusal.Login);
        lock (_lock)
        {
            if (_known.Count >= MostAddresses)
                _known.Clear();
            _known[(name, address)] = (user.Hash, digest);
            _guesses.Remove(address);
        }
        return (user, default);
    }

    /// <inheritdoc />
    public void Dispose() => _hashing.Dispose();

    private bool IsKnown(BrokerUser user, IPAddress address, byte[] digest)
    {
        lock (_lock)
            return _known.TryGetValue((user.Name, address), out (string Hash, byte[] Digest) known) && known.Hash == user.Hash
                && CryptographicOperations.FixedTimeEquals(known.Digest, digest);
    }

    private bool MayGuess(IPAddress address)
    {
        lock (_lock)
        {
            if (_guesses.Count >= MostAddresses)
                _guesses.Clear();
            (int guesses, long since) = _guesses.GetValueOrDefault(address);
            if (guesses == 0 || real.GetElapsedTime(since) > Window)
                (guesses, since) = (0, real.GetTimestamp());
            _guesses[address] = (guesses + 1, since);
            return guesses < MostGuesses;
        }
    }

    private async Task<bool> MatchesAsync(string hash, byte[] password, CancellationToken stop)
    {
        await _hashing.WaitAsync(stop);
        try
        {
            return await Task.Run(() => PasswordHash.Matches(hash, password), stop);
        }
        finally
        {
            _hashing.Release();
        }
    }
}
