namespace PantryChain.Domain.Identity;

/// <summary>Files that somebody names or may have changed: read whole, and no more of them than such a file ever holds.</summary>
/// <remarks>What a name leads to may have no end (<c>/dev/zero</c>) and tells no length, so it is counted while it is read.</remarks>
public static class ForeignFile
{
    /// <summary>Most of a file that a person writes: settings, a catalogue, a script.</summary>
    public const int MostText = 4 * 1024 * 1024;

    /// <summary>Most of a file that holds a key, a password or a PIN.</summary>
    public const int MostSecret = 64 * 1024;

    /// <summary>The file's bytes.</summary>
    /// <exception cref="IOException">It cannot be read, or is longer than that.</exception>
    public static byte[] ReadBytes(string path, int most)
    {
        using MemoryStream content = Read(path, most);
        return content.ToArray();
    }

    /// <summary>The file's text: UTF-8, or what its byte order mark says.</summary>
    /// <exception cref="IOException">It cannot be read, or is longer than that.</exception>
    public static string ReadText(string path, int most = MostText)
    {
        using StreamReader text = new(Read(path, most));
        return text.ReadToEnd();
    }

    private static MemoryStream Read(string path, int most)
    {
        using FileStream file = new(path, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, BufferSize = 0 });
        MemoryStream content = new();
        byte[] piece = new byte[16 * 1024];
        for (int read; (read = file.Read(piece)) > 0; content.Write(piece, 0, read))
        {
            if (content.Length + read > most)
                throw new IOException($"it is longer than {most} bytes");
        }
        content.Position = 0;
        return content;
    }
}
