using Dapper;
using Microsoft.Data.Sqlite;
using PantryChain.Telemetry.Storage;
using SQLitePCL;

namespace PantryChain.Telemetry.Tests;

public sealed class SqliteFileSpecs : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Path => _folder.Inside("gateway.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_commit_that_SQLite_takes_back_is_told_and_the_next_one_works()
    {
        using TempFolder folder = new();
        using SqliteFile file = SqliteFile.Open(folder.Inside("gateway.db"));
        file.Write((writer, transaction) => writer.Execute("CREATE TABLE numbers(number INTEGER)", transaction: transaction));
        int refuse = 0;
        file.Write((writer, _) => raw.sqlite3_commit_hook(writer.Handle, _ => refuse, null));
        Action write = () => file.Write((writer, transaction) => writer.Execute("INSERT INTO numbers VALUES (1)", transaction: transaction));

        refuse = 1;
        write.Should().Throw<SqliteException>();
        refuse = 0;
        write();

        file.Read(reader => reader.ExecuteScalar<long>("SELECT count(*) FROM numbers")).Should().Be(1L);
    }

    [Fact]
    public void Every_commit_is_synced_to_disk_and_the_journal_is_a_write_ahead_log()
    {
        using SqliteFile file = SqliteFile.Open(Path);

        (string? mode, long synchronous, long keys) = file.Write((connection, _) => (
            connection.ExecuteScalar<string>("PRAGMA journal_mode"), connection.ExecuteScalar<long>("PRAGMA synchronous"),
            connection.ExecuteScalar<long>("PRAGMA foreign_keys")));

        (mode, synchronous, keys).Should().Be(("wal", 2L, 1L)); // 2 is FULL
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_file_that_was_in_use_and_is_gone_or_empty_does_not_begin_anew_where_its_numbers_count(bool gone)
    {
        SqliteFile.Open(Path, mayBeLost: false).Dispose();
        SqliteFile.Open(Path, mayBeLost: false).Dispose();
        foreach (string side in (string[])["-wal", "-shm"])
            File.Delete(Path + side);
        File.Delete(Path);
        if (!gone)
            File.WriteAllBytes(Path, []);

        Action open = () => SqliteFile.Open(Path, mayBeLost: false).Dispose();

        open.Should().Throw<StorageException>().WithMessage("*was in use*backup*new device*");
        open.Should().Throw<StorageException>("trying again helps nothing");
        SqliteFile.Open(Path).Dispose(); // charts, say, may begin anew
    }

    [Fact]
    public void A_kill_while_the_first_file_is_made_is_no_loss()
    {
        File.WriteAllText(Path + ".generation", "beginning\n0123\n");

        SqliteFile.Open(Path, mayBeLost: false).Dispose();
        SqliteFile.Open(Path, mayBeLost: false).Dispose();
    }

    [Fact]
    public void The_package_brings_its_library_so_that_a_machine_needs_none()
    {
        using SqliteFile file = SqliteFile.Open(Path);

        string[] libraries = [.. File.ReadLines("/proc/self/maps").Where(line => line.Contains("sqlite3.so", StringComparison.Ordinal)).Select(System.IO.Path.GetFileName).Distinct()!];
        libraries.Should().Equal("libe_sqlite3.so");
        file.Read(connection => new Version(connection.ExecuteScalar<string>("SELECT sqlite_version()")!)).Should().BeGreaterThanOrEqualTo(new Version(3, 50));
    }

    [Fact]
    public void Each_station_migrates_its_own_tables_step_by_step_and_only_once()
    {
        string[] first = ["CREATE TABLE a(x INTEGER)", "INSERT INTO a VALUES (1)"];
        using (SqliteFile file = SqliteFile.Open(Path))
        {
            file.Migrate("first", first[..1]);
            file.Migrate("second", ["CREATE TABLE b(x INTEGER)"]);
        }

        using SqliteFile again = SqliteFile.Open(Path);
        again.Migrate("first", first);
        again.Migrate("first", first);

        again.Read(connection => connection.ExecuteScalar<long>("SELECT count(*) FROM a")).Should().Be(1);
    }

    [Fact]
    public void A_failing_step_changes_nothing()
    {
        using SqliteFile file = SqliteFile.Open(Path);

        Action migrate = () => file.Migrate("x", ["CREATE TABLE a(x INTEGER)", "this is no SQL"]);

        migrate.Should().Throw<SqliteException>();
        file.Read(connection => connection.ExecuteScalar<long>("SELECT count(*) FROM sqlite_master WHERE name = 'a'")).Should().Be(0);
    }

    [Fact]
    public void A_file_of_a_newer_version_is_refused_with_the_next_step()
    {
        using SqliteFile file = SqliteFile.Open(Path);
        file.Migrate("x", ["CREATE TABLE a(x INTEGER)", "CREATE TABLE b(x INTEGER)"]);

        Action migrate = () => file.Migrate("x", ["CREATE TABLE a(x INTEGER)"]);

        migrate.Should().Throw<StorageException>().WithMessage("*newer PantryChain (x version 2, this one knows 1)*Install the newer version*");
    }

    [Fact]
    public void A_second_owner_is_refused_while_readers_are_welcome()
    {
        using SqliteFile file = SqliteFile.Open(Path);
        file.Migrate("x", ["CREATE TABLE a(x INTEGER)"]);

        Action second = () => SqliteFile.Open(Path).Dispose();
        using SqliteConnection reader = SqliteFile.OpenReader(Path);

        second.Should().Throw<StorageException>().WithMessage("*in use by another process*Stop it first*");
        reader.ExecuteScalar<long>("SELECT count(*) FROM a").Should().Be(0);
        reader.Invoking(it => it.Execute("INSERT INTO a VALUES (1)")).Should().Throw<SqliteException>();
    }

    [Fact]
    public void Garbage_instead_of_a_file_is_named_with_the_next_step()
    {
        File.WriteAllText(Path, string.Concat(Enumerable.Repeat("This is no database. ", 1_000)));

        Action open = () => SqliteFile.Open(Path).Dispose();

        open.Should().Throw<StorageException>().WithMessage("*damaged*backup*");
    }

    [Fact]
    public void Torn_pages_are_noticed_at_opening()
    {
        using (SqliteFile file = SqliteFile.Open(Path))
        {
            file.Migrate("x", ["CREATE TABLE a(x TEXT); CREATE INDEX a_x ON a(x)"]);
            file.Write((connection, transaction) =>
            {
                for (int n = 0; n < 2_000; n++)
                    connection.Execute("INSERT INTO a VALUES (@n)", new { n = $"row {n}" }, transaction);
            });
        }
        using (FileStream stream = File.OpenWrite(Path))
        {
            stream.Position = 5 * 4096;
            stream.Write(new byte[3 * 4096]);
        }

        Action open = () => SqliteFile.Open(Path).Dispose();

        open.Should().Throw<StorageException>().WithMessage("*damaged*");
    }

    [Fact]
    public void Another_programs_file_is_left_alone()
    {
        using (SqliteConnection other = SqliteFile.Connect(Path, SqliteOpenMode.ReadWriteCreate))
            other.Execute("CREATE TABLE theirs(x INTEGER)");

        Action open = () => SqliteFile.Open(Path).Dispose();

        open.Should().Throw<StorageException>().WithMessage("*another program's*");
    }

    [Fact]
    public void A_copy_from_before_the_last_start_is_recognised_as_restored()
    {
        SqliteFile.Open(Path).Dispose();
        File.Copy(Path, _folder.Inside("copy.db"));
        SqliteFile.Open(Path).Dispose();
        File.Copy(_folder.Inside("copy.db"), Path, overwrite: true);

        Action open = () => SqliteFile.Open(Path).Dispose();

        open.Should().Throw<StorageException>().WithMessage("*restored backup*newest file*");
    }

    [Fact]
    public void A_write_inside_a_write_is_refused_instead_of_hanging()
    {
        using SqliteFile file = SqliteFile.Open(Path);

        Action nested = () => file.Write((_, _) => file.Write((_, _) => { }));

        nested.Should().Throw<InvalidOperationException>().WithMessage("*one transaction*");
    }

    [Fact]
    public void A_missing_file_is_named_to_a_reader()
    {
        Action open = () => SqliteFile.OpenReader(Path).Dispose();

        open.Should().Throw<StorageException>().WithMessage("*does not exist*");
    }
}
