using System.Globalization;

namespace PantryChain.DeviceDrivers.Bus;

/// <summary>Device files by prefix.</summary>
internal static class DeviceFiles
{
    /// <summary>Paths of the files whose name is the prefix and a number (or two, as <c>spidev0.1</c>), by number; none when the folder is absent.</summary>
    public static IReadOnlyList<string> Numbered(string folder, string prefix) => !Directory.Exists(folder) ? [] :
    [
        .. Directory.EnumerateFileSystemEntries(folder, prefix + "*")
            .Select(path => (Path: path, Number: Number(Path.GetFileName(path)[prefix.Length..])))
            .Where(file => file.Number is not null).OrderBy(file => file.Number).Select(file => file.Path),
    ];

    private static decimal? Number(string text) => decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number) ? number : null;
}
