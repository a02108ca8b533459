using System.Runtime.CompilerServices;
using System.Xml.Linq;

namespace PantryChain.Architecture.Tests;

/// <summary>The source tree that these rules are about.</summary>
internal static class Repository
{
    /// <summary>The folder that holds the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Projects in dependency order: each may use only what stands before it (docs/architecture.md, "Layout").</summary>
    public static IReadOnlyList<string> Projects { get; } =
        ["Domain", "DeviceDrivers", "Telemetry", "Ledger", "Reorder", "Ui", "Gateway", "Store", "Rehearsal"];

    /// <summary>The names of the projects that <paramref name="project"/> references in its project file.</summary>
    public static IReadOnlyList<string> ReferencesOf(string project) =>
        XDocument.Load(PathOf("src", project, project + ".csproj")).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension((string)reference.Attribute("Include")!.Value.Replace('\\', '/')))
            .ToList();

    /// <summary>All C# and Razor sources below a folder, without build output.</summary>
    public static IEnumerable<string> Sources(params string[] folder) =>
        Directory.EnumerateFiles(PathOf(folder), "*", SearchOption.AllDirectories)
            .Where(file => Path.GetExtension(file) is ".cs" or ".razor")
            .Where(file => !Relative(file).Split('/').Any(part => part is "artifacts" or "node_modules" or "obj" or "bin"));

    /// <summary>A path below the root.</summary>
    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>The path as the repository names it, with forward slashes.</summary>
    public static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    private static string FindRoot([CallerFilePath] string here = "")
    {
        DirectoryInfo? folder = new FileInfo(here).Directory;
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "PantryChain.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException($"No PantryChain.sln above {here}.");
    }
}
