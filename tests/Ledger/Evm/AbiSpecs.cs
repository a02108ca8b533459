using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using PantryChain.Domain.Identity;
using PantryChain.Ledger.Evm;

namespace PantryChain.Ledger.Tests.Evm;

public sealed class AbiSpecs
{
    [Theory]
    [InlineData("baz(uint32,bool)", "cdcd77c0")] // Solidity docs, "Contract ABI Specification", examples
    [InlineData("sam(bytes,bool,uint256[])", "a5643bf2")]
    [InlineData("f(uint256,uint32[],bytes10,bytes)", "8be65246")]
    [InlineData("transfer(address,uint256)", "a9059cbb")]
    public void Selectors_are_as_published(string signature, string selector) =>
        Convert.ToHexStringLower(AbiSignature.Selector(signature)).Should().Be(selector);

    [Fact]
    public void Dynamic_arguments_are_encoded_as_in_the_documentation()
    {
        // Solidity docs: g(uint256[][],string[]) with [[1, 2], [3]], ["one", "two", "three"].
        List<List<int>> rows = [[1, 2], [3]];

        byte[] data = new AbiWriter()
            .Array(rows, (outer, row) => outer.Array(row, (inner, value) => inner.Unsigned((UInt128)value)))
            .Array(["one", "two", "three"], (array, text) => array.Text(text))
            .ToCall("g(uint256[][],string[])");

        Convert.ToHexStringLower(data).Should().Be(string.Concat(
            "2289b18c",
            Words("40", "140", "2", "40", "a0", "2", "1", "2", "1", "3", "3", "60", "a0", "e0"),
            Word("3"), "6f6e650000000000000000000000000000000000000000000000000000000000",
            Word("3"), "74776f0000000000000000000000000000000000000000000000000000000000",
            Word("5"), "7468726565000000000000000000000000000000000000000000000000000000"));

        static string Words(params string[] values) => string.Concat(values.Select(Word));
        static string Word(string value) => value.PadLeft(64, '0');
    }

    [Theory]
    [InlineData(-1L, "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    [InlineData(long.MinValue, "ffffffffffffffffffffffffffffffffffffffffffffffff8000000000000000")]
    [InlineData(long.MaxValue, "0000000000000000000000000000000000000000000000007fffffffffffffff")]
    [InlineData(0L, "0000000000000000000000000000000000000000000000000000000000000000")]
    public void Signed_numbers_carry_their_sign_to_the_front(long value, string word) => AbiWord.OfSigned(value).Should().Be(Hash32.Parse(word));

    [Fact]
    public void Numbers_beyond_a_word_are_refused()
    {
        Action wide = () => AbiWord.Of(BigInteger.One << 256);
        Action negative = () => AbiWord.Of(BigInteger.MinusOne);

        wide.Should().Throw<OverflowException>();
        negative.Should().Throw<OverflowException>();
        AbiWord.Of((BigInteger.One << 256) - 1).Should().Be(Hash32.Parse(new string('f', 64)));
    }

    [Fact]
    public void What_is_written_is_read_back() =>
        Prop.ForAll(
            Gen.Choose(int.MinValue, int.MaxValue).ToArbitrary(), Gen.Choose(0, 255).Select(b => (byte)b).ArrayOf().ToArbitrary(),
            Gen.Choose(0, int.MaxValue).ArrayOf().ToArbitrary(), (number, bytes, many) =>
            {
                Hash32[] words = [.. many.Select(value => Keccak256.Hash($"{value}"))];
                byte[] data = new AbiWriter().Signed(number).Bytes(bytes).Bool(number < 0).Tuple(inner => inner.Text("가득").Words(words)).Unsigned(UInt128.MaxValue).ToArray();
                AbiReader reader = new(data);
                bool first = reader.Signed() == number && reader.Bytes().SequenceEqual(bytes) && reader.Bool() == number < 0;
                AbiReader tuple = reader.Tuple();
                return first && tuple.Text() == "가득" && tuple.Words().SequenceEqual(words) && reader.Unsigned() == UInt128.MaxValue;
            }).QuickCheckThrowOnFailure();

    [Fact]
    public void Cut_or_garbled_data_is_refused_and_never_read_beyond() =>
        Prop.ForAll(Gen.Choose(0, 255).Select(b => (byte)b).ArrayOf().ToArbitrary(), Gen.Choose(0, 200).ToArbitrary(), (noise, length) =>
        {
            byte[] whole = [.. new AbiWriter().Words([Hash32.Zero, Hash32.Zero]).Text("text").ToArray(), .. noise];
            byte[] cut = whole[..Math.Min(length, whole.Length)];
            return Reads(cut) && Reads(noise);

            static bool Reads(byte[] data)
            {
                try
                {
                    AbiReader reader = new(data);
                    _ = reader.Words();
                    _ = reader.Text();
                    return true;
                }
                catch (FormatException)
                {
                    return true; // anything else, such as an index outside the array, fails the property
                }
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_number_too_wide_for_its_type_is_refused()
    {
        byte[] data = new AbiWriter().Unsigned(ulong.MaxValue).ToArray();

        ((Func<uint>)(() => new AbiReader(data).Unsigned32())).Should().Throw<FormatException>();
        ((Func<bool>)(() => new AbiReader(data).Bool())).Should().Throw<FormatException>();
        ((Func<AccountAddress>)(() => new AbiReader(Keccak256.Hash("x").ToArray()).Address())).Should().Throw<FormatException>();
        new AbiReader(data).Unsigned64().Should().Be(ulong.MaxValue);
    }
}

public sealed class RevertReasonsSpecs
{
    [Fact]
    public void A_custom_error_is_named()
    {
        RevertReasons reasons = new(["EscrowTooEarly(bytes32,uint64)"]);
        byte[] data = new AbiWriter().Word(Hash32.Zero).Unsigned(7u).ToCall("EscrowTooEarly(bytes32,uint64)");

        EvmRevertedException error = reasons.Explain(data);

        error.Error.Should().Be("EscrowTooEarly");
        error.Message.Should().Contain("EscrowTooEarly");
    }

    [Theory]
    [InlineData("", "without a reason")]
    [InlineData("01", "unknown reason 0x01")]
    [InlineData("deadbeef", "unknown reason 0xdeadbeef")]
    [InlineData("08c379a0", "?")]
    [InlineData("4e487b710000000000000000000000000000000000000000000000000000000000000011", "panic 0x11")]
    public void Anything_else_is_told_as_it_is(string data, string said) =>
        RevertReasons.BuiltIn.Explain(Convert.FromHexString(data)).Message.Should().Contain(said);

    [Fact]
    public void A_text_is_told() =>
        RevertReasons.BuiltIn.Explain(new AbiWriter().Text("not today").ToCall("Error(string)")).Message.Should().Contain("'not today'");
}
