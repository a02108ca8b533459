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
    /// <remarks>For one signature of a key; whoever checks many keeps <see cref="P256Keys"/>.</remarks>
    public static bool Verify(P256PublicKey key, Hash32 digest, P256Signature signature)
    {
        try
        {
            using ECDsa imported = Import(key);
            return IsSigned(imported, digest, signature);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    /// <summary>Imports a point.</summary>
    /// <exception cref="CryptographicException">It is not on the curve.</exception>
    internal static ECDsa Import(P256PublicKey key) =>
        ECDsa.Create(new ECParameters { Curve = Curve, Q = new ECPoint { X = key.X.ToArray(), Y = key.Y.ToArray() } });

    /// <summary>True when the imported key signed <paramref name="digest"/> and s is low.</summary>
    internal static bool IsSigned(ECDsa imported, Hash32 digest, P256Signature signature)
    {
        Span<byte> hash = stackalloc byte[Hash32.Size], rs = stackalloc byte[2 * Hash32.Size];
        digest.CopyTo(hash);
        signature.R.CopyTo(rs);
        signature.S.CopyTo(rs[Hash32.Size..]);
        return signature.HasLowS() && imported.VerifyHash(hash, rs, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }
}
