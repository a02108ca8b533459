using System.Device.Spi;

namespace PantryChain.DeviceDrivers.Simulation;

/// <summary>An HX711 behind an SPI bus: MOSI moves the pulse-level chip's clock, MISO samples its data line in the middle of every bit (mode 0).</summary>
/// <remarks>The bus's hardware makes the bits, so they last what they last whatever the process does meanwhile. Not thread safe.</remarks>
public sealed class SimulatedHx711Spi : SpiDevice
{
    private readonly Pace _pace;

    /// <summary>A chip that converts from now on.</summary>
    /// <param name="bridge">What it measures at input A as bridge 0, at input B as bridge 1.</param>
    /// <param name="period">One conversion.</param>
    /// <param name="clock">The bus time it lives in.</param>
    /// <param name="hasInputB">Whether a bridge is wired to input B.</param>
    /// <param name="bitNanoseconds">One bit; 1000 at 1 MHz.</param>
    public SimulatedHx711Spi(IBridge bridge, TimeSpan period, SimulatedBusClock clock, bool hasInputB = false, long bitNanoseconds = 1_000)
    {
        ArgumentNullException.ThrowIfNull(clock);
        _pace = new Pace(clock, bitNanoseconds);
        Chip = new SimulatedHx711(1, bridge, period, _pace) { HasInputB = hasInputB };
    }

    /// <summary>The chip at the bus's end, to make it fail.</summary>
    public SimulatedHx711 Chip { get; }

    /// <inheritdoc />
    public override SpiConnectionSettings ConnectionSettings { get; } = new(0, 0) { ClockFrequency = 1_000_000 };

    /// <summary>Bus time as this bus's end sees it: while a transfer is under way it moves by half bits.</summary>
    public TimeProvider Time => _pace;

    /// <inheritdoc />
    public override void Read(Span<byte> buffer) => TransferFullDuplex(new byte[buffer.Length], buffer);

    /// <inheritdoc />
    public override void Write(ReadOnlySpan<byte> buffer) => TransferFullDuplex(buffer, new byte[buffer.Length]);

    /// <inheritdoc />
    public override void TransferFullDuplex(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer)
    {
        SimulatedReaderSpi.RequireAlike(writeBuffer, readBuffer);
        if (writeBuffer.IsEmpty)
            return;
        bool ends = (writeBuffer[^1] & 1) != 0; // both buffers may be the same
        _pace.Begin();
        for (int i = 0; i < writeBuffer.Length; i++)
        {
            int seen = 0;
            for (int bit = 7; bit >= 0; bit--)
            {
                Chip.SetClock((writeBuffer[i] >> bit & 1) != 0);
                _pace.Half();
                seen = seen << 1 | (int)Chip.ReadData();
                _pace.Half();
            }
            readBuffer[i] = (byte)seen;
        }
        Chip.SetClock(ends);
        _pace.End();
    }

    /// <summary>Bus time that moves by half bits while a transfer is under way, and with the outer clock else.</summary>
    private sealed class Pace(SimulatedBusClock outer, long bitNanoseconds) : SimulatedBusClock
    {
        private long _began = -1;
        private long _halves;
        private long _floor;

        public override long Read() => _began < 0 ? Math.Max(_floor, outer.Read()) : _began + _halves * bitNanoseconds / 2;

        public override long Edge() => Read();

        public void Begin() => (_began, _halves) = (Math.Max(_floor, outer.Read()), 0);

        public void Half() => _halves++;

        public void End()
        {
            long now = Read();
            outer.Spend(now - _began);
            (_floor, _began) = (now, -1);
        }
    }
}
