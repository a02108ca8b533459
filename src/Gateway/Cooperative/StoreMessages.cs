using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Time;
using PantryChain.Ledger.Contracts;

namespace PantryChain.Gateway.Cooperative;

/// <summary>What anyone may know of a cooperative (protocol, "The store's HTTP API").</summary>
/// <remarks>Read only when a gateway could live by it: one that was kept must never stop the next start.</remarks>
internal sealed record CooperativeInfo(
    string Name, long ChainId, bool Rehearsal, Uri RpcUrl, ContractAddresses Contracts, BrokerAddress Broker, long EpochSeconds, long VetoSeconds,
    RehearsalClock? Clock = null) : IJsonOnDeserialized
{
    private const long LongestSeconds = 10 * 366 * 86_400L;

    /// <summary>True for the chain of a rehearsal, whose money is play money: only there may the store tell the time.</summary>
    [JsonIgnore]
    public bool IsRehearsalChain => ChainId == (long)ContractSet.RehearsalChainId;

    void IJsonOnDeserialized.OnDeserialized()
    {
        Sense.Require(ChainId > 0, "chainId must be above 0");
        Sense.Require(RpcUrl is { IsAbsoluteUri: true, Scheme: "http" or "https" }, "rpcUrl must be an http or https address");
        Sense.Require(Contracts.All.All(text => AccountAddress.TryParse(text, out _)), "contracts must be addresses of 0x and 40 hexadecimal digits");
        Sense.Require(Uri.CheckHostName(Broker.Host) != UriHostNameType.Unknown && Broker.Port is >= 1 and <= 65_535, "broker must have a host and a port from 1 to 65535");
        Sense.Require(Clock is not { CanRun: false }, "clock must run forward, within the calendar");
        Sense.Require(EpochSeconds is > 0 and <= LongestSeconds && VetoSeconds is >= 0 and <= LongestSeconds, "epochSeconds and vetoSeconds must be less than ten years");
    }
}

/// <summary>The clock by which a rehearsal lives: a gateway that joins it from elsewhere must date its blocks and orders by the same one.</summary>
internal sealed record RehearsalClock(DateTimeOffset Origin, DateTimeOffset Start, double Speed)
{
    /// <summary>True for a clock that can be followed now.</summary>
    [JsonIgnore]
    public bool CanRun => HouseholdTime.CanRun(Origin, Start, Speed, TimeProvider.System);
}

/// <summary>Where the cooperative's contracts stand, as <c>0x</c> text.</summary>
internal sealed record ContractAddresses(string Bamtol, string Bamnamu, string Accounts, string Devices, string Anchor, string Rewards, string Escrow)
{
    /// <summary>All of them.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> All => [Bamtol, Bamnamu, Accounts, Devices, Anchor, Rewards, Escrow];

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
    string DeviceSignature, string MemberSignature, ClaimPart? Claim = null);

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
internal sealed record RelayAnswer(string Id, string Status, string? Transaction = null, string? Reason = null);

/// <summary>A block's proof into an anchored root.</summary>
internal sealed record BlockProof(string Root, IReadOnlyList<string> Proof) : IJsonOnDeserialized
{
    void IJsonOnDeserialized.OnDeserialized() => Sense.Require(Sense.AreHashes(Proof) && Sense.AreHashes([Root]), "root and proof must be hashes");

    /// <summary>The same as hashes.</summary>
    /// <exception cref="FormatException">One of them is no hash.</exception>
    public (Hash32 Root, IReadOnlyList<Hash32> Proof) Read() => (Hash32.Parse(Root), [.. Proof.Select(Hash32.Parse)]);
}

/// <summary>The gateway's own leaves of the newest published epoch; amounts are decimal text. An older store sends nothing behind what is held.</summary>
internal sealed record OwnLeaves(
    long Epoch, string Root, RewardLeafMessage? Reward, StandingLeafMessage? Standing, double Points, string Held, string? Waiting = null, string? Owned = null) : IJsonOnDeserialized
{
    void IJsonOnDeserialized.OnDeserialized() => Sense.Require(
        Epoch is >= 1 and <= uint.MaxValue && double.IsFinite(Points) && Sense.IsAmount(Held) && Sense.IsAmount(Waiting ?? "0") && Sense.IsAmount(Owned ?? "0"),
        "epoch must be 1 to 4294967295, points a number, held, waiting and owned amounts");
}

/// <summary>The reward leaf: everything earned so far.</summary>
internal sealed record RewardLeafMessage(string Cumulative, string Salt, IReadOnlyList<string> Proof) : IJsonOnDeserialized
{
    void IJsonOnDeserialized.OnDeserialized() =>
        Sense.Require(Sense.IsAmount(Cumulative) && Sense.AreHashes([Salt]) && Sense.AreHashes(Proof), "cumulative must be an amount, salt and proof hashes");
}

/// <summary>The standing leaf: the tier in that epoch.</summary>
internal sealed record StandingLeafMessage(int Tier, string Salt, IReadOnlyList<string> Proof) : IJsonOnDeserialized
{
    void IJsonOnDeserialized.OnDeserialized() =>
        Sense.Require(Tier is >= 0 and <= byte.MaxValue && Sense.AreHashes([Salt]) && Sense.AreHashes(Proof), "tier must be 0 to 255, salt and proof hashes");
}

/// <summary>An order as the store follows it on chain.</summary>
internal sealed record OrderMessage(string Order, string State, DateTimeOffset At, IReadOnlyList<OrderStep> History, DeliveryMessage? Delivery = null) : IJsonOnDeserialized
{
    void IJsonOnDeserialized.OnDeserialized() =>
        Sense.Require(!History.Any(step => step is null) && Delivery?.Tags.Any(tag => tag is null) != true, "history must hold steps and delivery commitments");
}

/// <summary>What goes along with an order's delivery: commitments to tags and code, and the courier's word. An older store sends none.</summary>
internal sealed record DeliveryMessage(IReadOnlyList<CommitmentMessage> Tags, CommitmentMessage? Code = null, DateTimeOffset? HandedOverAt = null);

/// <summary>The newest block that the store has of this device.</summary>
internal sealed record HeadMessage(ulong Height, string Hash) : IJsonOnDeserialized
{
    void IJsonOnDeserialized.OnDeserialized() => Sense.Require(Height > 0 && Hash32.TryParse(Hash, out _), "height must be above 0 and hash a hash");
}

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
internal sealed record OrderStep(string State, DateTimeOffset At, string? Transaction = null);

/// <summary>A refusal (RFC 9457).</summary>
internal sealed record Problem(string? Title = null, string? Detail = null, string? Code = null);

/// <summary>Whether what a message says can be, checked as it is read: a store may be broken, or lie, and nothing behind the reader has to expect it.</summary>
internal static class Sense
{
    /// <summary>Refuses a message.</summary>
    /// <exception cref="JsonException">It does not hold.</exception>
    public static void Require(bool holds, string expected)
    {
        if (!holds)
            throw new JsonException(expected + ".");
    }

    /// <summary>True for hashes only; a list's element may be null whatever its type says.</summary>
    public static bool AreHashes(IEnumerable<string?> texts) => texts.All(text => Hash32.TryParse(text, out _));

    /// <summary>True for a whole number of up to 112 bits: five quadrillion whole tokens, and far from where sums of 128 bits overflow.</summary>
    public static bool IsAmount(string text) => UInt128.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out UInt128 amount) && amount >> 112 == 0;
}

/// <summary>The store's messages, read and written without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true,
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
[JsonSerializable(typeof(HeadMessage))]
[JsonSerializable(typeof(OwnLeaves))]
[JsonSerializable(typeof(OrderMessage))]
[JsonSerializable(typeof(Problem))]
internal sealed partial class StoreJson : JsonSerializerContext;
