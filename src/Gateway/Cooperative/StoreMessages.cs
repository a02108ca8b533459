using System.Text.Json.Serialization;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Ledger.Contracts;

namespace PantryChain.Gateway.Cooperative;

/// <summary>What anyone may know of a cooperative (protocol, "The store's HTTP API").</summary>
internal sealed record CooperativeInfo(
    string Name, long ChainId, bool Rehearsal, Uri RpcUrl, ContractAddresses Contracts, BrokerAddress Broker, long EpochSeconds, long VetoSeconds,
    RehearsalClock? Clock = null);

/// <summary>The clock by which a rehearsal lives: a gateway that joins it from elsewhere must date its blocks and orders by the same one.</summary>
internal sealed record RehearsalClock(DateTimeOffset Origin, DateTimeOffset Start, double Speed);

/// <summary>Where the cooperative's contracts stand, as <c>0x</c> text.</summary>
internal sealed record ContractAddresses(string Bamtol, string Bamnamu, string Accounts, string Devices, string Anchor, string Rewards, string Escrow)
{
    /// <summary>The same as addresses.</summary>
    /// <exception cref="FormatException">One of them is no address.</exception>
    public ContractSet ToContractSet(ulong chainId) => new(
        chainId, AccountAddress.Parse(Bamtol), AccountAddress.Parse(Bamnamu), AccountAddress.Parse(Accounts), AccountAddress.Parse(Devices),
        AccountAddress.Parse(Anchor), AccountAddress.Parse(Rewards), AccountAddress.Parse(Escrow));
}

/// <summary>The cooperative's MQTT broker.</summary>
internal sealed record BrokerAddress(string Host, int Port, bool Tls);

/// <summary>Asks for a challenge, which the next application answers.</summary>
internal sealed record ChallengeRequest(string Invitation);

/// <summary>A challenge of the store: good for one application, until a real time.</summary>
internal sealed record ChallengeAnswer(string Challenge, DateTimeOffset ExpiresAt);

/// <summary>A gateway's application to one store, signed by device and member over one digest; for that store's eyes alone.</summary>
internal sealed record JoinRequest(
    string Invitation, string Gateway, string Store, string DeviceX, string DeviceY, string MemberX, string MemberY, string Account, string Challenge, long Deadline,
    string DeviceSignature, string MemberSignature, ClaimPart? Claim);

/// <summary>The claim for the chain inside an application; not there when the registry knows the device already.</summary>
internal sealed record ClaimPart(string Nonce, long Deadline, string DeviceSignature, string MemberSignature);

/// <summary>The store's answer to an application.</summary>
internal sealed record JoinAnswer(string Gateway, string Account, string Device, string Token, BrokerCredentials Broker);

/// <summary>A gateway's login at the cooperative's broker.</summary>
internal sealed record BrokerCredentials(string Username, string Password);

/// <summary>One offer of the catalogue; prices are hundredths of a won as decimal text. An older store sends nothing behind the lead days.</summary>
internal sealed record CatalogueEntry(
    string Gtin, string NameKo, string NameEn, long PackMg, string ClassId, string Seller, string SellerName, string UnitPrice, int MaxBamnamuBps,
    IReadOnlyDictionary<string, double> LeadDays, IReadOnlyDictionary<string, long>? LeadRecord = null, IReadOnlyList<string>? DeliveryDays = null, TimeOnly? CutOff = null,
    IReadOnlyList<int>? SeasonMonths = null, int? ShelfLifeDays = null);

/// <summary>A call that the store should bring on chain; the id makes it happen once.</summary>
internal sealed record RelayRequest(string Id, string Kind, string To, string Data);

/// <summary>Where a relayed call stands.</summary>
internal sealed record RelayAnswer(string Id, string Status, string? Transaction, string? Reason);

/// <summary>A block's proof into an anchored root.</summary>
internal sealed record BlockProof(string Root, IReadOnlyList<string> Proof);

/// <summary>The gateway's own leaves of the newest published epoch; amounts are decimal text.</summary>
internal sealed record OwnLeaves(long Epoch, string Root, RewardLeafMessage? Reward, StandingLeafMessage? Standing, double Points, string Held);

/// <summary>The reward leaf: everything earned so far.</summary>
internal sealed record RewardLeafMessage(string Cumulative, string Salt, IReadOnlyList<string> Proof);

/// <summary>The standing leaf: the tier in that epoch.</summary>
internal sealed record StandingLeafMessage(int Tier, string Salt, IReadOnlyList<string> Proof);

/// <summary>An order as the store follows it on chain.</summary>
internal sealed record OrderMessage(string Order, string State, DateTimeOffset At, IReadOnlyList<OrderStep> History, DeliveryMessage? Delivery = null);

/// <summary>What goes along with an order's delivery: commitments to tags and code, and the courier's word. An older store sends none.</summary>
internal sealed record DeliveryMessage(IReadOnlyList<CommitmentMessage> Tags, CommitmentMessage? Code, DateTimeOffset? HandedOverAt);

/// <summary>A salted hash as <c>0x</c> text.</summary>
internal sealed record CommitmentMessage(string Salt, string Hash)
{
    /// <summary>The commitment; false when a part of it is no hash.</summary>
    public bool TryRead(out DeliveryCommitment commitment)
    {
        bool read = Hash32.TryParse(Salt, out Hash32 salt) & Hash32.TryParse(Hash, out Hash32 hash);
        commitment = new DeliveryCommitment(salt, hash);
        return read;
    }
}

/// <summary>One step of an order's life.</summary>
internal sealed record OrderStep(string State, DateTimeOffset At, string? Transaction);

/// <summary>A refusal (RFC 9457).</summary>
internal sealed record Problem(string? Title, string? Detail, string? Code);

/// <summary>The store's messages, read and written without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = false,
    NumberHandling = JsonNumberHandling.AllowReadingFromString)]
[JsonSerializable(typeof(CooperativeInfo))]
[JsonSerializable(typeof(ChallengeRequest))]
[JsonSerializable(typeof(ChallengeAnswer))]
[JsonSerializable(typeof(JoinRequest))]
[JsonSerializable(typeof(JoinAnswer))]
[JsonSerializable(typeof(IReadOnlyList<CatalogueEntry>))]
[JsonSerializable(typeof(RelayRequest))]
[JsonSerializable(typeof(RelayAnswer))]
[JsonSerializable(typeof(BlockProof))]
[JsonSerializable(typeof(OwnLeaves))]
[JsonSerializable(typeof(OrderMessage))]
[JsonSerializable(typeof(Problem))]
internal sealed partial class StoreJson : JsonSerializerContext;
