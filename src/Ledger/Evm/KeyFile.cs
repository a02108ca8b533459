using PantryChain.Domain.Identity;

namespace PantryChain.Ledger.Evm;

/// <summary>Secret files: created once with mode 0600, refused when others can read them.</summary>
internal static class KeyFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Writes a new file, flushed to the disk before it gets its name; the folder appears with mode 0700.</summary>
    /// <exception cref="IOException">The file is there already.</exception>
    public static void Create(string path, ReadOnlySpan<byte> content)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (!Directory.Exists(folder))
            CreatePrivateFolder(folder);
        string draft = $"{path}.{Guid.NewGuid():N}";
        using (FileStream file = new(draft, Options()))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }
        try
        {
            File.Move(draft, path, overwrite: false);
        }
        catch (IOException error)
        {
            File.Delete(draft);
            throw new IOException($"{path} holds a key already. Keys are never overwritten: move it away first.", error);
        }
    }

    /// <summary>Reads the whole file.</summary>
    /// <exception cref="IOException">The file is missing or others may read it.</exception>
    public static byte[] Read(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no key at {path}. Join again, or restore it from a backup.", path);
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != UnixFileMode.None)
            throw new IOException($"Others may read the key {path}. Run 'chmod 600 {path}'.");
        return ForeignFile.ReadBytes(path, ForeignFile.MostSecret);
    }

    private static void CreatePrivateFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
    }

    private static FileStreamOptions Options()
    {
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        return options;
    }
}
