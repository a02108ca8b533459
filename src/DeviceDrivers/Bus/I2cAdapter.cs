namespace PantryChain.DeviceDrivers.Bus;

/// <summary>An I²C adapter as the kernel's device model describes it.</summary>
/// <param name="Path">Its device file.</param>
/// <param name="Name">The name that its driver gave it; empty when the kernel does not tell.</param>
/// <param name="Node">Its node in the device tree, such as <c>i2c@7e804000</c>; empty where there is none.</param>
internal sealed record I2cAdapter(string Path, string Name, string Node)
{
    public bool IsCalled(string name) => Name.Contains(name, StringComparison.OrdinalIgnoreCase) || Node.Equals(name, StringComparison.OrdinalIgnoreCase);

    /// <summary>All adapters that have a device file, by number.</summary>
    public static IReadOnlyList<I2cAdapter> List(string deviceFolder, string classFolder) =>
        [.. DeviceFiles.Numbered(deviceFolder, "i2c-").Select(path => Describe(path, System.IO.Path.Combine(classFolder, System.IO.Path.GetFileName(path))))];

    private static I2cAdapter Describe(string path, string attributes)
    {
        string name = System.IO.Path.Combine(attributes, "name"), node = System.IO.Path.Combine(attributes, "device", "of_node");
        string? target = Directory.Exists(node) ? new DirectoryInfo(node).ResolveLinkTarget(returnFinalTarget: true)?.Name : null;
        return new I2cAdapter(path, File.Exists(name) ? File.ReadAllText(name).Trim() : "", target ?? "");
    }
}
