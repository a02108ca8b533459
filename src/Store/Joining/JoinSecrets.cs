using System.Security.Cryptography;
using System.Text;
using PantryChain.Domain.Identity;
using PantryChain.Store.Hosting;

namespace PantryChain.Store.Joining;

/// <summary>Makes a gateway's token and broker password from the store's secret and the join's id, so that the same request gets the same answer though only hashes are kept.</summary>
internal sealed class JoinSecrets(byte[] secret)
{
    /// <summary>File with the secret.</summary>
    public static string PathOf(StoreFolder folder) => folder.Key("join.secret");

    /// <summary>Reads the secret from the store's folder.</summary>
    /// <exception cref="UsageException">The file is missing or readable by others.</exception>
    public static JoinSecrets Open(StoreFolder folder) => new(Hex.Decode(SecretFile.Read(PathOf(folder))));

    /// <summary>The API token.</summary>
    public string Token(Hash32 join) => Derive("token", join);

    /// <summary>The password at the cooperative's broker.</summary>
    public string BrokerPassword(Hash32 join) => Derive("broker", join);

    private string Derive(string use, Hash32 join) => Convert.ToHexStringLower(HMACSHA256.HashData(secret, (byte[])[.. Encoding.UTF8.GetBytes(use), 0, .. join.ToArray()]));
}
