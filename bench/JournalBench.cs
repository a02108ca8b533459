using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using PantryChain.Domain.Events;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Time;
using PantryChain.Telemetry.Journaling;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Bench;

/// <summary>How many events a second the journal keeps, beside a C loop over the SQLite library with the same pragmas, table and file system.</summary>
internal static class JournalBench
{
    // The same row, in a table without the journal's index, CHECK and random salt: what SQLite itself can do.
    private const string Yardstick = """
        #include <sqlite3.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <time.h>
        static double now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec + t.tv_nsec / 1e9; }
        int main(int argc, char **argv) {
            sqlite3 *db; sqlite3_stmt *s; int count = atoi(argv[2]), batch = atoi(argv[3]); unsigned char salt[32]; memset(salt, 7, 32);
            if (sqlite3_open(argv[1], &db)) return 1;
            if (sqlite3_exec(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA journal_size_limit=4194304;"
                "CREATE TABLE events(seq INTEGER PRIMARY KEY, seen_at INTEGER, day INTEGER, slot INTEGER, gtin INTEGER, kind INTEGER,"
                "delta_mg INTEGER, level_mg INTEGER, cycle INTEGER, order_id BLOB, salt BLOB);", 0, 0, 0)) return 2;
            if (sqlite3_prepare_v2(db, "INSERT INTO events VALUES (?,?,?,?,?,?,?,?,?,?,?)", -1, &s, 0)) return 3;
            double began = now();
            for (int i = 0; i < count; i++) {
                if (batch > 1 && i % batch == 0) sqlite3_exec(db, "BEGIN IMMEDIATE", 0, 0, 0);
                long long v[9] = { i + 1, 1772404200123LL + i, 20514, 1 + i % 4, 2000000000176LL, 1, -180000, 2000000 - i, i / 5 };
                for (int k = 0; k < 9; k++) sqlite3_bind_int64(s, k + 1, v[k]);
                sqlite3_bind_null(s, 10);
                sqlite3_bind_blob(s, 11, salt, 32, SQLITE_TRANSIENT);
                if (sqlite3_step(s) != SQLITE_DONE) return 4;
                sqlite3_reset(s);
                if (batch > 1 && (i % batch == batch - 1 || i == count - 1)) sqlite3_exec(db, "COMMIT", 0, 0, 0);
            }
            printf("%.1f\n", count / (now() - began));
            return 0;
        }
        """;

    private static readonly Gtin Product = Gtin.Restricted(17);

    public static Command Create()
    {
        Option<int> events = new("--events") { Description = "How many events, one durable transaction each.", DefaultValueFactory = _ => 3_000 };
        Option<string?> folder = new("--folder") { Description = "Where to write; the file system decides what a sync costs. Default: the current folder." };
        Option<int> rounds = new("--rounds") { Description = "How often both are measured, in turns; the best counts.", DefaultValueFactory = _ => 3 };
        Command command = new("journal", "Events kept per second (durable), beside bare SQLite from C.") { events, folder, rounds };
        command.SetAction(async (parsed, _) =>
        {
            string root = Path.Combine(parsed.GetValue(folder) ?? Environment.CurrentDirectory, $".bench-{Guid.NewGuid():N}");
            Directory.CreateDirectory(root);
            try
            {
                Console.WriteLine("  events/s, synchronous=FULL      PantryChain   SQLite from C   ratio");
                await CompareAsync("one by one", root, parsed.GetValue(events), 1, parsed.GetValue(rounds));
                await CompareAsync("100 per transaction", root, parsed.GetValue(events) * 20, 100, parsed.GetValue(rounds));
            }
            finally
            {
                Directory.Delete(root, recursive: true);
            }
            return 0;
        });
        return command;
    }

    private static async Task CompareAsync(string name, string root, int events, int batch, int rounds)
    {
        double ours = 0, bare = 0;
        for (int round = 0; round < rounds; round++)
        {
            string folder = Directory.CreateDirectory(Path.Combine(root, $"{batch}-{round}")).FullName;
            bare = Math.Max(bare, await CProgram.RunAsync(folder, Yardstick, "sqlite3", Path.Combine(folder, "bare.db"), $"{events}", $"{batch}"));
            ours = Math.Max(ours, Ours(Path.Combine(folder, "ours.db"), events, batch));
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name,-30} {ours,12:N0} {bare,15:N0} {ours / bare,7:0.00}"));
    }

    private static double Ours(string path, int events, int batch)
    {
        using SqliteFile file = SqliteFile.Open(path);
        using Journal journal = new(file);
        journal.Append(Seen(0)); // compiles the path before the clock starts
        long began = Stopwatch.GetTimestamp();
        for (int n = 0; n < events; n += batch)
        {
            if (batch == 1)
                journal.Append(Seen(n));
            else
                journal.Append([.. Enumerable.Range(n, Math.Min(batch, events - n)).Select(Seen)]);
        }
        return events / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static ThingObservation Seen(int n) => new(
        DateTimeOffset.FromUnixTimeMilliseconds(1_772_404_200_123 + n), new HouseholdDay(20_514), new SlotId((ushort)(1 + n % 4)), Product, ThingEventKind.Used,
        new Mass(-180_000), new Mass(2_000_000 - n), (uint)(n / 5));
}
