namespace PantryChain.DeviceDrivers.Rfid;

/// <summary>What a frame from a PN532 is.</summary>
public enum Pn532FrameKind : byte
{
    /// <summary>No frame, or one with a wrong length or check sum.</summary>
    Garbled,

    /// <summary>A command was received.</summary>
    Ack,

    /// <summary>The last frame is asked for again.</summary>
    Nack,

    /// <summary>The command is unknown or broken.</summary>
    Error,

    /// <summary>An answer.</summary>
    Data,
}

/// <summary>Frames between host and PN532 (PN532 user manual UM0701-02, §6.2.1).</summary>
/// <remarks>Never throws on received bytes; thread safe.</remarks>
public static class Pn532Frame
{
    /// <summary>Longest data of a frame, command or answer code included.</summary>
    public const int LongestData = 264;

    /// <summary>Longest frame: three bytes in front, five of an extended length, direction, data, check sum, one behind.</summary>
    public const int Longest = 3 + 5 + 1 + LongestData + 2;

    internal const byte ToChip = 0xD4, ToHost = 0xD5; // §6.2.1.1, TFI
    private const byte ErrorCode = 0x7F; // §6.2.1.5

    /// <summary>§6.2.1.3; from the host it also breaks off a running command.</summary>
    public static ReadOnlySpan<byte> Ack => [0x00, 0x00, 0xFF, 0x00, 0xFF, 0x00];

    /// <summary>§6.2.1.4.</summary>
    public static ReadOnlySpan<byte> Nack => [0x00, 0x00, 0xFF, 0xFF, 0x00, 0x00];

    /// <summary>Writes a command's frame.</summary>
    /// <param name="command">Command code and parameters, 1 to <see cref="LongestData"/> bytes.</param>
    /// <param name="frame">Takes it.</param>
    /// <returns>Its length.</returns>
    /// <exception cref="ArgumentException">The command is empty or too long.</exception>
    public static int Write(ReadOnlySpan<byte> command, Span<byte> frame) => Write(ToChip, command, frame);

    /// <summary>Reads a frame.</summary>
    /// <param name="bytes">What came from the chip; more bytes behind the frame are passed over.</param>
    /// <param name="data">Of an answer: its code and what follows.</param>
    public static Pn532FrameKind Read(ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> data) => Read(ToHost, bytes, out data);

    internal static int Write(byte direction, ReadOnlySpan<byte> data, Span<byte> frame)
    {
        if (data.Length is 0 or > LongestData)
            throw new ArgumentException($"A frame holds 1 to {LongestData} bytes, not {data.Length}.", nameof(data));
        int length = data.Length + 1;
        (frame[0], frame[1], frame[2]) = (0x00, 0x00, 0xFF);
        int at;
        if (length <= byte.MaxValue)
        {
            (frame[3], frame[4]) = ((byte)length, Complement(length));
            at = 5;
        }
        else
        {
            (frame[3], frame[4], frame[5], frame[6]) = (0xFF, 0xFF, (byte)(length >> 8), (byte)(length & 0xFF)); // §6.2.1.2, extended
            frame[7] = Complement(frame[5] + frame[6]);
            at = 8;
        }
        frame[at] = direction;
        data.CopyTo(frame[(at + 1)..]);
        frame[at + length] = Complement(Sum(frame.Slice(at, length)));
        frame[at + length + 1] = 0;
        return at + length + 2;
    }

    internal static Pn532FrameKind Read(byte direction, ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> data)
    {
        data = default;
        int start = bytes.IndexOf((ReadOnlySpan<byte>)[0x00, 0xFF]);
        if (start < 0)
            return Pn532FrameKind.Garbled;
        ReadOnlySpan<byte> rest = bytes[(start + 2)..];
        if (rest.Length < 2)
            return Pn532FrameKind.Garbled;
        if (rest[0] == 0x00 && rest[1] == 0xFF)
            return Pn532FrameKind.Ack;
        if (rest[0] == 0xFF && rest[1] == 0x00)
            return Pn532FrameKind.Nack;
        bool extended = rest[0] == 0xFF && rest[1] == 0xFF;
        if (extended && rest.Length < 5)
            return Pn532FrameKind.Garbled;
        int length = extended ? rest[2] << 8 | rest[3] : rest[0];
        int check = extended ? rest[2] + rest[3] + rest[4] : rest[0] + rest[1];
        rest = rest[(extended ? 5 : 2)..];
        if ((check & 0xFF) != 0 || length is 0 or > LongestData + 1 || rest.Length < length + 1 || (Sum(rest[..(length + 1)]) & 0xFF) != 0)
            return Pn532FrameKind.Garbled;
        if (length == 1)
            return rest[0] == ErrorCode ? Pn532FrameKind.Error : Pn532FrameKind.Garbled;
        if (rest[0] != direction)
            return Pn532FrameKind.Garbled;
        data = rest[1..length];
        return Pn532FrameKind.Data;
    }

    private static int Sum(ReadOnlySpan<byte> bytes)
    {
        int sum = 0;
        foreach (byte part in bytes)
            sum += part;
        return sum;
    }

    private static byte Complement(int sum) => (byte)(-sum & 0xFF);
}
