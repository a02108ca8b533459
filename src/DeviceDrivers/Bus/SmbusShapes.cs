using Microsoft.Win32.SafeHandles;

namespace PantryChain.DeviceDrivers.Bus;

/// <summary>Carries the exchanges that have the shape of an SMBus call: the same bits on the wires as the plain transaction (SMBus 2.0, §5.5).</summary>
/// <remarks>I²C block calls come first, words only where an adapter lacks them: a plain register memory counts bytes, not words.</remarks>
internal sealed unsafe class SmbusShapes(nuint abilities)
{
    /// <summary>Exchanges; 0, or the error number: EOPNOTSUPP for a shape that SMBus or this adapter lacks.</summary>
    public int Transact(SafeFileHandle device, ReadOnlySpan<byte> write, Span<byte> read) =>
        read.IsEmpty ? Write(device, write) : Read(device, write, read);

    private int Write(SafeFileHandle device, ReadOnlySpan<byte> bytes)
    {
        I2cAbi.SmbusData data = default;
        Span<byte> raw = Raw(ref data);
        switch (bytes.Length)
        {
            case 0 when Can(I2cAbi.FuncQuick):
                return Call(device, I2cAbi.SmbusWrite, 0, I2cAbi.SmbusQuick, null);
            case 1 when Can(I2cAbi.FuncWriteByte):
                return Call(device, I2cAbi.SmbusWrite, bytes[0], I2cAbi.SmbusByte, null);
            case 2 when Can(I2cAbi.FuncWriteByteData):
                raw[0] = bytes[1];
                return Call(device, I2cAbi.SmbusWrite, bytes[0], I2cAbi.SmbusByteData, &data);
            case > 1 and <= I2cAbi.BlockMost + 1 when Can(I2cAbi.FuncWriteBlock):
                raw[0] = (byte)(bytes.Length - 1);
                bytes[1..].CopyTo(raw[1..]);
                return Call(device, I2cAbi.SmbusWrite, bytes[0], I2cAbi.SmbusI2cBlockData, &data);
            case 3 when Can(I2cAbi.FuncWriteWordData):
                bytes[1..].CopyTo(raw);
                return Call(device, I2cAbi.SmbusWrite, bytes[0], I2cAbi.SmbusWordData, &data);
            default:
                return BusErrors.NotSupported;
        }
    }

    private int Read(SafeFileHandle device, ReadOnlySpan<byte> write, Span<byte> bytes)
    {
        I2cAbi.SmbusData data = default;
        Span<byte> raw = Raw(ref data);
        byte command = write.IsEmpty ? (byte)0 : write[0];
        (uint size, int from) = (write.Length, bytes.Length) switch
        {
            (0, 1) when Can(I2cAbi.FuncReadByte) => (I2cAbi.SmbusByte, 0),
            (1, 1) when Can(I2cAbi.FuncReadByteData) => (I2cAbi.SmbusByteData, 0),
            (1, <= I2cAbi.BlockMost) when Can(I2cAbi.FuncReadBlock) => (I2cAbi.SmbusI2cBlockData, 1),
            (1, 2) when Can(I2cAbi.FuncReadWordData) => (I2cAbi.SmbusWordData, 0),
            _ => (uint.MaxValue, 0),
        };
        if (size == uint.MaxValue)
            return BusErrors.NotSupported;
        if (size == I2cAbi.SmbusI2cBlockData)
            raw[0] = (byte)bytes.Length;
        int error = Call(device, I2cAbi.SmbusRead, command, size, &data);
        if (error == 0 && size == I2cAbi.SmbusI2cBlockData && raw[0] != bytes.Length)
            return BusErrors.NotSupported; // an adapter with a shorter buffer
        if (error == 0)
            raw.Slice(from, bytes.Length).CopyTo(bytes);
        return error;
    }

    private bool Can(nuint function) => (abilities & function) != 0;

    private static Span<byte> Raw(ref I2cAbi.SmbusData data) =>
        System.Runtime.InteropServices.MemoryMarshal.AsBytes(new Span<I2cAbi.SmbusData>(ref data));

    private static int Call(SafeFileHandle device, byte direction, byte command, uint size, I2cAbi.SmbusData* data)
    {
        I2cAbi.SmbusTransfer transfer = new() { ReadWrite = direction, Command = command, Size = size, Data = data };
        return SystemCall.Control(device, I2cAbi.Smbus, ref transfer);
    }
}
