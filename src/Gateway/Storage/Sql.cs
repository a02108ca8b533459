using System.Data;
using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Time;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Gateway.Storage;

/// <summary>Dapper over the gateway's own tables, which keep the nouns of Domain in one way: hashes as 32-byte blobs, times as Unix milliseconds, masses as milligrams, amounts and addresses as text.</summary>
/// <remarks>A record that is a query's row has its columns in the order of its constructor and <c>[ExplicitConstructor]</c> on it.</remarks>
internal static class Sql
{
    static Sql()
    {
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        Whole<DateTimeOffset>(at => at.ToUnixTimeMilliseconds(), DateTimeOffset.FromUnixTimeMilliseconds);
        Whole<Gtin>(gtin => (long)gtin.Value, number => number == 0 ? default : new Gtin((ulong)number));
        Whole<SlotId>(slot => slot.Value, number => new SlotId((ushort)number));
        Whole<HouseholdDay>(day => day.Number, number => new HouseholdDay((uint)number));
        Whole<Mass>(mass => mass.Milligrams, number => new Mass(number));
        Blob<Hash32>(hash => hash, hash => hash);
        Blob<OrderId>(id => id.Value, hash => new OrderId(hash));
        Blob<MandateId>(id => id.Value, hash => new MandateId(hash));
        Text<AccountAddress>(address => address.ToString(), AccountAddress.Parse);
        Text<Bamtol>(amount => Digits(amount.Hundredths), text => new Bamtol(Number(text)));
        Text<Bamnamu>(amount => Digits(amount.Units), text => new Bamnamu(Number(text)));
        Text<ChainTime>(time => Digits(time.Seconds), text => new ChainTime((ulong)Number(text)));
    }

    /// <summary>Runs a statement; the number of rows that it changed.</summary>
    public static int Run(SqliteConnection connection, SqliteTransaction transaction, string sql, object? values = null) => connection.Execute(sql, values, transaction);

    /// <summary>All rows of a query.</summary>
    public static List<T> Query<T>(SqliteConnection connection, string sql, object? values = null) => connection.Query<T>(sql, values).AsList();

    private static void Whole<T>(Func<T, long> write, Func<long, T> read) => new StoredAs<T>(DbType.Int64, value => write(value), value => read((long)value)).Register();

    private static void Blob<T>(Func<T, Hash32> write, Func<Hash32, T> read) =>
        new StoredAs<T>(DbType.Binary, value => write(value).ToArray(), value => read(new Hash32((byte[])value))).Register();

    private static void Text<T>(Func<T, string> write, Func<string, T> read) => new StoredAs<T>(DbType.String, write, value => read((string)value)).Register();

    private static string Digits(UInt128 number) => number.ToString(CultureInfo.InvariantCulture);

    private static UInt128 Number(string text) => UInt128.Parse(text, CultureInfo.InvariantCulture);
}
