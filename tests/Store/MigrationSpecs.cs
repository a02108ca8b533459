using Dapper;
using Npgsql;
using PantryChain.Store.Schema;

namespace PantryChain.Store.Tests;

public sealed class MigrationSpecs(StoreWorld world) : IClassFixture<StoreWorld>
{
    [Fact]
    public async Task A_database_from_before_block_hashes_keeps_its_orders_and_its_events()
    {
        await using NpgsqlDataSource database = await OlderAsync("before_hashes", before: 10);
        await using NpgsqlConnection old = await database.OpenConnectionAsync();
        await old.ExecuteAsync(
            """
            insert into order_events values (7, 0, decode(repeat('01', 32), 'hex'), 1, now(), decode(repeat('02', 32), 'hex')), (9, 3, decode(repeat('01', 32), 'hex'), 2, now(), decode(repeat('03', 32), 'hex'));
            insert into followers values ('escrow', 10);
            insert into transactions (id, wallet, purpose, data, status, queued_at) values (decode(repeat('04', 32), 'hex'), 'relayer', 'anchor', '', 'queued', now())
            """);

        await Migrator.ApplyAsync(database, CancellationToken.None);

        (await old.QueryAsync<(long, int, short)>("select block_number, log_index, state from order_events order by block_number")).Should().Equal((7, 0, 1), (9, 3, 2));
        (await old.ExecuteScalarAsync<long>("select next_block from followers")).Should().Be(10);
        (await old.QuerySingleAsync<(string, short)>("select lane, rank from transactions")).Should().Be(("", 2));
        (await old.Awaiting(connection => connection.ExecuteAsync("update order_log set state = 3")).Should().ThrowAsync<PostgresException>()).Which.SqlState.Should().Be("23001");
        (await old.ExecuteAsync("update order_log set orphaned_at = now() where block_number = 9")).Should().Be(1);
        (await old.ExecuteScalarAsync<long>("select count(*) from order_events")).Should().Be(1);
    }

    [Fact]
    public async Task References_that_were_booked_with_another_dash_are_found_under_a_plain_one()
    {
        await using NpgsqlDataSource database = await OlderAsync("before_dashes", before: 22);
        await using NpgsqlConnection old = await database.OpenConnectionAsync();
        await old.ExecuteAsync("insert into booking_references values ('deposit', @Folded, @Reference)", new[]
        {
            new { Folded = "KB \u2013 7", Reference = "kb \u2013 7" }, new { Folded = "A\u22121", Reference = "A\u22121" },
            new { Folded = "B-2", Reference = "b-2" }, new { Folded = "B\u20142", Reference = "b\u20142" }, new { Folded = "C 3", Reference = "c 3" },
        });

        await Migrator.ApplyAsync(database, CancellationToken.None);

        (await old.QueryAsync<(string, string)>("select folded, reference from booking_references where folded !~ '[^-A-Z0-9 ]' order by folded"))
            .Should().BeEquivalentTo([("A-1", "A\u22121"), ("B-2", "b-2"), ("C 3", "c 3"), ("KB-7", "kb \u2013 7")]);
    }

    /// <summary>A database of its own as it was before a migration.</summary>
    private async Task<NpgsqlDataSource> OlderAsync(string name, int before)
    {
        await using NpgsqlConnection admin = await world.Database.OpenConnectionAsync();
        await admin.ExecuteAsync($"create database {name}");
        NpgsqlConnectionStringBuilder place = new(world.Folder.Options.Database) { Database = name, Pooling = false };
        NpgsqlDataSource database = StoreDatabase.Create(place.ConnectionString);
        await using NpgsqlConnection old = await database.OpenConnectionAsync();
        await old.ExecuteAsync("create table schema_versions (number integer primary key, name text not null, sha256 bytea not null)");
        foreach (Migration migration in Migrator.All.Where(migration => migration.Number < before))
        {
            await old.ExecuteAsync(migration.Sql);
            await old.ExecuteAsync("insert into schema_versions values (@Number, @Name, @Sha256)", new { migration.Number, migration.Name, migration.Sha256 });
        }
        return database;
    }
}
