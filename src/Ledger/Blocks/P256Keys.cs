using System.Collections.Concurrent;
using System.Security.Cryptography;
using PantryChain.Domain.Chain;
using PantryChain.Domain.Identity;

namespace PantryChain.Ledger.Blocks;

/// <summary>Checks signatures of many devices and keeps their imported keys: to import a point costs about as much as to check a signature.</summary>
/// <remarks>Thread safe; signatures of one key are checked one after the other. When more keys come than it keeps, it lets all go and imports them again as they come.</remarks>
/// <param name="most">Keys that are kept at most; one is about 1 kB outside the managed heap.</param>
public sealed class P256Keys(int most = P256Keys.UsualMost)
{
    /// <summary>Devices of a large cooperative.</summary>
    public const int UsualMost = 4096;

    private readonly ConcurrentDictionary<P256PublicKey, ECDsa> _imported = new();

    /// <summary>Keys that are kept now.</summary>
    public int Kept => _imported.Count;

    /// <summary>True when <paramref name="key"/> signed <paramref name="digest"/> and s is low; false for anything else, a point off the curve included.</summary>
    public bool Verify(P256PublicKey key, Hash32 digest, P256Signature signature)
    {
        if (Imported(key) is not { } imported)
            return false;
        lock (imported)
            return P256.IsSigned(imported, digest, signature);
    }

    /// <summary>The key ready for use, or null for a point off the curve. What is let go is not disposed: another thread may be using it.</summary>
    private ECDsa? Imported(P256PublicKey key)
    {
        if (_imported.TryGetValue(key, out ECDsa? known))
            return known;
        try
        {
            ECDsa fresh = P256.Import(key);
            if (_imported.Count >= most)
                _imported.Clear();
            return _imported.GetOrAdd(key, fresh);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
