using System.Text.Json;
using System.Text.Json.Serialization;
using PantryChain.Domain.Identity;
using PantryChain.Gateway.Configuration;

namespace PantryChain.Gateway.Cooperative;

/// <summary>What joining a cooperative brought: whom to speak to, as whom.</summary>
/// <remarks>Kept in <c>keys/membership.json</c>, for the owner only. <see cref="Info"/> is the last known one; a running gateway asks again when it connects.</remarks>
internal sealed record Membership(Uri Store, string Token, string Account, string Device, BrokerCredentials Broker, CooperativeInfo Info)
{
    /// <summary>The member's account on chain.</summary>
    [JsonIgnore]
    public AccountAddress AccountAddress => AccountAddress.Parse(Account);

    /// <summary>The membership of a data folder, or null before it joined.</summary>
    /// <exception cref="UserError">The file is damaged.</exception>
    public static Membership? Find(DataFolder folder)
    {
        if (!File.Exists(folder.Membership))
            return null;
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(folder.Membership), MembershipJson.Default.Membership);
        }
        catch (JsonException error)
        {
            throw new UserError($"{folder.Membership} is damaged ({error.Message}). Remove it and run './pantry gateway join' with the same invitation again.", error);
        }
    }

    /// <summary>Keeps it; the file appears whole or not at all.</summary>
    public void Write(DataFolder folder) => DataFolder.WriteSecret(folder.Membership, JsonSerializer.Serialize(this, MembershipJson.Default.Membership));
}

/// <summary>The membership's file format.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Membership))]
internal sealed partial class MembershipJson : JsonSerializerContext;
