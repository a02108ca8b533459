using System.Numerics;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using PantryChain.Domain.Identity;
using PantryChain.Ledger.Evm;

namespace PantryChain.Ledger.Tests.Evm;

public sealed class RlpSpecs
{
    // Vectors: ethereum.org, "Recursive-length prefix serialization", examples.
    [Theory]
    [InlineData("dog", "83646f67")]
    [InlineData("", "80")]
    [InlineData("a", "61")]
    [InlineData("Lorem ipsum dolor sit amet, consectetur adipisicing elit",
        "b8384c6f72656d20697073756d20646f6c6f722073697420616d65742c20636f6e7365637465747572206164697069736963696e6720656c6974")]
    public void Texts_are_encoded_as_published(string text, string expected) =>
        Convert.ToHexStringLower(Rlp.Bytes(Encoding.ASCII.GetBytes(text))).Should().Be(expected);

    [Theory]
    [InlineData(0, "80")]
    [InlineData(15, "0f")]
    [InlineData(1024, "820400")]
    public void Numbers_have_no_leading_zeros(int number, string expected) => Convert.ToHexStringLower(Rlp.Number(number)).Should().Be(expected);

    [Fact]
    public void Nested_lists_are_encoded_as_published()
    {
        byte[] empty = Rlp.List(), one = Rlp.List(empty);

        byte[] threeSets = Rlp.List(empty, one, Rlp.List(empty, one));

        Convert.ToHexStringLower(threeSets).Should().Be("c7c0c1c0c3c0c1c0");
    }

    [Fact]
    public void What_is_written_is_read_back() =>
        Prop.ForAll(Gen.Choose(0, 255).Select(b => (byte)b).ArrayOf().ToArbitrary(), Gen.Choose(0, int.MaxValue).ToArbitrary(), (bytes, number) =>
        {
            RlpReader reader = RlpReader.OfList(Rlp.List(Rlp.Bytes(bytes), Rlp.Number(number)));
            bool same = reader.Bytes().SequenceEqual(bytes);
            return same && reader.Number() == new BigInteger(number) && reader.AtEnd;
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("")]
    [InlineData("83646f67")] // no list
    [InlineData("c883646f67")] // ends too early
    [InlineData("c483646f6700")] // something follows
    [InlineData("bfffffffffffffffff")] // a length beyond any memory
    [InlineData("ffffffffffffffffff")]
    public void Broken_bytes_are_refused(string hex)
    {
        byte[] bytes = Convert.FromHexString(hex);

        Action read = () => RlpReader.OfList(bytes).Bytes();

        read.Should().Throw<FormatException>();
    }
}

public sealed class Eip1559TransactionSpecs
{
    private static readonly RelayerKey Key = new(Hex.Decode("0x" + string.Concat(Enumerable.Repeat("46", 32))));

    // Vectors: Foundry's 'cast mktx' 1.7.1 with the same fields.
    [Fact]
    public void A_call_is_signed_as_foundry_signs_it()
    {
        byte[] data = new AbiWriter().Unsigned(255u).ToCall("accept(bytes32)");
        Eip1559Transaction transaction = new(
            31337, 9, 1_000_000_000, 30_000_000_000, 100_000, AccountAddress.Parse("0x3535353535353535353535353535353535353535"), 1, data);

        SignedTransaction signed = transaction.Sign(Key);

        Hex.Encode(signed.Raw.Span).Should().Be(
            "0x02f892827a6909843b9aca008506fc23ac00830186a094353535353535353535353535353535353535353501a4e4725ba1"
            + "00000000000000000000000000000000000000000000000000000000000000ffc080a00497ad3927a13345f45ce6380771d923e9f424e056183d1421a53b532851d618"
            + "a05fb886050e15565738ec08910137daaecd95116aa76013ddffcf998477308a81");
    }

    [Fact]
    public void A_creation_has_no_callee_and_a_short_scalar_no_leading_zeros()
    {
        Eip1559Transaction transaction = new(31337, 0, 0, 30_000_000_000, 100_000, null, 0, Hex.Decode("0x600160005500"));

        SignedTransaction signed = transaction.Sign(Key);

        Hex.Encode(signed.Raw.Span).Should().Be(
            "0x02f85b827a6980808506fc23ac00830186a0808086600160005500c080a0ab06b7b8f62fa0526c2248d6e7f08634c8be2ab01ee32368dac7f8c375a839b7"
            + "9f0de2524f60987ef8df838e287353b9ff8ffaef0da8f0c1f06edc925da203b6");
    }

    [Fact]
    public void A_signed_transaction_is_read_back_with_its_sender()
    {
        Eip1559Transaction transaction = new(31337, 7, 1, 2, 3, null, 4, Hex.Decode("0x0102"));
        SignedTransaction signed = transaction.Sign(Key);

        (Eip1559Transaction read, SignedTransaction readSigned) = Eip1559Transaction.Decode(signed.Raw);

        (read with { Data = default }).Should().Be(transaction with { Data = default });
        read.Data.ToArray().Should().Equal(transaction.Data.ToArray());
        readSigned.From.Should().Be(AccountAddress.Parse("0x9d8A62f656a8d1615C1294fd71e9CFb3E4855A4F"));
        readSigned.Hash.Should().Be(signed.Hash);
    }

    [Fact]
    public void A_changed_transaction_is_refused_or_somebody_elses() =>
        Prop.ForAll(Gen.Choose(0, 10_000).ToArbitrary(), Gen.Choose(1, 255).ToArbitrary(), (place, change) =>
        {
            SignedTransaction signed = new Eip1559Transaction(31337, 7, 1, 2, 3, null, 4, Hex.Decode("0x0102")).Sign(Key);
            byte[] raw = signed.Raw.ToArray();
            raw[place % raw.Length] ^= (byte)change;
            try
            {
                return Eip1559Transaction.Decode(raw).Signed.From != signed.From;
            }
            catch (FormatException)
            {
                return true; // any other exception fails the property
            }
        }).QuickCheckThrowOnFailure();
}
