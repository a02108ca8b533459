using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;
using PantryChain.DeviceDrivers.Simulation;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Rehearsal.Audit;

/// <summary>Compares the money that was released with what the world's courier truly brought: nobody is paid for nothing, and never for the household's own shopping.</summary>
/// <remarks>Reads only: the delivery log is the truth, the chain says who was paid, the gateway's rises say why.</remarks>
internal sealed class DeliveryAudit(string gatewayDatabase, string deliveries)
{
    /// <summary>How long after the hand a scale may date a rise: at the fastest speed it settles within half a household day.</summary>
    public static readonly TimeSpan Lag = TimeSpan.FromHours(18);

    private static readonly string[] Vouchers = ["nothing", "tag", "code", "hand_over", "member"];
    private static readonly TimeSpan Slack = TimeSpan.FromHours(1);

    /// <summary>What the deliveries' part of the audit found.</summary>
    internal sealed record Result(int OwnPurchases, SortedDictionary<string, int> SettledBy, int Undelivered, IReadOnlyList<string> Findings);

    /// <summary>Looks at all orders on chain.</summary>
    public Result Run(IReadOnlyList<Ledgers.ChainOrder> orders)
    {
        DeliveryLog log = new(deliveries);
        log.Refresh();
        List<Counted> counted = Read();
        List<string> findings = [];
        SortedDictionary<string, int> by = new(StringComparer.Ordinal);
        int undelivered = 0;
        foreach (Ledgers.ChainOrder order in orders.Where(order => order.State == OrderState.Settled))
        {
            OrderId id = order.Opened.Order;
            long brought = log.Entries.Where(entry => entry.Order == id && entry.At <= order.EndedAt).Sum(entry => entry.Packs);
            if (brought < order.Opened.Terms.Quantity)
            {
                undelivered++;
                findings.Add(Text($"Order {id} was settled for {order.Opened.Terms.Quantity} packs, the courier had brought {brought}."));
            }
            string why = counted.LastOrDefault(rise => rise.Order == id) is { } last ? Vouchers[last.Voucher] : "time_out";
            by[why] = by.GetValueOrDefault(why) + 1;
        }
        findings.AddRange(counted.Where(rise => !log.Entries.Any(entry => entry.Order == rise.Order && entry.At <= rise.At + Slack && rise.At - entry.At < Lag))
            .Select(rise => Text($"Packs that came at {rise.At:u} counted for order {rise.Order}, whose packs the courier did not bring then.")));
        return new Result(OwnPurchases(orders, log), by, undelivered, findings);
    }

    private int OwnPurchases(IReadOnlyList<Ledgers.ChainOrder> orders, DeliveryLog log)
    {
        using SqliteConnection gateway = SqliteFile.OpenReader(gatewayDatabase);
        ILookup<long, ushort> slots = gateway.Query<(long Gtin, long Slot)>("SELECT DISTINCT gtin, slot FROM events WHERE gtin <> 0").ToLookup(row => row.Gtin, row => (ushort)row.Slot);
        return log.Entries.Where(entry => entry.Order is null && orders.Any(order =>
            slots[(long)order.Opened.Terms.Gtin.Value].Contains(entry.Slot.Value) && entry.At >= order.OpenedAt && (order.EndedAt is not { } ended || entry.At <= ended))).Sum(entry => entry.Packs);
    }

    private List<Counted> Read()
    {
        using SqliteConnection gateway = SqliteFile.OpenReader(gatewayDatabase);
        return [.. gateway.Query<(byte[] Order, long At, long Voucher)>("SELECT order_id, at, voucher FROM rises WHERE state = 3 ORDER BY id")
            .Select(row => new Counted(new OrderId(new Hash32(row.Order)), DateTimeOffset.FromUnixTimeMilliseconds(row.At), (int)row.Voucher))];
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed record Counted(OrderId Order, DateTimeOffset At, int Voucher);
}
