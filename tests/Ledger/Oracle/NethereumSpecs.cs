using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Nethereum.ABI;
using Nethereum.ABI.EIP712;
using Nethereum.ABI.FunctionEncoding;
using Nethereum.Model;
using Nethereum.Signer;
using Nethereum.Util;
using PantryChain.Domain.Identity;
using PantryChain.Ledger.Evm;

namespace PantryChain.Ledger.Tests.Oracle;

/// <summary>Nethereum, which shares no line with <c>Ledger/Evm</c>, as an independent witness: both must come to the same bytes.</summary>
public sealed class NethereumSpecs
{
    private static readonly JsonElement Messages = Vectors.Read("eip712.json");

    public static TheoryData<string> MessageNames => [.. Messages.GetProperty("messages").EnumerateObject().Select(message => message.Name)];

    [Theory]
    [MemberData(nameof(MessageNames))]
    public void Nethereum_gives_each_message_of_the_protocol_the_digest_that_the_vectors_publish(string name)
    {
        JsonElement message = Messages.GetProperty("messages").GetProperty(name);

        byte[] digest = Sha3Keccack.Current.CalculateHash(Eip712TypedDataEncoder.Current.EncodeTypedDataRaw(TypedData(message)));

        new Hash32(digest).Should().Be(message.Hash("digest"));
    }

    [Fact]
    public void Keccak_is_Nethereums_for_any_length() =>
        Prop.ForAll(Bytes(400).ToArbitrary(), data => Keccak256.Hash(data).ToArray().SequenceEqual(Sha3Keccack.Current.CalculateHash(data))).QuickCheckThrowOnFailure();

    [Fact]
    public void A_signed_transaction_is_Nethereums_byte_for_byte() =>
        Prop.ForAll(Secret.Zip(Bytes(300)).Zip(Number(63)).Zip(Number(200)).Zip(Gen.Choose(0, 3)).ToArbitrary(), v =>
        {
            ((((byte[] secret, byte[] data), BigInteger nonce), BigInteger value), int kind) = v;
            AccountAddress? to = kind == 0 ? null : new AccountAddress(Keccak256.Hash(secret).ToArray().AsSpan(12));
            Eip1559Transaction ours = new(31337, (ulong)nonce, value % 7, value % 1_000_000_007, (ulong)(nonce % 30_000_000), to, value, data);
            Transaction1559 theirs = new(
                ours.ChainId, ours.Nonce, ours.MaxPriorityFeePerGas, ours.MaxFeePerGas, ours.GasLimit, to?.ToString(), ours.Value, Hex.Encode(data), []);
            using RelayerKey key = new(secret);
            string signed = new Transaction1559Signer().SignTransaction(new EthECKey(secret, isPrivate: true), theirs);

            var own = ours.Sign(key);
            (Eip1559Transaction read, var by) = Eip1559Transaction.Decode(own.Raw);
            return own.Raw.Span.SequenceEqual(Hex.Decode(signed.StartsWith("0x", StringComparison.Ordinal) ? signed : "0x" + signed))
                && own.From == AccountAddress.Parse(new EthECKey(secret, isPrivate: true).GetPublicAddress()) && by.From == own.From && read.Data.Span.SequenceEqual(data);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Nethereum_finds_the_account_behind_every_signature() =>
        Prop.ForAll(Secret.Zip(Bytes(64)).ToArbitrary(), v =>
        {
            using RelayerKey key = new(v.Item1);
            Hash32 digest = Keccak256.Hash(v.Item2);
            (Hash32 r, Hash32 s, byte parity) = key.Sign(digest);
            EthECDSASignature signature = EthECDSASignatureFactory.FromComponents(r.ToArray(), s.ToArray(), (byte)(27 + parity));
            return AccountAddress.Parse(EthECKey.RecoverFromSignature(signature, digest.ToArray()).GetPublicAddress()) == key.Address;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Arguments_are_encoded_as_Nethereum_encodes_them() =>
        Prop.ForAll(Secret.Zip(Bytes(100)).Zip(Number(120)).Zip(Gen.Choose(-1_000_000, 1_000_000)).Zip(Gen.Choose(0, 5)).ToArbitrary(), v =>
        {
            ((((byte[] word, byte[] bytes), BigInteger amount), int signed), int count) = v;
            AccountAddress account = new(word.AsSpan(12));
            List<byte[]> proof = [.. Enumerable.Range(0, count).Select(i => Keccak256.Hash([.. word, (byte)i]).ToArray())];
            byte[] ours = new AbiWriter().Word(new Hash32(word)).Address(account).Unsigned((UInt128)amount).Signed(signed).Bool(signed > 0).Bytes(bytes).Text("우유 " + signed)
                .Words([.. proof.Select(leaf => new Hash32(leaf))]).ToArray();

            byte[] theirs = new ABIEncode().GetABIEncoded(
                new ABIValue("bytes32", word), new ABIValue("address", account.ToString()), new ABIValue("uint128", amount), new ABIValue("int64", signed), new ABIValue("bool", signed > 0),
                new ABIValue("bytes", bytes), new ABIValue("string", "우유 " + signed), new ABIValue("bytes32[]", proof));
            return ours.SequenceEqual(theirs);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Nethereum_reads_back_what_is_written() =>
        Prop.ForAll(Bytes(200).Zip(Number(127)).ToArbitrary(), v =>
        {
            byte[] written = new AbiWriter().Unsigned((UInt128)v.Item2).Bytes(v.Item1).ToArray();
            List<ParameterOutput> read = new ParameterDecoder().DecodeDefaultData(written, new Nethereum.ABI.Model.Parameter("uint256", 1), new Nethereum.ABI.Model.Parameter("bytes", 2));
            return (BigInteger)read[0].Result == v.Item2 && ((byte[])read[1].Result).SequenceEqual(v.Item1);
        }).QuickCheckThrowOnFailure();

    private static Gen<byte[]> Bytes(int most) => Gen.Choose(0, most).SelectMany(length => Gen.ArrayOf(Gen.Choose(0, 255), length)).Select(all => all.Select(b => (byte)b).ToArray());

    /// <summary>Keys: a hash is below the group order but for a chance of 2^-128.</summary>
    private static Gen<byte[]> Secret => Gen.Choose(0, int.MaxValue).Select(number => Keccak256.Hash($"oracle {number}").ToArray());

    private static Gen<BigInteger> Number(int bits) =>
        Gen.ArrayOf(Gen.Choose(0, 255), 25).Zip(Gen.Choose(0, bits)).Select(v => new BigInteger([.. v.Item1.Select(b => (byte)b)], isUnsigned: true) & ((BigInteger.One << v.Item2) - 1));

    /// <summary>A message of the vectors as wallets take it: <c>eth_signTypedData_v4</c>.</summary>
    private static TypedDataRaw TypedData(JsonElement message)
    {
        string type = message.GetProperty("type").GetString()!, primary = type[..type.IndexOf('(', StringComparison.Ordinal)];
        JsonObject types = new() { ["EIP712Domain"] = Fields(Messages.GetProperty("domainType").GetString()!), [primary] = Fields(type) };
        JsonObject domain = new()
        {
            ["name"] = "PantryChain", ["version"] = "1", ["chainId"] = Messages.Number("chainId"), ["verifyingContract"] = message.GetProperty("verifyingContract").GetString(),
        };
        JsonObject all = new() { ["types"] = types, ["primaryType"] = primary, ["domain"] = domain, ["message"] = JsonNode.Parse(message.GetProperty("values").GetRawText()) };
        return TypedDataRawJsonConversion.DeserialiseJsonToRawTypedData(all.ToJsonString());
    }

    private static JsonArray Fields(string type)
    {
        string inside = type[(type.IndexOf('(', StringComparison.Ordinal) + 1)..^1];
        return [.. inside.Split(',').Select(field => field.Split(' ')).Select(field => (JsonNode)new JsonObject { ["name"] = field[1], ["type"] = field[0] })];
    }
}
