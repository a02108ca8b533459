using System.Security.Cryptography;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using PantryChain.Domain.Chain;
using PantryChain.Domain.Identity;
using PantryChain.Ledger.Blocks;
using PantryChain.Ledger.Evm;

namespace PantryChain.Ledger.Tests.Evm;

public sealed class RelayerKeySpecs
{
    // Vectors: the widely used RFC 6979 set for secp256k1 with SHA-256 (Trezor's and bitcoinjs' test suites).
    [Theory]
    [InlineData("Satoshi Nakamoto",
        "934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8", "2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5")]
    [InlineData("All those moments will be lost in time, like tears in rain. Time to die...",
        "8600dbd41e348fe5c9465ab92d23e3db8b98b873beecd930736488696438cb6b", "547fe64427496db33bf66019dacbf0039c04199abb0122918601db38a72cfc21")]
    public void The_nonce_is_that_of_rfc_6979(string message, string r, string s)
    {
        using RelayerKey key = new(AbiWord.Of(UInt128.One).ToArray());

        (Hash32 R, Hash32 S, byte YParity) signature = key.Sign(new Hash32(SHA256.HashData(Encoding.ASCII.GetBytes(message))));

        signature.R.Should().Be(Hash32.Parse(r));
        signature.S.Should().Be(Hash32.Parse(s));
    }

    [Fact]
    public void Every_signature_leads_back_to_its_account() =>
        Prop.ForAll(Gen.Choose(1, int.MaxValue).ToArbitrary(), number =>
        {
            using RelayerKey key = new(AbiWord.Of((UInt128)number).ToArray());
            Hash32 digest = Keccak256.Hash($"message {number}");
            (Hash32 r, Hash32 s, byte parity) = key.Sign(digest);
            return RelayerKey.Recover(digest, r, s, parity) == key.Address && RelayerKey.Recover(Keccak256.Hash("other"), r, s, parity) != key.Address;
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141")] // the group order
    [InlineData("01")]
    public void What_is_no_key_is_refused(string secret)
    {
        Action make = () => _ = new RelayerKey(Convert.FromHexString(secret));

        make.Should().Throw<ArgumentException>();
    }

    [Fact]
    public void Nonsense_leads_to_nobody() => RelayerKey.Recover(Keccak256.Hash("x"), Hash32.Zero, Hash32.Zero, 0).Should().BeNull();
}

public sealed class Eip712Specs
{
    // Vectors: EIP-712, assets/eip-712/Example.js (key = keccak256("cow")).
    [Fact]
    public void The_mail_of_the_standard_gets_its_published_digest_and_signature()
    {
        Eip712Domain domain = new("Ether Mail", "1", 1, AccountAddress.Parse("0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC"));
        Hash32 personType = Keccak256.Hash("Person(string name,address wallet)");
        Hash32 mailType = Keccak256.Hash("Mail(Person from,Person to,string contents)Person(string name,address wallet)");
        using RelayerKey cow = new(Keccak256.Hash("cow").ToArray());

        Hash32 mail = Keccak256.Hash(new AbiWriter().Word(mailType)
            .Word(Person("Cow", "0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826")).Word(Person("Bob", "0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB"))
            .Word(Keccak256.Hash("Hello, Bob!")).ToArray());
        (Hash32 r, Hash32 s, byte parity) = cow.Sign(domain.Digest(mail));

        domain.Separator.Should().Be(Hash32.Parse("0xf2cee375fa42b42143804025fc449deafd50cc031ca257e0b194a650a912090f"));
        mail.Should().Be(Hash32.Parse("0xc52c0ee5d84264471806290a3f2c4cecfc5490626bf912d01f240d7a274b371e"));
        domain.Digest(mail).Should().Be(Hash32.Parse("0xbe609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2"));
        cow.Address.Should().Be(AccountAddress.Parse("0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826"));
        r.Should().Be(Hash32.Parse("0x4355c47d63924e8a72e509b65029052eb6c299d53a04e167c5775fd466751c9d"));
        s.Should().Be(Hash32.Parse("0x07299936d304c153f6443dfa05f40ff007d72911b6f72307f996231605b91562"));
        (27 + parity).Should().Be(28);

        Hash32 Person(string name, string wallet) =>
            Keccak256.Hash(new AbiWriter().Word(personType).Word(Keccak256.Hash(name)).Address(AccountAddress.Parse(wallet)).ToArray());
    }
}

public sealed class P256Specs
{
    // RFC 6979 A.2.5: key and SHA-256 signatures; that of "sample" has high s, that of "test" low s.
    private const string Order = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
    private static readonly Hash32 Secret = Hash32.Parse("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721");

    private static readonly P256PublicKey Key = new(
        Hash32.Parse("60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6"),
        Hash32.Parse("7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299"));

    private static readonly P256Signature Sample = new(
        Hash32.Parse("EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716"),
        Hash32.Parse("F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8"));

    private static readonly P256Signature Test = new(
        Hash32.Parse("F1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367"),
        Hash32.Parse("019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083"));

    private static readonly Hash32 SampleDigest = new(SHA256.HashData("sample"u8)), TestDigest = new(SHA256.HashData("test"u8));

    [Fact]
    public void A_published_key_has_its_published_point()
    {
        using P256Key key = P256Key.FromSecret(Secret);

        key.PublicKey.Should().Be(Key);
    }

    [Fact]
    public void A_published_signature_with_low_s_is_taken() => P256.Verify(Key, TestDigest, Test).Should().BeTrue();

    [Fact]
    public void A_published_signature_with_high_s_is_taken_only_after_it_was_lowered()
    {
        P256.Verify(Key, SampleDigest, Sample).Should().BeFalse("both forms would be valid, and a signature must have one form");
        P256.Verify(Key, SampleDigest, P256.LowS(Sample)).Should().BeTrue();
        P256.LowS(P256.LowS(Sample)).Should().Be(P256.LowS(Sample));
    }

    [Fact]
    public void Every_own_signature_has_low_s_and_is_taken() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), number =>
        {
            using P256Key key = P256Key.FromSecret(Secret);
            Hash32 digest = Keccak256.Hash($"block {number}");
            P256Signature signature = key.Sign(digest);
            return signature.HasLowS() && P256.Verify(Key, digest, signature) && !P256.Verify(Key, Keccak256.Hash("another"), signature);
        }).QuickCheckThrowOnFailure();

    // The edge cases of Wycheproof's ecdsa_secp256r1 set: r and s at 0, n and beyond, and exchanged.
    [Theory]
    [InlineData("0", "1")]
    [InlineData("1", "0")]
    [InlineData("0", "0")]
    [InlineData("1", "1")]
    [InlineData("n", "1")]
    [InlineData("1", "n")]
    [InlineData("n", "n")]
    [InlineData("f", "1")]
    [InlineData("1", "f")]
    [InlineData("s", "r")]
    [InlineData("r", "r")]
    [InlineData("r", "1")]
    public void Values_out_of_range_or_out_of_place_are_refused(string r, string s)
    {
        P256Signature signature = new(Value(r), Value(s));

        P256.Verify(Key, TestDigest, signature).Should().BeFalse();

        static Hash32 Value(string name) => name switch
        {
            "0" => Hash32.Zero,
            "1" => AbiWord.Of(UInt128.One),
            "n" => Hash32.Parse(Order),
            "f" => Hash32.Parse(new string('f', 64)),
            "r" => Test.R,
            _ => Test.S,
        };
    }

    [Fact]
    public void Kept_keys_judge_like_fresh_ones_and_are_never_more_than_they_may_be()
    {
        P256Keys kept = new(most: 3);
        P256Key[] keys = [.. Enumerable.Range(0, 5).Select(_ => P256Key.Create())];

        for (int round = 0; round < 3; round++)
        {
            foreach (P256Key key in keys)
            {
                P256Signature signature = key.Sign(TestDigest);
                kept.Verify(key.PublicKey, TestDigest, signature).Should().BeTrue();
                kept.Verify(key.PublicKey, SampleDigest, signature).Should().BeFalse();
                kept.Verify(Key, TestDigest, signature).Should().BeFalse("another's key");
                kept.Verify(new P256PublicKey(Key.X, Key.X), TestDigest, signature).Should().BeFalse("no point of the curve");
                kept.Kept.Should().BeLessThanOrEqualTo(3);
            }
        }
        foreach (P256Key key in keys)
            key.Dispose();
    }

    [Fact]
    public void Kept_keys_are_asked_by_many_threads_at_once()
    {
        P256Keys kept = new(most: 2);
        P256Key[] keys = [.. Enumerable.Range(0, 4).Select(_ => P256Key.Create())];
        P256Signature[] signatures = [.. keys.Select(key => key.Sign(TestDigest))];
        int wrong = 0;

        Parallel.For(0, 4000, i =>
        {
            int key = i % keys.Length, signature = i / 7 % keys.Length;
            if (kept.Verify(keys[key].PublicKey, TestDigest, signatures[signature]) != (key == signature))
                Interlocked.Increment(ref wrong);
        });

        wrong.Should().Be(0);
        foreach (P256Key key in keys)
            key.Dispose();
    }

    [Fact]
    public void A_point_off_the_curve_signs_nothing()
    {
        P256.Verify(new P256PublicKey(Key.X, Key.X), TestDigest, Test).Should().BeFalse();
        P256.Verify(default, TestDigest, Test).Should().BeFalse();
        P256.Verify(new P256PublicKey(Hash32.Parse(new string('f', 64)), Key.Y), TestDigest, Test).Should().BeFalse();
    }
}
