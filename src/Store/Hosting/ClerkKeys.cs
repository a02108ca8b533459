using System.Security.Cryptography;
using System.Text;

namespace PantryChain.Store.Hosting;

/// <summary>Knows the clerk by password (pages) or by token (scripts).</summary>
/// <remarks>Both are kept only as hashes and compared in constant time.</remarks>
internal sealed class ClerkKeys(string password, string token)
{
    private readonly byte[] _password = Digest(password), _token = Digest(token);

    /// <summary>Reads both from the store's folder.</summary>
    /// <exception cref="UsageException">A file is missing or readable by others.</exception>
    public static ClerkKeys Open(StoreFolder folder) => new(
        SecretFile.Read(folder.Resolve(folder.Options.Clerk.PasswordFile)), SecretFile.Read(folder.Resolve(folder.Options.Clerk.TokenFile)));

    /// <summary>True for the clerk's password.</summary>
    public bool IsPassword(string? text) => text is not null && CryptographicOperations.FixedTimeEquals(Digest(text), _password);

    /// <summary>Signs a text with a key that follows from password and token: changing either ends every session.</summary>
    public string Sign(string text) => Convert.ToHexStringLower(HMACSHA256.HashData((byte[])[.. _password, .. _token], Encoding.UTF8.GetBytes(text)));

    /// <summary>True for the clerk's token.</summary>
    public bool IsToken(string text) => CryptographicOperations.FixedTimeEquals(Digest(text), _token);

    private static byte[] Digest(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
