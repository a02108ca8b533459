using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using PantryChain.DeviceDrivers.Climate;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Sensing;
using PantryChain.Gateway.Blocks;
using PantryChain.Gateway.Climate;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Dashboard;
using PantryChain.Gateway.Learning;
using PantryChain.Gateway.Levels;
using PantryChain.Gateway.Ordering;
using PantryChain.Gateway.Sensing;
using PantryChain.Gateway.Storage;
using PantryChain.Gateway.Tests.Cooperative;
using PantryChain.Gateway.Tests.Ordering;
using PantryChain.Ledger.Blocks;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;
using PantryChain.Rehearsal.Parts;
using PantryChain.Telemetry.Journaling;
using PantryChain.Telemetry.Mqtt;
using PantryChain.Telemetry.Series;
using PantryChain.Telemetry.Storage;
using PantryChain.Telemetry.Wire;
using PantryChain.Ui.Texts;

namespace PantryChain.Gateway.Tests.Dashboard;

/// <summary>Each thing that can be wrong is named by <c>/health</c> and by the first page, with the next step, and goes when it is over.</summary>
public sealed class TroubleSpecs : IAsyncLifetime
{
    private readonly TempDataFolder _temp = new();
    private MosquittoPart _broker = null!;
    private Cooperation _cooperation = null!;
    private GatewayWorld _world = null!;
    private MqttLink _store = null!;
    private HttpClient _browser = null!;

    private Topics Topics { get; } = new(Samples.Household.Gateway);

    public async Task InitializeAsync()
    {
        _broker = await MosquittoPart.StartNewAsync(_temp.Inside("broker"));
        _cooperation = await Cooperation.StartAsync();
        _store = new MqttLink(
            new MqttOptions { Host = "127.0.0.1", Port = _broker.Port, ClientId = "store", RetryFirst = TimeSpan.FromMilliseconds(50) }, NullLogger<MqttLink>.Instance);
        _store.Start();
        await _store.WaitConnectedAsync(CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        _browser?.Dispose();
        if (_world is not null)
            await _world.DisposeAsync();
        await _store.DisposeAsync();
        await _cooperation.DisposeAsync();
        await _broker.DisposeAsync();
        _temp.Dispose();
    }

    [Fact]
    public async Task A_well_gateway_names_no_cause_and_both_addresses_answer_200()
    {
        await StartAsync(speed: 60);

        using JsonDocument health = JsonDocument.Parse(await _browser.GetStringAsync("/health"));

        health.RootElement.GetProperty("status").GetString().Should().Be("ok");
        health.RootElement.GetProperty("causes").GetArrayLength().Should().Be(0);
        (await _browser.GetAsync("/health/strict")).StatusCode.Should().Be(HttpStatusCode.OK);
        (await _browser.GetStringAsync("/")).Should().NotContain("data-trouble");
    }

    [Fact]
    public async Task A_full_disk_is_named_while_sensing_goes_on_and_nothing_that_was_seen_is_lost()
    {
        await StartAsync(speed: 20_000);
        Do("CREATE TRIGGER full_disk BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END");

        await UntilAsync("disk_refuses", there: true);
        ulong kept = _world.Get<Journal>().Last;
        long samples = _world.Get<ShelfBoard>().Samples;
        await Wait.Until(() => _world.Get<ShelfBoard>().Samples > samples, "sensing goes on");
        await ShownAsync(TroubleCause.DiskRefuses, "Make room on the disk", "디스크에 자리를 만드세요");
        Do("DROP TRIGGER full_disk");

        await UntilAsync("disk_refuses", there: false);
        await Wait.Until(() => _world.Get<Journal>().Last > kept, "what was seen meanwhile is kept");
    }

    [Fact]
    public async Task A_store_and_chain_that_do_not_answer_are_named_at_the_next_look()
    {
        await StartAsync(speed: 10_000); // the next look is seconds away
        await _cooperation.DisposeAsync();

        await UntilAsync("orders_failing", there: true);
        await ShownAsync(TroubleCause.OrdersFailing, "does not answer", "답하지 않습니다");
    }

    [Fact]
    public async Task A_lost_connection_to_the_cooperatives_broker_is_named_until_it_is_back()
    {
        await StartAsync(speed: 60);
        await _broker.StopAsync();

        await UntilAsync("cooperative_lost", there: true);
        HttpStatusCode strict = (await _browser.GetAsync("/health/strict")).StatusCode, usual = (await _browser.GetAsync("/health")).StatusCode;
        await _broker.StartAsync();

        (strict, usual).Should().Be((HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK));
        await UntilAsync("cooperative_lost", there: false);
    }

    [Theory]
    [InlineData("gap", "blocks_rejected", "Tell the cooperative this reason")]
    [InlineData("day_ahead", "blocks_rejected", "Check the machine's clock")]
    [InlineData("equivocation", "device_stopped", "join again as a new device")]
    public async Task A_rejected_block_is_named_with_its_reason_until_the_store_takes_it(string reason, string cause, string next)
    {
        await StartAsync(speed: 60);
        _world.Get<BlockKeeper>().SealFor(_world.Get<Journal>().Append(Samples.Used(_world.Time.GetUtcNow())));

        await SayAsync($$"""{"accepted":0,"anchored":0,"rejected":{"height":1,"reason":"{{reason}}"} }""");

        await UntilAsync(cause, there: true);
        (await CausesAsync()).Single(found => found.Cause == cause).Next.Should().Contain(next);
        await SayAsync($$"""{"accepted":{{_world.Get<BlockBook>().Head().Height}} ,"anchored":0,"rejected":null}""");
        await UntilAsync(cause, there: false);
    }

    [Fact]
    public async Task A_block_at_ones_own_height_that_was_not_sealed_here_is_an_alarm_on_page_health_and_at_home()
    {
        await using MosquittoPart home = await MosquittoPart.StartNewAsync(_temp.Inside("home"));
        await using MqttLink family = new(new MqttOptions { Host = "127.0.0.1", Port = home.Port, ClientId = "family" }, NullLogger<MqttLink>.Instance);
        ConcurrentQueue<string> told = new();
        family.Subscribe(Topics.Diagnostics, message => told.Enqueue(Encoding.UTF8.GetString(message.Payload.Span)));
        family.Start();
        await StartAsync(speed: 1_200, Samples.Options with { Home = new HomeBrokerOptions { Host = "127.0.0.1", Port = home.Port } });
        BlockBook book = _world.Get<BlockBook>();
        _world.Get<BlockKeeper>().SealFor(_world.Get<Journal>().Append(Samples.Used(_world.Time.GetUtcNow())));
        await Wait.Until(() => told.Any(words => words.Contains("\"not_signed_here\":{\"orders\":0,\"block\":null}", StringComparison.Ordinal)), "nothing is wrong at home");

        _cooperation.Head = (1, Samples.Hash(66));
        await UntilAsync("block_not_signed_here", there: true);
        await ShownAsync(TroubleCause.BlockNotSignedHere, "Revoke this device", "이 기기 폐기");
        await Wait.Until(() => told.Any(words => words.Contains("\"block\":1}", StringComparison.Ordinal)), "it is told at home");
        _cooperation.Head = (1, book.HashAt(1)!.Value);

        await UntilAsync("block_not_signed_here", there: false);
    }

    [Fact]
    public async Task What_the_store_says_about_orders_that_are_none_of_this_gateways_is_kept_nowhere()
    {
        await StartAsync(speed: 60);
        PlacedOrder own = OrderSamples.Placed(1);
        _world.Get<OrderBook>().Place(own, OrderSamples.Trigger(own));
        long refused = _world.Get<Refusals>().Count;
        for (byte number = 100; number < 200; number++)
            await TellAsync(new OrderId(Samples.Hash(number)));
        await TellAsync(own.Id);

        await _store.PublishAsync(new MqttMessage(Topics.Order(own.Id), "no notice"u8.ToArray(), Retain: false)); // heard after all others

        await Wait.Until(() => _world.Get<Refusals>().Count == refused + 101, "all of it was heard, and what is of no order here is counted");
        _world.Get<OrderViews>().Count.Should().Be(1);

        Task TellAsync(OrderId order) => _store.PublishAsync(new MqttMessage(Topics.Order(order), WireCodec.Encode(new OrderNotice(order, OrderState.Open, Samples.Morning, null)), Retain: false));
    }

    [Fact]
    public void Blocks_that_nobody_accepts_and_a_cooperative_that_nobody_hears_are_named_after_a_while()
    {
        using Quiet quiet = new(_temp);
        quiet.Hear();
        quiet.Keeper.SealFor(quiet.Journal.Append(Samples.Used(quiet.Time.Now)));

        TroubleCause[] atFirst = quiet.Causes();
        quiet.Time.Now += TimeSpan.FromHours(7);
        TroubleCause[] later = quiet.Causes();
        quiet.Time.Now += TimeSpan.FromHours(18);
        TroubleCause[] nextDay = quiet.Causes();
        quiet.Hear();

        atFirst.Should().BeEmpty();
        later.Should().Equal(TroubleCause.BlocksWaiting);
        nextDay.Should().Equal(TroubleCause.CooperativeSilent, TroubleCause.BlocksWaiting);
        quiet.Causes().Should().Equal(TroubleCause.BlocksWaiting);
    }

    [Fact]
    public void A_store_that_tells_another_story_than_the_chain_is_named_after_a_day_and_not_before()
    {
        using Quiet quiet = new(_temp);
        OrderId order = new(Samples.Hash(5));
        quiet.Hear();
        quiet.Views.Seen(order, OrderState.Shipped);
        quiet.Views.Told(order, OrderState.Settled);

        TroubleCause[] atFirst = quiet.Causes();
        quiet.Time.Now += TimeSpan.FromHours(25);
        quiet.Hear();
        Trouble named = quiet.Troubles.Now().Single();
        quiet.Views.Seen(order, OrderState.Settled);

        atFirst.Should().BeEmpty();
        named.Should().Be(new Trouble(TroubleCause.ViewsDiffer, order.ToString()));
        quiet.Causes().Should().BeEmpty();
    }

    [Fact]
    public void A_slot_that_cannot_be_trusted_is_named_with_its_number()
    {
        using Quiet quiet = new(_temp);
        quiet.Hear();
        quiet.Board.Show(quiet.Board.Readings[1] with { Health = SlotHealth.Disconnected });

        quiet.Troubles.Now().Should().Equal(new Trouble(TroubleCause.SlotUnwell, "2"));
        new TroubleWords(Language.Korean).What(new Trouble(TroubleCause.SlotUnwell, "2")).Should().StartWith("2번 칸의 값", "the shelf's card calls it so, too");
    }

    [Fact]
    public async Task A_clock_that_leapt_is_named()
    {
        await StartAsync(speed: 60);
        DateTimeOffset now = _world.Time.GetUtcNow();
        _world.Get<Journal>().Append(Samples.Used(now, cycle: 1));
        _world.Get<Journal>().Append(Samples.Used(now.AddDays(900), cycle: 1));
        _world.Get<Learner>().Learn();

        await UntilAsync("clock_doubted", there: true);
        await ShownAsync(TroubleCause.ClockDoubted, "Check the machine", "기계의 시계");
    }

    [Fact]
    public async Task A_clock_that_is_ahead_of_the_stores_is_named_until_they_agree()
    {
        await StartAsync(speed: 10_000); // the next look at the store is seconds away
        _cooperation.StoreTime = () => _world.Time.GetUtcNow().AddDays(-20);

        await UntilAsync("clock_apart", there: true);
        await ShownAsync(TroubleCause.ClockApart, "20 days ahead", "20일 앞서");
        _cooperation.StoreTime = _world.Time.GetUtcNow;

        await UntilAsync("clock_apart", there: false);
    }

    [Fact]
    public void Every_cause_has_its_words_and_a_next_step_in_both_languages()
    {
        TroubleWords korean = new(Language.Korean), english = new(Language.English);
        ClimatePlace fridge = new("fridge", "냉장고", "Fridge", PlaceKind.Fridge, PlaceSensor.W1, [], null);
        PlaceTrouble place = new(fridge, ClimateHealth.Disconnected, new WarmSpell(Samples.Morning, null, 11.5, TimeSpan.FromMinutes(65), TimeSpan.Zero, 8));

        foreach (TroubleCause cause in Enum.GetValues<TroubleCause>())
        {
            Trouble trouble = new(cause, "x") { Place = place };
            string[] said = [korean.What(trouble), korean.Next(trouble), english.What(trouble), english.Next(trouble)];
            said.Should().OnlyContain(text => text.Length > 8).And.OnlyHaveUniqueItems(cause.ToString());
        }
        Enum.GetValues<TroubleCause>().Select(cause => english.What(new Trouble(cause, "x") { Place = place })).Should().OnlyHaveUniqueItems();
    }

    private async Task StartAsync(double speed, GatewayOptions? options = null)
    {
        _world = new GatewayWorld(speed, joined: true) { Cooperative = _cooperation.Member(_broker.Port), Household = GatewayFile.Check(options ?? Samples.Options, "gateway.json") };
        _cooperation.Now = _world.Time.GetUtcNow;
        await _world.StartAsync();
        _browser = new HttpClient { BaseAddress = _world.Address };
        await Wait.Until(() => _world.Get<Journal>().Last >= 2 && _world.Get<Circumstances>().At is not null, "the gateway is up");
        await Wait.Until(async () => (await CausesAsync()).Count == 0, "it is well");
    }

    private async Task<IReadOnlyList<CauseReport>> CausesAsync()
    {
        using JsonDocument health = JsonDocument.Parse(await _browser.GetStringAsync("/health"));
        CauseReport[] causes = [.. health.RootElement.GetProperty("causes").EnumerateArray().Select(cause =>
            new CauseReport(cause.GetProperty("cause").GetString()!, cause.GetProperty("what").GetString()!, cause.GetProperty("next").GetString()!))];
        health.RootElement.GetProperty("status").GetString().Should().Be(causes.Length == 0 ? "ok" : "degraded");
        return causes;
    }

    private Task UntilAsync(string cause, bool there) =>
        Wait.Until(async () => (await CausesAsync()).Any(found => found.Cause == cause) == there, $"{cause} is {(there ? "named" : "over")}");

    /// <summary>The first page says it in both languages.</summary>
    private async Task ShownAsync(TroubleCause cause, string english, string korean)
    {
        foreach ((string language, string words) in new[] { ("en", english), ("ko", korean) })
        {
            using HttpRequestMessage request = new(HttpMethod.Get, "/");
            request.Headers.AcceptLanguage.ParseAdd(language);
            using HttpResponseMessage page = await _browser.SendAsync(request);
            (await page.Content.ReadAsStringAsync()).Should().Contain($"data-trouble=\"{cause}\"").And.Contain(words);
        }
    }

    private Task SayAsync(string payload) => _store.PublishAsync(new MqttMessage(Topics.BlockState, Encoding.UTF8.GetBytes(payload), Retain: true));

    private void Do(string sql) => _world.Get<SqliteFile>().Write((writer, transaction) => { Sql.Run(writer, transaction, sql); });

    /// <summary>The stations that health looks at, on a clock that the test moves, with a store that never answers.</summary>
    private sealed class Quiet : IDisposable
    {
        private readonly SqliteFile _file;
        private readonly P256Key _key = P256Key.Create();
        private readonly LevelStore _levels;
        private readonly MqttLink _link = new(new MqttOptions { Host = "127.0.0.1", Port = 9, ClientId = "nobody" }, NullLogger<MqttLink>.Instance);
        private readonly Circumstances _circumstances;
        private readonly BlockDrain _drain;
        private readonly LevelDrain _levelDrain;

        public Quiet(TempDataFolder temp)
        {
            _file = SqliteFile.Open(temp.Folder.Database);
            _levels = LevelStore.InFile(temp.Folder.Levels, new SeriesOptions());
            Journal = new Journal(_file);
            BlockBook book = new(_file);
            Keeper = new BlockKeeper(book, Journal, new BlockSealer(_key, Eip712Domain.PantryChain(31337, Samples.Address(9))), Samples.Household, Time);
            Board = new ShelfBoard(Samples.Household, Time);
            foreach (StockReading reading in Board.Readings)
                Board.Show(reading with { Health = SlotHealth.Ok });
            (Views, _circumstances) = (new OrderViews(Time), new Circumstances(Samples.Household, Time));
            _drain = new BlockDrain(book, Keeper, _link, new Topics(Samples.Household.Gateway), new Refusals(NullLogger<Refusals>.Instance), TimeProvider.System, NullLogger<BlockDrain>.Instance);
            _levelDrain = new LevelDrain(Board, _levels, Time, NullLogger<LevelDrain>.Instance);
            ServiceCollection stations = new();
            stations.AddSingleton(Board).AddSingleton(new DiskState(temp.Folder)).AddSingleton(_levelDrain).AddSingleton<TimeProvider>(Time);
            stations.AddSingleton(_circumstances).AddSingleton(book).AddSingleton(_drain).AddSingleton(Views);
            Troubles = new Troubles(stations.BuildServiceProvider());
        }

        public SetTime Time { get; } = new(Samples.Morning);

        public Journal Journal { get; }

        public BlockKeeper Keeper { get; }

        public ShelfBoard Board { get; }

        public OrderViews Views { get; }

        public Troubles Troubles { get; }

        /// <summary>Store and chain answered.</summary>
        public void Hear() => _circumstances.Update([], Standing.None, default, default, new Dictionary<MandateId, MandateOnChain>());

        public TroubleCause[] Causes() => [.. Troubles.Now().Select(trouble => trouble.Cause)];

        public void Dispose()
        {
            _drain.Dispose();
            _levelDrain.Dispose();
            _levels.Dispose();
            Journal.Dispose();
            _file.Dispose();
            _key.Dispose();
        }
    }
}
