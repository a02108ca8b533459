using System.Text;
using System.Text.Json.Nodes;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using PantryChain.Domain.Events;
using PantryChain.Rehearsal.Parts;
using PantryChain.Telemetry.Home;
using PantryChain.Telemetry.Journaling;
using PantryChain.Telemetry.Mqtt;
using PantryChain.Telemetry.Storage;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Telemetry.Tests;

public sealed class EventDrainSpecs
{
    [Theory]
    [InlineData(BrokerKind.Mosquitto)]
    [InlineData(BrokerKind.Embedded)]
    public async Task Kills_of_broker_and_teller_lose_no_event_and_a_reader_that_counts_sees_each_once(BrokerKind kind)
    {
        const ulong Most = 1_500;
        await using HomeBroker broker = await HomeBroker.StartAsync(kind);
        await using Recorder recorder = await Recorder.StartAsync(broker);
        string path = Path.Combine(broker.Folder, "gateway.db");
        Random random = new(20261120);
        ChildProcess teller = await TellerAsync(path, broker, Most);

        for (int round = 0; round < 6; round++)
        {
            ulong goal = recorder.Last + 60 + (ulong)random.Next(100);
            await Eventually.BeTrueAsync(() => recorder.Last >= goal || recorder.Last == Most, "progress");
            if (round % 2 == 0)
            {
                await broker.RestartAsync();
                continue;
            }
            teller.Kill();
            await teller.WaitAsync();
            teller.Dispose();
            teller = await TellerAsync(path, broker, Most);
        }
        await Eventually.BeTrueAsync(() => recorder.Last == Most, "the last event");
        teller.Kill();
        await teller.WaitAsync();
        teller.Dispose();

        recorder.Gaps.Should().BeEmpty();
        using SqliteFile file = SqliteFile.Open(path);
        using Journal journal = new(file);
        recorder.Kept.Should().Equal(journal.Read(1));
    }

    [Theory]
    [InlineData(BrokerKind.Mosquitto)]
    [InlineData(BrokerKind.Embedded)]
    public async Task An_event_that_is_kept_later_is_told_at_once(BrokerKind kind)
    {
        await using HomeBroker broker = await HomeBroker.StartAsync(kind);
        await using Recorder recorder = await Recorder.StartAsync(broker);
        await using Teller teller = new(broker, TimeSpan.FromMinutes(30));

        teller.Journal.Append(Things.Use(1));
        await Eventually.BeTrueAsync(() => recorder.Last == 1, "the first event");
        teller.Journal.Append([Things.Use(2), Things.Use(3)]);
        await Eventually.BeTrueAsync(() => recorder.Last == 3, "both later events");

        await Eventually.BeTrueAsync(() => teller.Drain.Told == 3, "the acknowledgement");
    }

    [Theory]
    [InlineData(BrokerKind.Mosquitto)]
    [InlineData(BrokerKind.Embedded)]
    public async Task A_lost_connection_has_only_the_events_told_again_that_the_broker_may_have_forgotten(BrokerKind kind)
    {
        await using HomeBroker broker = await HomeBroker.StartAsync(kind);
        await using Recorder recorder = await Recorder.StartAsync(broker);
        await using Teller teller = new(broker, TimeSpan.FromMinutes(8));
        teller.Journal.Append([.. Enumerable.Range(0, 50).Select(n => Things.Use(n))]);
        await Eventually.BeTrueAsync(() => teller.Drain.Told == 50, "the first events");
        teller.Time.Advance(TimeSpan.FromMinutes(9)); // now they are certainly on disk
        teller.Journal.Append(Things.Use(51));
        await Eventually.BeTrueAsync(() => teller.Drain.Told == 51 && recorder.Received == 51, "the newest event");
        await recorder.SettleAsync();
        await broker.SaveAsync(); // what its file has as not yet acknowledged, a killed broker brings once more

        await broker.RestartAsync();
        await Eventually.BeTrueAsync(() => recorder.Received >= 52, "the newest event again");
        teller.Journal.Append(Things.Use(52));
        await Eventually.BeTrueAsync(() => recorder.Last == 52, "a later event");

        recorder.Received.Should().Be(53, "51 events, the newest again, and the later one");
    }

    [Theory]
    [InlineData(BrokerKind.Mosquitto)]
    [InlineData(BrokerKind.Embedded)]
    public async Task What_a_killed_broker_had_acknowledged_and_forgot_reaches_a_reader_that_was_away(BrokerKind kind)
    {
        await using HomeBroker broker = await HomeBroker.StartAsync(kind);
        await using Recorder recorder = await Recorder.StartAsync(broker);
        await recorder.LeaveAsync();
        await using Teller teller = new(broker, TimeSpan.FromMinutes(8));
        teller.Journal.Append([.. Enumerable.Range(0, 300).Select(n => Things.Use(n))]);
        await Eventually.BeTrueAsync(() => teller.Drain.Told == 300, "all acknowledgements");

        await broker.ForgetSinceAsync();
        recorder.ComeBack(broker);

        await Eventually.BeTrueAsync(() => recorder.Last == 300, "every event");
        recorder.Gaps.Should().BeEmpty();
    }

    [Theory]
    [InlineData(BrokerKind.Mosquitto)]
    [InlineData(BrokerKind.Embedded)]
    public async Task Time_without_a_connection_does_not_make_an_event_safe(BrokerKind kind)
    {
        await using HomeBroker broker = await HomeBroker.StartAsync(kind);
        await using Recorder recorder = await Recorder.StartAsync(broker);
        await using Teller teller = new(broker, TimeSpan.FromMinutes(8));
        teller.Journal.Append([Things.Use(1), Things.Use(2)]);
        await Eventually.BeTrueAsync(() => teller.Drain.Told == 2, "the events");

        await broker.KillAsync();
        await Eventually.BeTrueAsync(() => !teller.Link.IsConnected, "the loss");
        teller.Time.Advance(TimeSpan.FromHours(3));
        await broker.StartAgainAsync();

        await Eventually.BeTrueAsync(() => recorder.Received >= 4, "both events again");
    }

    [Theory]
    [InlineData(BrokerKind.Mosquitto)]
    [InlineData(BrokerKind.Embedded)]
    public async Task A_reader_that_cannot_count_hears_no_event_twice_and_can_tell_the_past_from_news(BrokerKind kind)
    {
        await using HomeBroker broker = await HomeBroker.StartAsync(kind);
        MqttLink assistant = broker.Link(broker.Options("home-assistant"));
        Listener news = new(assistant, HomeBroker.Topics.Base + "/slot/+/event"), again = new(assistant, HomeBroker.Topics.Base + "/slot/+/event/replayed");
        assistant.Start();
        await assistant.WaitConnectedAsync(default).InTimeAsync();
        await using (Teller first = new(broker, TimeSpan.FromMinutes(30)))
        {
            first.Journal.Append(Things.Use(1));
            await Eventually.BeTrueAsync(() => first.Drain.Told == 1, "the first event");
            first.Journal.Append(Things.Use(2));
            await Eventually.BeTrueAsync(() => first.Drain.Told == 2 && news.Messages.Count == 2, "news");
        }
        KeepWhileAway(broker, 3);

        await using Teller second = new(broker, TimeSpan.FromMinutes(30));
        await Eventually.BeTrueAsync(() => second.Drain.Told == 3, "the past");
        second.Journal.Append(Things.Use(4));
        await Eventually.BeTrueAsync(() => news.Messages.Count == 4 && again.Messages.Count == 2, "all of both");
        await broker.RestartAsync();
        await Eventually.BeTrueAsync(() => second.Drain.Told == 4 && second.Link.Connections == 2 && assistant.Connections == 2, "the broker and both again");
        second.Journal.Append(Things.Use(5));
        await Eventually.BeTrueAsync(() => news.Messages.Count == 5, "news after that");

        Told(news).Skip(1).Should().Equal((2, false), (3, true), (4, false), (5, false));
        Told(news).Select(told => told.Seq).Should().OnlyHaveUniqueItems();
        Told(again).Take(2).Should().Equal((1, true), (2, true));
        Told(again).Should().OnlyContain(told => told.Replayed);
    }

    [Theory]
    [InlineData(BrokerKind.Mosquitto)]
    [InlineData(BrokerKind.Embedded)]
    public async Task What_an_earlier_version_told_is_not_news_after_the_update(BrokerKind kind)
    {
        await using HomeBroker broker = await HomeBroker.StartAsync(kind);
        MqttLink assistant = broker.Link(broker.Options("home-assistant"));
        Listener news = new(assistant, HomeBroker.Topics.Base + "/slot/+/event");
        assistant.Start();
        await assistant.WaitConnectedAsync(default).InTimeAsync();
        KeepWhileAway(broker, 1, 2, 3);
        using (SqliteFile file = SqliteFile.Open(Path.Combine(broker.Folder, "gateway.db")))
        {
            file.Migrate("home",
            [
                """
                CREATE TABLE home_safe(id INTEGER PRIMARY KEY CHECK (id = 1), seq INTEGER NOT NULL) STRICT;
                INSERT INTO home_safe VALUES (1, 0);
                CREATE TABLE home_marks(seq INTEGER PRIMARY KEY, at INTEGER NOT NULL) STRICT;
                """,
            ]);
            file.Write((db, transaction) => db.Execute("INSERT INTO home_marks VALUES (2, 0)", transaction: transaction));
        }

        await using Teller teller = new(broker, TimeSpan.FromDays(7));
        await Eventually.BeTrueAsync(() => teller.Drain.Told == 3 && !news.Messages.IsEmpty, "the event that was never told");

        Told(news).Should().Equal((3, true));
    }

    /// <summary>Events of a gateway whose broker is away.</summary>
    private static void KeepWhileAway(HomeBroker broker, params int[] numbers)
    {
        using SqliteFile file = SqliteFile.Open(Path.Combine(broker.Folder, "gateway.db"));
        using Journal journal = new(file);
        foreach (int number in numbers)
            journal.Append(Things.Use(number));
    }

    private static List<(int Seq, bool Replayed)> Told(Listener listener) =>
        [.. listener.Texts.Select(text => JsonNode.Parse(text)!).Select(told => (told["seq"]!.GetValue<int>(), told["replayed"]!.GetValue<bool>()))];

    private static Task<ChildProcess> TellerAsync(string path, HomeBroker broker, ulong most) => ChildProcess.StartAsync(
        Tool.Find("dotnet", "dotnet-sdk-10.0"), [typeof(TellingProcess).Assembly.Location, path, $"{broker.Port}", $"{most}"], Path.Combine(broker.Folder, "teller.log"));

    /// <summary>Journal, link and drain in this process.</summary>
    private sealed class Teller : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly SqliteFile _file;
        private readonly Task _running;

        public Teller(HomeBroker broker, TimeSpan window)
        {
            _file = SqliteFile.Open(Path.Combine(broker.Folder, "gateway.db"));
            Journal = new Journal(_file);
            Link = broker.Link(broker.Options("teller"));
            Drain = new EventDrain(Journal, _file, Link, HomeBroker.Topics, new HomeOptions { ResendWindow = window }, Time, NullLogger<EventDrain>.Instance);
            Link.Start();
            _running = Drain.RunAsync(_stop.Token);
        }

        public HandClock Time { get; } = new(Things.Morning);

        public Journal Journal { get; }

        public MqttLink Link { get; }

        public EventDrain Drain { get; }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Link.DisposeAsync();
            Drain.Dispose();
            Journal.Dispose();
            _file.Dispose();
            _stop.Dispose();
        }
    }

    /// <summary>A reader with a persistent session that drops every number it has already and notes every gap.</summary>
    private sealed class Recorder : IAsyncDisposable
    {
        private readonly List<ThingEvent> _kept = [];
        private MqttLink? _link;
        private Listener? _ready;
        private long _received;

        public ulong Last => (ulong)Count();

        public long Received => Interlocked.Read(ref _received);

        public List<string> Gaps { get; } = [];

        public IReadOnlyList<ThingEvent> Kept
        {
            get
            {
                lock (_kept)
                    return [.. _kept];
            }
        }

        public static async Task<Recorder> StartAsync(HomeBroker broker)
        {
            Recorder recorder = new();
            MqttLink link = recorder.ComeBack(broker);
            Listener ready = recorder._ready = new(link, "ready");
            await Eventually.BeTrueAsync(() =>
            {
                _ = link.PublishAsync(new MqttMessage("ready", Encoding.UTF8.GetBytes("?")));
                return !ready.Messages.IsEmpty;
            }, "the recorder's subscription");
            await broker.SaveAsync(); // a session that is not on the disk yet dies with the broker, and with it the promise of a persistent session
            return recorder;
        }

        public MqttLink ComeBack(HomeBroker broker)
        {
            _link = broker.Link(broker.Options("recorder") with { SessionExpiry = TimeSpan.FromDays(1) });
            _link.Subscribe(HomeBroker.Topics.AnySlotEvent, Record);
            _link.Start();
            return _link;
        }

        /// <summary>Waits until the broker has heard that everything so far was received: what it has not heard of, it may bring once more.</summary>
        public async Task SettleAsync()
        {
            int before = _ready!.Messages.Count;
            await _link!.PublishAsync(new MqttMessage("ready", Encoding.UTF8.GetBytes("?")));
            await Eventually.BeTrueAsync(() => _ready.Messages.Count > before, "a message behind all others, so that those are acknowledged");
            await _link.PublishAsync(new MqttMessage("settled", Encoding.UTF8.GetBytes("!"))); // its answer comes after the broker read those acknowledgements
        }

        public Task LeaveAsync() => _link!.StopAsync(default).InTimeAsync();

        public ValueTask DisposeAsync() => _link!.DisposeAsync();

        private int Count()
        {
            lock (_kept)
                return _kept.Count;
        }

        private void Record(MqttMessage message)
        {
            lock (_kept)
            {
                if (!WireCodec.TryDecode(message.Payload.Span, out ThingEvent? seen, out string? why))
                    Gaps.Add(why);
                else if (seen.Seq == (ulong)_kept.Count + 1)
                    _kept.Add(seen);
                else if (seen.Seq > (ulong)_kept.Count)
                    Gaps.Add($"{seen.Seq} after {_kept.Count}");
            }
            Interlocked.Increment(ref _received);
        }
    }
}
