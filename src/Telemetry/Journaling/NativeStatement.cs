using System.Runtime.InteropServices;

namespace PantryChain.Telemetry.Journaling;

/// <summary>The calls of the journal's hot path straight to the system's SQLite (sqlite.org/c3ref/bind_blob.html): the general binding guards its handle at each of twelve calls per event.</summary>
internal static unsafe partial class NativeStatement
{
    private const string Library = "libsqlite3.so.0";

    /// <summary><c>SQLITE_TRANSIENT</c>: SQLite copies the bytes before it returns.</summary>
    public const nint Transient = -1;

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_int64"), SuppressGCTransition]
    public static partial int Bind(nint statement, int index, long value);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_null"), SuppressGCTransition]
    public static partial int BindNull(nint statement, int index);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_blob")]
    public static partial int Bind(nint statement, int index, byte* bytes, int length, nint destructor);

    [LibraryImport(Library, EntryPoint = "sqlite3_step")]
    public static partial int Step(nint statement);

    [LibraryImport(Library, EntryPoint = "sqlite3_reset")]
    public static partial int Reset(nint statement);
}
