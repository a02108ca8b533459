using PantryChain.DeviceDrivers.Climate;
using PantryChain.DeviceDrivers.Simulation;

namespace PantryChain.DeviceDrivers.Tests.Climate;

/// <summary>The bindings of Iot.Device.Bindings on our buses, against chips that were simulated from their data sheets alone: neither knows the other.</summary>
public sealed class ClimateSensorSpecs
{
    private readonly SimulatedI2cBus _bus = new(SimulatedBusClock.Real);
    private (double Celsius, double Humidity) _air = (4.25, 55.5);

    [Theory]
    [InlineData(4.25, 55.5)]
    [InlineData(-19.5, 71)]
    [InlineData(21, 3)]
    [InlineData(38.75, 99)]
    public void An_SHT4x_is_read_to_a_hundredth_of_a_degree(double celsius, double humidity)
    {
        using Sht4xSensor sensor = new(Put(new SimulatedSht4x(0x44, () => (celsius, humidity))));

        ClimateReading reading = sensor.Read();

        reading.Celsius.Should().BeApproximately(celsius, 0.01);
        reading.Humidity.Should().BeApproximately(humidity, 0.01);
    }

    [Theory]
    [InlineData(4.25, 55.5)]
    [InlineData(-19.5, 71)]
    [InlineData(21, 20)]
    [InlineData(38.75, 90)]
    public void A_BME280_is_read_to_a_hundredth_of_a_degree(double celsius, double humidity)
    {
        using Bme280Sensor sensor = new(Put(new SimulatedBme280(0x76, () => (celsius, humidity))));

        ClimateReading reading = sensor.Read();

        reading.Celsius.Should().BeApproximately(celsius, 0.01);
        reading.Humidity.Should().BeApproximately(humidity, 0.1);
    }

    [Fact]
    public void The_checksum_is_that_of_the_data_sheet() => SimulatedSht4x.Checksum([0xBE, 0xEF]).Should().Be(0x92, "SHT4x datasheet 6.5, §4.4");

    [Fact]
    public void A_BME280_that_lost_its_power_for_a_moment_says_no_constant()
    {
        SimulatedBme280 chip = new(0x76, () => _air);
        using Bme280Sensor sensor = new(Put(chip));
        sensor.Read();

        chip.BrownOut();

        sensor.Read().Celsius.Should().BeApproximately(_air.Celsius, 0.01, "its sampling is set before every measurement; without it the registers after reset look like 25 °C");
    }

    [Fact]
    public void Wrong_checksums_are_told_with_the_next_step_and_one_alone_is_read_again()
    {
        SimulatedSht4x chip = new(0x44, () => _air);
        using Sht4xSensor sensor = new(Put(chip));

        chip.Inject(ClimateChipFault.Garbled);
        Action read = () => sensor.Read();
        read.Should().Throw<InvalidDataException>().WithMessage("*wrong checksum*Shorten its wires*");

        chip.Inject(ClimateChipFault.Garbled, share: 0.3);
        int read100 = Enumerable.Range(0, 20).Count(_ => Record.Exception(() => sensor.Read()) is null);
        read100.Should().BeGreaterThan(12);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_absent_chip_is_disconnected_with_the_next_step_and_comes_back_by_itself(bool bme280)
    {
        SimulatedClimateChip chip = bme280 ? new SimulatedBme280(0x76, () => _air) : new SimulatedSht4x(0x44, () => _air);
        using AskedSensor asked = Asked(chip, bme280);
        chip.Inject(ClimateChipFault.Vanished);

        ClimateAnswer gone = await asked.AskAsync(default);
        chip.Inject(ClimateChipFault.None);
        ClimateAnswer back = await asked.AskAsync(default);

        gone.Health.Should().Be(ClimateHealth.Disconnected);
        gone.Problem.Should().Contain("Check its power");
        back.Health.Should().Be(ClimateHealth.Ok);
    }

    [Theory]
    [InlineData(true, ClimateHealth.Implausible)]
    [InlineData(false, ClimateHealth.Disconnected)] // an SHT4x that measures acknowledges nothing, which a broken wire does too
    public async Task A_measurement_that_never_ends_is_a_fault(bool bme280, ClimateHealth health)
    {
        SimulatedClimateChip chip = bme280 ? new SimulatedBme280(0x76, () => _air) : new SimulatedSht4x(0x44, () => _air);
        using AskedSensor asked = Asked(chip, bme280);
        chip.Inject(ClimateChipFault.Stopped);

        (await asked.AskAsync(default)).Health.Should().Be(health);
    }

    [Fact]
    public async Task Another_chip_at_the_address_of_a_BME280_is_told()
    {
        _bus.Attach(new SimulatedTca9548a(0x76)); // answers whatever is asked with its one register
        using AskedSensor asked = new(() => new Bme280Sensor(_bus.CreateDevice(0x76)), TimeSpan.FromSeconds(5), TimeProvider.System);

        ClimateAnswer answer = await asked.AskAsync(default);

        answer.Health.Should().Be(ClimateHealth.Implausible);
        answer.Problem.Should().Contain("no BME280").And.Contain("correct 'sensor'");
    }

    [Fact]
    public async Task A_binding_that_hangs_is_stale_at_its_deadline_costs_one_thread_and_goes_on_when_it_comes_back()
    {
        using ManualResetEventSlim release = new();
        int opened = 0;
        using AskedSensor asked = new(() =>
        {
            opened++;
            return new Hanging(release);
        }, TimeSpan.FromMilliseconds(50), TimeProvider.System);

        ClimateAnswer[] hung = [await asked.AskAsync(default), await asked.AskAsync(default), await asked.AskAsync(default)];
        release.Set();
        ClimateAnswer back = await asked.AskAsync(default);

        hung.Should().OnlyContain(answer => answer.Health == ClimateHealth.Stale && answer.Problem!.Contains("did not answer within"));
        back.Should().Be(new ClimateAnswer(ClimateHealth.Ok, new ClimateReading(4, null), null));
        opened.Should().Be(1, "a thread that hangs is not joined by others");
    }

    [Fact]
    public async Task Whatever_a_binding_throws_is_a_fault_of_its_sensor()
    {
        using AskedSensor asked = new(() => throw new DivideByZeroException("Attempted to divide by zero."), TimeSpan.FromSeconds(5), TimeProvider.System);

        ClimateAnswer answer = await asked.AskAsync(default);

        answer.Health.Should().Be(ClimateHealth.Implausible);
        answer.Problem.Should().Contain("divide by zero").And.Contain("Take its power away");
    }

    [Theory]
    [InlineData("21562\n", 21.562)]
    [InlineData("-1250", -1.25)]
    public void Thousandths_of_a_degree_are_read(string text, double celsius)
    {
        W1Thermometer.TryParse(text, out double read).Should().BeTrue();
        read.Should().Be(celsius);
    }

    [Theory]
    [InlineData("85000")]
    [InlineData("")]
    [InlineData("t=21562")]
    [InlineData("200000")]
    public void What_no_room_has_is_no_temperature(string text) => W1Thermometer.TryParse(text, out _).Should().BeFalse();

    [Fact]
    public async Task A_thermometer_whose_file_is_gone_is_disconnected()
    {
        using AskedSensor asked = new(() => new W1Thermometer("/sys/bus/w1/devices/28-nobody/temperature"), TimeSpan.FromSeconds(5), TimeProvider.System);

        ClimateAnswer answer = await asked.AskAsync(default);

        answer.Health.Should().Be(ClimateHealth.Disconnected);
        answer.Problem.Should().Contain("dtoverlay=w1-gpio");
    }

    private System.Device.I2c.I2cDevice Put(SimulatedClimateChip chip)
    {
        _bus.Attach(chip);
        return _bus.CreateDevice(chip.Address);
    }

    private AskedSensor Asked(SimulatedClimateChip chip, bool bme280)
    {
        _bus.Attach(chip);
        return new AskedSensor(() => bme280 ? new Bme280Sensor(_bus.CreateDevice(chip.Address)) : new Sht4xSensor(_bus.CreateDevice(chip.Address)), TimeSpan.FromSeconds(20), TimeProvider.System);
    }

    private sealed class Hanging(ManualResetEventSlim release) : IClimateSensor
    {
        public ClimateReading Read()
        {
            release.Wait();
            return new ClimateReading(4, null);
        }

        public void Dispose()
        {
            // nothing is open
        }
    }
}
