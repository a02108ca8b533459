using PantryChain.DeviceDrivers.Rfid;
using PantryChain.Domain.Sensing;

namespace PantryChain.DeviceDrivers.Simulation;

/// <summary>A contactless tag: its number and the memory of a Type 2 tag (NTAG213/215/216 data sheet rev. 3.2, §8.5).</summary>
/// <remarks>Not thread safe while its memory is written.</remarks>
public sealed class SimulatedTag
{
    private readonly byte[] _uid;
    private readonly byte[] _memory;

    /// <summary>A tag with an empty memory.</summary>
    /// <param name="uid">Its number.</param>
    /// <param name="pages">Pages of four bytes: 45 is an NTAG213, 135 an NTAG215, 231 an NTAG216.</param>
    /// <param name="sak">What it answers to its selection: 0 for Type 2, 0x08 for MIFARE Classic, 0x20 for a bank card.</param>
    public SimulatedTag(TagUid uid, int pages = 45, byte sak = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pages, 16);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(pages, 255);
        (Uid, Sak) = (uid, sak);
        _uid = Convert.FromHexString(uid.Hex);
        _memory = new byte[pages * Type2Memory.PageBytes];
        _uid.AsSpan(0, Math.Min(_uid.Length, 8)).CopyTo(_memory);
        int pagesForUse = pages - (pages > 64 ? 11 : 9); // header, dynamic lock bytes and configuration stand around them
        byte[] container = [0xE1, 0x10, (byte)(pagesForUse / 2), 0x00];
        container.CopyTo(_memory.AsSpan(Type2Memory.ContainerPage * Type2Memory.PageBytes));
        byte[] empty = [0x03, 0x00, 0xFE];
        empty.CopyTo(Data);
    }

    /// <summary>A tag whose memory names a URI.</summary>
    public SimulatedTag(TagUid uid, string uri)
        : this(uid) => Type2Memory.Write(uri).CopyTo(Data);

    /// <summary>Its number.</summary>
    public TagUid Uid { get; }

    /// <summary>What it answers to its selection.</summary>
    public byte Sak { get; }

    /// <summary>All its memory, from page 0 on.</summary>
    public Span<byte> Memory => _memory;

    /// <summary>Memory from page 4 on.</summary>
    public Span<byte> Data => _memory.AsSpan((Type2Memory.ContainerPage + 1) * Type2Memory.PageBytes);

    /// <summary>First page that asks for a password.</summary>
    /// <value>Default 256: none.</value>
    public int LockedFrom { get; set; } = 256;

    internal ReadOnlySpan<byte> UidBytes => _uid;

    /// <summary>What it answers to GET_VERSION (§10.1): maker, product, size; empty for a tag that does not know the command.</summary>
    internal ReadOnlySpan<byte> Version => Sak != 0 ? [] : (_memory.Length / Type2Memory.PageBytes) switch
    {
        45 => [0x00, 0x04, 0x04, 0x02, 0x01, 0x00, 0x0F, 0x03], // NTAG213
        135 => [0x00, 0x04, 0x04, 0x02, 0x01, 0x00, 0x11, 0x03], // NTAG215
        231 => [0x00, 0x04, 0x04, 0x02, 0x01, 0x00, 0x13, 0x03], // NTAG216
        _ => [],
    };

    /// <summary>Four pages from one on, going on at page 0 behind the last that may be read (§10.2); false when the first may not.</summary>
    internal bool TryRead(int page, Span<byte> sixteen)
    {
        int end = Math.Min(_memory.Length, LockedFrom * Type2Memory.PageBytes);
        if (page * Type2Memory.PageBytes >= end)
            return false;
        for (int i = 0; i < sixteen.Length; i++)
            sixteen[i] = _memory[(page * Type2Memory.PageBytes + i) % end];
        return true;
    }
}
