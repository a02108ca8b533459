using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace PantryChain.Telemetry.Broker;

/// <summary>Passwords of the embedded broker's users: <c>pbkdf2-sha512$ROUNDS$SALT$KEY</c>, salt and key in Base64.</summary>
/// <remarks>PBKDF2 and not the PIN's Argon2id: a login comes from the network, and 64 MiB for each of them is what an attacker would want.</remarks>
internal static class PasswordHash
{
    private const string Name = "pbkdf2-sha512";
    private const int Rounds = 210_000; // OWASP Password Storage Cheat Sheet, 2023, PBKDF2-HMAC-SHA512
    private const int MostRounds = 10_000_000, SaltBytes = 16, KeyBytes = 32;

    /// <summary>The hash of a password, with a salt of its own.</summary>
    public static string Of(string password)
    {
        byte[] salt = RandomNumberGenerator.GetBytes(SaltBytes);
        return string.Create(CultureInfo.InvariantCulture,
            $"{Name}${Rounds}${Convert.ToBase64String(salt)}${Convert.ToBase64String(Derive(Encoding.UTF8.GetBytes(password), salt, Rounds))}");
    }

    /// <summary>True when it is a hash that <see cref="Matches"/> can compare.</summary>
    public static bool IsOne(string hash) => TryRead(hash, out _, out _, out _);

    /// <summary>True when the password has that hash; takes a tenth of a second.</summary>
    public static bool Matches(string hash, byte[] password) =>
        TryRead(hash, out int rounds, out byte[] salt, out byte[] key) && CryptographicOperations.FixedTimeEquals(Derive(password, salt, rounds), key);

    private static byte[] Derive(byte[] password, byte[] salt, int rounds) =>
        Rfc2898DeriveBytes.Pbkdf2(password, salt, rounds, HashAlgorithmName.SHA512, KeyBytes);

    private static bool TryRead(string hash, out int rounds, out byte[] salt, out byte[] key)
    {
        (rounds, salt, key) = (0, [], []);
        if (hash.Split('$') is not [Name, string count, string salted, string derived] || !int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out rounds)
            || rounds is < 1 or > MostRounds)
            return false;
        try
        {
            (salt, key) = (Convert.FromBase64String(salted), Convert.FromBase64String(derived));
        }
        catch (FormatException)
        {
            return false;
        }
        return salt.Length > 0 && key.Length == KeyBytes;
    }
}
