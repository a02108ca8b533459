using System.Runtime.InteropServices;

namespace PantryChain.DeviceDrivers.Bus;

/// <summary>The part of the kernel's I²C device interface that this project uses: names and layout as in <c>linux/i2c-dev.h</c> and <c>linux/i2c.h</c>.</summary>
/// <remarks>Pointers and <c>unsigned long</c> make it differ between 32 and 64 bits, as the native sizes here do. A test compiles the headers and compares every number.</remarks>
internal static unsafe class I2cAbi
{
    public const nuint Retries = 0x0701;
    public const nuint Timeout = 0x0702; // in units of 10 ms
    public const nuint Slave = 0x0703;
    public const nuint Funcs = 0x0705;
    public const nuint ReadWrite = 0x0707;
    public const nuint Smbus = 0x0720;

    public const nuint FuncI2c = 0x0000_0001;
    public const nuint FuncQuick = 0x0001_0000;
    public const nuint FuncReadByte = 0x0002_0000;
    public const nuint FuncWriteByte = 0x0004_0000;
    public const nuint FuncReadByteData = 0x0008_0000;
    public const nuint FuncWriteByteData = 0x0010_0000;
    public const nuint FuncReadWordData = 0x0020_0000;
    public const nuint FuncWriteWordData = 0x0040_0000;
    public const nuint FuncReadBlock = 0x0400_0000;
    public const nuint FuncWriteBlock = 0x0800_0000;

    public const ushort MessageRead = 1;

    public const byte SmbusWrite = 0;
    public const byte SmbusRead = 1;
    public const uint SmbusQuick = 0;
    public const uint SmbusByte = 1;
    public const uint SmbusByteData = 2;
    public const uint SmbusWordData = 3;
    public const uint SmbusI2cBlockData = 8;
    public const int BlockMost = 32;

    [StructLayout(LayoutKind.Sequential)]
    public struct Message
    {
        public ushort Address;
        public ushort Flags;
        public ushort Length;
        public byte* Buffer;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct Transfer
    {
        public Message* Messages;
        public uint Count;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct SmbusTransfer
    {
        public byte ReadWrite;
        public byte Command;
        public uint Size;
        public SmbusData* Data;
    }

    /// <summary>The union of a byte, a word in the machine's order (little-endian on all supported ones) and a block that starts with its length.</summary>
    [StructLayout(LayoutKind.Sequential, Pack = 2)]
    public struct SmbusData
    {
        public ushort Word;
        private fixed byte _rest[BlockMost];
    }
}
