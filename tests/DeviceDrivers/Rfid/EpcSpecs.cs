using System.Globalization;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Sensing;
using PantryChain.Domain.Tags;

namespace PantryChain.DeviceDrivers.Tests.Rfid;

public sealed class EpcSpecs
{
    private static readonly JsonElement Vectors = JsonDocument.Parse(File.ReadAllText(Path.Combine(RecordedData.ProjectRoot(), "docs", "vectors", "epc.json"))).RootElement;

    public static TheoryData<string> Codes => [.. Vectors.GetProperty("codes").EnumerateArray().Select(code => code.GetProperty("hex").GetString()!)];

    public static TheoryData<string> RefusedCodes => [.. Vectors.GetProperty("refusedCodes").EnumerateArray().Select(code => code.GetProperty("hex").GetString()!)];

    public static IEnumerable<object[]> Texts =>
        Vectors.GetProperty("texts").EnumerateArray().Select(text => (object[])[text.GetProperty("text").GetString()!, text.GetProperty("gtin").GetString()!, text.GetProperty("serial").GetString()!]);

    public static TheoryData<string> RefusedTexts => [.. Vectors.GetProperty("refusedTexts").EnumerateArray().Select(text => text.GetString()!)];

    [Theory]
    [MemberData(nameof(Codes))]
    public void A_published_code_is_read_and_written_in_all_its_forms(string hex)
    {
        JsonElement vector = Vectors.GetProperty("codes").EnumerateArray().First(code => code.GetProperty("hex").GetString() == hex);
        Sgtin item = new(Gtin.Parse(vector.GetProperty("gtin").GetString()!), vector.GetProperty("serial").GetString()!);

        Sgtin96.TryDecode(Convert.FromHexString(hex), out Epc epc, out string refusal).Should().BeTrue(refusal);

        epc.Should().Be(new Epc(item, vector.GetProperty("companyDigits").GetInt32(), vector.GetProperty("filter").GetInt32()));
        epc.ToTagUri().Should().Be(vector.GetProperty("tag").GetString());
        epc.ToIdentityUri().Should().Be(vector.GetProperty("identity").GetString());
        epc.ToDigitalLink().Should().Be(vector.GetProperty("link").GetString());
        Epc.TryParse(epc.ToTagUri(), out Epc again, out _).Should().BeTrue();
        again.Should().Be(epc);
        Encoded(again).Should().Be(hex);
        foreach (string form in new[] { "tag", "identity", "link" })
        {
            ItemUri.TryParse(vector.GetProperty(form).GetString(), out Sgtin named, out _).Should().BeTrue();
            named.Should().Be(item);
        }
    }

    [Theory]
    [MemberData(nameof(RefusedCodes))]
    public void A_code_that_is_none_is_refused_with_a_sentence(string hex)
    {
        Sgtin96.TryDecode(Convert.FromHexString(hex), out Epc epc, out string refusal).Should().BeFalse();

        refusal.Should().EndWith(".");
        epc.Should().Be(default(Epc));
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void Other_ways_to_write_an_item_are_read(string text, string gtin, string serial)
    {
        ItemUri.TryParse(text, out Sgtin item, out string refusal).Should().BeTrue(refusal);

        item.Should().Be(new Sgtin(Gtin.Parse(gtin), serial));
    }

    [Theory]
    [MemberData(nameof(RefusedTexts))]
    public void A_text_that_names_no_item_is_refused_with_a_sentence(string text)
    {
        ItemUri.TryParse(text, out Sgtin item, out string refusal).Should().BeFalse();

        refusal.Should().EndWith(".");
        item.Should().Be(default(Sgtin));
    }

    [Fact]
    public void Every_item_comes_back_from_its_code_and_from_its_texts() =>
        Prop.ForAll(Epcs().ToArbitrary(), epc =>
        {
            byte[] code = new byte[Sgtin96.Bytes];
            return Sgtin96.TryEncode(epc, code, out _)
                && Sgtin96.TryDecode(code, out Epc decoded, out _) && decoded == epc
                && Epc.TryParse(epc.ToTagUri(), out Epc read, out _) && read == epc
                && Epc.TryParse(epc.ToIdentityUri(), out Epc pure, out _) && pure == epc with { Filter = 0 }
                && Epc.TryParse($"urn:epc:raw:96.x{Convert.ToHexString(code)}", out Epc raw, out _) && raw == epc
                && DigitalLink.TryParse(epc.ToDigitalLink("https://shop.example"), out Sgtin item, out _) && item == epc.Item;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));

    [Fact]
    public void Every_serial_number_of_the_82_characters_comes_back_from_its_texts() =>
        Prop.ForAll(Gen.Elements("!\"%&'()*+,-./0123456789:;<=>?ABCXYZ_abcxyz".ToCharArray()).NonEmptyListOf().Select(letters => string.Concat(letters.Take(20))).ToArbitrary(), serial =>
        {
            Epc epc = new(new Sgtin(Gtin.Parse("4006381333931"), serial), 7, 0);
            return Epc.TryParse(epc.ToIdentityUri(), out Epc pure, out _) && pure == epc
                && DigitalLink.TryParse(epc.ToDigitalLink(), out Sgtin item, out _) && item == epc.Item;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Random_bytes_are_read_or_refused_and_what_is_read_is_written_the_same()
    {
        Random random = new(3);
        byte[] code = new byte[Sgtin96.Bytes];
        int read = 0;
        for (int i = 0; i < 50_000; i++)
        {
            random.NextBytes(code);
            code[0] = i % 4 == 0 ? code[0] : (byte)0x30;
            if (!Sgtin96.TryDecode(code, out Epc epc, out string refusal))
            {
                refusal.Should().NotBeEmpty();
                continue;
            }
            read++;
            Encoded(epc).Should().Be(Convert.ToHexString(code));
        }
        read.Should().BeGreaterThan(2_000);
    }

    [Fact]
    public void Spoiled_texts_are_read_or_refused_and_never_throw()
    {
        Random random = new(4);
        string[] good = [.. Texts.Select(row => (string)row[0]), .. Vectors.GetProperty("codes").EnumerateArray().Select(code => code.GetProperty("tag").GetString()!)];
        for (int i = 0; i < 30_000; i++)
        {
            StringBuilder text = new(good[random.Next(good.Length)]);
            for (int change = random.Next(4); change >= 0; change--)
                text[random.Next(text.Length)] = (char)random.Next(random.Next(2) == 0 ? 128 : 65_536);
            text.Length = random.Next(4) == 0 ? random.Next(text.Length) : text.Length;
            bool read = ItemUri.TryParse(text.ToString(), out Sgtin item, out string refusal);
            (read == (refusal.Length == 0) && read == !item.Gtin.IsNone).Should().BeTrue(text.ToString());
        }
    }

    [Fact]
    public void What_does_not_fit_a_code_is_not_written()
    {
        Sgtin96.TryEncode(new Epc(new Sgtin(Gtin.Parse("4006381333931"), "A1"), 7, 1), new byte[12], out string refusal).Should().BeFalse();
        refusal.Should().Contain("Digital Link");
        Sgtin96.TryEncode(new Epc(new Sgtin(Gtin.Parse("4006381333931"), "1"), 5, 1), new byte[12], out _).Should().BeFalse();
        Sgtin96.TryEncode(default, new byte[12], out _).Should().BeFalse();
        Sgtin96.TryEncode(new Epc(new Sgtin(Gtin.Parse("4006381333931"), "1"), 7, 1), new byte[11], out _).Should().BeFalse();
    }

    internal static Gen<Epc> Epcs() =>
        from body in Gen.Choose(0, int.MaxValue).Two()
        from digits in Gen.Choose(6, 12)
        from filter in Gen.Choose(0, 7)
        from high in Gen.Choose(0, 127)
        from low in Gen.Choose(0, int.MaxValue)
        let number = ((ulong)body.Item1 * 4_000_000_007UL + (ulong)body.Item2) % 9_999_999_999_999UL + 1
        select new Epc(
            new Sgtin(new Gtin(number * 10 + Gtin.CheckDigit(number)), (((long)high << 31) + low).ToString(CultureInfo.InvariantCulture)), digits, filter);

    private static string Encoded(in Epc epc)
    {
        byte[] code = new byte[Sgtin96.Bytes];
        Sgtin96.TryEncode(epc, code, out string refusal).Should().BeTrue(refusal);
        return Convert.ToHexString(code);
    }
}
