namespace PantryChain.DeviceDrivers.Rfid;

/// <summary>The memory of a Type 2 tag (NTAG213, 215, 216 and relatives): pages of four bytes, of which page 3 is the capability container and page 4 the first of the data (NFC Forum Type 2 Tag 1.1).</summary>
/// <remarks>Never throws on what a tag may hold; thread safe.</remarks>
public static class Type2Memory
{
    /// <summary>Bytes of a page.</summary>
    public const int PageBytes = 4;

    /// <summary>Page of the capability container.</summary>
    public const int ContainerPage = 3;

    /// <summary>Most bytes that are read of a tag, from page 3 on: an item's name stands at the beginning, and a poll may not take long.</summary>
    public const int MostBytes = 320;

    private const byte Magic = 0xE1; // NFC Forum Type 2 Tag 1.1, §6.1: the tag holds NDEF data
    private const byte Null = 0x00, LockControl = 0x01, MemoryControl = 0x02, Ndef = 0x03, Proprietary = 0xFD, Terminator = 0xFE; // §2.3, table 2
    private const byte LongLength = 0xFF; // §2.3: two more bytes hold the length

    /// <summary>Looks for a URI in what was read so far.</summary>
    /// <param name="memory">Bytes from page 3 on.</param>
    /// <param name="uri">The URI, or empty.</param>
    /// <returns><see cref="TagWord.MoreToRead"/> while the answer stands further back.</returns>
    public static TagWord Read(ReadOnlySpan<byte> memory, out string uri)
    {
        uri = "";
        if (memory.Length < PageBytes)
            return TagWord.MoreToRead;
        if (memory[0] != Magic)
            return TagWord.Blank;
        if (memory[1] >> 4 != 1)
            return TagWord.Malformed; // another major version of the mapping, §6.1
        if (memory[3] >> 4 != 0)
            return TagWord.Locked; // read access, §6.1
        int end = PageBytes + 8 * memory[2]; // size of the data area in units of 8 bytes, §6.1
        int at = PageBytes;
        while (at < end)
        {
            if (at >= memory.Length)
                return Beyond(memory, at + 1, end);
            byte kind = memory[at++];
            if (kind == Null)
                continue;
            if (kind == Terminator)
                return TagWord.Blank;
            int head = at < memory.Length && memory[at] == LongLength ? 3 : 1;
            if (at + head > Math.Min(end, memory.Length))
                return Beyond(memory, at + head, end);
            int length = head == 1 ? memory[at] : (memory[at + 1] << 8) | memory[at + 2];
            at += head;
            if ((head == 3 && length < LongLength) || length > end - at || !IsKnown(kind, length))
                return TagWord.Malformed;
            if (kind == Ndef)
                return Message(memory, at, length, out uri);
            at += length;
        }
        return TagWord.Blank;
    }

    /// <summary>What a tag's pages from page 4 on have to hold so that it names this URI.</summary>
    /// <param name="uri">The URI.</param>
    /// <param name="lockControl">What the tag came with in front, for example NTAG213's <c>01 03 A0 0C 34</c> (NTAG213/215/216 data sheet rev. 3.2, §8.5.6); it must stay.</param>
    /// <returns>Whole pages, padded with zeros.</returns>
    /// <exception cref="ArgumentException">The URI is empty or too long.</exception>
    public static byte[] Write(string uri, ReadOnlySpan<byte> lockControl = default)
    {
        byte[] message = NdefMessage.Write(uri);
        byte[] length = message.Length < LongLength ? [(byte)message.Length] : [LongLength, (byte)(message.Length >> 8), (byte)(message.Length & 0xFF)];
        byte[] blocks = [.. lockControl, Ndef, .. length, .. message, Terminator];
        byte[] pages = new byte[(blocks.Length + PageBytes - 1) / PageBytes * PageBytes];
        blocks.CopyTo(pages, 0);
        return pages;
    }

    private static TagWord Message(ReadOnlySpan<byte> memory, int at, int length, out string uri)
    {
        uri = "";
        return at + length > memory.Length ? Beyond(memory, at + length, int.MaxValue) : NdefMessage.Read(memory.Slice(at, length), out uri);
    }

    /// <summary>The answer stands behind what was read: further back on the tag, behind its end, or further back than any item's name would.</summary>
    private static TagWord Beyond(ReadOnlySpan<byte> memory, int need, int end) =>
        need > end ? TagWord.Malformed : need > MostBytes || memory.Length >= MostBytes ? TagWord.Foreign : TagWord.MoreToRead;

    /// <summary>§2.3: lock and memory control have three bytes; other kinds are not given out.</summary>
    private static bool IsKnown(byte kind, int length) => kind is LockControl or MemoryControl ? length == 3 : kind is Ndef or Proprietary;
}
