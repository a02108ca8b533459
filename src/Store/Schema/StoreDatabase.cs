using System.Data;
using System.Numerics;
using Dapper;
using Npgsql;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Time;
using PantryChain.Store.Hosting;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Store.Schema;

/// <summary>Opens the store's PostgreSQL database and teaches Dapper the nouns of Domain.</summary>
internal static class StoreDatabase
{
    /// <summary>A pool of connections; nothing is opened yet.</summary>
    /// <exception cref="UsageException">The connection string cannot be read.</exception>
    public static NpgsqlDataSource Create(string connectionString)
    {
        RegisterTypes();
        try
        {
            // A small pool and no statement cache to speak of: the store's memory stays flat on a Raspberry Pi sized host.
            NpgsqlConnectionStringBuilder builder = new(connectionString) { MaxPoolSize = 16, ApplicationName = "pantrychain-store" };
            return new NpgsqlDataSourceBuilder(builder.ConnectionString).Build();
        }
        catch (ArgumentException error)
        {
            throw new UsageException($"'database' in store.json is no connection string: {error.Message} Write it as \"Host=127.0.0.1;Port=5432;Database=pantry;Username=pantry\".", error);
        }
    }

    /// <summary>Checks that the database answers.</summary>
    /// <exception cref="UsageException">It does not.</exception>
    public static async Task EnsureReachableAsync(NpgsqlDataSource database, CancellationToken stop)
    {
        try
        {
            await using NpgsqlConnection connection = await database.OpenConnectionAsync(stop);
        }
        catch (Exception error) when (error is NpgsqlException or System.Net.Sockets.SocketException or TimeoutException)
        {
            throw new UsageException($"PostgreSQL is not reachable ({error.Message.ReplaceLineEndings(" ")}). Start it or correct 'database' in store.json.", error);
        }
    }

    private static void RegisterTypes()
    {
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        new StoredAs<DateTimeOffset>(DbType.DateTimeOffset, at => at.ToUniversalTime(), value => new DateTimeOffset((DateTime)value)).Register();
        new StoredAs<Hash32>(DbType.Binary, hash => hash.ToArray(), value => new Hash32((byte[])value)).Register();
        new StoredAs<DeviceId>(DbType.Binary, id => id.Value.ToArray(), value => new DeviceId(new Hash32((byte[])value))).Register();
        new StoredAs<OrderId>(DbType.Binary, id => id.Value.ToArray(), value => new OrderId(new Hash32((byte[])value))).Register();
        new StoredAs<MandateId>(DbType.Binary, id => id.Value.ToArray(), value => new MandateId(new Hash32((byte[])value))).Register();
        new StoredAs<AccountAddress>(DbType.Binary, address => address.ToArray(), value => new AccountAddress((byte[])value)).Register();
        new StoredAs<GatewayId>(DbType.String, id => id.Value, value => new GatewayId((string)value)).Register();
        new StoredAs<Gtin>(DbType.Int64, gtin => (long)gtin.Value, value => new Gtin((ulong)(long)value)).Register();
        new StoredAs<ChainTime>(DbType.VarNumeric, time => (BigInteger)time.Seconds, value => new ChainTime((ulong)(decimal)value)).Register();
        new StoredAs<Bamtol>(DbType.VarNumeric, amount => (BigInteger)amount.Hundredths, value => new Bamtol((UInt128)(decimal)value)).Register();
        new StoredAs<Bamnamu>(DbType.VarNumeric, amount => (BigInteger)amount.Units, value => new Bamnamu((UInt128)(decimal)value)).Register();
    }
}
