using System.Security.Cryptography;
using System.Text;

namespace PantryChain.Store.Joining;

/// <summary>Lines of mosquitto's password file in its <c>$7$</c> form.</summary>
/// <remarks>
/// <c>user:$7$iterations$base64(salt)$base64(key)</c> with PBKDF2-HMAC-SHA512, a 12-byte salt and a 64-byte key; 101 iterations is what
/// mosquitto_passwd 2.0 writes. Enough here: the passwords are 256 random bits. Source: mosquitto 2.0, <c>src/password_mosq.h</c>, mosquitto_passwd(1).
/// </remarks>
internal static class MosquittoPasswords
{
    private const int Iterations = 101, SaltSize = 12, KeySize = 64;

    /// <summary>The hash of a password with a new salt.</summary>
    public static string Hash(string password)
    {
        byte[] salt = RandomNumberGenerator.GetBytes(SaltSize);
        byte[] key = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password), salt, Iterations, HashAlgorithmName.SHA512, KeySize);
        return $"$7${Iterations}${Convert.ToBase64String(salt)}${Convert.ToBase64String(key)}";
    }

    /// <summary>The whole file, users in order of their names, so that the same users always give the same text.</summary>
    public static string Render(IEnumerable<(string User, string Hash)> users) =>
        string.Concat(users.OrderBy(user => user.User, StringComparer.Ordinal).Select(user => $"{user.User}:{user.Hash}\n"));
}
