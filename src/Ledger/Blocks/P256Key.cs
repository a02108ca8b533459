using System.Security.Cryptography;
using PantryChain.Domain.Chain;
using PantryChain.Domain.Identity;
using PantryChain.Ledger.Evm;

namespace PantryChain.Ledger.Blocks;

/// <summary>A P-256 key with its secret: a device's, or a member's that was unlocked.</summary>
/// <remarks>Signatures are <c>r ‖ s</c> with low s. Thread safe. <see cref="Dispose"/> forgets the secret.</remarks>
public sealed class P256Key : IDisposable
{
    private readonly ECDsa _ecdsa;
    private readonly Lock _gate = new();

    private P256Key(ECDsa ecdsa)
    {
        _ecdsa = ecdsa;
        ECPoint point = ecdsa.ExportParameters(includePrivateParameters: false).Q;
        PublicKey = new P256PublicKey(new Hash32(point.X), new Hash32(point.Y));
        Device = PublicKey.ToDeviceId();
    }

    /// <summary>The public point.</summary>
    public P256PublicKey PublicKey { get; }

    /// <summary>What contracts know of it: <c>keccak256(qx ‖ qy)</c>.</summary>
    public DeviceId Device { get; }

    /// <summary>A new random key.</summary>
    public static P256Key Create() => new(ECDsa.Create(P256.Curve));

    /// <summary>The key with the 32-byte secret <paramref name="d"/>.</summary>
    /// <exception cref="CryptographicException">The secret is zero or not below the group order.</exception>
    public static P256Key FromSecret(Hash32 d) => new(ECDsa.Create(new ECParameters { Curve = P256.Curve, D = d.ToArray() }));

    /// <summary>Opens a key in PKCS #8 form.</summary>
    /// <exception cref="CryptographicException">The bytes are no P-256 key.</exception>
    public static P256Key FromPkcs8(ReadOnlySpan<byte> pkcs8)
    {
        ECDsa ecdsa = ECDsa.Create();
        try
        {
            ecdsa.ImportPkcs8PrivateKey(pkcs8, out _);
            if (ecdsa.ExportParameters(includePrivateParameters: false).Curve.Oid?.Value != P256.Curve.Oid.Value)
                throw new CryptographicException("The key lies on another curve than P-256.");
            return new P256Key(ecdsa);
        }
        catch (PlatformNotSupportedException error)
        {
            ecdsa.Dispose();
            throw new CryptographicException("The key lies on a curve that nobody knows here.", error);
        }
        catch
        {
            ecdsa.Dispose();
            throw;
        }
    }

    /// <summary>Reads a key that <see cref="Save"/> wrote.</summary>
    /// <exception cref="IOException">The file is missing, readable by others or no key; the text names the next step.</exception>
    public static P256Key Load(string path)
    {
        byte[] pkcs8 = KeyFile.Read(path);
        try
        {
            return FromPkcs8(pkcs8);
        }
        catch (CryptographicException error)
        {
            throw new IOException($"{path} is not a P-256 key in PKCS #8 form. Restore it from a backup, or move it away and join again.", error);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
        }
    }

    /// <summary>Writes the key in PKCS #8 form into a new file that only its owner can read.</summary>
    /// <exception cref="IOException">The file is there already; keys are never overwritten.</exception>
    public void Save(string path)
    {
        byte[] pkcs8 = ToPkcs8();
        KeyFile.Create(path, pkcs8);
        CryptographicOperations.ZeroMemory(pkcs8);
    }

    /// <summary>Signs a digest of 32 bytes, such as <see cref="Eip712Domain.Digest"/>; nothing is hashed again.</summary>
    public P256Signature Sign(Hash32 digest)
    {
        Span<byte> signature = stackalloc byte[2 * Hash32.Size];
        lock (_gate)
            _ecdsa.TrySignHash(digest.ToArray(), signature, DSASignatureFormat.IeeeP1363FixedFieldConcatenation, out _);
        return P256.LowS(new P256Signature(new Hash32(signature[..Hash32.Size]), new Hash32(signature[Hash32.Size..])));
    }

    /// <inheritdoc />
    public void Dispose() => _ecdsa.Dispose();

    internal byte[] ToPkcs8()
    {
        lock (_gate)
            return _ecdsa.ExportPkcs8PrivateKey();
    }
}
