using System.Text;
using Microsoft.Win32.SafeHandles;

namespace PantryChain.DeviceDrivers.Bus;

/// <summary>A GPIO controller of the kernel, found by its label: numbers change between kernels, labels do not.</summary>
/// <remarks>
/// Raspberry Pi 5: <c>pinctrl-rp1</c> (gpiochip4 at first, gpiochip0 since kernel 6.6.45); Pi 4: <c>pinctrl-bcm2711</c>; Pi 3 and before: <c>pinctrl-bcm2835</c>.
/// </remarks>
public sealed unsafe class GpioChip : IDisposable
{
    /// <summary>Labels of the Raspberry Pi's header pins, newest board first.</summary>
    public static IReadOnlyList<string> RaspberryPiLabels { get; } = ["pinctrl-rp1", "pinctrl-bcm2711", "pinctrl-bcm2835"];

    private readonly SafeFileHandle _device;
    private readonly string _path;

    private GpioChip(SafeFileHandle device, string path, in GpioAbi.ChipInfo info)
    {
        (_device, _path, Lines) = (device, path, checked((int)info.Lines));
        fixed (GpioAbi.ChipInfo* told = &info)
            (Name, Label) = (Text(told->Name), Text(told->Label));
    }

    /// <summary>The kernel's name for it, which may be another one after the next boot.</summary>
    public string Name { get; }

    /// <summary>Number of lines.</summary>
    public int Lines { get; }

    /// <summary>The label it was found by.</summary>
    public string Label { get; }

    /// <summary>Opens the first chip that has one of the labels.</summary>
    /// <param name="labels">Labels in order of preference; <see cref="RaspberryPiLabels"/> on a Raspberry Pi.</param>
    /// <exception cref="IOException">No such chip, or it may not be opened; the text says what to do.</exception>
    public static GpioChip Open(params IReadOnlyList<string> labels) => Open("/dev", labels);

    internal static GpioChip Open(string deviceFolder, IReadOnlyList<string> labels)
    {
        IReadOnlyList<string> paths = DeviceFiles.Numbered(deviceFolder, "gpiochip");
        if (paths.Count == 0)
            throw new IOException($"This machine has no {deviceFolder}/gpiochip*. Run on a Raspberry Pi, or have gateway.json name what this machine has: another 'kind' in 'converters', or 'simulated' as 'cells.transport'.");
        List<GpioChip> chips = [];
        try
        {
            foreach (string path in paths)
                chips.Add(OpenPath(path));
            GpioChip chosen = labels.Select(label => chips.Find(chip => chip.Label == label)).FirstOrDefault(chip => chip is not null)
                ?? throw new IOException($"No GPIO chip is labelled {string.Join(" or ", labels)}; found {string.Join(", ", chips.Select(chip => chip.Label).Distinct())}. "
                    + "Set 'chip' in gateway.json, in 'cells' or in the entry of 'converters', to the one your load cells are wired to.");
            chips.Remove(chosen);
            return chosen;
        }
        finally
        {
            chips.ForEach(chip => chip.Dispose());
        }
    }

    /// <summary>Requests lines together, outputs low at first.</summary>
    /// <param name="lines">1 to 64 lines, none twice.</param>
    /// <exception cref="IOException">The kernel refuses; the text says what to do.</exception>
    internal GpioRequest Request(IReadOnlyList<GpioLine> lines)
    {
        int[] offsets = [.. lines.Select(line => line.Number)];
        if (offsets.Length is < 1 or > GpioAbi.MostLines || offsets.Distinct().Count() != offsets.Length || offsets.Any(line => line < 0))
            throw new ArgumentException($"1 to {GpioAbi.MostLines} lines are expected, none twice.", nameof(lines));
        ulong[] flags = [.. lines.Select(line => GpioRequest.FlagsOf(line.Mode))];
        return new GpioRequest(Take(offsets, GpioRequest.Configure(flags, levels: 0)), offsets, flags);
    }

    /// <inheritdoc />
    public void Dispose() => _device.Dispose();

    internal static GpioChip OpenPath(string path)
    {
        if (!SystemCall.TryOpen(path, out SafeFileHandle device, out int error))
        {
            device.Dispose();
            throw new IOException(error == SystemCall.PermissionDenied
                ? $"{path} may not be opened. Add the user to group gpio ('sudo usermod -aG gpio $USER') and log in again."
                : $"{path} cannot be opened ({SystemCall.Explain(error)}). Check that the kernel's GPIO driver is loaded.");
        }
        GpioAbi.ChipInfo info = default;
        error = SystemCall.Control(device, GpioAbi.GetChipInfo, ref info);
        if (error == 0)
            return new GpioChip(device, path, info);
        device.Dispose();
        throw new IOException($"{path} is no GPIO chip ({SystemCall.Explain(error)}). Remove it and start again.");
    }

    private SafeFileHandle Take(int[] offsets, GpioAbi.LineConfig config)
    {
        GpioAbi.LineRequest request = default;
        for (int i = 0; i < offsets.Length; i++)
            request.Offsets[i] = (uint)offsets[i];
        "pantrychain"u8.CopyTo(new Span<byte>(request.Consumer, GpioAbi.NameSize));
        request.LineCount = (uint)offsets.Length;
        request.Config = config;
        int error = SystemCall.Control(_device, GpioAbi.GetLine, ref request);
        return error switch
        {
            0 => new SafeFileHandle(request.Descriptor, ownsHandle: true),
            SystemCall.Busy => throw new IOException($"{Users(offsets)} Stop that program or overlay, or choose other lines in gateway.json."),
            _ => throw new IOException($"{_path} ({Label}) refuses lines {string.Join(", ", offsets)} ({SystemCall.Explain(error)}). It has lines 0 to {Lines - 1}; correct their numbers in gateway.json; the kernel must be 5.10 or newer."),
        };
    }

    /// <summary>Who holds the lines that are taken, in a sentence.</summary>
    private string Users(int[] offsets)
    {
        List<string> taken = [];
        foreach (int offset in offsets)
        {
            GpioAbi.LineInfo info = new() { Offset = (uint)offset };
            if (SystemCall.Control(_device, GpioAbi.GetLineInfo, ref info) == 0 && (info.Flags & GpioAbi.FlagUsed) != 0)
                taken.Add($"line {offset} is used by '{Text(info.Consumer)}'");
        }
        return $"{_path} ({Label}): {(taken.Count > 0 ? string.Join(", ", taken) : "a line is in use")}.";
    }

    private static string Text(byte* name)
    {
        ReadOnlySpan<byte> bytes = new(name, GpioAbi.NameSize);
        int end = bytes.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]);
    }
}
