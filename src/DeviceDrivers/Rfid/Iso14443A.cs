namespace PantryChain.DeviceDrivers.Rfid;

/// <summary>Commands and check sums of ISO/IEC 14443-3 type A and of Type 2 tags.</summary>
internal static class Iso14443A
{
    public const byte RequestIdle = 0x26; // REQA, ISO/IEC 14443-3 §6.4.1: seven bits, answered by tags that are not halted
    public const byte WakeAll = 0x52; // WUPA, the same for halted ones
    public const byte Halt = 0x50; // HLTA, §6.4.3
    public const byte CascadeTag = 0x88; // §6.4.4: the number goes on at the next level
    public const byte CascadeBit = 0x04; // §6.4.3.4, SAK: the number goes on
    public const byte ReadPages = 0x30; // NFC Forum Type 2 Tag 1.1, §5.1: four pages from this one on
    public const byte GetVersion = 0x60; // NTAG213/215/216 data sheet rev. 3.2, §10.1
    public const int BytesOfRead = 16;
    public const int LongestUid = 10;
    public const int Levels = 3;

    /// <summary>SEL of cascade levels 1 to 3 (§6.4.3.1, table 7).</summary>
    public static ReadOnlySpan<byte> Select => [0x93, 0x95, 0x97];

    /// <summary>True for a SAK of a Type 2 tag: neither ISO 14443-4 nor MIFARE Classic (NXP AN10833, table 3).</summary>
    public static bool IsType2(byte sak) => (sak & 0x7F) == 0;

    /// <summary>CRC_A: polynomial x^16+x^12+x^5+1, start 0x6363, low byte first (ISO/IEC 14443-3, annex B).</summary>
    public static ushort Crc(ReadOnlySpan<byte> bytes)
    {
        int crc = 0x6363;
        foreach (byte part in bytes)
        {
            int mixed = (part ^ crc) & 0xFF;
            mixed = (mixed ^ mixed << 4) & 0xFF;
            crc = (crc >> 8 ^ mixed << 8 ^ mixed << 3 ^ mixed >> 4) & 0xFFFF;
        }
        return (ushort)crc;
    }

    /// <summary>Writes the check sum into the last two bytes.</summary>
    public static void Seal(Span<byte> frame)
    {
        ushort crc = Crc(frame[..^2]);
        (frame[^2], frame[^1]) = ((byte)(crc & 0xFF), (byte)(crc >> 8));
    }

    /// <summary>True when the last two bytes are the check sum of those before.</summary>
    public static bool IsSealed(ReadOnlySpan<byte> frame) => frame.Length > 2 && Crc(frame[..^2]) == (frame[^2] | frame[^1] << 8);

    /// <summary>BCC: the four bytes of a level, exclusive-or (§6.4.3.3).</summary>
    public static byte CheckByte(ReadOnlySpan<byte> four) => (byte)(four[0] ^ four[1] ^ four[2] ^ four[3]);
}
