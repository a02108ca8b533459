using Microsoft.Data.Sqlite;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Time;
using PantryChain.Gateway.Ordering;
using PantryChain.Reorder.Machine;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Gateway.Tests.Ordering;

public sealed class BooksSpecs : IDisposable
{
    private readonly TempDataFolder _temp = new();
    private SqliteFile _file;

    public BooksSpecs() => _file = SqliteFile.Open(_temp.Folder.Database);

    [Fact]
    public void An_order_comes_back_from_the_file_as_it_was_signed()
    {
        PlacedOrder order = OrderSamples.Placed(1);
        (OrderBook orders, RelayBook relays) = Books();
        orders.Place(order, OrderSamples.Trigger(order));
        Kill();

        (orders, relays) = Books();

        orders.Of(Samples.Milk, 1).Should().Be(order);
        relays.UnderWay().Should().ContainSingle().Which.Should().BeEquivalentTo(OrderSamples.Trigger(order));
    }

    [Fact]
    public void Orders_of_a_book_from_before_deadlines_were_kept_as_signed_are_read_and_an_order_without_its_own_terms_is_looked_for_anew()
    {
        PlacedOrder order = OrderSamples.Placed(1);
        (OrderBook orders, RelayBook relays) = Books();
        orders.Place(order, OrderSamples.Trigger(order));
        OrderId foreign = new(Samples.Hash(77));
        orders.Adopt(foreign, order.Terms with { Deadline = new ChainTime(ulong.MaxValue) }, Samples.Morning);
        ulong signed = orders.Find(foreign)!.Terms.Deadline.Seconds;
        _file.Write((writer, transaction) =>
        {
            using SqliteCommand back = writer.CreateCommand();
            (back.Transaction, back.CommandText) = (transaction, "ALTER TABLE orders DROP COLUMN signed_deadline; UPDATE schema_versions SET version = 2 WHERE component = 'orders'");
            back.ExecuteNonQuery();
        });
        Kill();

        (orders, relays) = Books();

        signed.Should().Be(ulong.MaxValue);
        orders.Of(Samples.Milk, 1).Should().Be(order);
        orders.Find(foreign).Should().BeNull("its deadline was cut to the calendar's end, so its terms named no order; the chain still has it");
    }

    [Fact]
    public void An_order_that_was_not_signed_here_counts_into_no_budget_and_no_cycle_and_is_looked_at_after_those_that_were()
    {
        (OrderBook orders, _) = Books();
        PlacedOrder own = OrderSamples.Placed(1);
        foreach (byte number in (byte[])[77, 78])
            orders.Adopt(new OrderId(Samples.Hash(number)), own.Terms with { Cycle = uint.MaxValue, Cash = new Bamtol(UInt128.MaxValue) }, own.PlacedAt.AddDays(-1));
        orders.Place(own, OrderSamples.Trigger(own));

        orders.SpentSince(own.PlacedAt.AddDays(-9)).Should().Be(own.Terms.Cash);
        orders.LastCycleOf(Samples.Milk).Should().Be(own.Terms.Cycle);
        orders.Watched(own.PlacedAt)[0].Should().Be(own);
    }

    [Fact]
    public void Of_orders_that_were_not_signed_here_and_have_ended_only_the_newest_are_kept()
    {
        (OrderBook orders, _) = Books();
        for (byte number = 0; number < 120; number++)
        {
            OrderId id = new(Samples.Hash(number));
            orders.Adopt(id, OrderSamples.Placed(1).Terms, Samples.Morning.AddMinutes(number));
            orders.Note(id, OrderState.Cancelled, Samples.Morning);
        }

        orders.Foreign().Should().HaveCount(101);
        orders.Find(new OrderId(Samples.Hash(119))).Should().NotBeNull();
    }

    [Fact]
    public void One_intent_never_becomes_two_orders()
    {
        (OrderBook orders, RelayBook relays) = Books();
        PlacedOrder first = OrderSamples.Placed(1), second = OrderSamples.Placed(2) with { Number = 1 };
        orders.Place(first, OrderSamples.Trigger(first));

        Action again = () => orders.Place(second, OrderSamples.Trigger(second));

        again.Should().Throw<SqliteException>();
        relays.UnderWay().Should().ContainSingle("order and call are kept together or not at all");
    }

    [Fact]
    public void An_orders_state_only_goes_forward()
    {
        (OrderBook orders, _) = Books();
        PlacedOrder order = OrderSamples.Placed(1);
        orders.Place(order, OrderSamples.Trigger(order));

        bool[] news =
        [
            orders.Note(order.Id, OrderState.Open, Samples.Morning.AddHours(1)), orders.Note(order.Id, OrderState.Shipped, Samples.Morning.AddHours(30)),
            orders.Note(order.Id, OrderState.Accepted, Samples.Morning.AddHours(29)), orders.Note(order.Id, OrderState.Shipped, Samples.Morning.AddHours(31)),
        ];

        news.Should().Equal(true, true, false, false);
        orders.Find(order.Id)!.State.Should().Be(OrderState.Shipped);
        orders.History(order.Id).Select(step => step.State).Should().Equal(OrderState.Open, OrderState.Accepted, OrderState.Shipped);
    }

    [Fact]
    public void A_refused_order_frees_its_cycle_and_a_settled_one_keeps_it()
    {
        (OrderBook orders, _) = Books();
        PlacedOrder refused = OrderSamples.Placed(1, cycle: 5), settled = OrderSamples.Placed(2, cycle: 4);
        orders.Place(refused, OrderSamples.Trigger(refused));
        orders.Place(settled, OrderSamples.Trigger(settled));
        uint? whileUnderWay = orders.LastCycleOf(Samples.Milk);
        orders.Note(refused.Id, OrderState.None, Samples.Morning, "EscrowBudgetSpent");
        orders.Note(settled.Id, OrderState.Settled, Samples.Morning);

        whileUnderWay.Should().Be(5);
        orders.LastCycleOf(Samples.Milk).Should().Be(4);
        orders.UnderWay().Should().BeEmpty();
    }

    [Fact]
    public void A_relayed_call_that_ended_stays_ended()
    {
        (_, RelayBook relays) = Books();
        Relay call = OrderSamples.Trigger(OrderSamples.Placed(1));
        relays.Append(call);
        relays.Note(call.Id, RelayStatus.Mined, null);

        relays.Note(call.Id, RelayStatus.Refused, "late news");

        relays.Find(call.Id)!.Status.Should().Be(RelayStatus.Mined);
        relays.UnderWay().Should().BeEmpty();
    }

    [Fact]
    public void The_newest_mandate_on_chain_counts()
    {
        (_, RelayBook relays) = Books();
        MandateBook mandates = new(_file);
        GivenMandate first = Mandate(1), second = Mandate(2), refused = Mandate(3);
        foreach (GivenMandate mandate in new[] { first, second, refused })
            mandates.Give(mandate, [new Relay(mandate.Call, RelayKind.Execute, Samples.Address(1), [1], mandate.Id.Value)]);
        relays.Note(first.Call, RelayStatus.Mined, null);
        relays.Note(refused.Call, RelayStatus.Refused, "EscrowMandateRefused");

        mandates.ActiveOf(Samples.Milk)!.Id.Should().Be(first.Id);
        mandates.Of(Samples.Milk)!.Id.Should().Be(second.Id);
        mandates.NewestOf(Samples.Milk)!.Reason.Should().Be("EscrowMandateRefused");
        mandates.ActiveOf(Samples.Milk)!.Terms.Should().Be(first.Terms);
        mandates.ActiveOf(Samples.Milk)!.Sellers.Should().Equal(first.Sellers);
    }

    [Fact]
    public void A_revocation_counts_before_the_chain_knows_and_survives_a_kill_with_its_call()
    {
        (_, RelayBook relays) = Books();
        MandateBook mandates = new(_file);
        GivenMandate older = Mandate(1), newer = Mandate(2);
        foreach (GivenMandate mandate in new[] { older, newer })
            mandates.Give(mandate, [new Relay(mandate.Call, RelayKind.Execute, Samples.Address(1), [1], mandate.Id.Value, Status: RelayStatus.Mined)]);
        Relay[] calls = [.. new[] { older, newer }.Select((mandate, i) => new Relay(Samples.Hash((byte)(150 + i)), RelayKind.Execute, Samples.Address(1), [2], mandate.Id.Value))];

        mandates.Revoke([(older.Terms, calls[0]), (newer.Terms, calls[1])], Samples.Morning);
        Kill();
        (_, relays) = Books();
        mandates = new MandateBook(_file);

        relays.UnderWay().Select(relay => relay.Id).Should().Equal(calls.Select(call => call.Id));
        (mandates.ActiveOf(Samples.Milk), mandates.Of(Samples.Milk)).Should().Be((null, null));
        mandates.NewestOf(Samples.Milk)!.Revoked.Should().Be(new Revocation(Samples.Morning, calls[1].Id, RelayStatus.Kept, null));
        mandates.RevocableOf(Samples.Milk).Should().BeEmpty();
        mandates.TryUnder(newer.Id, () => throw new InvalidOperationException("nothing is done under it")).Should().BeFalse();
    }

    [Fact]
    public void A_revocation_that_the_chain_refused_can_be_signed_again_and_the_gateway_still_orders_nothing()
    {
        (_, RelayBook relays) = Books();
        MandateBook mandates = new(_file);
        GivenMandate given = Mandate(1);
        mandates.Give(given, [new Relay(given.Call, RelayKind.Execute, Samples.Address(1), [1], given.Id.Value, Status: RelayStatus.Mined)]);
        Relay first = new(Samples.Hash(150), RelayKind.Execute, Samples.Address(1), [2], given.Id.Value), second = first with { Id = Samples.Hash(151) };
        mandates.Revoke([(given.Terms, first)], Samples.Morning);
        relays.Note(first.Id, RelayStatus.Refused, "AccountWrongNonce");

        IReadOnlyList<GivenMandate> again = mandates.RevocableOf(Samples.Milk);
        GivenMandate? meanwhile = mandates.ActiveOf(Samples.Milk);
        mandates.Revoke([(given.Terms, second)], Samples.Morning.AddHours(1));

        again.Should().ContainSingle().Which.Revoked!.Reason.Should().Be("AccountWrongNonce");
        meanwhile.Should().BeNull();
        mandates.NewestOf(Samples.Milk)!.Revoked.Should().Be(new Revocation(Samples.Morning, second.Id, RelayStatus.Kept, null), "it counts from the first time");
    }

    [Fact]
    public void The_desk_stands_after_a_kill_where_it_stood_before()
    {
        ReorderDesk desk = Desk();
        desk.Advance(OrderSamples.Propose(1));
        desk.Advance(new ReorderStep(Samples.Milk, 1, ReorderTrigger.Approve, Samples.Morning));
        desk.Advance(new ReorderStep(Samples.Milk, 1, ReorderTrigger.Opened, Samples.Morning, Order: new OrderId(Samples.Hash(1))));
        desk.Advance(new ReorderStep(Samples.Milk, 1, ReorderTrigger.Veto, Samples.Morning, Order: new OrderId(Samples.Hash(1))));
        ReorderProcess before = desk[Samples.Milk];
        Kill();

        ReorderDesk after = Desk();

        after[Samples.Milk].Should().BeEquivalentTo(before);
        after.IsVetoed(Samples.Milk, 1).Should().BeTrue();
        after.WasApproved(Samples.Milk, 1).Should().BeTrue();
        after.WasDecided(Samples.Milk, 1).Should().BeFalse();
    }

    [Fact]
    public void What_a_kill_may_have_lost_is_open_again_and_nothing_else()
    {
        ReorderDesk desk = Desk();
        desk.Advance(OrderSamples.Decide(1));
        desk.Done(ReorderEffect.PlaceOrder, Samples.Milk, 1); // the order is kept, so nothing is left to do
        IReadOnlyList<(Gtin, uint)> done = desk.Open(ReorderEffect.PlaceOrder);
        Kill();
        ReorderDesk placing = Desk();
        IReadOnlyList<(Gtin, uint)> lookedAtAgain = placing.Open(ReorderEffect.PlaceOrder);
        placing.Advance(new ReorderStep(Samples.Milk, 1, ReorderTrigger.Veto, Samples.Morning));
        Kill();
        ReorderDesk calling = Desk();
        IReadOnlyList<(Gtin, uint)> calledOff = calling.Open(ReorderEffect.CancelOrder), placedNoMore = calling.Open(ReorderEffect.PlaceOrder);
        calling.Advance(new ReorderStep(Samples.Milk, 1, ReorderTrigger.Cancelled, Samples.Morning));

        done.Should().BeEmpty();
        lookedAtAgain.Should().Equal((Samples.Milk, 1u));
        calledOff.Should().Equal((Samples.Milk, 1u));
        placedNoMore.Should().BeEmpty();
        calling.Open(ReorderEffect.CancelOrder).Should().BeEmpty();
    }

    [Fact]
    public void Old_news_is_neither_kept_nor_told()
    {
        ReorderDesk desk = Desk();
        int told = 0;
        desk.WhenAdvanced(_ => told++);
        desk.Advance(OrderSamples.Decide(1));
        ReorderStep opened = new(Samples.Milk, 1, ReorderTrigger.Opened, Samples.Morning, Order: new OrderId(Samples.Hash(1)));

        desk.Advance(opened).Should().BeTrue();
        desk.Advance(opened).Should().BeFalse();

        told.Should().Be(2);
        new StepBook(_file).Of(Samples.Milk).Should().HaveCount(2);
    }

    [Fact]
    public void Pressing_too_late_changes_nothing()
    {
        ReorderDesk desk = Desk();
        desk.Advance(OrderSamples.Propose(1));
        desk.Advance(new ReorderStep(Samples.Milk, 1, ReorderTrigger.Decline, Samples.Morning));

        desk.TryAdvance(new ReorderStep(Samples.Milk, 1, ReorderTrigger.Approve, Samples.Morning)).Should().BeFalse();
        desk.TryAdvance(new ReorderStep(Samples.Milk, 7, ReorderTrigger.Approve, Samples.Morning)).Should().BeFalse();

        desk[Samples.Milk].State.Should().Be(ReorderState.Watching);
    }

    public void Dispose()
    {
        _file.Dispose();
        _temp.Dispose();
    }

    private (OrderBook, RelayBook) Books() => (new OrderBook(_file), new RelayBook(_file));

    private ReorderDesk Desk() => new StepBook(_file).Desk([Samples.Milk]);

    private void Kill()
    {
        _file.Dispose();
        _file = SqliteFile.Open(_temp.Folder.Database);
    }

    private static GivenMandate Mandate(byte number) => new(
        new MandateId(Samples.Hash(number)), new Mandate(
            Samples.Address(1), Samples.Milk, 2, Bamtol.FromWon(3_600), Bamtol.FromWon(36_000), 30, 3, 1, new BasisPoints(500), Samples.Hash(99),
            DateTimeOffset.FromUnixTimeSeconds(1_800_000_000), number),
        [Samples.Address(2), Samples.Address(5)], MandateMode.Auto, DateTimeOffset.FromUnixTimeMilliseconds(1_790_000_000_123), Samples.Hash((byte)(100 + number)), RelayStatus.Kept, null);
}
