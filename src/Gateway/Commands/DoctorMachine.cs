using System.Runtime.InteropServices;
using PantryChain.DeviceDrivers.Bus;
using PantryChain.DeviceDrivers.LoadCells;
using PantryChain.Gateway.Configuration;

namespace PantryChain.Gateway.Commands;

/// <summary>Where the doctor looks on a machine; a test gives other folders.</summary>
/// <param name="Root">The root of <c>/proc</c>, <c>/boot</c>, <c>/etc</c> and <c>/sys</c>: <c>/</c>.</param>
internal sealed record MachineFiles(string Root)
{
    private static readonly string[] ConfigPlaces = ["boot/firmware/config.txt", "boot/config.txt"];

    /// <summary>This machine's.</summary>
    public static MachineFiles Here { get; } = new("/");

    /// <summary>Name of the board, or null where there is no device tree.</summary>
    public string? Model => Read("proc/device-tree/model")?.TrimEnd('\0', '\n');

    /// <summary>The Raspberry Pi's config.txt: its place since Bookworm, or the one before.</summary>
    public string? ConfigPath => ConfigPlaces.Select(At).FirstOrDefault(File.Exists);

    /// <summary>A path below the root.</summary>
    public string At(string relative) => Path.Combine(Root, relative);

    /// <summary>A file's text, or null.</summary>
    public string? Read(string relative) => File.Exists(At(relative)) ? File.ReadAllText(At(relative)) : null;

    /// <summary>Whether config.txt has a line, comments left out.</summary>
    public bool Enables(string line) => ConfigPath is { } path
        && File.ReadLines(path).Select(text => text.Split('#')[0].Trim()).Any(text => text == line || text.StartsWith(line + ",", StringComparison.Ordinal));
}

/// <summary>The machine itself: board, controllers, device files, permissions, priority, clock.</summary>
internal sealed class DoctorMachine(Household? household, MachineFiles files)
{
    /// <summary>True on a Raspberry Pi of any age.</summary>
    public bool IsRaspberryPi => files.Model?.StartsWith("Raspberry Pi", StringComparison.Ordinal) ?? false;

    /// <summary>Looks at everything.</summary>
    public void Look(Findings findings)
    {
        string kernel = Environment.OSVersion.Version.ToString(3);
        if (files.Model is { } model)
            findings.Ok("machine", $"{model}, kernel {kernel}, {RuntimeInformation.OSArchitecture}");
        else
            findings.Absent("machine", $"no device tree, so no Raspberry Pi; kernel {kernel}, {RuntimeInformation.OSArchitecture}", "Simulated cells and a USB adapter for I2C work here; load cells on pins need a Raspberry Pi or another board with GPIO.");
        LookAtGpio(findings);
        LookAtI2c(findings);
        LookAtSpi(findings);
        LookAtIio(findings);
        LookAtThermometers(findings);
        LookAtGroups(findings);
        LookAtPriority(findings);
        LookAtClock(findings);
    }

    private bool Needs(params ReadOnlySpan<ConverterKind> kinds)
    {
        foreach (ConverterKind kind in kinds)
        {
            if (household?.Converters.Any(converter => converter.Kind == kind) ?? false)
                return true;
        }
        return false;
    }

    private void LookAtGpio(Findings findings)
    {
        IReadOnlyList<FoundGpioChip> chips = BusInventory.GpioChips();
        AttentionOptions? attention = household is { IsSimulated: false } ? household.Options.Attention : null;
        bool needed = Needs(ConverterKind.Hx711) || attention is not null;
        foreach (FoundGpioChip chip in chips)
        {
            if (chip.Problem is null)
                findings.Ok("gpio", $"{chip.Path} is {chip.Label} with {chip.Lines} lines{(GpioChip.RaspberryPiLabels.Contains(chip.Label) ? ", the header of a Raspberry Pi" : "")}");
            else
                findings.Missing(needed, "gpio", chip.Path, chip.Problem);
        }
        if (chips.Count == 0)
            findings.Missing(needed, "gpio", "no /dev/gpiochip*", IsRaspberryPi ? "The kernel must be 5.10 or newer; update Raspberry Pi OS." : "HX711 on lines (kind hx711), lamp and buzzer need a board with GPIO.");
        foreach (string label in household?.Converters.Where(converter => converter.Kind == ConverterKind.Hx711).Select(converter => converter.Wiring.Chip).Append(attention?.Chip).OfType<string>().Distinct() ?? [])
        {
            if (chips.Count > 0 && chips.All(chip => chip.Label != label))
                findings.Wrong("gpio", $"no chip is labelled {label}", $"gateway.json names it; correct 'chip' to one of {string.Join(", ", chips.Select(chip => chip.Label).Distinct())}.");
        }
    }

    private void LookAtI2c(Findings findings)
    {
        IReadOnlyList<FoundI2cBus> buses = BusInventory.I2cBuses();
        bool needed = Needs(ConverterKind.Nau7802) || (household?.Readers.Any(reader => reader.Place is not null) ?? false) || (household?.Climate.Any(place => place.Place is not null) ?? false) || household?.Display is not null;
        foreach (FoundI2cBus bus in buses)
        {
            if (bus.Problem is null)
                findings.Ok("i2c", $"{bus.Path} ({bus.Name}){(bus.IsPlainI2c ? "" : ", SMBus only: NAU7802 works, tag readers do not")}");
            else
                findings.Missing(needed, "i2c", bus.Path, bus.Problem);
        }
        if (buses.Count == 0)
            findings.Missing(needed, "i2c", "no /dev/i2c-*", Enable("dtparam=i2c_arm=on", "'sudo modprobe i2c-dev' loads the device files", "NAU7802 and tag readers on I2C"));
    }

    private void LookAtSpi(Findings findings)
    {
        IReadOnlyList<FoundSpiDevice> devices = BusInventory.SpiDevices();
        bool needed = Needs(ConverterKind.Hx711Spi) || (household?.Readers.Any(reader => reader.Device is not null) ?? false);
        foreach (FoundSpiDevice device in devices)
        {
            if (device.Problem is null)
                findings.Ok("spi", device.Path);
            else
                findings.Missing(needed, "spi", device.Path, device.Problem);
        }
        if (devices.Count == 0)
            findings.Missing(needed, "spi", "no /dev/spidev*", Enable("dtparam=spi=on", "'sudo modprobe spidev' loads the device files", "HX711 and tag readers on SPI"));
    }

    private void LookAtIio(Findings findings)
    {
        IReadOnlyList<string> devices = Hx711Iio.Find();
        if (devices.Count > 0)
            findings.Ok("iio", $"the kernel reads {devices.Count} HX711: {string.Join(", ", devices.Select(Path.GetFileName))}");
        else
            findings.Missing(Needs(ConverterKind.Hx711Iio), "iio", "the kernel reads no HX711 itself", Enable("dtoverlay=hx711-iio", "the module hx711 has to be there", "the kind hx711-iio alone (the kinds hx711 and hx711-spi need no module)"));
    }

    private void LookAtThermometers(Findings findings)
    {
        foreach (ShelfSlot slot in household?.Slots.Where(slot => slot.Thermometer is not null) ?? [])
        {
            LookAt(findings, slot.Thermometer!, $"slot {slot.Slot}");
        }
        foreach (ClimatePlace place in household?.Climate.Where(place => place.File is not null) ?? [])
            LookAt(findings, place.File!, place.Name);
    }

    private void LookAt(Findings findings, string thermometer, string whose)
    {
        if (File.Exists(thermometer))
            findings.Ok("temperature", $"{thermometer} of {whose}");
        else
            findings.Wrong("temperature", $"{thermometer} of {whose} is not there", Enable("dtoverlay=w1-gpio", "'sudo modprobe w1-therm' loads the driver", "a DS18B20"));
    }

    /// <summary>What to write into config.txt, or what else helps on a machine that has none.</summary>
    private string Enable(string line, string otherwise, string forWhat) =>
        files.ConfigPath is { } config && files.Enables(line) ? $"{config} has '{line}': start the machine again; {otherwise}."
        : files.ConfigPath is { } path ? $"Add the line '{line}' to {path} and start the machine again; {forWhat} need it."
        : $"On a Raspberry Pi add the line '{line}' to /boot/firmware/config.txt and start it again; elsewhere {otherwise}. For {forWhat}.";

    private void LookAtGroups(Findings findings)
    {
        if (Environment.IsPrivilegedProcess)
        {
            findings.Ok("permissions", "root may open everything; the service should run as a user in gpio, i2c and spi");
            return;
        }
        Dictionary<string, string> groups = [];
        foreach (string[] group in (files.Read("etc/group") ?? "").Split('\n').Select(line => line.Split(':')).Where(parts => parts.Length >= 4))
            groups[group[0]] = group[2];
        string[] own = (files.Read("proc/self/status") ?? "").Split('\n').FirstOrDefault(line => line.StartsWith("Groups:", StringComparison.Ordinal))?[7..].Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
        foreach ((string name, bool needed) in new[] { ("gpio", Needs(ConverterKind.Hx711)), ("i2c", Needs(ConverterKind.Nau7802)), ("spi", Needs(ConverterKind.Hx711Spi)) })
        {
            if (!groups.TryGetValue(name, out string? id))
                findings.Absent("permissions", $"no group {name}", "Raspberry Pi OS has it; elsewhere hardware/install brings a udev rule that makes it.");
            else if (own.Contains(id))
                findings.Ok("permissions", $"in group {name}");
            else
                findings.Missing(needed, "permissions", $"not in group {name}", $"Run 'sudo usermod -aG {name} $USER' and log in again.");
        }
    }

    private static void LookAtPriority(Findings findings)
    {
        string? why = null;
        bool entered = false;
        Thread probe = new(() => entered = RealTimeThread.TryEnter(out why)) { IsBackground = true }; // only this thread, which ends at once
        probe.Start();
        probe.Join();
        if (entered)
            findings.Ok("priority", "real-time priority is permitted");
        else
            findings.Absent("priority", "no real-time priority", why!);
    }

    private void LookAtClock(Findings findings)
    {
        bool rtc = Directory.Exists(files.At("sys/class/rtc")) && Directory.EnumerateFileSystemEntries(files.At("sys/class/rtc")).Any();
        if (KernelClock.IsSynchronised)
            findings.Ok("clock", "synchronised");
        else
            findings.Missing((household?.Converters.Any(converter => converter.Kind != ConverterKind.Simulated) ?? false) && !rtc, "clock", $"not synchronised{(rtc ? "" : ", and no real-time clock keeps it over a power cut")}",
                "Events are dated by it: run 'sudo timedatectl set-ntp true', or add a DS3231 ('dtoverlay=i2c-rtc,ds3231' in config.txt).");
    }
}
