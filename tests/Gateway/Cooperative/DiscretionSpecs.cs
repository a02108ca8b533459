using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Gateway.Blocks;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Cooperative;
using PantryChain.Gateway.Ordering;
using PantryChain.Gateway.Tests.Ordering;
using PantryChain.Ledger.Contracts;
using PantryChain.Reorder.Machine;
using PantryChain.Reorder.Policy;
using PantryChain.Rehearsal.Parts;
using PantryChain.Telemetry.Journaling;
using PantryChain.Telemetry.Mqtt;
using PantryChain.Telemetry.Storage;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Gateway.Tests.Cooperative;

/// <summary>The moments at which the gateway speaks to cooperative and chain.</summary>
public sealed class DiscretionSpecs : IDisposable
{
    private static readonly TimeSpan Most = TimeSpan.FromHours(4);

    private readonly TempDataFolder _temp = new();
    private readonly SqliteFile _file;

    public DiscretionSpecs() => _file = SqliteFile.Open(_temp.Folder.Database);

    [Fact]
    public void Looks_come_at_a_steady_pace_of_random_length()
    {
        Discretion discretion = new([1, 2, 3], Most);

        List<TimeSpan> pauses = [.. Enumerable.Range(0, 2_000).Select(_ => discretion.UntilNextLook())];

        pauses.Should().OnlyContain(pause => pause >= TimeSpan.FromHours(3) && pause < TimeSpan.FromHours(9));
        pauses.Average(pause => pause.TotalHours).Should().BeApproximately(6, 0.2);
        pauses.Distinct().Should().HaveCountGreaterThan(1_900);
    }

    [Fact]
    public void Waits_of_orders_and_deliveries_are_spread_over_the_whole_span_and_the_same_after_a_kill()
    {
        Discretion before = new(_file, Samples.Household, GatewayWorld.Unreachable()), after = new(_file, Samples.Household, GatewayWorld.Unreachable());

        List<double> orders = [.. Enumerable.Range(1, 1_000).Select(number => before.BeforeOrder(Samples.Milk, (uint)number) / before.Most)];
        List<double> deliveries = [.. Enumerable.Range(0, 256).Select(number => before.BeforeDelivery(new OrderId(Samples.Hash((byte)number))) / before.Most)];

        orders.Concat(deliveries).Should().OnlyContain(share => share >= 0 && share < 1);
        orders.Average().Should().BeApproximately(0.5, 0.05);
        orders.Count(share => share < 0.1).Should().BeInRange(50, 160);
        orders.Should().Equal(Enumerable.Range(1, 1_000).Select(number => after.BeforeOrder(Samples.Milk, (uint)number) / after.Most));
        new Discretion([9], before.Most).BeforeOrder(Samples.Milk, 1).Should().NotBe(before.BeforeOrder(Samples.Milk, 1), "the key is this gateway's own");
    }

    [Fact]
    public void No_wait_is_longer_than_a_sixth_of_the_veto_window_or_than_configured()
    {
        Membership fast = GatewayWorld.Unreachable() with { Info = GatewayWorld.Unreachable().Info with { VetoSeconds = 600 } };
        Household hurried = GatewayFile.Check(Samples.Options with { Ordering = new OrderingOptions { DelayMinutes = 0 } }, "gateway.json");

        new Discretion(_file, Samples.Household, GatewayWorld.Unreachable()).Most.Should().Be(TimeSpan.FromHours(4));
        new Discretion(_file, Samples.Household, fast).Most.Should().Be(TimeSpan.FromSeconds(100));
        new Discretion(_file, hurried, fast).Most.Should().Be(TimeSpan.Zero);
        FluentActions.Invoking(() => GatewayFile.Check(Samples.Options with { Ordering = new OrderingOptions { DelayMinutes = 1_441 } }, "gateway.json")).Should().Throw<UserError>().WithMessage("*ordering.delayMinutes*");
    }

    [Fact]
    public void An_order_that_was_decided_before_a_sellers_cut_off_goes_out_before_it()
    {
        DateTimeOffset decided = Samples.Morning; // 08:00
        (MandateBook mandates, Circumstances known) = Supply(new TimeOnly(8, 30));
        Departures departures = new(new Discretion([1], Most), mandates, known, Samples.Household);

        List<DateTimeOffset> due = [.. Enumerable.Range(1, 200).Select(number => departures.DueOf(Ordering((uint)number, decided)))];
        DateTimeOffset late = departures.DueOf(Ordering(1, decided.AddMinutes(35)));

        due.Should().OnlyContain(at => at >= decided && at <= decided.AddMinutes(20));
        due.Distinct().Should().HaveCountGreaterThan(1);
        (late - decided.AddMinutes(35)).Should().BeLessThan(Most).And.BePositive("the next cut-off is a day away");
    }

    [Fact]
    public async Task What_happens_on_the_shelves_makes_no_request_before_the_next_look()
    {
        await using Cooperation cooperation = await Cooperation.StartAsync();
        await using GatewayWorld world = new(speed: 60, joined: true) { Cooperative = cooperation.Member() };
        cooperation.Now = world.Time.GetUtcNow;
        await world.StartAsync();
        await Wait.Until(() => world.Get<Circumstances>().At is not null, "the first look is over");
        await Wait.Until(() => world.Get<Journal>().Last >= 2, "the shelves are watched");
        int asked = cooperation.Requests;

        for (uint number = 1; number <= 40; number++)
        {
            world.Get<Journal>().Append(Samples.Used(world.Time.GetUtcNow(), cycle: number));
            world.Get<ReorderDesk>().TryAdvance(OrderSamples.Decide(number) with { Trigger = ReorderTrigger.Shadow });
            world.Get<Decider>().ReviewAll();
            await PassAsync(world);
        }

        cooperation.Requests.Should().Be(asked, $"forty uses and decisions are nobody's business, but there was {string.Join(", ", cooperation.Asked.Skip(asked))}");
    }

    [Fact]
    public async Task A_decided_order_waits_its_time_before_anything_of_it_is_sealed()
    {
        await using Cooperation cooperation = await Cooperation.StartAsync();
        await using GatewayWorld world = new(speed: 60, joined: true) { Cooperative = cooperation.Member() };
        cooperation.Now = world.Time.GetUtcNow;
        await world.StartAsync();
        await Wait.Until(() => world.Get<Circumstances>().At is not null, "the first look is over");
        world.GiveMandate();
        world.Get<Journal>().Append(Samples.Used(world.Time.GetUtcNow(), cycle: 3));
        uint patient = (uint)Enumerable.Range(1, 100).First(number => world.Get<Discretion>().BeforeOrder(Samples.Milk, (uint)number) > TimeSpan.FromHours(1));
        for (uint number = 1; number < patient; number++)
            Decline(world, number);
        ulong sealedBefore = world.Get<BlockBook>().Head().Height;

        world.Get<ReorderDesk>().Advance(OrderSamples.Decide(patient) with { At = world.Time.GetUtcNow() });
        for (int i = 0; i < 20; i++)
            await PassAsync(world);

        world.Get<BlockBook>().Head().Height.Should().Be(sealedBefore, "an urgent block would tell the moment of the decision");
        world.Get<ReorderDesk>()[Samples.Milk].State.Should().Be(ReorderState.Ordering);
    }

    [Fact]
    public async Task The_cooperatives_broker_learns_no_presence_and_forgets_what_an_earlier_version_left()
    {
        await using MosquittoPart broker = await MosquittoPart.StartNewAsync(_temp.Inside("broker"));
        Topics topics = new(Samples.Household.Gateway);
        await using MqttLink watcher = Link(broker, "watcher");
        List<string> told = [];
        watcher.Subscribe(topics.Status, message =>
        {
            lock (told)
                told.Add(Encoding.UTF8.GetString(message.Payload.Span));
        });
        watcher.Start();
        await watcher.WaitConnectedAsync(CancellationToken.None);
        await watcher.PublishAsync(Presence.Message(topics.Status, online: false));
        await Wait.Until(() => Told() == 1, "the old word is kept");

        await using (CooperativeLink link = new(GatewayWorld.Unreachable() with { Info = GatewayWorld.Unreachable().Info with { Broker = new BrokerAddress("127.0.0.1", broker.Port, false) } }, Samples.Household, NullLogger<MqttLink>.Instance))
        {
            await link.StartAsync(CancellationToken.None);
            await Wait.Until(() => Told() == 2, "it is cleared");
            await link.StopAsync(CancellationToken.None);
        }
        await using MqttLink later = Link(broker, "later");
        List<string> kept = [];
        later.Subscribe(topics.Status, message => kept.Add(Encoding.UTF8.GetString(message.Payload.Span)));
        TaskCompletionSource echoed = new();
        later.Subscribe(topics.Block, _ => echoed.TrySetResult());
        later.Start();
        await later.WaitConnectedAsync(CancellationToken.None);
        await later.PublishAsync(new MqttMessage(topics.Block, "x"u8.ToArray()));
        await echoed.Task.WaitAsync(TimeSpan.FromMinutes(2)); // what was retained came before

        lock (told)
            told.Should().Equal("offline", "");
        kept.Should().BeEmpty();

        int Told()
        {
            lock (told)
                return told.Count;
        }
    }

    public void Dispose()
    {
        _file.Dispose();
        _temp.Dispose();
    }

    /// <summary>Has the drain woken, and lets it come to the end of a pass that began afterwards.</summary>
    private static async Task PassAsync(GatewayWorld world)
    {
        OrderDrain drain = world.Get<OrderDrain>();
        long passes = drain.Passes;
        await Wait.Until(() =>
        {
            drain.Wake();
            return drain.Passes >= passes + 2;
        }, "the drain looked at it");
    }

    private static void Decline(GatewayWorld world, uint number)
    {
        world.Get<ReorderDesk>().Advance(OrderSamples.Decide(number) with { Trigger = ReorderTrigger.Propose, At = world.Time.GetUtcNow() });
        world.Get<ReorderDesk>().Advance(new ReorderStep(Samples.Milk, number, ReorderTrigger.Decline, world.Time.GetUtcNow()));
    }

    private (MandateBook Mandates, Circumstances Known) Supply(TimeOnly cutOff)
    {
        RelayBook relays = new(_file);
        MandateBook mandates = new(_file);
        Mandate terms = new(Samples.Address(8), Samples.Milk, 2, Bamtol.FromWon(3_600), Bamtol.FromWon(36_000), 30, 3, 1, default, Samples.Hash(99), DateTimeOffset.FromUnixTimeSeconds(1_900_000_000), 1);
        GivenMandate given = new(new MandateId(Samples.Hash(1)), terms, [Samples.Address(2)], MandateMode.Auto, Samples.Morning, Samples.Hash(150), RelayStatus.Mined, null);
        mandates.Give(given, [new Relay(given.Call, RelayKind.Execute, Samples.Address(8), [1], given.Id.Value, Status: RelayStatus.Mined)]);
        Circumstances known = new(Samples.Household, new SetTime(Samples.Morning));
        StoreOffer offer = new(Samples.Milk, Samples.Address(2), "Seller", Bamtol.FromWon(2_980), default, LeadTime.Usual) { Supply = SupplyTerms.Always with { CutOff = cutOff } };
        known.Update([offer], Standing.None, default, default, new Dictionary<MandateId, MandateOnChain>());
        relays.UnderWay().Should().BeEmpty();
        return (mandates, known);
    }

    private static ReorderProcess Ordering(uint number, DateTimeOffset since) => ReorderProcess.New(Samples.Milk) with { State = ReorderState.Ordering, Number = number, Since = since };

    private static MqttLink Link(MosquittoPart broker, string client) => new(
        new MqttOptions { Host = "127.0.0.1", Port = broker.Port, ClientId = client, RetryFirst = TimeSpan.FromMilliseconds(50) }, NullLogger<MqttLink>.Instance);
}
