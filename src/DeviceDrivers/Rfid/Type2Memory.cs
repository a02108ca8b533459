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
        Span<byte> data = stackalloc byte[MostBytes];
        memory[..Math.Min(memory.Length, MostBytes)].CopyTo(data);
        return Walk(new Area(data[..Math.Min(memory.Length, MostBytes)], PageBytes + 8 * memory[2]), memory.Length >= MostBytes, out uri); // size in units of 8 bytes, §6.1
    }

    private static TagWord Walk(Area area, bool all, out string uri)
    {
        uri = "";
        int at = PageBytes;
        while (at < area.End)
        {
            if (at >= area.Bytes.Length)
                return Beyond(area, at + 1, all);
            byte kind = area.Bytes[at++];
            if (kind == Null)
                continue;
            if (kind == Terminator)
                return TagWord.Blank;
            int head = at < area.Bytes.Length && area.Bytes[at] == LongLength ? 3 : 1;
            if (at + head > Math.Min(area.End, area.Bytes.Length))
                return Beyond(area, at + head, all);
            int length = head == 1 ? area.Bytes[at] : (area.Bytes[at + 1] << 8) | area.Bytes[at + 2];
            at += head;
            if ((head == 3 && length < LongLength) || length > area.End - at || !IsKnown(kind, length))
                return TagWord.Malformed;
            if (kind == Ndef || at + length > area.Bytes.Length)
                return at + length > area.Bytes.Length ? Beyond(area, at + length, all) : NdefMessage.Read(area.Bytes.Slice(at, length), out uri);
            at += length;
            if (kind is LockControl or MemoryControl)
                area.Cut(area.Bytes.Slice(at - length, length), kind == LockControl, at);
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

    /// <summary>The answer stands behind what was read: further back on the tag, behind its end, or further back than any item's name would.</summary>
    private static TagWord Beyond(in Area area, int need, bool all) => need > area.End ? TagWord.Malformed : all || need > MostBytes ? TagWord.Foreign : TagWord.MoreToRead;

    /// <summary>§2.3: lock and memory control have three bytes; other kinds are not given out.</summary>
    private static bool IsKnown(byte kind, int length) => kind is LockControl or MemoryControl ? length == 3 : kind is Ndef or Proprietary;

    /// <summary>The data as blocks and messages see it: without the lock and reserved bytes that lie in between.</summary>
    private ref struct Area(Span<byte> bytes, int end)
    {
        private const int Before = ContainerPage * PageBytes;

        private int _cut;

        public Span<byte> Bytes { get; private set; } = bytes;

        public int End { get; private set; } = end;

        /// <summary>Takes the bytes out that a control block names: page and offset, size, bytes of such a page (§2.3.1, §2.3.2). Blocks name ascending places.</summary>
        /// <param name="control">The block's three bytes.</param>
        /// <param name="inBits">Its size counts bits.</param>
        /// <param name="from">Nothing in front of this is taken out.</param>
        public void Cut(ReadOnlySpan<byte> control, bool inBits, int from)
        {
            int size = control[1] == 0 ? 256 : control[1];
            int start = ((control[0] >> 4) << (control[2] & 0x0F)) + (control[0] & 0x0F) - Before - _cut;
            int length = Math.Min(inBits ? (size + 7) / 8 : size, End - start);
            if (start < from || length <= 0)
                return;
            int read = Math.Max(0, Math.Min(length, Bytes.Length - start));
            if (read > 0)
            {
                Bytes[(start + read)..].CopyTo(Bytes[start..]);
                Bytes = Bytes[..^read];
            }
            End -= length;
            _cut += length;
        }
    }
}
