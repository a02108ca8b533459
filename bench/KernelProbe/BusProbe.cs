using System.Device.I2c;
using PantryChain.DeviceDrivers.Bus;

namespace PantryChain.KernelProbe;

/// <summary>What the bus layer must do on a real device file before a driver is let loose on it.</summary>
internal static class BusProbe
{
    /// <summary>The address of the passive memory that i2c-stub keeps for us, that of an NAU7802.</summary>
    public const int Chip = 0x2A;

    /// <summary>An address that i2c-stub keeps no memory for.</summary>
    public const int Nobody = 0x24;

    /// <summary>The name that drivers/i2c/i2c-stub.c gives its adapter.</summary>
    public const string Adapter = "SMBus stub driver";

    /// <summary>Finds the bus by its adapter's name, as a household would after the numbers moved.</summary>
    public static KernelI2cBus Open()
    {
        foreach (FoundI2cBus found in BusInventory.I2cBuses())
            Say($"inventory: {found.Path} '{found.Name}', {(found.IsPlainI2c ? "plain I2C" : "SMBus only")}{(found.Problem is null ? "" : ", " + found.Problem)}");
        foreach (FoundGpioChip found in BusInventory.GpioChips())
            Say($"inventory: {found.Path} '{found.Label}', {found.Lines} lines{(found.Problem is null ? "" : ", " + found.Problem)}");
        KernelI2cBus bus = KernelI2cBus.Open(Adapter);
        Expect(!bus.IsPlainI2c, "the stub speaks SMBus only, so every exchange has to find an SMBus shape");
        return bus;
    }

    /// <summary>Every shape that an exchange can take, and the errors.</summary>
    public static void ShowShapes(GatedI2cBus bus)
    {
        using I2cDevice chip = bus.CreateDevice(Chip);
        Span<byte> read = stackalloc byte[34];
        chip.Write([]);
        chip.Write([0x40, 0x5A]);
        chip.WriteRead([0x40], read[..1]);
        Expect(read[0] == 0x5A, "a register is read back as written");
        chip.Write([0x41]);
        chip.Read(read[..1]);
        foreach (int length in (int[])[2, 3, 7, 32])
        {
            byte[] written = [0x50, .. Enumerable.Range(1, length).Select(value => (byte)(value * 7))];
            chip.Write(written);
            chip.WriteRead([0x50], read[..length]);
            Expect(read[..length].SequenceEqual(written.AsSpan(1)), $"{length} bytes behind one register come back as written");
        }
        byte[] tooLong = new byte[33];
        Expect(Failure(() => chip.WriteRead([0x50], tooLong)) == BusFailure.Unsupported, "33 bytes have no SMBus shape, and the refusal says so");
        using I2cDevice nobody = bus.CreateDevice(Nobody);
        Expect(Failure(() => nobody.Write([])) is not null, "nobody answers at another address, and the refusal says so");
        Expect(string.Join(' ', BusInventory.Chips(bus, Chip).Select(found => $"0x{found.Address:X2}")) == "0x2A", "the inventory finds the chip");
    }

    public static void Say(string line) => Console.WriteLine($"probe: {line}");

    public static void Expect(bool holds, string what)
    {
        Say($"{(holds ? "ok" : "NOT SO")}: {what}");
        if (!holds)
            throw new IOException(what);
    }

    private static BusFailure? Failure(Action exchange)
    {
        try
        {
            exchange();
            return null;
        }
        catch (BusException error)
        {
            Say($"refused: {error.Message}");
            return error.Failure;
        }
    }
}
