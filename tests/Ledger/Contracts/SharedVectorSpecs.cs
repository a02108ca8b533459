using System.Text.Json;
using PantryChain.Domain.Chain;
using PantryChain.Domain.Events;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Time;
using PantryChain.Ledger.Blocks;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;
using PantryChain.Ledger.Rewards;

namespace PantryChain.Ledger.Tests.Contracts;

/// <summary>The same numbers on both sides: what Solidity hashes and what @openzeppelin/merkle-tree builds comes out here too.</summary>
public sealed class SharedVectorSpecs
{
    private static readonly JsonElement Messages = Vectors.Read("eip712.json");
    private static readonly JsonElement Trees = Vectors.Read("trees.json");

    public static TheoryData<string> MessageNames => [.. Messages.GetProperty("messages").EnumerateObject().Select(message => message.Name)];

    [Theory]
    [MemberData(nameof(MessageNames))]
    public void A_message_has_its_type_string_struct_hash_and_digest(string name)
    {
        JsonElement message = Messages.GetProperty("messages").GetProperty(name), values = message.GetProperty("values");

        (string type, Hash32 structHash) = HashOf(name, values);

        type.Should().Be(message.GetProperty("type").GetString());
        Keccak256.Hash(type).Should().Be(message.Hash("typeHash"));
        structHash.Should().Be(message.Hash("structHash"));
        Eip712Domain.PantryChain(Messages.Number("chainId"), message.Address("verifyingContract")).Digest(structHash).Should().Be(message.Hash("digest"));
    }

    [Theory]
    [MemberData(nameof(MessageNames))]
    public void Published_signatures_of_a_message_are_taken(string name)
    {
        JsonElement message = Messages.GetProperty("messages").GetProperty(name);

        foreach (JsonProperty signature in message.GetProperty("signatures").EnumerateObject())
        {
            JsonElement signer = Messages.GetProperty("keys").GetProperty(signature.Name);
            using P256Key key = P256Key.FromSecret(signer.Hash("private"));

            key.PublicKey.Should().Be(new P256PublicKey(signer.Hash("x"), signer.Hash("y")));
            key.Device.Value.Should().Be(signer.Hash("hash"));
            P256.Verify(key.PublicKey, message.Hash("digest"), new P256Signature(signature.Value.Hash("r"), signature.Value.Hash("s"))).Should().BeTrue();
        }
    }

    [Fact]
    public void An_invitation_read_out_on_the_telephone_hashes_like_the_vectors()
    {
        Hash32 expected = Messages.GetProperty("messages").GetProperty("join").GetProperty("values").Hash("invitation");

        foreach (string heard in (string[])["0123456789ABCDEF", "0123-4567-89ab-cdef", "ol23 4567 89AB CDEF", "Oi23456789abcdef"])
            JoinMessage.InvitationHash(heard).Should().Be(expected, heard);
    }

    [Theory]
    [InlineData("https://Store.Example/", "https://store.example")]
    [InlineData("https://store.example.:443/api", "https://store.example")]
    [InlineData("http://127.0.0.1:8460/", "http://127.0.0.1:8460")]
    [InlineData("http://[::1]:8460", "http://[::1]:8460")]
    [InlineData("https://밤나무.example", "https://xn--910b64rsua.example")]
    public void A_stores_address_is_written_in_one_way(string address, string origin) => JoinMessage.OriginOf(new Uri(address)).Should().Be(origin);

    [Fact]
    public void Domains_have_their_separators()
    {
        foreach (JsonProperty separator in Messages.GetProperty("domainSeparators").EnumerateObject())
        {
            AccountAddress contract = separator.Name == "account" ? Messages.Address("account") : Messages.GetProperty("contracts").Address(separator.Name);

            Eip712Domain.PantryChain(Messages.Number("chainId"), contract).Separator.Should().Be(Hash32.Parse(separator.Value.GetString()!));
        }
    }

    [Fact]
    public void Event_leaves_hash_to_their_tree()
    {
        JsonElement tree = Trees.GetProperty("events");
        List<ThingEvent> events = [.. tree.GetProperty("leaves").EnumerateArray().Select(EventOf)];
        MerkleTree ours = MerkleTree.Of([.. events.Select(EventLeaf.HashOf)]);

        ours.Root.Should().Be(tree.Hash("root"));
        foreach ((ThingEvent e, JsonElement leaf) in events.Zip(tree.GetProperty("leaves").EnumerateArray()))
        {
            EventLeaf.Of(e).Rest.Should().Be(leaf.Hash("rest"));
            CheckLeaf(ours, EventLeaf.HashOf(e), leaf);
        }
    }

    [Fact]
    public void Sellers_hash_to_their_tree()
    {
        JsonElement tree = Trees.GetProperty("sellers");
        SellerList ours = new([.. tree.GetProperty("leaves").EnumerateArray().Select(leaf => leaf.Address("seller"))]);

        ours.Root.Should().Be(tree.Hash("root"));
        foreach (JsonElement leaf in tree.GetProperty("leaves").EnumerateArray())
            ours.Proof(leaf.Address("seller")).Should().Equal(leaf.Hashes("proof"));
    }

    [Fact]
    public void Block_hashes_stand_raw_in_their_tree()
    {
        JsonElement tree = Trees.GetProperty("blocks");
        MerkleTree ours = MerkleTree.Of([.. tree.GetProperty("leaves").EnumerateArray().Select(leaf => leaf.Hash("hash"))]);

        ours.Root.Should().Be(tree.Hash("root"));
        foreach (JsonElement leaf in tree.GetProperty("leaves").EnumerateArray())
            CheckLeaf(ours, leaf.Hash("hash"), leaf);
    }

    [Fact]
    public void Reward_and_standing_leaves_share_one_tree()
    {
        JsonElement tree = Trees.GetProperty("epoch");
        JsonElement[] rewards = [.. tree.GetProperty("rewards").EnumerateArray()], standings = [.. tree.GetProperty("standings").EnumerateArray()];
        Hash32[] leaves =
        [
            .. rewards.Select(leaf => new RewardLeaf(leaf.Address("account"), new Bamnamu(leaf.Amount("cumulative")), leaf.Hash("salt")).Hash()),
            .. standings.Select(leaf => new StandingLeaf(
                leaf.Address("account"), (byte)leaf.Number("tier"), (uint)leaf.Number("epoch"), leaf.Hash("salt")).Hash()),
        ];
        MerkleTree ours = MerkleTree.Of(leaves);

        ours.Root.Should().Be(tree.Hash("root"));
        foreach ((Hash32 hash, JsonElement leaf) in leaves.Zip(rewards.Concat(standings)))
            CheckLeaf(ours, hash, leaf);
    }

    private static void CheckLeaf(MerkleTree ours, Hash32 hash, JsonElement leaf)
    {
        hash.Should().Be(leaf.Hash("hash"));
        ours.Proof(hash).Should().Equal(leaf.Hashes("proof"));
        MerkleTree.Verify(ours.Root, leaf.Hashes("proof"), hash).Should().BeTrue();
        MerkleTree.Verify(ours.Root, leaf.Hashes("proof"), Keccak256.Hash("another leaf")).Should().BeFalse();
    }

    private static ThingEvent EventOf(JsonElement leaf) => new(
        leaf.Number("seq"), DateTimeOffset.FromUnixTimeMilliseconds(leaf.GetProperty("seenAtMs").GetInt64()), new HouseholdDay((uint)leaf.Number("day")),
        new SlotId((ushort)leaf.Number("slot")), leaf.Number("gtin") == 0 ? default : new Gtin(leaf.Number("gtin")), (ThingEventKind)leaf.Number("kind"),
        new Mass(leaf.GetProperty("deltaMg").GetInt64()), new Mass(leaf.GetProperty("levelMg").GetInt64()), (uint)leaf.Number("cycle"),
        new OrderId(leaf.Hash("orderId")), leaf.Hash("salt"));

    private static (string Type, Hash32 StructHash) HashOf(string name, JsonElement values) => name switch
    {
        "execute" => (TypedMessages.ExecuteType, TypedMessages.Execute(new MemberCall(
            values.Address("target"), Hex.Decode(values.GetProperty("data").GetString()), values.Number("nonce"), values.Time("deadline")))),
        "deviceClaim" => (TypedMessages.DeviceClaimType, TypedMessages.DeviceClaim(
            new DeviceId(values.Hash("device")), values.Address("account"), values.Number("nonce"), values.Time("deadline"))),
        "join" => (JoinMessage.Type, new JoinMessage(
            values.GetProperty("store").GetString()!, values.Hash("invitation"), new GatewayId(values.GetProperty("gateway").GetString()!),
            new DeviceId(values.Hash("device")), values.Address("account"), values.Hash("challenge"), values.Time("deadline")).StructHash()),
        "thingBlock" => (BlockHash.Type, BlockHash.Of(new ThingBlock(
            new DeviceId(values.Hash("device")), values.Number("height"), values.Hash("parent"), values.Number("fromSeq"), values.Number("toSeq"),
            new HouseholdDay((uint)values.Number("day")), values.Hash("eventsRoot"),
            (uint)values.Number("uses"), (uint)values.Number("confirmations"), (uint)values.Number("deviations")))),
        "mandate" => (TypedMessages.MandateType, TypedMessages.Mandate(MandateOf(values)).Value),
        "order" => (TypedMessages.OrderType, TypedMessages.Order(new OrderTerms(
            new MandateId(values.Hash("mandate")), default, default, values.Address("seller"), (uint)values.Number("quantity"),
            new Bamtol(values.Amount("bamtol")), new Bamnamu(values.Amount("bamnamu")), (uint)values.Number("cycle"), values.Hash("evidence"), values.Time("deadline")))),
        "cancel" => (TypedMessages.CancelType, TypedMessages.Cancel(new OrderId(values.Hash("order")), values.Time("deadline"))),
        "delivery" => (TypedMessages.DeliveryType, TypedMessages.Delivery(
            new OrderId(values.Hash("order")), (uint)values.Number("quantity"), values.GetProperty("complete").GetBoolean(), values.Time("deadline"))),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "A message of docs/vectors/eip712.json that this program does not know."),
    };

    private static Mandate MandateOf(JsonElement values) => new(
        values.Address("account"), new Gtin(values.Number("gtin")), (uint)values.Number("maxQuantity"), new Bamtol(values.Amount("maxUnitPrice")),
        new Bamtol(values.Amount("budgetPerPeriod")), (ushort)values.Number("periodDays"), (uint)values.Number("minCycles"), (byte)values.Number("minTier"),
        new BasisPoints((ushort)values.Number("maxBamnamuBps")), values.Hash("sellersRoot"), values.Time("validUntil"), values.Number("nonce"));
}
