using System.Runtime.InteropServices;
using SQLitePCL;

namespace PantryChain.Telemetry.Storage;

/// <summary>Points SQLite's managed binding at the system's own library, so that security fixes come from the distribution.</summary>
internal static class SystemSqlite
{
    private const string Library = "libsqlite3.so.0";

    private static readonly Lazy<bool> Loaded = new(LoadOnce);

    /// <summary>Loads the library once per process; later calls cost nothing.</summary>
    /// <exception cref="StorageException">The library is not installed.</exception>
    public static void Load() => _ = Loaded.Value;

    private static bool LoadOnce()
    {
        if (!NativeLibrary.TryLoad(Library, out nint handle))
            throw new StorageException($"{Library} is missing. Run 'sudo apt-get install libsqlite3-0'.");
        NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, (name, _, _) => name == "e_sqlite3" ? handle : 0);
        raw.SetProvider(new SQLite3Provider_e_sqlite3());
        return true;
    }
}
