using System.Security.Cryptography;
using Dapper;
using Microsoft.Data.Sqlite;

namespace PantryChain.Telemetry.Storage;

/// <summary>Notices that a state file was replaced by an older copy of itself, which would give out journal numbers and block heights a second time.</summary>
/// <remarks>
/// Every opening writes a new random token into the file and into <c>FILE.generation</c> beside it. A copy made before the last opening carries another
/// token. The side file is written first with both the old and the new token, so a kill in between is no false alarm.
/// </remarks>
internal static class Generation
{
    private const string Beginning = "beginning"; // first line of the side file while a new file gets its first token

    public static void Renew(SqliteConnection connection, string path, bool mayBeLost)
    {
        connection.Execute("CREATE TABLE IF NOT EXISTS generation(id INTEGER PRIMARY KEY CHECK (id = 1), token TEXT NOT NULL) STRICT");
        string side = path + ".generation";
        string? inside = connection.ExecuteScalar<string>("SELECT token FROM generation");
        string[] known = File.Exists(side) ? File.ReadAllLines(side) : [];
        if (inside is not null && !known.Contains(inside))
            throw new StorageException(
                $"{path} is not the file that was used last (a restored backup?): it would give out numbers twice. "
                + "Put the newest file and its .generation back; if it is lost, start in an empty folder and join the store again.");
        if (inside is null && !mayBeLost && known.Length > 0 && known[0] != Beginning)
            throw new StorageException(
                $"{path} is new or empty, but {side} says that it was in use: begun anew it would give out numbers twice, which the chain takes for fraud. "
                + "Put the newest backup of both back; if it is lost, start in an empty folder and join the store again as a new device.");

        string token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        WriteWhole(side, [inside ?? Beginning, token]);
        Set(connection, token);
        WriteWhole(side, [token]);
    }

    private static void Set(SqliteConnection connection, string token) =>
        connection.Execute("INSERT INTO generation(id, token) VALUES (1, @token) ON CONFLICT(id) DO UPDATE SET token = @token", new { token });

    private static void WriteWhole(string side, string[] lines)
    {
        string draft = side + ".draft";
        using (FileStream stream = new(draft, PrivateFiles.Options(FileMode.Create, FileAccess.Write)))
        {
            stream.Write(System.Text.Encoding.ASCII.GetBytes(string.Join('\n', lines) + "\n"));
            stream.Flush(flushToDisk: true);
        }
        File.Move(draft, side, overwrite: true);
    }
}
