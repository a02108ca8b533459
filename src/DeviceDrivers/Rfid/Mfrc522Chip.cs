using PantryChain.DeviceDrivers.Bus;

namespace PantryChain.DeviceDrivers.Rfid;

/// <summary>How an exchange with tags ended.</summary>
internal enum AirResult
{
    /// <summary>An answer came, whole.</summary>
    Answer,

    /// <summary>Nobody answered in time.</summary>
    Silence,

    /// <summary>Several tags answered, and differently.</summary>
    Collision,

    /// <summary>An answer came with a wrong parity, frame or check sum.</summary>
    Garbled,

    /// <summary>The chip did not finish, not even by its timer.</summary>
    Dead,
}

/// <summary>The registers of an MFRC522 and one exchange with tags (MFRC522 data sheet rev. 3.9).</summary>
internal sealed class Mfrc522Chip(IMfrc522Port port) : IDisposable
{
    // §9.2, table 20.
    public const byte Command = 0x01, ComIrq = 0x04, DivIrq = 0x05, Error = 0x06, FifoData = 0x09, FifoLevel = 0x0A, Control = 0x0C, BitFraming = 0x0D, Coll = 0x0E, Mode = 0x11, TxMode = 0x12,
        RxMode = 0x13, TxControl = 0x14, TxAsk = 0x15, CrcResultHigh = 0x21, CrcResultLow = 0x22, ModWidth = 0x24, RfCfg = 0x26, TMode = 0x2A, TPrescaler = 0x2B, TReloadHigh = 0x2C,
        TReloadLow = 0x2D, Version = 0x37;

    public const byte Idle = 0x00, CalcCrc = 0x03, Transceive = 0x0C, SoftReset = 0x0F; // §10.3
    public const byte PowerDown = 0x10; // §9.3.1.2: also set while the oscillator starts
    public const byte StartSend = 0x80; // §9.3.1.14
    public const byte RxIrq = 0x20, IdleIrq = 0x10, ErrIrq = 0x02, TimerIrq = 0x01; // §9.3.1.5
    public const byte BufferOverflow = 0x10, CollisionError = 0x08, ParityError = 0x02, ProtocolError = 0x01; // §9.3.1.7
    public const byte FlushFifo = 0x80; // §9.3.1.11
    public const byte PositionNotValid = 0x20; // §9.3.1.15
    public const byte AntennaOn = 0x03; // §9.3.2.5, Tx1RFEn and Tx2RFEn
    public const int FifoBytes = 64;

    private const long Patience = 25_000_000; // several times the chip's own timer
    private const int MostLooks = 50_000; // for buses that answer at once

    public long Now() => port.Now();

    public void Set(byte register, byte value) => port.Write(register, [value]);

    public byte Get(byte register)
    {
        Span<byte> value = stackalloc byte[1];
        port.Read(register, value);
        return value[0];
    }

    /// <summary>Sends a frame to the tags and takes their answer.</summary>
    /// <param name="frame">Up to 64 bytes.</param>
    /// <param name="lastBits">Bits of its last byte; 0 for all.</param>
    /// <param name="align">Where in its first byte the answer begins.</param>
    /// <param name="answer">Takes the answer; its length is the most that is taken.</param>
    /// <param name="bits">Bits of the answer, those before <paramref name="align"/> counted.</param>
    /// <exception cref="BusException">The bus failed.</exception>
    public AirResult Exchange(ReadOnlySpan<byte> frame, int lastBits, int align, Span<byte> answer, out int bits)
    {
        bits = 0;
        Set(Command, Idle);
        Set(ComIrq, 0x7F); // §9.3.1.5: clears every bit that is written as 1 below bit 7
        Set(FifoLevel, FlushFifo);
        port.Write(FifoData, frame);
        Set(Command, Transceive);
        Set(BitFraming, (byte)(StartSend | align << 4 | lastBits));
        if (!TryFinish(out byte happened))
            return AirResult.Dead;
        if ((happened & (RxIrq | ErrIrq)) == 0)
            return AirResult.Silence;
        byte error = Get(Error);
        int bytes = Math.Min(Get(FifoLevel) & 0x7F, answer.Length);
        if (bytes == 0)
            return (error & CollisionError) != 0 ? AirResult.Collision : AirResult.Garbled;
        port.Read(FifoData, answer[..bytes]);
        int ofLast = Get(Control) & 0x07; // §9.3.1.13, RxLastBits
        bits = ofLast == 0 ? 8 * bytes : 8 * (bytes - 1) + ofLast;
        return (error & CollisionError) != 0 ? AirResult.Collision
            : (error & (BufferOverflow | ParityError | ProtocolError)) != 0 ? AirResult.Garbled : AirResult.Answer;
    }

    /// <summary>Where the first collision is: the number of bits that are known when it is decided, counted from the beginning of the chip's buffer; 0 when it cannot tell.</summary>
    public int CollisionPosition()
    {
        byte coll = Get(Coll);
        int position = coll & 0x1F;
        return (coll & PositionNotValid) != 0 ? 0 : position == 0 ? 32 : position;
    }

    public void Dispose() => port.Dispose();

    private bool TryFinish(out byte happened)
    {
        long deadline = port.Now() + Patience;
        happened = 0;
        for (int look = 0; look < MostLooks && port.Now() < deadline; look++)
        {
            happened = Get(ComIrq);
            if ((happened & (RxIrq | IdleIrq | TimerIrq)) != 0)
                return true;
        }
        return false;
    }
}
