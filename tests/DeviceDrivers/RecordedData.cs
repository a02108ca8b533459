using System.Globalization;

namespace PantryChain.DeviceDrivers.Tests;

/// <summary>Real recordings that live outside the project; tests that need them are skipped where they are absent.</summary>
internal static class RecordedData
{
    public static string Folder { get; } = Environment.GetEnvironmentVariable("PANTRY_DATA") ?? Path.GetFullPath(Path.Combine(ProjectRoot(), "..", "shared", "data"));

    public static IReadOnlyList<double> Column(string file, string column)
    {
        string[] lines = File.ReadAllLines(Path.Combine(Folder, file));
        int index = Array.IndexOf(lines[0].Split(','), column);
        return [.. lines.Skip(1).Select(line => double.Parse(line.Split(',')[index], CultureInfo.InvariantCulture))];
    }

    internal static string ProjectRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "PantryChain.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? AppContext.BaseDirectory;
    }
}

/// <summary>A fact about a recording; skipped with the reason where the recording is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RecordingFactAttribute : FactAttribute
{
    public RecordingFactAttribute(string file)
    {
        if (!File.Exists(Path.Combine(RecordedData.Folder, file)))
            Skip = $"{file} is not in {RecordedData.Folder}. Set PANTRY_DATA to the folder of recordings to run this test.";
    }
}
