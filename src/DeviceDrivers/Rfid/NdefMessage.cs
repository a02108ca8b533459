using PantryChain.Domain.Sensing;

namespace PantryChain.DeviceDrivers.Rfid;

/// <summary>What a tag's memory says.</summary>
public enum TagWord : byte
{
    /// <summary>Not all of it was looked at yet.</summary>
    MoreToRead,

    /// <summary>A URI.</summary>
    Uri,

    /// <summary>Nothing: it was never written, or was emptied.</summary>
    Blank,

    /// <summary>Something, but no URI: a text, a contact, a Smart Poster that names no item, another program's record.</summary>
    Foreign,

    /// <summary>Bytes that break the format.</summary>
    Malformed,

    /// <summary>It may not be read without a password.</summary>
    Locked,
}

/// <summary>An NDEF message: records one behind the other (NFC Forum NDEF 1.0, §3).</summary>
/// <remarks>Never throws on what a tag may hold; thread safe.</remarks>
public static class NdefMessage
{
    private const byte Begin = 0x80, End = 0x40, Chunk = 0x20, Short = 0x10, HasId = 0x08, TypeKind = 0x07; // §3.2, figure 3
    private const byte Empty = 0, WellKnown = 1, AbsoluteUri = 3, Unchanged = 6, Reserved = 7; // table 1, type name formats
    private const byte UriType = (byte)'U';
    private const int MostRecords = 32;
    private const int MostDepth = 2; // a poster holds a message (NFC Forum RTD Smart Poster 1.1, §3.2); posters in posters are nobody's

    private static ReadOnlySpan<byte> PosterType => "Sp"u8;

    /// <summary>Finds the URI of a message: the first that names an item, in a record of its own or inside a Smart Poster; else its first URI record.</summary>
    /// <param name="message">The whole message.</param>
    /// <param name="uri">The URI, or empty.</param>
    /// <returns>Uri, Blank, Foreign or Malformed. A Smart Poster around anything but an item's address is Foreign: it advertises something.</returns>
    public static TagWord Read(ReadOnlySpan<byte> message, out string uri)
    {
        uri = "";
        if (message.IsEmpty)
            return TagWord.Blank;
        Found found = new();
        if (!TryRecords(message, ref found, depth: 0))
            return TagWord.Malformed;
        uri = found.Item.Length > 0 ? found.Item : found.First;
        return uri.Length > 0 ? TagWord.Uri : found.AnyRecord ? TagWord.Foreign : TagWord.Blank;
    }

    /// <summary>Walks one message; false when its bytes break the format.</summary>
    private static bool TryRecords(ReadOnlySpan<byte> message, ref Found found, int depth)
    {
        bool chunked = false;
        for (int record = 0; record < MostRecords; record++)
        {
            if (!TryRecord(ref message, out byte flags, out ReadOnlySpan<byte> type, out ReadOnlySpan<byte> payload)
                || (flags & Begin) != 0 != (record == 0) || (flags & TypeKind) == Unchanged != chunked || !HasSense(flags, type, payload))
                return false;
            bool whole = !chunked && (flags & Chunk) == 0; // in chunks it would be longer than any item's name: read past, not put together
            chunked = (flags & Chunk) != 0;
            found.AnyRecord |= (flags & TypeKind) != Empty;
            if (whole && !TryTake((byte)(flags & TypeKind), type, payload, ref found, depth))
                return false;
            if ((flags & End) != 0)
                return !chunked && message.IsEmpty;
        }
        return false;
    }

    private static bool TryTake(byte kind, ReadOnlySpan<byte> type, ReadOnlySpan<byte> payload, ref Found found, int depth)
    {
        if (kind == WellKnown && type.SequenceEqual(PosterType))
            return depth == MostDepth || payload.IsEmpty || TryRecords(payload, ref found, depth + 1);
        string uri;
        if (kind == WellKnown && type is [UriType])
        {
            // Behind an item that was found, nothing can take it away any more.
            if (!NdefUri.TryRead(payload, out uri))
                return found.Item.Length > 0;
        }
        else if (kind != AbsoluteUri || !NdefUri.TryText(type, out uri))
            return true;
        found.Take(uri, isOwnRecord: depth == 0 && kind == WellKnown);
        return true;
    }

    /// <summary>What a walk over the records found.</summary>
    private struct Found()
    {
        public string First { get; private set; } = "";

        public string Item { get; private set; } = "";

        public bool AnyRecord { get; set; }

        public void Take(string uri, bool isOwnRecord)
        {
            if (Item.Length == 0 && ItemUri.TryParse(uri, out _, out _))
                Item = uri;
            if (First.Length == 0 && isOwnRecord)
                First = uri;
        }
    }

    /// <summary>A message of one URI record.</summary>
    /// <exception cref="ArgumentException">The URI is empty or longer than <see cref="NdefUri.Longest"/> bytes.</exception>
    public static byte[] Write(string uri)
    {
        ArgumentException.ThrowIfNullOrEmpty(uri);
        byte[] payload = NdefUri.Write(uri);
        if (payload.Length is < 2 or > NdefUri.Longest)
            throw new ArgumentException($"The URI takes {payload.Length} bytes; 1 to {NdefUri.Longest - 1} behind its beginning are expected.", nameof(uri));
        return [Begin | End | Short | WellKnown, 1, (byte)payload.Length, UriType, .. payload];
    }

    private static bool TryRecord(ref ReadOnlySpan<byte> rest, out byte flags, out ReadOnlySpan<byte> type, out ReadOnlySpan<byte> payload)
    {
        flags = 0;
        type = payload = default;
        if (rest.Length < 3)
            return false;
        flags = rest[0];
        int lengthBytes = (flags & Short) != 0 ? 1 : 4;
        int head = 2 + lengthBytes + ((flags & HasId) != 0 ? 1 : 0);
        if (rest.Length < head)
            return false;
        long length = 0;
        foreach (byte part in rest.Slice(2, lengthBytes))
            length = (length << 8) | part;
        int typeLength = rest[1];
        int idLength = (flags & HasId) != 0 ? rest[head - 1] : 0;
        if (rest.Length - head < typeLength + idLength + length)
            return false;
        type = rest.Slice(head, typeLength);
        payload = rest.Slice(head + typeLength + idLength, (int)length);
        rest = rest[(head + typeLength + idLength + (int)length)..];
        return true;
    }

    /// <summary>§3.2.6: an empty record has neither type nor payload, a middle chunk no type, and format 7 is not given out.</summary>
    private static bool HasSense(byte flags, ReadOnlySpan<byte> type, ReadOnlySpan<byte> payload) => (flags & TypeKind) switch
    {
        Empty => type.IsEmpty && payload.IsEmpty,
        Unchanged or 5 => type.IsEmpty,
        Reserved => false,
        _ => !type.IsEmpty,
    };
}
