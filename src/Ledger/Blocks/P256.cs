using System.Numerics;
using System.Security.Cryptography;
using PantryChain.Domain.Chain;
using PantryChain.Domain.Identity;
using PantryChain.Ledger.Evm;

namespace PantryChain.Ledger.Blocks;

/// <summary>NIST P-256 as the protocol uses it: keys by their coordinates, signatures <c>r ‖ s</c> with low s on both sides.</summary>
/// <remarks>Pure and thread safe.</remarks>
public static class P256
{
    internal static readonly ECCurve Curve = ECCurve.NamedCurves.nistP256;

    /// <summary>The group order n (SEC 2 v2, §2.4.2).</summary>
    private static readonly BigInteger Order =
        new(Hex.Decode("0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"), isUnsigned: true, isBigEndian: true);

    private static readonly Hash32 HalfOrder = AbiWord.Of(Order >> 1);

    /// <summary>What contracts and blocks know of a key: <c>keccak256(qx ‖ qy)</c>.</summary>
    public static DeviceId ToDeviceId(this P256PublicKey key) => new(Keccak256.Hash(key.X, key.Y));

    /// <summary>True when s is at most half the group order, the only form that contracts accept.</summary>
    public static bool HasLowS(this P256Signature signature) => signature.S.CompareTo(HalfOrder) <= 0;

    /// <summary>The signature with low s: <c>(r, n − s)</c> is as valid as <c>(r, s)</c>, and frameworks return either half the time.</summary>
    public static P256Signature LowS(P256Signature signature) =>
        signature.HasLowS() ? signature : signature with { S = AbiWord.Of(Order - new BigInteger(signature.S.ToArray(), isUnsigned: true, isBigEndian: true)) };

    /// <summary>True when <paramref name="key"/> signed <paramref name="digest"/> and s is low; false for anything else, a point off the curve included.</summary>
    public static bool Verify(P256PublicKey key, Hash32 digest, P256Signature signature)
    {
        if (!signature.HasLowS())
            return false;
        try
        {
            using P256Verifier verifier = new(key);
            return verifier.Verify(digest, signature);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}

/// <summary>Checks many signatures of one key: importing a point costs about as much as checking a signature.</summary>
/// <remarks>Not thread safe.</remarks>
public sealed class P256Verifier : IDisposable
{
    private readonly ECDsa _ecdsa;

    /// <summary>Imports the point.</summary>
    /// <exception cref="CryptographicException">The point is not on the curve.</exception>
    public P256Verifier(P256PublicKey key) => _ecdsa = ECDsa.Create(new ECParameters
    {
        Curve = P256.Curve,
        Q = new ECPoint { X = key.X.ToArray(), Y = key.Y.ToArray() },
    });

    /// <summary>True when the key signed <paramref name="digest"/> and s is low.</summary>
    public bool Verify(Hash32 digest, P256Signature signature)
    {
        Span<byte> rs = stackalloc byte[2 * Hash32.Size];
        signature.R.CopyTo(rs);
        signature.S.CopyTo(rs[Hash32.Size..]);
        return signature.HasLowS() && _ecdsa.VerifyHash(digest.ToArray(), rs, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    /// <inheritdoc />
    public void Dispose() => _ecdsa.Dispose();
}
