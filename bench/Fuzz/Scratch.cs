namespace PantryChain.Fuzz;

/// <summary>A file in memory, for readers that take a path; one for each thread.</summary>
internal static class Scratch
{
    private static readonly string Root = Directory.CreateTempSubdirectory("pantry-fuzz-").FullName;
    private static int _folders;

    [ThreadStatic]
    private static string? _folder;

    static Scratch() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(Root, recursive: true);

    /// <summary>This thread's folder.</summary>
    public static string Folder => _folder ??= Directory.CreateDirectory(Path.Combine(Root, Interlocked.Increment(ref _folders).ToString(System.Globalization.CultureInfo.InvariantCulture))).FullName;

    /// <summary>Writes this thread's file of that name, for its owner only.</summary>
    public static string Write(string name, byte[] content)
    {
        string path = Path.Combine(Folder, name);
        using FileStream file = new(path, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
        file.Write(content);
        return path;
    }
}
