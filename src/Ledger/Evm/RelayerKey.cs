using System.Security.Cryptography;
using PantryChain.Domain.Identity;

namespace PantryChain.Ledger.Evm;

/// <summary>A secp256k1 key that pays gas: the Store's. It has no rights over members' money (protocol, "Identity and keys").</summary>
/// <remarks>Thread safe. <see cref="Dispose"/> wipes the secret.</remarks>
public sealed class RelayerKey : IDisposable
{
    private readonly byte[] _secret;

    /// <summary>Keeps a copy of the 32-byte secret.</summary>
    /// <exception cref="ArgumentException">The secret is not 32 bytes, zero, or not below the group order.</exception>
    public RelayerKey(ReadOnlySpan<byte> secret)
    {
        Span<byte> point = stackalloc byte[Secp256k1.PointSize];
        if (secret.Length != Secp256k1.SecretSize || !Secp256k1.TryPublicPoint(secret, point))
            throw new ArgumentException("That is not a secp256k1 key: 32 bytes between 1 and the group order are expected.", nameof(secret));
        _secret = secret.ToArray();
        Address = AddressOf(point);
    }

    /// <summary>The account that this key signs for: the last 20 bytes of the public point's Keccak hash.</summary>
    public AccountAddress Address { get; }

    /// <summary>A new random key.</summary>
    public static RelayerKey Create()
    {
        Span<byte> secret = stackalloc byte[Secp256k1.SecretSize];
        Span<byte> point = stackalloc byte[Secp256k1.PointSize];
        do RandomNumberGenerator.Fill(secret);
        while (!Secp256k1.TryPublicPoint(secret, point)); // one in 2^128 is no key
        RelayerKey key = new(secret);
        CryptographicOperations.ZeroMemory(secret);
        return key;
    }

    /// <summary>Writes the secret into a new file that only its owner can read.</summary>
    /// <exception cref="IOException">The file is there already; keys are never overwritten.</exception>
    public void Save(string path) => KeyFile.Create(path, _secret);

    /// <summary>Reads a key that <see cref="Save"/> wrote.</summary>
    /// <exception cref="IOException">The file is missing, readable by others or no key; the text names the next step.</exception>
    public static RelayerKey Load(string path)
    {
        byte[] secret = KeyFile.Read(path);
        try
        {
            return new RelayerKey(secret);
        }
        catch (ArgumentException error)
        {
            throw new IOException($"{path} is not a secp256k1 key of 32 bytes. Restore it from a backup.", error);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <summary>Signs a digest deterministically (RFC 6979); s is low, <c>YParity</c> is 0 or 1.</summary>
    public (Hash32 R, Hash32 S, byte YParity) Sign(Hash32 digest)
    {
        Span<byte> compact = stackalloc byte[Secp256k1.CompactSize];
        int recovery = Secp256k1.Sign(_secret, digest.ToArray(), compact);
        return (new Hash32(compact[..32]), new Hash32(compact[32..]), checked((byte)recovery));
    }

    /// <summary>The account that made a signature, or null when no key could have made it.</summary>
    public static AccountAddress? Recover(Hash32 digest, Hash32 r, Hash32 s, byte yParity)
    {
        Span<byte> point = stackalloc byte[Secp256k1.PointSize];
        return Secp256k1.TryRecover([.. r.ToArray(), .. s.ToArray()], yParity, digest.ToArray(), point) ? AddressOf(point) : null;
    }

    /// <inheritdoc />
    public void Dispose() => CryptographicOperations.ZeroMemory(_secret);

    private static AccountAddress AddressOf(ReadOnlySpan<byte> point) =>
        new(Keccak256.Hash(point).ToArray().AsSpan(Hash32.Size - AccountAddress.Size));
}
