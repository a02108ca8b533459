using System.Reflection;
using System.Runtime.InteropServices;

namespace PantryChain.Ledger.Evm;

/// <summary>The curve of Ethereum's own signatures, by Bitcoin Core's libsecp256k1 as Debian ships it.</summary>
/// <remarks>One context for the process, never changed after its creation, so every call is thread safe (secp256k1.h, "context objects").</remarks>
internal static unsafe partial class Secp256k1
{
    public const int SecretSize = 32, PointSize = 64, CompactSize = 64;

    private const string Library = "secp256k1";
    private const uint ContextNone = 1; // SECP256K1_CONTEXT_NONE; the purpose flags are deprecated since 0.2
    private const int RecoverableSize = 65;

    /// <summary>Debian 12 ships soname 1, Debian 13 soname 2; the functions used here are the same in both.</summary>
    private static readonly string[] FileNames = ["libsecp256k1.so.2", "libsecp256k1.so.1", "libsecp256k1.so.5", "libsecp256k1.so"];

    private static readonly nint Context = Open();

    /// <summary>The public point <c>x ‖ y</c>, 64 bytes; false when the secret is zero or not below the group order.</summary>
    public static bool TryPublicPoint(ReadOnlySpan<byte> secret, Span<byte> point)
    {
        byte* opaque = stackalloc byte[PointSize];
        fixed (byte* key = secret)
            if (secp256k1_ec_pubkey_create(Context, opaque, key) == 0)
                return false;
        Serialize(opaque, point);
        return true;
    }

    /// <summary>Signs with the nonce of RFC 6979; writes <c>r ‖ s</c> with low s and returns the recovery id, 0 to 3.</summary>
    public static int Sign(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> digest, Span<byte> compact)
    {
        byte* opaque = stackalloc byte[RecoverableSize];
        int recovery;
        fixed (byte* key = secret, message = digest, output = compact)
        {
            if (secp256k1_ecdsa_sign_recoverable(Context, opaque, message, key, 0, 0) == 0)
                throw new InvalidOperationException("libsecp256k1 refused to sign: the key is not valid.");
            _ = secp256k1_ecdsa_recoverable_signature_serialize_compact(Context, output, &recovery, opaque);
        }
        return recovery;
    }

    /// <summary>The public point that made a signature; false when there is none.</summary>
    public static bool TryRecover(ReadOnlySpan<byte> compact, int recovery, ReadOnlySpan<byte> digest, Span<byte> point)
    {
        byte* signature = stackalloc byte[RecoverableSize];
        byte* opaque = stackalloc byte[PointSize];
        fixed (byte* input = compact, message = digest)
            if (recovery is < 0 or > 3 || secp256k1_ecdsa_recoverable_signature_parse_compact(Context, signature, input, recovery) == 0
                || secp256k1_ecdsa_recover(Context, opaque, signature, message) == 0)
                return false;
        Serialize(opaque, point);
        return true;
    }

    private static void Serialize(byte* opaque, Span<byte> point)
    {
        const uint Uncompressed = 2; // SECP256K1_EC_UNCOMPRESSED
        byte* output = stackalloc byte[1 + PointSize];
        nuint length = 1 + PointSize;
        _ = secp256k1_ec_pubkey_serialize(Context, output, &length, opaque, Uncompressed);
        new ReadOnlySpan<byte>(output + 1, PointSize).CopyTo(point);
    }

    private static nint Open()
    {
        NativeLibrary.SetDllImportResolver(typeof(Secp256k1).Assembly, Resolve);
        nint context = secp256k1_context_create(ContextNone);
        byte* seed = stackalloc byte[32];
        System.Security.Cryptography.RandomNumberGenerator.Fill(new Span<byte>(seed, 32));
        _ = secp256k1_context_randomize(context, seed); // blinds signing against side channels
        return context;
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Library)
            return 0;
        foreach (string file in FileNames)
            if (NativeLibrary.TryLoad(file, assembly, path, out nint handle))
                return handle;
        throw new DllNotFoundException("libsecp256k1 is not installed. Run 'sudo apt-get install libsecp256k1-1' (libsecp256k1-2 from Debian 13 on).");
    }

#pragma warning disable SYSLIB1092, IDE1006 // names are those of secp256k1.h
    [LibraryImport(Library)]
    private static partial nint secp256k1_context_create(uint flags);

    [LibraryImport(Library)]
    private static partial int secp256k1_context_randomize(nint context, byte* seed32);

    [LibraryImport(Library)]
    private static partial int secp256k1_ec_pubkey_create(nint context, byte* pubkey, byte* seckey);

    [LibraryImport(Library)]
    private static partial int secp256k1_ec_pubkey_serialize(nint context, byte* output, nuint* outputlen, byte* pubkey, uint flags);

    [LibraryImport(Library)]
    private static partial int secp256k1_ecdsa_sign_recoverable(nint context, byte* sig, byte* msghash32, byte* seckey, nint noncefp, nint ndata);

    [LibraryImport(Library)]
    private static partial int secp256k1_ecdsa_recoverable_signature_serialize_compact(nint context, byte* output64, int* recid, byte* sig);

    [LibraryImport(Library)]
    private static partial int secp256k1_ecdsa_recoverable_signature_parse_compact(nint context, byte* sig, byte* input64, int recid);

    [LibraryImport(Library)]
    private static partial int secp256k1_ecdsa_recover(nint context, byte* pubkey, byte* sig, byte* msghash32);
#pragma warning restore SYSLIB1092, IDE1006
}
