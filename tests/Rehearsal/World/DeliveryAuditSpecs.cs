using Dapper;
using PantryChain.DeviceDrivers.Simulation;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;
using PantryChain.Rehearsal.Audit;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Rehearsal.Tests.World;

/// <summary>The audit finds money that was released for packs which the world's courier did not bring.</summary>
public sealed class DeliveryAuditSpecs : IDisposable
{
    private static readonly Gtin Milk = Gtin.Restricted(1_001);
    private static readonly OrderId Order = new(new Hash32([.. new byte[31], 9]));
    private static readonly DateTimeOffset Start = new(2026, 5, 1, 10, 0, 0, TimeSpan.Zero);

    private readonly TempFolder _temp = new();
    private readonly SqliteFile _file;

    public DeliveryAuditSpecs()
    {
        _file = SqliteFile.Open(_temp.Inside("gateway.db"));
        _file.Write((db, transaction) =>
        {
            db.Execute("CREATE TABLE events(seq INTEGER PRIMARY KEY, gtin INTEGER NOT NULL, slot INTEGER NOT NULL) STRICT", transaction: transaction);
            db.Execute("CREATE TABLE rises(id INTEGER PRIMARY KEY, order_id BLOB NOT NULL, at INTEGER NOT NULL, voucher INTEGER NOT NULL, state INTEGER NOT NULL) STRICT", transaction: transaction);
            db.Execute("INSERT INTO events VALUES (1, @gtin, 1)", new { gtin = (long)Milk.Value }, transaction);
        });
    }

    [Fact]
    public void A_delivery_that_was_brought_and_paid_is_no_finding()
    {
        Bring(Start.AddDays(2), Order);
        Bring(Start.AddDays(1), null);
        Count(Start.AddDays(2).AddHours(3), voucher: 2);

        DeliveryAudit.Result result = Audit();

        (result.Findings.Count, result.Undelivered, result.OwnPurchases).Should().Be((0, 0, 1));
        result.SettledBy.Should().BeEquivalentTo(new Dictionary<string, int> { ["code"] = 1 });
    }

    [Fact]
    public void An_order_that_was_settled_for_own_shopping_is_found_twice()
    {
        Bring(Start.AddDays(1), null);
        Count(Start.AddDays(1).AddHours(3), voucher: 0);

        DeliveryAudit.Result result = Audit();

        (result.Findings.Count, result.Undelivered).Should().Be((2, 1));
        result.Findings[0].Should().Contain("was settled for 1 packs, the courier had brought 0");
        result.Findings[1].Should().Contain("whose packs the courier did not bring");
    }

    [Fact]
    public void Own_shopping_that_counted_for_an_order_whose_packs_came_later_is_found()
    {
        Bring(Start.AddDays(1), null);
        Bring(Start.AddDays(2), Order);
        Count(Start.AddDays(1).AddHours(3), voucher: 2);

        Audit().Findings.Should().ContainSingle().Which.Should().Contain("did not bring then");
    }

    [Fact]
    public void A_settled_order_that_nothing_vouched_for_ran_into_its_time_out()
    {
        Bring(Start.AddDays(2), Order);

        Audit().SettledBy.Should().BeEquivalentTo(new Dictionary<string, int> { ["time_out"] = 1 });
    }

    public void Dispose()
    {
        _file.Dispose();
        _temp.Dispose();
    }

    private void Bring(DateTimeOffset at, OrderId? order) => new DeliveryLog(_temp.Inside("deliveries.jsonl")).Append(new Delivery(at, new SlotId(1), 1, "test", order));

    private void Count(DateTimeOffset at, int voucher) => _file.Write((db, transaction) => db.Execute(
        "INSERT INTO rises(order_id, at, voucher, state) VALUES (@order, @at, @voucher, 3)", new { order = Order.Value.ToArray(), at = at.ToUnixTimeMilliseconds(), voucher }, transaction));

    private DeliveryAudit.Result Audit()
    {
        OrderTerms terms = new(new MandateId(new Hash32(new byte[32])), default, Milk, default, 1, Bamtol.FromWon(1), default, 1, default, Start.AddDays(1));
        OrderOpened opened = new(new EvmLog(default, [], default, 1, default, default, 0), Order, default, terms);
        return new DeliveryAudit(_temp.Inside("gateway.db"), _temp.Inside("deliveries.jsonl")).Run([new Ledgers.ChainOrder(opened, Start, [(OrderState.Settled, Start.AddDays(3))])]);
    }
}
