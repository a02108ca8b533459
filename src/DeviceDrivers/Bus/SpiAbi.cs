using System.Runtime.InteropServices;

namespace PantryChain.DeviceDrivers.Bus;

/// <summary>The part of the kernel's SPI device interface that this project uses: names and layout as in <c>linux/spi/spidev.h</c>.</summary>
/// <remarks>The same on 32 and 64 bits: pointers travel as 64-bit numbers. A test compiles the header and compares every number here.</remarks>
internal static class SpiAbi
{
    public const nuint Message1 = 0x40206B00;
    public const nuint WriteMode = 0x40016B01;
    public const nuint WriteBitsPerWord = 0x40016B03;
    public const nuint WriteMaxSpeed = 0x40046B04;

    [StructLayout(LayoutKind.Sequential)]
    public struct Transfer
    {
        public ulong WriteBuffer;
        public ulong ReadBuffer;
        public uint Length;
        public uint Speed;
        public ushort DelayMicroseconds;
        public byte BitsPerWord;
        public byte ChipSelectChange;
        public byte WriteLines;
        public byte ReadLines;
        public byte WordDelayMicroseconds;
        public byte Padding;
    }
}
