using System.Text.Json.Serialization;
using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Gateway.Storage;
using PantryChain.Reorder.Machine;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Gateway.Ordering;

/// <summary>The machine's memory: every step of every product's restocking, in order, never changed.</summary>
/// <remarks>Thread safe.</remarks>
internal sealed class StepBook
{
    private const string Columns = "gtin, number, trigger, at, intent, order_id, note";

    private readonly SqliteFile _file;

    /// <summary>Opens the table inside <paramref name="file"/>.</summary>
    public StepBook(SqliteFile file)
    {
        _file = file;
        file.Migrate("reorder",
        [
            """
            CREATE TABLE reorder_steps(
                id INTEGER PRIMARY KEY, gtin INTEGER NOT NULL, number INTEGER NOT NULL, trigger INTEGER NOT NULL, at INTEGER NOT NULL,
                intent TEXT, order_id BLOB, note TEXT) STRICT;
            CREATE INDEX reorder_steps_by_product ON reorder_steps(gtin, id);
            """,
        ]);
    }

    /// <summary>Keeps a step, durably.</summary>
    public void Append(ReorderStep step) => _file.Write((writer, transaction) => { Append(writer, transaction, step); });

    /// <summary>The machine's memory over this book.</summary>
    public ReorderDesk Desk(IEnumerable<Gtin> products) => new(products.Select(gtin => (gtin, Of(gtin))), Append);

    /// <summary>All steps of a product, oldest first.</summary>
    public IReadOnlyList<ReorderStep> Of(Gtin gtin) =>
        Query("WHERE gtin = @gtin ORDER BY id", new { gtin });

    /// <summary>The newest steps of all products, newest first.</summary>
    public IReadOnlyList<ReorderStep> Newest(int limit) =>
        Query("ORDER BY id DESC LIMIT @limit", new { limit });

    private static void Append(SqliteConnection writer, SqliteTransaction transaction, ReorderStep step) =>
        Sql.Run(writer, transaction, $"INSERT INTO reorder_steps({Columns}) VALUES (@gtin, @number, @trigger, @at, @intent, @order, @note)",
            new { gtin = step.Gtin, number = step.Number, trigger = step.Trigger, at = step.At,
                intent = step.Intent is null ? null : JsonSerializer.Serialize(StoredIntent.Of(step.Intent), StepJson.Default.StoredIntent),
                order = step.Order.IsNone ? (OrderId?)null : step.Order, note = step.Note });

    private List<ReorderStep> Query(string which, object values) =>
        [.. _file.Read(reader => Sql.Query<Row>(reader, $"SELECT {Columns} FROM reorder_steps {which}", values)).Select(row => row.ToStep())];

    [method: ExplicitConstructor]
    private sealed record Row(Gtin Gtin, uint Number, ReorderTrigger Trigger, DateTimeOffset At, string? Intent, OrderId? OrderId, string? Note)
    {
        public ReorderStep ToStep() => new(
            Gtin, Number, Trigger, At, Intent is null ? null : JsonSerializer.Deserialize(Intent, StepJson.Default.StoredIntent)!.ToIntent(Gtin, Number),
            OrderId ?? default, Note);
    }

    /// <summary>An intent as it is kept: plain numbers with their unit in the name; what an older file does not hold was nothing then.</summary>
    internal sealed record StoredIntent(
        uint Quantity, uint Cycle, DateTimeOffset At, long LevelMg, double DaysLeftLow, double DaysLeftHigh, DateTimeOffset ArrivesAt, double StockOutRisk,
        ReorderCause Cause = default, ReorderLimit Limit = default, DateTimeOffset? NextArrivesAt = null, DateTimeOffset? OrderBy = null,
        long? MinimumMg = null, int SharedWith = 0, ulong? InsteadOf = null, ReorderBlock? InsteadBecause = null,
        DateTimeOffset? SaidAt = null, uint SaidQuantity = 0)
    {
        public static StoredIntent Of(ReorderIntent intent)
        {
            ReorderReason why = intent.Why;
            return new StoredIntent(
                intent.Quantity, intent.Cycle, intent.At, why.Level.Milligrams, why.DaysLeftLow, why.DaysLeftHigh, why.ArrivesAt, why.StockOutRisk,
                why.Cause, why.Limit, why.NextArrivesAt, why.OrderBy, why.Minimum?.Milligrams, why.SharedWith, why.InsteadOf?.Value, why.InsteadBecause,
                why.At, why.Quantity);
        }

        public ReorderIntent ToIntent(Gtin gtin, uint number)
        {
            ReorderReason why = new(new Mass(LevelMg), DaysLeftLow, DaysLeftHigh, ArrivesAt, StockOutRisk)
            {
                At = SaidAt, Quantity = SaidQuantity, Cause = Cause, Limit = Limit, NextArrivesAt = NextArrivesAt, OrderBy = OrderBy,
                Minimum = MinimumMg is { } minimum ? new Mass(minimum) : null, SharedWith = SharedWith,
                InsteadOf = InsteadOf is { } first ? new Gtin(first) : null, InsteadBecause = InsteadBecause,
            };
            return new ReorderIntent(number, gtin, Quantity, Cycle, At, why);
        }
    }
}

/// <summary>The format of kept intents.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(StepBook.StoredIntent))]
internal sealed partial class StepJson : JsonSerializerContext;
