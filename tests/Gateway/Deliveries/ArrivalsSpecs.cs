using PantryChain.Domain.Ordering;
using PantryChain.Gateway.Deliveries;
using PantryChain.Gateway.Ordering;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Gateway.Tests.Deliveries;

public sealed class ArrivalsSpecs
{
    private const double Pack = DeliveryWorld.PackGrams;

    private static readonly string[] Before =
        ["DROP TABLE rises", "DROP TABLE delivery_tags", "DROP TABLE delivery_words", "ALTER TABLE orders DROP COLUMN signed_deadline", "UPDATE schema_versions SET version = 1 WHERE component = 'orders'"];

    [Theory]
    [InlineData(1, 1u, true)]
    [InlineData(1.015, 1u, true)]
    [InlineData(0.7, 1u, false)]
    [InlineData(1.07, 1u, false)]
    [InlineData(1.2, 1u, false)]
    [InlineData(2, 2u, true)]
    [InlineData(2.6, 2u, false)]
    public void Weight_says_how_many_packs_came_and_whether_nothing_is_missing(double packs, uint whole, bool exact)
    {
        using DeliveryWorld world = new(quantity: 2);

        world.Put(packs * Pack);

        (world.Rise.Packs, world.Rise.Exact, world.Rise.State).Should().Be((whole, exact, RiseState.Asked));
    }

    [Theory]
    [InlineData(30)]
    [InlineData(500)]
    public void Less_than_a_pack_asks_nothing(double grams)
    {
        using DeliveryWorld world = new();

        world.Put(grams);

        world.Rises.Of(world.Order.Id).Should().BeEmpty();
    }

    [Fact]
    public void Without_an_order_on_its_way_a_rise_asks_nothing()
    {
        using DeliveryWorld world = new();
        world.End();

        world.Put(Pack);

        (world.Rises.Of(world.Order.Id).Count, world.Desk.Questions().Count).Should().Be((0, 0));
    }

    [Fact]
    public void Packs_that_weight_alone_had_told_before_an_update_are_asked_about()
    {
        using TempDataFolder temp = new();
        using (SqliteFile old = SqliteFile.Open(temp.Folder.Database))
        {
            _ = new RelayBook(old);
            OrderBook before = new(old);
            PlacedOrder running = Ordering.OrderSamples.Placed(1), ended = Ordering.OrderSamples.Placed(2);
            before.Place(running, Ordering.OrderSamples.Trigger(running));
            before.Place(ended, Ordering.OrderSamples.Trigger(ended));
            before.Note(ended.Id, OrderState.Settled, Samples.Morning);
            old.Write((writer, transaction) =>
            {
                OrderBook.Arrive(writer, transaction, running.Id, 7, 2, Samples.Morning);
                OrderBook.Arrive(writer, transaction, ended.Id, 5, 2, Samples.Morning);
                foreach (string step in Before)
                    Run(writer, transaction, step);
            });
        }
        using SqliteFile file = SqliteFile.Open(temp.Folder.Database);
        OrderBook orders = new(file);

        new RiseBook(file).Of(new(Samples.Hash(1))).Should().ContainSingle().Which.Should().Match<Rise>(rise => rise.State == RiseState.Asked && rise.Packs == 2 && rise.Seq == 7);
        (orders.Arrived(new(Samples.Hash(1))).Packs, orders.Arrived(new(Samples.Hash(2))).Packs).Should().Be((0u, 2u));
    }

    private static void Run(Microsoft.Data.Sqlite.SqliteConnection writer, Microsoft.Data.Sqlite.SqliteTransaction transaction, string sql)
    {
        using Microsoft.Data.Sqlite.SqliteCommand command = writer.CreateCommand();
        (command.CommandText, command.Transaction) = (sql, transaction);
        command.ExecuteNonQuery();
    }
}
