using System.Device.Gpio;
using System.Device.I2c;
using PantryChain.DeviceDrivers.Bus;
using PantryChain.DeviceDrivers.LoadCells;
using PantryChain.DeviceDrivers.Rfid;
using PantryChain.DeviceDrivers.Simulation;

namespace PantryChain.DeviceDrivers.Tests.Bus;

/// <summary>Our drivers on buses that another library made: they lack our classes of error, our locking, and reading lines together.</summary>
public sealed class ForeignBusSpecs : IDisposable
{
    private readonly SteppedBusClock _clock = new();
    private readonly SimulatedI2cBus _simulated;
    private readonly Plain _plain;

    public ForeignBusSpecs()
    {
        _simulated = new SimulatedI2cBus(_clock);
        _plain = new Plain(_simulated);
    }

    [Fact]
    public void A_multiplexer_on_an_adopted_bus_reaches_the_chip_behind_its_channel()
    {
        SimulatedTca9548a mux = new();
        mux.Attach(3, new RegisterChip(0x2A) { [0] = 42 });
        _simulated.Attach(mux);
        using GatedI2cBus bus = GatedI2cBus.Adopt(_plain, "another library's bus");
        using Tca9548a multiplexer = new(bus);
        using I2cDevice chip = multiplexer.Channel(3).CreateDevice(0x2A);
        byte[] value = new byte[1];

        chip.WriteRead([0], value);

        value.Should().Equal(42);
    }

    [Theory]
    [InlineData("Error 121 (Remote I/O error) performing I2C data transfer.", BusFailure.NotAcknowledged)]
    [InlineData("Error 110 (Connection timed out) performing I2C data transfer.", BusFailure.TimedOut)]
    [InlineData("The bus is on fire.", BusFailure.Broken)]
    public void A_plain_failure_of_an_adopted_bus_gets_its_class_and_the_next_step(string told, BusFailure expected)
    {
        using GatedI2cBus bus = GatedI2cBus.Adopt(_plain, "another library's bus");
        using I2cDevice chip = bus.CreateDevice(0x2A);
        _plain.Says = told;

        FluentActions.Invoking(() => chip.Write([0])).Should().Throw<BusException>().Where(error => error.Failure == expected).WithMessage($"another library's bus: *0x2A*{told}*");
    }

    [Fact]
    public void A_load_cell_converter_starts_and_counts_failures_by_cause_on_a_foreign_device()
    {
        _simulated.Attach(new SimulatedNau7802(new Level()));
        using Nau7802 driver = new(_plain.CreateDevice(Nau7802.Address), new Nau7802Options { Rate = Nau7802Rate.PerSecond80 }, _clock);
        Read(driver).Should().Be(Level.Counts);

        _plain.Says = "Error 121 (Remote I/O error) performing I2C data transfer.";
        _clock.Advance(TimeSpan.FromMilliseconds(13));
        driver.TryRead(new int[1], out _, out _).Should().BeFalse();

        driver.Counters.NotAcknowledged.Should().Be(1);
        _plain.Says = null;
        Read(driver).Should().Be(Level.Counts);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_tag_reader_reads_a_tag_on_a_foreign_device(bool pn532)
    {
        SimulatedTagField field = new(_clock, seed: 1);
        _simulated.Attach(pn532 ? new SimulatedPn532(_clock, field) : new SimulatedMfrc522(_clock, field));
        I2cDevice device = _plain.CreateDevice(pn532 ? Pn532.Address : 0x28);
        using ITagReader reader = pn532 ? new Pn532(device, _clock) : new Mfrc522(device, _clock);
        field.Put(Rfid.ReaderRig.Tag(1, Rfid.ReaderRig.Uri));

        IReadOnlyList<FoundTag> seen = [];
        while (_clock.Read() < 5_000_000_000 && (seen.Count == 0 || seen[0].Item is null))
        {
            if (reader.TryPoll(out IReadOnlyList<FoundTag> tags) && tags.Count > 0)
                seen = [.. tags];
            _clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        seen.Single().Item.Should().Be(Rfid.ReaderRig.Item);
    }

    [Fact]
    public void Converters_are_read_through_a_driver_that_knows_only_single_pins()
    {
        SimulatedHx711 chips = new(2, new Level(), TimeSpan.FromMilliseconds(12.5), _clock);
        using Hx711 driver = new(new GpioController(new PinByPin(chips.ToPins())), clock: 0, [1, 2], new Hx711Options { SamplesPerSecond = 80 }, _clock);
        int[] counts = new int[2];
        ulong valid = 0;
        for (int i = 0; i < 1_000 && valid != 3; i++)
        {
            driver.TryRead(counts, out valid, out _);
            _clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        valid.Should().Be(3);
        counts.Should().Equal(Level.Counts, Level.Counts);
    }

    public void Dispose()
    {
        _plain.Dispose();
        _simulated.Dispose();
    }

    private int Read(Nau7802 driver)
    {
        int[] counts = new int[1];
        for (int i = 0; i < 20_000; i++)
        {
            if (driver.TryRead(counts, out ulong valid, out _) && valid == 1)
                return counts[0];
            _clock.Advance(TimeSpan.FromMilliseconds(1));
        }
        return 0;
    }

    private sealed class Level : IBridge
    {
        public const int Counts = 123_456;

        long IBridge.Counts(int cell, long conversion, long busNanoseconds) => Counts;
    }

    /// <summary>A bus as System.Device.I2c's own: whatever fails is a plain IOException with a number in its text.</summary>
    private sealed class Plain(SimulatedI2cBus inner) : I2cBus
    {
        public string? Says { get; set; }

        public override I2cDevice CreateDevice(int deviceAddress) => new Device(this, inner.CreateDevice(deviceAddress));

        public override void RemoveDevice(int deviceAddress) => inner.RemoveDevice(deviceAddress);

        private void Try(Action exchange)
        {
            if (Says is { } failure)
                throw new IOException(failure);
            try
            {
                exchange();
            }
            catch (BusException refused)
            {
                throw new IOException($"Error {(refused.Failure == BusFailure.NotAcknowledged ? 121 : 5)} (simulated) performing I2C data transfer.", refused);
            }
        }

        private sealed class Device(Plain bus, I2cDevice chip) : I2cDevice
        {
            public override I2cConnectionSettings ConnectionSettings => chip.ConnectionSettings;

            public override void Read(Span<byte> buffer)
            {
                byte[] read = new byte[buffer.Length];
                bus.Try(() => chip.Read(read));
                read.CopyTo(buffer);
            }

            public override void Write(ReadOnlySpan<byte> buffer)
            {
                byte[] written = [.. buffer];
                bus.Try(() => chip.Write(written));
            }

            public override void WriteRead(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer)
            {
                byte[] written = [.. writeBuffer], read = new byte[readBuffer.Length];
                bus.Try(() => chip.WriteRead(written, read));
                read.CopyTo(readBuffer);
            }
        }
    }

    /// <summary>A driver like those that the package brings: spans are looped over, line by line.</summary>
    private sealed class PinByPin(SimulatedGpioDriver inner) : GpioDriver
    {
        private readonly GpioController _inner = new(inner);

        protected override int PinCount => SimulatedGpioDriver.Lines;

        protected override void OpenPin(int pinNumber) => _inner.OpenPin(pinNumber);

        protected override void ClosePin(int pinNumber) => _inner.ClosePin(pinNumber);

        protected override void SetPinMode(int pinNumber, PinMode mode) => _inner.SetPinMode(pinNumber, mode);

        protected override PinMode GetPinMode(int pinNumber) => _inner.GetPinMode(pinNumber);

        protected override bool IsPinModeSupported(int pinNumber, PinMode mode) => true;

        protected override PinValue Read(int pinNumber) => _inner.Read(pinNumber);

        protected override void Write(int pinNumber, PinValue value) => _inner.Write(pinNumber, value);

        protected override WaitForEventResult WaitForEvent(int pinNumber, PinEventTypes eventTypes, CancellationToken cancellationToken) => _inner.WaitForEvent(pinNumber, eventTypes, cancellationToken);

        protected override void AddCallbackForPinValueChangedEvent(int pinNumber, PinEventTypes eventTypes, PinChangeEventHandler callback) =>
            _inner.RegisterCallbackForPinValueChangedEvent(pinNumber, eventTypes, callback);

        protected override void RemoveCallbackForPinValueChangedEvent(int pinNumber, PinChangeEventHandler callback) => _inner.UnregisterCallbackForPinValueChangedEvent(pinNumber, callback);
    }
}
