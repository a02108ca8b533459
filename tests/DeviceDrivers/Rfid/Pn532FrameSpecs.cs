using FsCheck;
using FsCheck.Fluent;
using PantryChain.DeviceDrivers.Rfid;

namespace PantryChain.DeviceDrivers.Tests.Rfid;

public sealed class Pn532FrameSpecs
{
    [Theory]
    [InlineData("02", "0000FF02FED4022A00")] // GetFirmwareVersion
    [InlineData("14011401", "0000FF05FBD4140114010200")] // SAMConfiguration, normal mode
    [InlineData("4A0100", "0000FF04FCD44A0100E100")] // InListPassiveTarget, one at 106 kbit/s type A
    [InlineData("3205FF0102", "0000FF06FAD43205FF0102F300")] // RFConfiguration, MaxRetries
    public void Known_commands_have_their_known_frames(string command, string frame)
    {
        byte[] written = new byte[Pn532Frame.Longest];

        int length = Pn532Frame.Write(Convert.FromHexString(command), written);

        Convert.ToHexString(written, 0, length).Should().Be(frame);
    }

    [Theory]
    [InlineData("0000FF06FAD50332010607E800", Pn532FrameKind.Data, "0332010607")]
    [InlineData("00FF06FAD50332010607E80000000000", Pn532FrameKind.Data, "0332010607")] // one zero less in front, more behind
    [InlineData("0000FF00FF00", Pn532FrameKind.Ack, "")]
    [InlineData("0000FFFF0000", Pn532FrameKind.Nack, "")]
    [InlineData("0000FF01FF7F8100", Pn532FrameKind.Error, "")]
    [InlineData("0000FF06FAD50332010607E900", Pn532FrameKind.Garbled, "")] // data check sum
    [InlineData("0000FF06FBD50332010607E800", Pn532FrameKind.Garbled, "")] // length check sum
    [InlineData("0000FF06FAD50332010607", Pn532FrameKind.Garbled, "")] // cut off
    [InlineData("0000FF06FAD40332010607E900", Pn532FrameKind.Garbled, "")] // from host to chip
    [InlineData("0000FF01FFD52B00", Pn532FrameKind.Garbled, "")] // no code
    [InlineData("0000FFFFFFFFFF02", Pn532FrameKind.Garbled, "")]
    [InlineData("00000000000000", Pn532FrameKind.Garbled, "")]
    [InlineData("00FF", Pn532FrameKind.Garbled, "")]
    [InlineData("", Pn532FrameKind.Garbled, "")]
    public void What_comes_from_the_chip_is_told_by_its_kind(string frame, Pn532FrameKind kind, string data)
    {
        Pn532Frame.Read(Convert.FromHexString(frame), out ReadOnlySpan<byte> read).Should().Be(kind);

        Convert.ToHexString(read).Should().Be(data);
    }

    [Fact]
    public void Every_frame_comes_back_extended_ones_included() =>
        Prop.ForAll(Gen.Choose(1, Pn532Frame.LongestData).SelectMany(length => Gen.Choose(0, 255).Select(part => (byte)part).ArrayOf(length)).ToArbitrary(), data =>
        {
            byte[] frame = new byte[Pn532Frame.Longest];
            int length = Pn532Frame.Write(Pn532Frame.ToHost, data, frame);
            return Pn532Frame.Read(frame.AsSpan(0, length), out ReadOnlySpan<byte> read) == Pn532FrameKind.Data && read.SequenceEqual(data);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void Random_bytes_and_flipped_bits_never_throw_and_one_flipped_bit_never_passes()
    {
        Random random = new(5);
        byte[] frame = new byte[Pn532Frame.Longest];
        for (int i = 0; i < 50_000; i++)
        {
            byte[] data = new byte[1 + random.Next(40)];
            random.NextBytes(data);
            int length = Pn532Frame.Write(Pn532Frame.ToHost, data, frame);
            int flipped = random.Next(24, 8 * (length - 1));
            frame[flipped / 8] ^= (byte)(1 << (flipped % 8));
            if (Pn532Frame.Read(frame.AsSpan(0, length), out _) == Pn532FrameKind.Data)
                Assert.Fail($"{Convert.ToHexString(frame, 0, length)} passed with bit {flipped} flipped.");
            random.NextBytes(frame);
            frame[random.Next(20)] = 0x00;
            Pn532Frame.Read(frame.AsSpan(0, random.Next(frame.Length)), out _);
        }
    }
}
