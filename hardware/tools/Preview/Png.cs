using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace PantryChain.Preview;

/// <summary>Writes a picture as PNG (W3C PNG specification, third edition, clauses 5 and 11).</summary>
public static class Png
{
    private static readonly byte[] Signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

    /// <summary>Writes RGB rows.</summary>
    public static void Write(string path, byte[] rgb, int width, int height)
    {
        using FileStream file = File.Create(path);
        file.Write(Signature);
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 2); // eight bits, red green blue
        Chunk(file, "IHDR", header);
        using MemoryStream packed = new();
        using (ZLibStream zlib = new(packed, CompressionLevel.SmallestSize, leaveOpen: true))
            for (int y = 0; y < height; y++)
            {
                zlib.WriteByte(1); // filter Sub: each byte less the one a pixel before
                byte[] row = new byte[width * 3];
                for (int x = 0; x < row.Length; x++)
                    row[x] = unchecked((byte)(rgb[(y * width * 3) + x] - (x >= 3 ? rgb[(y * width * 3) + x - 3] : 0)));
                zlib.Write(row);
            }
        Chunk(file, "IDAT", packed.ToArray());
        Chunk(file, "IEND", []);
    }

    /// <summary>Reads a picture that <see cref="Write"/> wrote, as RGB rows.</summary>
    public static byte[] Read(string path, int width, int height)
    {
        byte[] file = File.ReadAllBytes(path);
        int data = Signature.Length + 25, length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(data)); // the header's chunk is 25 bytes long
        using ZLibStream zlib = new(new MemoryStream(file, data + 8, length), CompressionMode.Decompress);
        byte[] rgb = new byte[width * height * 3], filter = new byte[1];
        for (int y = 0; y < height; y++)
        {
            zlib.ReadExactly(filter);
            Span<byte> row = rgb.AsSpan(y * width * 3, width * 3);
            zlib.ReadExactly(row);
            for (int x = 3; x < row.Length; x++)
                row[x] = unchecked((byte)(row[x] + row[x - 3]));
        }
        return rgb;
    }

    private static void Chunk(Stream file, string type, byte[] data)
    {
        byte[] number = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        byte[] body = [.. Encoding.ASCII.GetBytes(type), .. data];
        file.Write(body);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc(body));
        file.Write(number);
    }

    /// <summary>CRC-32 as PNG uses it (annex D).</summary>
    private static uint Crc(byte[] data)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in data)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? 0xedb88320 ^ (crc >> 1) : crc >> 1;
        }
        return ~crc;
    }
}
