using System.Text;

namespace PantryChain.DeviceDrivers.Rfid;

/// <summary>URI records of NDEF messages (NFC Forum RTD URI 1.0): one byte stands for the usual beginnings.</summary>
public static class NdefUri
{
    /// <summary>Longest URI that is read, in bytes; an item's takes less than 100.</summary>
    public const int Longest = 255;

    /// <summary>The beginnings by their byte, 0x00 to 0x23 (NFC Forum RTD URI 1.0, table 3).</summary>
    public static IReadOnlyList<string> Prefixes { get; } =
    [
        "", "http://www.", "https://www.", "http://", "https://", "tel:", "mailto:", "ftp://anonymous:anonymous@", "ftp://ftp.", "ftps://", "sftp://", "smb://", "nfs://", "ftp://", "dav://",
        "news:", "telnet://", "imap:", "rtsp://", "urn:", "pop:", "sip:", "sips:", "tftp:", "btspp://", "btl2cap://", "btgoep://", "tcpobex://", "irdaobex://", "file://",
        "urn:epc:id:", "urn:epc:tag:", "urn:epc:pat:", "urn:epc:raw:", "urn:epc:", "urn:nfc:",
    ];

    /// <summary>Reads a URI record's payload.</summary>
    /// <returns>False when it is empty, too long, begins with an unknown byte or is not UTF-8.</returns>
    internal static bool TryRead(ReadOnlySpan<byte> payload, out string uri)
    {
        uri = "";
        if (payload.Length is < 2 or > Longest + 1 || payload[0] >= Prefixes.Count || !System.Text.Unicode.Utf8.IsValid(payload[1..]))
            return false;
        uri = Prefixes[payload[0]] + Encoding.UTF8.GetString(payload[1..]);
        return true;
    }

    /// <summary>Reads a URI that stands there as it is, for example as the type of an absolute-URI record.</summary>
    internal static bool TryText(ReadOnlySpan<byte> text, out string uri)
    {
        bool valid = text.Length is > 0 and <= Longest && System.Text.Unicode.Utf8.IsValid(text);
        uri = valid ? Encoding.UTF8.GetString(text) : "";
        return valid;
    }

    /// <summary>A URI record's payload with the longest beginning that fits.</summary>
    internal static byte[] Write(string uri)
    {
        int best = 0;
        for (int i = 1; i < Prefixes.Count; i++)
        {
            if (Prefixes[i].Length > Prefixes[best].Length && uri.StartsWith(Prefixes[i], StringComparison.Ordinal))
                best = i;
        }
        return [(byte)best, .. Encoding.UTF8.GetBytes(uri[Prefixes[best].Length..])];
    }
}
