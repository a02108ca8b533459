using System.Text.Json;
using System.Text.Json.Serialization;
using PantryChain.Domain.Identity;
using PantryChain.Gateway.Configuration;

namespace PantryChain.Gateway.Cooperative;

/// <summary>What joining a cooperative brought: whom to speak to, as whom.</summary>
/// <remarks>
/// Kept in <c>keys/membership.json</c>, for the owner only. Of <see cref="Info"/> the chain, the contracts, what was read from them at joining (windows, epochs) and the clock stay as they were joined, whatever
/// the store says later: by these a member's no is dated and waits are drawn. Its name and its broker are taken from its newest word.
/// </remarks>
internal sealed record Membership(Uri Store, string Token, string Account, string Device, BrokerCredentials Broker, CooperativeInfo Info) : IJsonOnDeserialized
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2); // sensing starts after this at the latest

    void IJsonOnDeserialized.OnDeserialized()
    {
        Sense.Require(Store is { IsAbsoluteUri: true, Scheme: "http" or "https" }, "store must be an http or https address");
        Sense.Require(Domain.Identity.AccountAddress.TryParse(Account, out _), "account must be an address of 0x and 40 hexadecimal digits");
    }

    /// <summary>The member's account on chain.</summary>
    [JsonIgnore]
    public AccountAddress AccountAddress => AccountAddress.Parse(Account);

    /// <summary>Before this block nothing happened to the account, because it was not there yet when the chain was looked at for joining; 0 when it was, or when a program of before joined.</summary>
    public ulong FromBlock { get; init; }

    /// <summary>A node that the store named later, where it differs from the one of joining: asked only while that one is silent. Null for none.</summary>
    /// <remarks>A store that turns bad must not be able to turn the gateway to a chain of its own by naming it. A rehearsal's node moves at each start and is followed.</remarks>
    public Uri? MovedRpcUrl { get; init; }

    /// <summary>What the store says about itself now and did not say at joining, or null; for pages and <c>/health</c>.</summary>
    [JsonIgnore]
    public string? Doubt => Contradiction ?? (MovedRpcUrl is { } node
        ? $"The store names {node} as its node now, not {Info.RpcUrl}. Ask the cooperative; with its word, put the new address under cooperative.nodes in gateway.json." : null);

    /// <summary>That the store names another chain or other contracts by now, or null.</summary>
    [JsonIgnore]
    public string? Contradiction { get; init; }

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
            throw new UserError($"{folder.Membership} is damaged ({Foreign.Clean(error.Message)}). Remove it and run './pantry gateway join' with the same invitation again.", error);
        }
    }

    /// <summary>The membership with what the store says about itself now; as it was kept when the store does not answer at once, for sensing waits for nobody.</summary>
    /// <param name="folder">Where it is kept.</param>
    /// <param name="moved">The store's new address from the configuration, or null.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="UserError">The file is damaged.</exception>
    public static async Task<Membership?> RefreshAsync(DataFolder folder, Uri? moved, CancellationToken stop)
    {
        if (Find(folder) is not { } joined)
            return null;
        Membership asked = joined with { Store = moved ?? joined.Store };
        using CancellationTokenSource soon = CancellationTokenSource.CreateLinkedTokenSource(stop);
        soon.CancelAfter(Patience);
        using StoreClient store = new(asked.Store, asked.Token);
        try
        {
            CooperativeInfo now = await store.CooperativeAsync(soon.Token);
            if (now.ChainId != joined.Info.ChainId || now.Contracts != joined.Info.Contracts) // nobody is silenced by nonsense, nor by a slip in an address: shelves are weighed, and a no goes to the joined contracts
                return joined with { Contradiction = $"{asked.Store} names another chain or other contracts than the cooperative that was joined. The joined ones are used on. {NextStep(folder, moved)}" };
            Membership fresh = asked.With(now);
            if (fresh != joined)
                fresh.Write(folder);
            return fresh;
        }
        catch (Exception error) when (error is HttpRequestException or StoreRefusal or OperationCanceledException && !stop.IsCancellationRequested)
        {
            return asked;
        }
    }

    private static string NextStep(DataFolder folder, Uri? moved) =>
        moved is null ? "Ask the cooperative." : $"Correct \"store\" in {folder.Configuration}, or join anew with new keys.";

    /// <summary>
    /// Takes in what the store says and may change. Not the node: whoever runs the store chose that one, and may later want another chain to be seen. Not the windows, which stand in the contracts. Not a
    /// clock, but for the rehearsal's own, which is set anew at each of its starts: a store that dated its members' signatures could let every no of theirs run out before it is signed.
    /// </summary>
    private Membership With(CooperativeInfo now)
    {
        CooperativeInfo kept = now with { EpochSeconds = Info.EpochSeconds, VetoSeconds = Info.VetoSeconds };
        return Info.IsRehearsalChain ? this with { Info = kept, MovedRpcUrl = null }
            : this with { Info = kept with { RpcUrl = Info.RpcUrl, Rehearsal = Info.Rehearsal, Clock = Info.Clock }, MovedRpcUrl = now.RpcUrl == Info.RpcUrl ? null : now.RpcUrl };
    }

    /// <summary>Keeps it; the file appears whole or not at all.</summary>
    public void Write(DataFolder folder) => DataFolder.WriteSecret(folder.Membership, JsonSerializer.Serialize(this, MembershipJson.Default.Membership));
}

/// <summary>The membership's file format.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(Membership))]
internal sealed partial class MembershipJson : JsonSerializerContext;
