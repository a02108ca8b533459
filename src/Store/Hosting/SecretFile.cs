using System.Security.Cryptography;
using PantryChain.Domain.Identity;

namespace PantryChain.Store.Hosting;

/// <summary>Secrets in files that only their owner may read.</summary>
internal static class SecretFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Reads a secret text without the line break at its end.</summary>
    /// <exception cref="UsageException">The file is missing or others may read it.</exception>
    public static string Read(string path)
    {
        if (!File.Exists(path))
            throw new UsageException($"{path} is missing. Run './pantry store init' to create the store's keys.");
        if ((File.GetUnixFileMode(path) & ~(OwnerOnly | UnixFileMode.UserExecute)) != UnixFileMode.None)
            throw new UsageException($"{path} can be read by others. Run 'chmod 600 {path}'.");
        try
        {
            return ForeignFile.ReadText(path, ForeignFile.MostSecret).Trim();
        }
        catch (IOException error)
        {
            throw new UsageException($"{path} cannot be read: {error.Message}. Put the secret there again, or restore it from a backup.", error);
        }
    }

    /// <summary>Writes 32 random bytes as 64 hexadecimal digits unless the file is there already; true when it was written.</summary>
    public static bool Ensure(string path, Func<string>? make = null)
    {
        if (File.Exists(path))
            return false;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!, OwnerOnly | UnixFileMode.UserExecute);
        Replace(path, (make ?? RandomHex)() + "\n", OwnerOnly);
        return true;
    }

    /// <summary>Puts a whole new file in place of an old one, durably: a reader sees the old or the new text, never a part.</summary>
    public static void Replace(string path, string text, UnixFileMode mode)
    {
        string draft = path + ".draft";
        using (FileStream file = new(draft, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }))
        {
            file.Write(System.Text.Encoding.UTF8.GetBytes(text));
            file.Flush(flushToDisk: true);
        }
        File.SetUnixFileMode(draft, mode);
        File.Move(draft, path, overwrite: true);
    }

    private static string RandomHex() => RandomNumberGenerator.GetHexString(64, lowercase: true);
}
