namespace PantryChain.Gateway.Configuration;

/// <summary>Where a gateway keeps everything: one folder, readable by its owner only.</summary>
/// <remarks>Thread safe; every path is absolute.</remarks>
internal sealed class DataFolder(string path)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>The folder.</summary>
    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>The configuration.</summary>
    public string Configuration => Inside("gateway.json");

    /// <summary>Journal, blocks, orders, sessions: the one SQLite file.</summary>
    public string Database => Inside("gateway.db");

    /// <summary>Levels over time behind the charts: a file of its own, so that its writes never hold up the journal's.</summary>
    public string Levels => Inside("levels.db");

    /// <summary>Levels that wait for an InfluxDB.</summary>
    public string LevelOutbox => Inside("levels-outbox.db");

    /// <summary>Retained messages and sessions of the home broker inside the gateway.</summary>
    public string HomeBroker => Inside("home-broker.db");

    /// <summary>Users of the home broker inside the gateway, with their passwords' hashes.</summary>
    public string HomeUsers => Inside("keys/home-users.json");

    /// <summary>The device's private key.</summary>
    public string DeviceKey => Inside("keys/device.key");

    /// <summary>The member's private key, sealed with the PIN.</summary>
    public string MemberKey => Inside("keys/member.key");

    /// <summary>The household's certificate authority with its key.</summary>
    public string Authority => Inside("keys/ca.pem");

    /// <summary>The certificate of the pages with its key.</summary>
    public string DoorCertificate => Inside("keys/door.pem");

    /// <summary>The token with which scripts on this machine read <c>/api/state</c>.</summary>
    public string LocalToken => Inside("keys/local.token");

    /// <summary>The folder of the keys that seal cookies and forms.</summary>
    public string KeyRing => Inside("keys/ring");

    /// <summary>What joining a cooperative brought: account, credentials, addresses.</summary>
    public string Membership => Inside("keys/membership.json");

    /// <summary>The join request as it was first signed, so that a retry sends the very same.</summary>
    public string JoinRequest => Inside("keys/join.json");

    /// <summary>The calibration of the slots.</summary>
    public string Calibration => Inside("calibration.json");

    /// <summary>What the slots' scales learned about temperature.</summary>
    public string Temperature => Inside("temperature.json");

    /// <summary>A path from the configuration: relative ones count from the folder.</summary>
    public string Inside(string relative) => System.IO.Path.GetFullPath(relative, Path);

    /// <summary>Creates the folder and its <c>keys</c> for their owner only: the journal tells when somebody is at home.</summary>
    /// <returns>What others could read until now, by path.</returns>
    public IReadOnlyList<string> Create()
    {
        if (System.IO.Path.GetDirectoryName(Path) is { } parent)
            Directory.CreateDirectory(parent); // others may have to get through this one
        Directory.CreateDirectory(Path, OwnerOnly | UnixFileMode.UserExecute);
        Directory.CreateDirectory(Inside("keys"), OwnerOnly | UnixFileMode.UserExecute);
        return Tighten();
    }

    /// <summary>Takes the folder, and what a gateway keeps in it, away from everybody but its owner, whatever the umask was when it was made.</summary>
    /// <returns>What others could read until now, by path. What belongs to somebody else stays as it is.</returns>
    public IReadOnlyList<string> Tighten()
    {
        List<string> tightened = [];
        if (!Directory.Exists(Path))
            return tightened;
        if ((File.GetUnixFileMode(Path) & UnixFileMode.StickyBit) == UnixFileMode.None) // /tmp and the like are everybody's
            Tighten(Path, tightened);
        string keys = Inside("keys");
        if (Directory.Exists(keys))
        {
            Tighten(keys, tightened);
            foreach (string key in Directory.EnumerateFiles(keys))
                Tighten(key, tightened);
        }
        foreach (string own in Directory.EnumerateFiles(Path).Where(file => IsOwn(System.IO.Path.GetFileName(file))))
            Tighten(own, tightened);
        return tightened;
    }

    /// <summary>The files that a gateway writes: never those that somebody else put into the same folder.</summary>
    private static bool IsOwn(string name) =>
        name is "gateway.json" or "calibration.json" or "temperature.json" || name.StartsWith("gateway.db", StringComparison.Ordinal) || name.StartsWith("levels.db", StringComparison.Ordinal)
        || name.StartsWith("home-broker.db", StringComparison.Ordinal);

    private static void Tighten(string path, List<string> tightened)
    {
        UnixFileMode mode = File.GetUnixFileMode(path);
        if ((mode & Others) == UnixFileMode.None || new FileInfo(path).LinkTarget is not null)
            return;
        try
        {
            File.SetUnixFileMode(path, mode & ~Others);
            tightened.Add(path);
        }
        catch (UnauthorizedAccessException)
        {
            // Another user's file: only that user may.
        }
    }

    /// <summary>Writes a secret so that it appears whole or not at all, and for its owner only (mode 0600).</summary>
    public static void WriteSecret(string path, string text)
    {
        string draft = path + ".draft";
        File.Delete(draft);
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly };
        using (FileStream stream = new(draft, options))
        {
            stream.Write(System.Text.Encoding.UTF8.GetBytes(text));
            stream.Flush(flushToDisk: true);
        }
        File.Move(draft, path, overwrite: true);
    }
}
