using System.Text.Json;
using System.Text.Json.Serialization;
using PantryChain.Domain.Identity;
using PantryChain.Gateway.Configuration;

namespace PantryChain.Gateway.Cooperative;

/// <summary>What joining a cooperative brought: whom to speak to, as whom.</summary>
/// <remarks>Kept in <c>keys/membership.json</c>, for the owner only. <see cref="Info"/> is the last known one; a running gateway asks again when it connects.</remarks>
internal sealed record Membership(Uri Store, string Token, string Account, string Device, BrokerCredentials Broker, CooperativeInfo Info)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2); // sensing starts after this at the latest

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

    /// <summary>The membership with what the store says about itself now; as it was kept when the store does not answer at once, for sensing waits for nobody.</summary>
    /// <param name="folder">Where it is kept.</param>
    /// <param name="moved">The store's new address from the configuration, or null.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="UserError">The file is damaged, or the store at that address is another cooperative.</exception>
    public static async Task<Membership?> RefreshAsync(DataFolder folder, Uri? moved, CancellationToken stop)
    {
        if (Find(folder) is not { } kept)
            return null;
        kept = kept with { Store = moved ?? kept.Store };
        using CancellationTokenSource soon = CancellationTokenSource.CreateLinkedTokenSource(stop);
        soon.CancelAfter(Patience);
        using StoreClient store = new(kept.Store, kept.Token);
        try
        {
            CooperativeInfo now = await store.CooperativeAsync(soon.Token);
            if (now.ChainId != kept.Info.ChainId || now.Contracts != kept.Info.Contracts)
                throw new UserError($"{kept.Store} is another cooperative than the one that was joined. Correct \"store\" in {folder.Configuration}, or join anew with new keys.");
            Membership fresh = kept with { Info = now };
            if (fresh != Find(folder))
                fresh.Write(folder);
            return fresh;
        }
        catch (Exception error) when (error is HttpRequestException or StoreRefusal or OperationCanceledException && !stop.IsCancellationRequested)
        {
            return kept;
        }
    }

    /// <summary>Keeps it; the file appears whole or not at all.</summary>
    public void Write(DataFolder folder) => DataFolder.WriteSecret(folder.Membership, JsonSerializer.Serialize(this, MembershipJson.Default.Membership));
}

/// <summary>The membership's file format.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Membership))]
internal sealed partial class MembershipJson : JsonSerializerContext;
