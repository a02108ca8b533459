using System.Security.Cryptography;
using System.Text;
using PantryChain.Domain.Identity;

namespace PantryChain.Domain.Ordering;

/// <summary>What a seller says in advance about a delivery without saying it: a salted hash of a tag or of the code, for one order.</summary>
/// <param name="Salt">Drawn anew for each.</param>
/// <param name="Hash">SHA-256 over order, salt and the secret as UTF-8.</param>
public readonly record struct DeliveryCommitment(Hash32 Salt, Hash32 Hash)
{
    /// <summary>A commitment with a new salt.</summary>
    public static DeliveryCommitment To(OrderId order, string secret) => Of(order, new Hash32(RandomNumberGenerator.GetBytes(Hash32.Size)), secret);

    /// <summary>The commitment to a secret under a salt.</summary>
    public static DeliveryCommitment Of(OrderId order, Hash32 salt, string secret) =>
        new(salt, new Hash32(SHA256.HashData([.. order.Value.ToArray(), .. salt.ToArray(), .. Encoding.UTF8.GetBytes(secret)])));

    /// <summary>True for the secret that was committed to.</summary>
    public bool IsTo(OrderId order, string secret) => CryptographicOperations.FixedTimeEquals(Of(order, Salt, secret).Hash.ToArray(), Hash.ToArray());
}
