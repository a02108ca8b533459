using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using NSec.Cryptography;
using PantryChain.Ledger.Evm;

namespace PantryChain.Ledger.Blocks;

/// <summary>The member's P-256 key, kept on the gateway under a PIN or phrase: Argon2id, then AES-256-GCM.</summary>
/// <remarks>
/// <para>64 MiB, three passes, one lane: the second recommended option of RFC 9106 §4 with the lanes taken away, for a Raspberry Pi has one memory bus. Every guess needs that memory, so a
/// thief's graphics card holds some hundreds of guesses at a time where PBKDF2 let it hold as many as it has cores.</para>
/// <para>Files of earlier versions (PBKDF2-HMAC-SHA-256, 600 000 iterations) still open; <see cref="IsOutdated"/> tells them apart and <see cref="Replace"/> seals them anew.
/// A short PIN only slows a thief of the file down; the budget of each mandate and the veto window bound what a stolen gateway can spend.</para>
/// </remarks>
public static class MemberKeyFile
{
    private const int OldIterations = 600_000, MostIterations = 10_000_000, SaltSize = 16, NonceSize = 12, TagSize = 16, AesKeySize = 32, MinPinLength = 4;
    private const int MemoryKiB = 64 * 1024, MostMemoryKiB = 512 * 1024, Passes = 3, MostPasses = 16;
    private const string NewestKdf = "argon2id";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault };

    /// <summary>Writes <paramref name="key"/> into a new file under <paramref name="pin"/>; takes some seconds on a Raspberry Pi, and 64 MiB.</summary>
    /// <exception cref="ArgumentException">The PIN is shorter than four characters.</exception>
    /// <exception cref="IOException">The file is there already.</exception>
    public static void Create(string path, P256Key key, string pin)
    {
        if (pin.Length < MinPinLength)
            throw new ArgumentException($"A PIN has at least {MinPinLength} characters. Choose a longer one.", nameof(pin));
        Sealed file = new() { Kdf = NewestKdf, MemoryKiB = MemoryKiB, Passes = Passes, Salt = RandomNumberGenerator.GetBytes(SaltSize), Nonce = RandomNumberGenerator.GetBytes(NonceSize) };
        byte[] plain = key.ToPkcs8(), cipher = new byte[plain.Length], tag = new byte[TagSize];
        byte[] wrapping = Derive(pin, file);
        using (AesGcm aes = new(wrapping, TagSize))
            aes.Encrypt(file.Nonce, plain, cipher, tag);
        CryptographicOperations.ZeroMemory(plain);
        CryptographicOperations.ZeroMemory(wrapping);
        KeyFile.Create(path, JsonSerializer.SerializeToUtf8Bytes(file with { Cipher = cipher, Tag = tag }, Json));
    }

    /// <summary>Seals the key anew, under another PIN or in the newest format, in place of the file.</summary>
    /// <remarks>The new file is on the disk, read back and opened before the old one goes: a dying card or a power cut leaves one of the two whole.</remarks>
    /// <exception cref="IOException">The disk refused, or gave back something else than was written; the old file is as it was.</exception>
    public static void Replace(string path, P256Key key, string pin)
    {
        string draft = path + ".draft";
        File.Delete(draft);
        Create(draft, key, pin);
        using (P256Key? read = Open(draft, pin))
        {
            if (read?.PublicKey != key.PublicKey)
                throw new IOException($"{draft} does not hold what was written to it. The disk may be failing; the key in {path} is untouched.");
        }
        File.Move(draft, path, overwrite: true);
    }

    /// <summary>True for a file of an earlier version, which <see cref="Replace"/> brings up to date.</summary>
    /// <exception cref="IOException">The file is missing, readable by others or damaged.</exception>
    public static bool IsOutdated(string path) => Read(path).Kdf != NewestKdf;

    /// <summary>Unlocks the key; null when the PIN is wrong.</summary>
    /// <exception cref="IOException">The file is missing, readable by others or damaged; the text names the next step.</exception>
    public static P256Key? Open(string path, string pin)
    {
        Sealed file = Read(path);
        byte[] wrapping = Derive(pin, file), plain = new byte[file.Cipher.Length];
        try
        {
            using AesGcm aes = new(wrapping, TagSize);
            aes.Decrypt(file.Nonce, file.Cipher, file.Tag, plain);
            return P256Key.FromPkcs8(plain);
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(wrapping);
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    private static byte[] Derive(string pin, Sealed file)
    {
        string normal = pin.Normalize();
        if (file.Kdf is null)
            return Rfc2898DeriveBytes.Pbkdf2(normal, file.Salt, file.Iterations, HashAlgorithmName.SHA256, AesKeySize);
        Argon2Parameters cost = new() { DegreeOfParallelism = 1, MemorySize = file.MemoryKiB, NumberOfPasses = file.Passes };
        return new Argon2id(cost).DeriveBytes(normal, file.Salt, AesKeySize); // native memory: the managed heap of a gateway is smaller than what this needs
    }

    private static Sealed Read(string path)
    {
        try
        {
            Sealed? file = JsonSerializer.Deserialize<Sealed>(KeyFile.Read(path), Json);
            if (file is { Salt.Length: SaltSize, Nonce.Length: NonceSize, Tag.Length: TagSize, Cipher.Length: > 0 } && IsStrong(file))
                return file;
        }
        catch (JsonException)
        {
            // Falls through to the one message below.
        }
        throw new IOException($"{path} is not a member key. Restore it from a backup.");
    }

    /// <summary>False for a file that somebody weakened, and for one whose unlocking would take all memory or for ever.</summary>
    private static bool IsStrong(Sealed file) => file.Kdf switch
    {
        null => file.Iterations is >= OldIterations and <= MostIterations,
        NewestKdf => file.MemoryKiB is >= MemoryKiB and <= MostMemoryKiB && file.Passes is >= Passes and <= MostPasses,
        _ => false,
    };

    private sealed record Sealed
    {
        public string? Kdf { get; init; }

        public int MemoryKiB { get; init; }

        public int Passes { get; init; }

        public int Iterations { get; init; }

        public byte[] Salt { get; init; } = [];

        public byte[] Nonce { get; init; } = [];

        public byte[] Cipher { get; init; } = [];

        public byte[] Tag { get; init; } = [];
    }
}
