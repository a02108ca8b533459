using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using PantryChain.Domain.Identity;

namespace PantryChain.Domain.Tests;

public sealed class IdentitySpecs
{
    [Theory]
    [InlineData("4006381333931")] // EAN-13 of the SGTIN-96 vector 3034F487B4209C4000000001
    [InlineData("80614141123458")] // GTIN-14 of the GS1 TDS worked example
    [InlineData("96385074")] // EAN-8 example of the GS1 General Specifications
    public void A_gtin_with_the_right_check_digit_is_taken(string text) =>
        Gtin.Parse(text).Value.Should().Be(ulong.Parse(text, System.Globalization.CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("04252614", 42100005264)] // the last of the six is 1: two digits, it, four zeros, three digits
    [InlineData("01234133", 12300000413)] // 3
    [InlineData("01234145", 12340000015)] // 4
    [InlineData("01234565", 12345000065)] // 5 to 9
    [InlineData("12345670", 12345670)] // begins with 1 and is an EAN-8 as it stands
    [InlineData("96385074", 96385074)]
    [InlineData("]E496385074", 96385074)]
    [InlineData("]E04006381333931", 4006381333931)]
    public void Eight_digits_are_a_upc_e_or_an_ean_8(string text, long number) => Gtin.Parse(text).Value.Should().Be((ulong)number);

    [Fact]
    public void Every_upc_e_gives_the_number_of_its_upc_a_and_a_digital_link_holds_none()
    {
        Random chance = new(4);
        for (int i = 0; i < 2_000; i++)
        {
            string maker = FormattableString.Invariant($"{chance.Next(100):D2}{chance.Next(3)}"), item = FormattableString.Invariant($"{chance.Next(1000):D3}");
            ulong body = ulong.Parse($"0{maker}0000{item}", System.Globalization.CultureInfo.InvariantCulture);
            string upcE = $"0{maker[..2]}{item}{maker[2]}{Gtin.CheckDigit(body)}";

            Gtin.Parse(upcE).Value.Should().Be(body * 10 + Gtin.CheckDigit(body));
            if (Gtin.TryParseElement(upcE, out Gtin asItStands))
                asItStands.Value.Should().Be(ulong.Parse(upcE, System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    [Theory]
    [InlineData("4006381333930")]
    [InlineData("04252613")] // neither check digit is right
    [InlineData("]E44006381333931")]
    [InlineData("400638133393")]
    [InlineData("0000000000000")]
    [InlineData("40063813339 1")]
    [InlineData("-006381333931")]
    [InlineData("")]
    [InlineData(null)]
    public void Anything_else_is_refused_as_a_gtin(string? text) => Gtin.TryParse(text, out _).Should().BeFalse();

    [Fact]
    public void Every_class_number_becomes_a_restricted_gtin_of_its_own() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), number =>
        {
            Gtin gtin = Gtin.Restricted((ulong)number);
            return gtin.IsRestricted && gtin.Value / 10 % 100_000_000_000 == (ulong)number && Gtin.Parse(gtin.ToString()) == gtin;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_hash_keeps_its_bytes_and_sorts_as_a_number() =>
        Prop.ForAll(Gen.Choose(0, 255).Select(b => (byte)b).ArrayOf(32).ToArbitrary(), Gen.Choose(0, 255).Select(b => (byte)b).ArrayOf(32).ToArbitrary(), (a, b) =>
        {
            Hash32 left = new(a), right = new(b);
            return left.ToArray().AsSpan().SequenceEqual(a) && Hash32.Parse(left.ToString()) == left
                && Math.Sign(left.CompareTo(right)) == Math.Sign(a.AsSpan().SequenceCompareTo(b));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void An_address_round_trips_in_any_case()
    {
        AccountAddress address = AccountAddress.Parse("0x5FbDB2315678afecb367f032d93F642f64180aa3");

        address.ToString().Should().Be("0x5fbdb2315678afecb367f032d93f642f64180aa3");
        new AccountAddress(address.ToArray()).Should().Be(address);
    }

    [Theory]
    [InlineData("ab")]
    [InlineData("Kitchen")]
    [InlineData("a/b/c")]
    [InlineData("home+")]
    public void A_gateway_name_that_would_not_fit_a_topic_is_refused(string name)
    {
        Action make = () => _ = new GatewayId(name);

        make.Should().Throw<FormatException>();
    }

    [Fact]
    public void Identities_travel_as_text_in_json()
    {
        (Gtin, Hash32, AccountAddress, GatewayId)[] all =
        [
            (Gtin.Parse("4006381333931"), Hash32.Parse(new string('7', 64)), AccountAddress.Parse("0x5FbDB2315678afecb367f032d93F642f64180aa3"), new GatewayId("home-1")),
            default,
        ];

        string json = JsonSerializer.Serialize(all, WithFields);

        json.Should().Contain("\"4006381333931\"").And.Contain("\"home-1\"");
        JsonSerializer.Deserialize<(Gtin, Hash32, AccountAddress, GatewayId)[]>(json, WithFields).Should().Equal(all);
    }

    [Theory]
    [InlineData("\"4006381333930\"")]
    [InlineData("17")]
    [InlineData("null")]
    public void Json_that_is_no_gtin_is_refused_as_json(string json)
    {
        Action read = () => JsonSerializer.Deserialize<Gtin>(json);

        read.Should().Throw<JsonException>();
    }

    private static readonly JsonSerializerOptions WithFields = new() { IncludeFields = true };
}
