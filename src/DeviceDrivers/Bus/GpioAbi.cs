using System.Runtime.InteropServices;

namespace PantryChain.DeviceDrivers.Bus;

/// <summary>The part of the kernel's GPIO character device, uAPI v2, that this project uses: names and layout as in <c>linux/gpio.h</c>.</summary>
/// <remarks>Stable since Linux 5.10 and the same on 32 and 64 bits. A test compiles the header and compares every number here.</remarks>
internal static unsafe class GpioAbi
{
    public const nuint GetChipInfo = 0x8044B401;
    public const nuint GetLineInfo = 0xC100B405;
    public const nuint GetLine = 0xC250B407;
    public const nuint SetConfig = 0xC110B40D;
    public const nuint GetValues = 0xC010B40E;
    public const nuint SetValues = 0xC010B40F;

    public const ulong FlagUsed = 1;
    public const ulong FlagInput = 1 << 2;
    public const ulong FlagOutput = 1 << 3;
    public const ulong FlagEdgeRising = 1 << 4;
    public const ulong FlagEdgeFalling = 1 << 5;
    public const ulong FlagPullUp = 1 << 8;
    public const ulong FlagPullDown = 1 << 9;
    public const ulong FlagNoPull = 1 << 10;

    public const uint AttributeFlags = 1;
    public const uint AttributeOutputValues = 2;

    public const uint EventRisingEdge = 1;
    public const uint EventFallingEdge = 2;

    public const int NameSize = 32;
    public const int MostLines = 64;
    public const int MostAttributes = 10;

    [StructLayout(LayoutKind.Sequential)]
    public struct ChipInfo
    {
        public fixed byte Name[NameSize];
        public fixed byte Label[NameSize];
        public uint Lines;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct LineAttribute
    {
        public uint Id;
        public uint Padding;
        public ulong Value;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct ConfigAttribute
    {
        public LineAttribute Attribute;
        public ulong Mask;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct LineConfig
    {
        public ulong Flags;
        public uint AttributeCount;
        public fixed uint Padding[5];
        public ConfigAttributes Attributes;
    }

    /// <summary>Ten attributes in a row.</summary>
    [System.Runtime.CompilerServices.InlineArray(MostAttributes)]
    public struct ConfigAttributes
    {
        private ConfigAttribute _first;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct LineRequest
    {
        public fixed uint Offsets[MostLines];
        public fixed byte Consumer[NameSize];
        public LineConfig Config;
        public uint LineCount;
        public uint EventBufferSize;
        public fixed uint Padding[5];
        public int Descriptor;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct LineInfo
    {
        public fixed byte Name[NameSize];
        public fixed byte Consumer[NameSize];
        public uint Offset;
        public uint AttributeCount;
        public ulong Flags;
        public LineInfoAttributes Attributes;
        public fixed uint Padding[4];
    }

    /// <summary>Ten attributes in a row.</summary>
    [System.Runtime.CompilerServices.InlineArray(MostAttributes)]
    public struct LineInfoAttributes
    {
        private LineAttribute _first;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct LineValues
    {
        public ulong Bits;
        public ulong Mask;
    }

    /// <summary>An edge; its time stamp is CLOCK_MONOTONIC in nanoseconds unless asked otherwise.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct LineEvent
    {
        public ulong TimestampNanoseconds;
        public uint Id;
        public uint Offset;
        public uint Sequence;
        public uint LineSequence;
        public fixed uint Padding[6];
    }
}
