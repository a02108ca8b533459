using Dapper;
using Npgsql;
using PantryChain.Store.Schema;

namespace PantryChain.Store.Tests;

public sealed class MigrationSpecs(StoreWorld world) : IClassFixture<StoreWorld>
{
    [Fact]
    public async Task A_database_from_before_block_hashes_keeps_its_orders_and_its_events()
    {
        await using NpgsqlConnection admin = await world.Database.OpenConnectionAsync();
        await admin.ExecuteAsync("create database before_hashes");
        NpgsqlConnectionStringBuilder place = new(world.Folder.Options.Database) { Database = "before_hashes", Pooling = false };
        await using NpgsqlDataSource database = StoreDatabase.Create(place.ConnectionString);
        await using NpgsqlConnection old = await database.OpenConnectionAsync();
        await old.ExecuteAsync("create table schema_versions (number integer primary key, name text not null, sha256 bytea not null)");
        foreach (Migration migration in Migrator.All.Where(migration => migration.Number < 10))
        {
            await old.ExecuteAsync(migration.Sql);
            await old.ExecuteAsync("insert into schema_versions values (@Number, @Name, @Sha256)", new { migration.Number, migration.Name, migration.Sha256 });
        }
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
}
