using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Sensing;
using PantryChain.Domain.Tags;

namespace PantryChain.Domain.Tests;

public sealed class PackTagSpecs
{
    [Theory]
    [InlineData("https://id.gs1.org/01/08801115114154/21/4711", "sgtin:08801115114154.4711")]
    [InlineData("sgtin:08801115114154.4711", "sgtin:08801115114154.4711")]
    [InlineData(" 04:a1:b2:c3:d4:e5:f6 ", "uid:04A1B2C3D4E5F6")]
    [InlineData("uid:04A1B2C3D4E5F6", "uid:04A1B2C3D4E5F6")]
    [InlineData("04A1B2C3", "uid:04A1B2C3")]
    public void A_tag_is_read_as_a_clerks_reader_gives_it(string given, string text)
    {
        PackTag.TryParse(given, out PackTag tag, out string refusal).Should().BeTrue(refusal);

        tag.Text.Should().Be(text);
    }

    [Fact]
    public void Desk_and_shelf_write_the_same_text_for_a_tag()
    {
        Sgtin item = new(Gtin.Parse("8801115114154"), "4711");
        Span<byte> bytes = stackalloc byte[Sgtin96.Bytes];

        bool read = PackTag.TryParse(new Epc(item, 7, Epc.PointOfSale).ToIdentityUri(), out PackTag uri, out _)
            & Sgtin96.TryEncode(new Epc(item, 7, Epc.PointOfSale), bytes, out _) & PackTag.TryParse(Convert.ToHexString(bytes), out PackTag raw, out _);

        read.Should().BeTrue();
        (uri, raw).Should().Be((PackTag.Of(item), PackTag.Of(item)));
        (raw.Gtin, PackTag.Of(new TagUid([4, 1, 2, 3])).Gtin).Should().Be((item.Gtin, null));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("milk")]
    [InlineData("08A1B2C3")]
    [InlineData("https://shop.example/milk")]
    [InlineData("sgtin:08801115114154")]
    [InlineData("sgtin:08801115114155.1")]
    [InlineData("04A1B2C3D4")]
    public void What_is_no_tag_is_refused_with_a_reason(string? given)
    {
        PackTag.TryParse(given, out _, out string refusal).Should().BeFalse();

        refusal.Should().NotBeEmpty();
    }

    [Theory]
    [InlineData("4827 1936", "48271936")]
    [InlineData("4827-1936", "48271936")]
    [InlineData(" 48271936", "48271936")]
    [InlineData("4827193", null)]
    [InlineData("482719361", null)]
    [InlineData("4827193a", null)]
    [InlineData("٤٨٢٧١٩٣٦", null)]
    [InlineData(null, null)]
    public void A_code_is_eight_digits_however_they_are_grouped(string? given, string? digits)
    {
        DeliveryCode.TryParse(given, out DeliveryCode code).Should().Be(digits is not null);

        code.Text.Should().Be(digits ?? "");
    }

    [Fact]
    public void Codes_differ_and_a_parcels_tag_carries_one()
    {
        List<string> drawn = [.. Enumerable.Range(0, 200).Select(_ => DeliveryCode.Draw().Text)];

        drawn.Distinct().Count().Should().BeGreaterThan(195);
        DeliveryCode.TryParseSerial(DeliveryCode.SerialPrefix + drawn[0], out DeliveryCode shown).Should().BeTrue();
        shown.Text.Should().Be(drawn[0]);
        DeliveryCode.TryParseSerial(drawn[0], out _).Should().BeFalse("a pack may have any number");
    }

    [Fact]
    public void A_commitment_opens_for_its_order_and_its_secret_only()
    {
        OrderId order = new(new Hash32([.. new byte[31], 1])), other = new(new Hash32([.. new byte[31], 2]));
        DeliveryCommitment commitment = DeliveryCommitment.To(order, "48271936");

        (commitment.IsTo(order, "48271936"), commitment.IsTo(other, "48271936"), commitment.IsTo(order, "48271937")).Should().Be((true, false, false));
        DeliveryCommitment.To(order, "48271936").Hash.Should().NotBe(commitment.Hash, "each has a salt of its own");
    }
}
