using System.Text;
using FsCheck;
using FsCheck.Fluent;
using PantryChain.DeviceDrivers.Rfid;

namespace PantryChain.DeviceDrivers.Tests.Rfid;

public sealed class NdefSpecs
{
    private const string Item = "urn:epc:id:sgtin:0614141.812345.6789";

    private static readonly byte[] Ntag213 = [0xE1, 0x10, 0x12, 0x00]; // NTAG213/215/216 data sheet rev. 3.2, §8.5.6
    private static readonly byte[] Ntag213Lock = [0x01, 0x03, 0xA0, 0x0C, 0x34];

    [Fact]
    public void Every_beginning_of_the_table_is_read_back()
    {
        for (byte code = 0; code < NdefUri.Prefixes.Count; code++)
        {
            NdefMessage.Read([0xD1, 0x01, 0x02, (byte)'U', code, (byte)'x'], out string uri).Should().Be(TagWord.Uri);

            uri.Should().Be(NdefUri.Prefixes[code] + "x");
        }
        NdefUri.Prefixes.Should().HaveCount(0x24);
    }

    [Fact]
    public void The_beginnings_of_items_have_their_bytes()
    {
        NdefUri.Prefixes[0x1E].Should().Be("urn:epc:id:");
        NdefUri.Prefixes[0x1F].Should().Be("urn:epc:tag:");
        NdefUri.Prefixes[0x21].Should().Be("urn:epc:raw:");
        NdefUri.Prefixes[0x04].Should().Be("https://");
        NdefMessage.Write(Item)[4].Should().Be(0x1E);
    }

    [Fact]
    public void A_written_tag_is_read_with_as_few_pages_as_its_text_needs()
    {
        byte[] memory = [.. Ntag213, .. Type2Memory.Write(Item, Ntag213Lock), .. new byte[64]];

        int read = 0;
        TagWord word;
        string uri;
        do
            word = Type2Memory.Read(memory.AsSpan(0, read += 16), out uri);
        while (word == TagWord.MoreToRead);

        word.Should().Be(TagWord.Uri);
        uri.Should().Be(Item);
        read.Should().Be(48);
    }

    [Fact]
    public void A_message_with_a_length_of_three_bytes_is_read()
    {
        byte[] message = [0x81, 0x01, 0x00, 0x00, 0x00, 0x0B, (byte)'U', 0x04, .. "pantry.io/"u8];
        byte[] padding = [0x51, 0x01, 240, (byte)'T', .. new byte[240]];

        Type2Memory.Read([0xE1, 0x10, 0x6D, 0x00, 0x03, 0xFF, (byte)((message.Length + padding.Length) >> 8), (byte)(message.Length + padding.Length & 0xFF), .. message, .. padding], out string uri)
            .Should().Be(TagWord.Uri);
        uri.Should().Be("https://pantry.io/");
    }

    [Fact]
    public void Control_blocks_and_foreign_blocks_before_the_message_are_passed_over()
    {
        byte[] memory = [.. Ntag213, 0x00, .. Ntag213Lock, 0x02, 0x03, 0x00, 0x00, 0x34, 0xFD, 0x02, 0xAA, 0xBB, 0x00, .. Type2Memory.Write(Item)];

        Type2Memory.Read(memory, out string uri).Should().Be(TagWord.Uri);

        uri.Should().Be(Item);
    }

    [Theory]
    [InlineData(0x01, 16)] // sixteen lock bits are two bytes
    [InlineData(0x02, 2)]
    public void Bytes_that_a_control_block_keeps_for_the_tag_are_no_part_of_the_message(byte kind, byte size)
    {
        // Page of 16 bytes number 2, offset 3: byte 35 of the tag, in the middle of the text.
        byte[] memory = [.. Ntag213, kind, 0x03, 0x23, size, 0x04, .. Type2Memory.Write(Item)];
        byte[] with = [.. memory[..(35 - 12)], 0xFF, 0xEE, .. memory[(35 - 12)..]];

        int read = 0;
        TagWord word;
        string uri;
        do
            word = Type2Memory.Read(with.AsSpan(0, ++read), out uri);
        while (word == TagWord.MoreToRead);

        word.Should().Be(TagWord.Uri);
        uri.Should().Be(Item);
    }

    [Theory]
    [InlineData("00000000 00000000", TagWord.Blank)] // never formatted
    [InlineData("E1101200 0103A00C 340300FE", TagWord.Blank)] // NTAG213 as it leaves the factory
    [InlineData("E1101200 0300FE", TagWord.Blank)]
    [InlineData("E1101200 0303D00000 FE", TagWord.Blank)] // an empty record
    [InlineData("E11012F0 0303D00000 FE", TagWord.Locked)]
    [InlineData("E1201200 0303D00000 FE", TagWord.Malformed)] // another version of the mapping
    [InlineData("E1101200 03FF000A D00000", TagWord.Malformed)] // a long length for a short block
    [InlineData("E1101200 039DD00000", TagWord.Malformed)] // longer than the tag
    [InlineData("E1101200 0102A00C FE", TagWord.Malformed)]
    [InlineData("E1101200 77020000 FE", TagWord.Malformed)]
    [InlineData("E1101200 0308D101045402656E41 FE", TagWord.Foreign)] // a text
    [InlineData("E1101200 0305D101015541 FE", TagWord.Malformed)] // URI with an unknown beginning
    [InlineData("E1101200 0306D101025504FF FE", TagWord.Malformed)] // not UTF-8
    [InlineData("E1101200 0306510102550441 FE", TagWord.Malformed)] // no first record
    [InlineData("E1101200 0306910102550441 FE", TagWord.Malformed)] // no last record
    [InlineData("E1101200 0306D7010255 0441 FE", TagWord.Malformed)] // type format 7
    [InlineData("E1101200 0306D601025504 41FE", TagWord.Malformed)] // a chunk without a beginning
    [InlineData("E1101200 0306C10100FFFFFFFE", TagWord.Malformed)]
    [InlineData("E1100200 0309C101FFFFFFFF550441", TagWord.Malformed)] // a payload of 4 GB
    [InlineData("E1101200 030CB1010255044156010142 FE", TagWord.MoreToRead)]
    [InlineData("E1101200 030AB10102550441560001 42FE", TagWord.Foreign)] // a URI in chunks
    [InlineData("E1101200 030AB10102550441560001", TagWord.MoreToRead)]
    [InlineData("E11012", TagWord.MoreToRead)]
    [InlineData("", TagWord.MoreToRead)]
    public void What_is_no_uri_is_told_by_its_kind(string hex, TagWord expected)
    {
        Type2Memory.Read(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)), out string uri).Should().Be(expected);

        uri.Should().BeEmpty();
    }

    [Fact]
    public void Every_uri_comes_back_from_a_tag() =>
        Prop.ForAll(Uris().ToArbitrary(), uri =>
        {
            byte[] memory = [0xE1, 0x10, 0x6D, 0x00, .. Type2Memory.Write(uri)];
            return memory.Length % Type2Memory.PageBytes == 0 && Type2Memory.Read(memory, out string read) == TagWord.Uri && read == uri;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    [Fact]
    public void Random_and_spoiled_memories_never_throw_and_never_name_more_than_they_hold()
    {
        Random random = new(7);
        byte[] good = [.. Ntag213, .. Type2Memory.Write(Item, Ntag213Lock)];
        int uris = 0;
        for (int i = 0; i < 50_000; i++)
        {
            byte[] memory = i % 2 == 0 ? [.. good] : new byte[random.Next(Type2Memory.MostBytes + 20)];
            if (i % 2 == 0)
            {
                for (int change = random.Next(4); change >= 0; change--)
                    memory[random.Next(memory.Length)] = (byte)random.Next(256);
            }
            else
            {
                random.NextBytes(memory);
                if (memory.Length > 8)
                    Ntag213.AsSpan().CopyTo(memory);
            }
            TagWord word = Type2Memory.Read(memory.AsSpan(0, random.Next(memory.Length + 1)), out string uri);
            (word == TagWord.Uri).Should().Be(uri.Length > 0);
            uris += uri.Length > 0 ? 1 : 0;
            NdefMessage.Read(memory, out _).Should().NotBe(TagWord.MoreToRead);
        }
        uris.Should().BeGreaterThan(300);
    }

    [Fact]
    public void Reading_always_comes_to_an_end()
    {
        Random random = new(8);
        for (int i = 0; i < 5_000; i++)
        {
            byte[] memory = new byte[Type2Memory.MostBytes];
            random.NextBytes(memory);
            (memory[0], memory[1], memory[3], memory[4], memory[5]) = (0xE1, 0x10, 0x00, (byte)(i % 4), (byte)(i % 3 == 0 ? 3 : memory[5]));

            Type2Memory.Read(memory, out _).Should().NotBe(TagWord.MoreToRead);
        }
    }

    [Fact]
    public void The_item_that_a_phone_wrote_as_a_smart_poster_is_read()
    {
        byte[] memory = Convert.FromHexString("E1106D000339D102345370910124550469642E6773312E6F72672F30312F30393530363030303133343335322F32312F4B373751010854026B6F666C6F7572FE");

        Type2Memory.Read(memory, out string uri).Should().Be(TagWord.Uri);

        uri.Should().Be("https://id.gs1.org/01/09506000134352/21/K77");
    }

    private const string Shop = "https://shop.example/offers", Named = "https://id.gs1.org/01/09506000134352/21/K77Q";

    public static TheoryData<string, byte[], TagWord, string> Posters => new()
    {
        { "an advertisement", Message(("Sp", Message(("U", NdefUri.Write(Shop)), ("T", Text("offers"))))), TagWord.Foreign, "" },
        { "a poster of two addresses, the item's behind", Message(("Sp", Message(("U", NdefUri.Write(Shop)), ("U", NdefUri.Write(Named))))), TagWord.Uri, Named },
        { "an advertisement before the item's own record", Message(("Sp", Message(("U", NdefUri.Write(Shop)))), ("U", NdefUri.Write(Named))), TagWord.Uri, Named },
        { "a shop's address before the item's", Message(("U", NdefUri.Write(Shop)), ("U", NdefUri.Write(Named))), TagWord.Uri, Named },
        { "an action and an icon beside it", Message(("Sp", Message(("act", [0]), ("U", NdefUri.Write(Named)), ("s", [0, 0, 1, 0])))), TagWord.Uri, Named },
        { "a pure identity", Message(("Sp", Message(("U", NdefUri.Write("urn:epc:id:sgtin:0614141.812345.6789"))))), TagWord.Uri, "urn:epc:id:sgtin:0614141.812345.6789" },
        { "a poster in a poster", Message(("Sp", Message(("Sp", Message(("U", NdefUri.Write(Named))))))), TagWord.Uri, Named },
        { "a product without a serial number", Message(("Sp", Message(("U", NdefUri.Write("https://id.gs1.org/01/09506000134352"))))), TagWord.Foreign, "" },
        { "an empty poster", Message(("Sp", [])), TagWord.Foreign, "" },
        { "a poster that breaks off", Message(("Sp", Message(("U", NdefUri.Write(Named)))[..^3])), TagWord.Malformed, "" },
        { "an absolute address as a record's type", [0xD3, (byte)Named.Length, 0, .. System.Text.Encoding.UTF8.GetBytes(Named)], TagWord.Uri, Named },
        { "another absolute address", [0xD3, (byte)Shop.Length, 0, .. System.Text.Encoding.UTF8.GetBytes(Shop)], TagWord.Foreign, "" },
    };

    [Theory]
    [MemberData(nameof(Posters))]
    public void A_poster_names_an_item_or_stays_foreign(string what, byte[] message, TagWord expected, string named)
    {
        NdefMessage.Read(message, out string uri).Should().Be(expected, what);

        uri.Should().Be(named, what);
    }

    private static byte[] Text(string text) => [2, .. "ko"u8, .. System.Text.Encoding.UTF8.GetBytes(text)];

    /// <summary>A message of well-known records, the long form of lengths where a payload needs it.</summary>
    private static byte[] Message(params (string Type, byte[] Payload)[] records) => [.. records.SelectMany((record, i) =>
    {
        byte flags = (byte)(0x01 | (i == 0 ? 0x80 : 0) | (i == records.Length - 1 ? 0x40 : 0) | (record.Payload.Length < 256 ? 0x10 : 0));
        byte[] length = record.Payload.Length < 256 ? [(byte)record.Payload.Length] : [0, 0, (byte)(record.Payload.Length >> 8), (byte)record.Payload.Length];
        return (byte[])[flags, (byte)record.Type.Length, .. length, .. System.Text.Encoding.UTF8.GetBytes(record.Type), .. record.Payload];
    })];

    [Fact]
    public void A_uri_that_does_not_fit_is_not_written()
    {
        FluentActions.Invoking(() => NdefMessage.Write("")).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => NdefMessage.Write(new string('a', 300))).Should().Throw<ArgumentException>();
    }

    private static Gen<string> Uris() =>
        from prefix in Gen.Choose(0, NdefUri.Prefixes.Count - 1)
        from rest in Gen.Elements("abz019:/.%?=&é한".ToCharArray()).NonEmptyListOf()
        select NdefUri.Prefixes[prefix] + string.Concat(rest.Take(60)) into uri
        where Encoding.UTF8.GetByteCount(uri) < NdefUri.Longest
        select uri;
}
