namespace PantryChain.Telemetry.Storage;

/// <summary>Keeps a state file and what lies beside it from other users of the machine: salts and history tell when somebody is at home.</summary>
internal static class PrivateFiles
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly string[] Beside = ["", "-wal", "-shm", "-journal", ".lock", ".generation", ".generation.draft"];

    /// <summary>Creates the file, empty, and its folder for their owner only; takes those that are there away from others.</summary>
    /// <remarks>SQLite gives <c>-wal</c> and <c>-shm</c> the mode of the file (sqlite.org/src: findCreateFileMode).</remarks>
    /// <exception cref="IOException">The disk refused.</exception>
    public static void Prepare(string path)
    {
        string folder = Path.GetDirectoryName(path)!;
        if (!Directory.Exists(folder))
            Directory.CreateDirectory(folder, Owner | UnixFileMode.UserExecute);
        foreach (string file in Beside.Select(end => path + end).Where(File.Exists))
            Tighten(file);
        if (!File.Exists(path))
            new FileStream(path, Options(FileMode.OpenOrCreate, FileAccess.Write)).Dispose();
    }

    /// <summary>Opens a file unshared; one that is created is its owner's alone.</summary>
    public static FileStreamOptions Options(FileMode mode, FileAccess access) => new() { Mode = mode, Access = access, Share = FileShare.None, UnixCreateMode = Owner };

    private static void Tighten(string file)
    {
        UnixFileMode mode = File.GetUnixFileMode(file);
        if ((mode & ~(Owner | UnixFileMode.UserExecute)) == UnixFileMode.None)
            return;
        try
        {
            File.SetUnixFileMode(file, mode & (Owner | UnixFileMode.UserExecute));
        }
        catch (UnauthorizedAccessException)
        {
            // Another user's file; whether this process may use it at all is said by SQLite.
        }
    }
}
