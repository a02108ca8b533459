using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using PantryChain.Domain.Chain;
using PantryChain.Domain.Identity;
using PantryChain.Gateway.Configuration;

namespace PantryChain.Gateway.Member;

/// <summary>The member's P-256 key on disk, sealed with the PIN (protocol, "Identity and keys").</summary>
/// <remarks>
/// PBKDF2-HMAC-SHA-256 with 600 000 rounds (OWASP Password Storage Cheat Sheet, 2023) makes the AES-256-GCM key; the tag tells a right PIN from a wrong
/// one, so no hash of the PIN is kept. A short PIN resists a thief of the file for hours, not for ever: the folder is the owner's alone and the
/// mandate's caps bound what the key could spend. Thread safe.
/// </remarks>
internal sealed class MemberKeyFile(string path)
{
    private const int Rounds = 600_000, SaltSize = 16, NonceSize = 12, TagSize = 16, KeySize = 32;

    /// <summary>True once a key is there.</summary>
    public bool Exists => File.Exists(path);

    /// <summary>Makes a new key, seals and stores it; the public half is returned.</summary>
    public P256PublicKey Create(Pin pin)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        ECParameters parameters = key.ExportParameters(includePrivateParameters: true);
        byte[] salt = RandomNumberGenerator.GetBytes(SaltSize), nonce = RandomNumberGenerator.GetBytes(NonceSize);
        byte[] sealedKey = new byte[KeySize], tag = new byte[TagSize], wrap = Derive(pin, salt, Rounds);
        P256PublicKey publicKey = new(new Hash32(parameters.Q.X), new Hash32(parameters.Q.Y));
        using (AesGcm aes = new(wrap, TagSize))
            aes.Encrypt(nonce, parameters.D!, sealedKey, tag, publicKey.X.ToArray());
        CryptographicOperations.ZeroMemory(wrap);
        CryptographicOperations.ZeroMemory(parameters.D);
        Sealed file = new(1, Rounds, Hex.Encode(salt), Hex.Encode(nonce), Hex.Encode(sealedKey), Hex.Encode(tag), publicKey.X.ToString(), publicKey.Y.ToString());
        DataFolder.WriteSecret(path, JsonSerializer.Serialize(file, MemberKeyJson.Default.Sealed));
        return publicKey;
    }

    /// <summary>The public half, which needs no PIN.</summary>
    /// <exception cref="UserError">The file is missing or broken.</exception>
    public P256PublicKey PublicKey()
    {
        Sealed file = Read();
        return new P256PublicKey(Hash32.Parse(file.X), Hash32.Parse(file.Y));
    }

    /// <summary>The key, or null when the PIN is wrong; takes as long in both cases. The caller disposes it.</summary>
    /// <exception cref="UserError">The file is missing or broken.</exception>
    public ECDsa? TryUnlock(Pin pin)
    {
        Sealed file = Read();
        byte[] wrap = Derive(pin, Hex.Decode(file.Salt), file.Rounds), secret = new byte[KeySize];
        try
        {
            using AesGcm aes = new(wrap, TagSize);
            aes.Decrypt(Hex.Decode(file.Nonce), Hex.Decode(file.Key), Hex.Decode(file.Tag), secret, Hash32.Parse(file.X).ToArray());
            return ECDsa.Create(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                D = secret,
                Q = new ECPoint { X = Hash32.Parse(file.X).ToArray(), Y = Hash32.Parse(file.Y).ToArray() },
            });
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(wrap);
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    private static byte[] Derive(Pin pin, byte[] salt, int rounds) => Rfc2898DeriveBytes.Pbkdf2(pin.Digits, salt, rounds, HashAlgorithmName.SHA256, KeySize);

    private Sealed Read()
    {
        if (!Exists)
            throw new UserError($"{path} does not exist. Run './pantry gateway init' to make the member's key.");
        try
        {
            Sealed file = JsonSerializer.Deserialize(File.ReadAllText(path), MemberKeyJson.Default.Sealed) ?? throw new JsonException("it is empty");
            return file.Version == 1 ? file : throw new JsonException($"version {file.Version} is unknown");
        }
        catch (JsonException error)
        {
            throw new UserError($"{path} is damaged ({error.Message}). Put back its copy; without it the account's money cannot be moved.", error);
        }
    }

    /// <summary>The file: version, PBKDF2 rounds, and as <c>0x</c> text salt, nonce, sealed key, tag and public point.</summary>
    internal sealed record Sealed(int Version, int Rounds, string Salt, string Nonce, string Key, string Tag, string X, string Y);
}

/// <summary>The member key's file format.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(MemberKeyFile.Sealed))]
internal sealed partial class MemberKeyJson : JsonSerializerContext;
