using System.Security.Cryptography;
using System.Text.Json;
using PantryChain.Ledger.Evm;

namespace PantryChain.Ledger.Blocks;

/// <summary>The member's P-256 key, kept on the gateway under a PIN: PBKDF2-HMAC-SHA-256, then AES-256-GCM.</summary>
/// <remarks>
/// 600 000 iterations: OWASP Password Storage Cheat Sheet for PBKDF2-HMAC-SHA256. A short PIN only slows a thief of the file down; the budget of
/// each mandate and the veto window bound what a stolen gateway can spend. Later a passkey takes this place.
/// </remarks>
public static class MemberKeyFile
{
    private const int Iterations = 600_000, MostIterations = 10_000_000, SaltSize = 16, NonceSize = 12, TagSize = 16, AesKeySize = 32, MinPinLength = 4;

    /// <summary>Writes <paramref name="key"/> into a new file under <paramref name="pin"/>; takes about a second on a Raspberry Pi.</summary>
    /// <exception cref="ArgumentException">The PIN is shorter than four characters.</exception>
    /// <exception cref="IOException">The file is there already.</exception>
    public static void Create(string path, P256Key key, string pin)
    {
        if (pin.Length < MinPinLength)
            throw new ArgumentException($"A PIN has at least {MinPinLength} characters. Choose a longer one.", nameof(pin));
        byte[] salt = RandomNumberGenerator.GetBytes(SaltSize), nonce = RandomNumberGenerator.GetBytes(NonceSize);
        byte[] plain = key.ToPkcs8(), cipher = new byte[plain.Length], tag = new byte[TagSize];
        byte[] wrapping = Derive(pin, salt, Iterations);
        using (AesGcm aes = new(wrapping, TagSize))
            aes.Encrypt(nonce, plain, cipher, tag);
        CryptographicOperations.ZeroMemory(plain);
        CryptographicOperations.ZeroMemory(wrapping);
        KeyFile.Create(path, JsonSerializer.SerializeToUtf8Bytes(new Sealed(Iterations, salt, nonce, cipher, tag), JsonSerializerOptions.Web));
    }

    /// <summary>Unlocks the key; null when the PIN is wrong.</summary>
    /// <exception cref="IOException">The file is missing, readable by others or damaged; the text names the next step.</exception>
    public static P256Key? Open(string path, string pin)
    {
        Sealed file = Read(path);
        byte[] wrapping = Derive(pin, file.Salt, file.Iterations), plain = new byte[file.Cipher.Length];
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

    private static byte[] Derive(string pin, byte[] salt, int iterations) =>
        Rfc2898DeriveBytes.Pbkdf2(pin.Normalize(), salt, iterations, HashAlgorithmName.SHA256, AesKeySize);

    private static Sealed Read(string path)
    {
        try
        {
            Sealed? file = JsonSerializer.Deserialize<Sealed>(KeyFile.Read(path), JsonSerializerOptions.Web);
            if (file is { Iterations: >= Iterations and <= MostIterations, Salt.Length: SaltSize, Nonce.Length: NonceSize, Tag.Length: TagSize, Cipher.Length: > 0 })
                return file;
        }
        catch (JsonException)
        {
            // Falls through to the one message below.
        }
        throw new IOException($"{path} is not a member key. Restore it from a backup.");
    }

    private sealed record Sealed(int Iterations, byte[] Salt, byte[] Nonce, byte[] Cipher, byte[] Tag);
}
