using PantryChain.DeviceDrivers.LoadCells;
using PantryChain.Domain.Sensing;

namespace PantryChain.DeviceDrivers.Tests.LoadCells;

/// <summary>The kernel's interface is a folder of files, and so is the test's.</summary>
public sealed class Hx711IioSpecs : IDisposable
{
    private static readonly Hx711Options Fast = new() { SamplesPerSecond = 200, SecondInput = true };

    private readonly string _devices = Directory.CreateTempSubdirectory("pantrychain-iio-").FullName;
    private readonly int[] _counts = new int[2];

    [Fact]
    public void Devices_are_found_by_their_name_and_ordered_by_their_number()
    {
        foreach ((int number, string name) in new[] { (10, "hx711"), (0, "bme280"), (2, "hx711") })
            Device(number, name);
        Directory.CreateDirectory(Path.Combine(_devices, "iio:device5"));

        Hx711Iio.Find(_devices).Select(Path.GetFileName).Should().Equal("iio:device2", "iio:device10");
        Hx711Iio.Find(Path.Combine(_devices, "absent")).Should().BeEmpty();
    }

    [Fact]
    public void A_missing_device_says_what_to_do()
    {
        Action open = () => Hx711Iio.Open(0, Fast, _devices);

        open.Should().Throw<IOException>().WithMessage("*shows 0 HX711*avia,hx711*gateway.json*");
    }

    [Theory]
    [InlineData(0x80_0000, 0)]
    [InlineData(0x80_0001, 1)]
    [InlineData(0x7F_FFFF, -1)]
    [InlineData(0x00_0001, -0x7F_FFFF)]
    [InlineData(0xFF_FFFE, 0x7F_FFFE)]
    public void Offset_binary_becomes_a_signed_value(int raw, int counts)
    {
        string device = Device(0, "hx711");
        Write(device, 0, $"{raw}\n");
        Write(device, 1, $"{0x80_0000 + 7}\n");
        using Hx711Iio cells = Hx711Iio.Open(0, Fast, _devices);

        Until(cells, valid => valid == 3);

        _counts.Should().Equal(counts, 7);
        cells.HealthOf(0).Should().Be(SlotHealth.Ok);
    }

    [Fact]
    public void The_ends_of_the_range_are_no_values()
    {
        string device = Device(0, "hx711");
        Write(device, 0, "0\n");
        Write(device, 1, $"{0xFF_FFFF}\n");
        using Hx711Iio cells = Hx711Iio.Open(0, Fast, _devices);

        ulong all = 0;
        Until(cells, valid => (all |= valid) == 0 && Tallied(cells, "saturated") >= 4);

        cells.HealthOf(0).Should().Be(SlotHealth.Saturated);
        cells.HealthOf(1).Should().Be(SlotHealth.Saturated);
    }

    [Theory]
    [InlineData("")]
    [InlineData("none\n")]
    [InlineData("-5\n")]
    [InlineData("16777216\n")]
    public void What_is_no_24_bit_number_is_counted_and_told(string text)
    {
        string device = Device(0, "hx711");
        Write(device, 0, text);
        Write(device, 1, text);
        using Hx711Iio cells = Hx711Iio.Open(0, Fast, _devices);

        Until(cells, valid => valid == 0 && Tallied(cells, "malformed") >= 2);

        cells.LastFailure.Should().Contain("no number of 24 bits");
    }

    [Fact]
    public void A_device_that_goes_away_is_disconnected_and_one_that_comes_back_is_read_again()
    {
        string device = Device(0, "hx711");
        Write(device, 0, "8388708\n");
        Write(device, 1, "8388709\n");
        using Hx711Iio cells = Hx711Iio.Open(0, Fast, _devices);
        Until(cells, valid => valid == 3);

        File.Delete(Path.Combine(device, "in_voltage0_raw"));
        File.Delete(Path.Combine(device, "in_voltage1_raw"));
        Until(cells, _ => cells.HealthOf(0) == SlotHealth.Disconnected);
        cells.LastFailure.Should().Contain("overlay");

        Write(device, 0, "8388808\n");
        Write(device, 1, "8388809\n");
        Until(cells, valid => valid == 3 && _counts[0] == 200);
        cells.HealthOf(0).Should().Be(SlotHealth.Ok);
    }

    public void Dispose() => Directory.Delete(_devices, recursive: true);

    private string Device(int number, string name)
    {
        string folder = Directory.CreateDirectory(Path.Combine(_devices, $"iio:device{number}")).FullName;
        File.WriteAllText(Path.Combine(folder, "name"), name + "\n");
        return folder;
    }

    private static void Write(string device, int channel, string text)
    {
        string file = Path.Combine(device, $"in_voltage{channel}_raw");
        File.WriteAllText(file + ".new", text);
        File.Move(file + ".new", file, overwrite: true);
    }

    private static long Tallied(Hx711Iio cells, string cause) => cells.Tallies.Single(tally => tally.Cause == cause).Count;

    private void Until(Hx711Iio cells, Func<ulong, bool> done)
    {
        bool Looked()
        {
            cells.TryRead(_counts, out ulong valid, out _);
            return done(valid);
        }
        if (!SpinWait.SpinUntil(Looked, TimeSpan.FromSeconds(20)))
            throw new TimeoutException($"It must happen within 20 s; last failure: '{cells.LastFailure}'.");
    }
}
