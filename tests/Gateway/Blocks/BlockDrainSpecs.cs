using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using PantryChain.Domain.Chain;
using PantryChain.Gateway.Blocks;
using PantryChain.Ledger.Blocks;
using PantryChain.Ledger.Evm;
using PantryChain.Rehearsal.Parts;
using PantryChain.Telemetry.Journaling;
using PantryChain.Telemetry.Mqtt;
using PantryChain.Telemetry.Storage;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Gateway.Tests.Blocks;

public sealed class BlockDrainSpecs : IAsyncLifetime
{
    private readonly TempDataFolder _temp = new();
    private readonly SetTime _time = new(Samples.Morning);
    private readonly Topics _topics = new(Samples.Household.Gateway);
    private readonly P256Key _key = P256Key.Create();
    private readonly Refusals _refusals = new(NullLogger<Refusals>.Instance);
    private readonly ConcurrentQueue<ulong> _arrived = new();
    private MosquittoPart _broker = null!;
    private SqliteFile _file = null!;
    private Journal _journal = null!;
    private BlockBook _book = null!;
    private BlockKeeper _keeper = null!;
    private MqttLink _gateway = null!, _store = null!;
    private BlockDrain _drain = null!;

    public async Task InitializeAsync()
    {
        _broker = await MosquittoPart.StartNewAsync(_temp.Inside("broker"));
        _file = SqliteFile.Open(_temp.Folder.Database);
        (_journal, _book) = (new Journal(_file), new BlockBook(_file));
        _keeper = new BlockKeeper(_book, _journal, new BlockSealer(_key, Eip712Domain.PantryChain(31337, Samples.Address(9))), Samples.Household, _time);
        (_gateway, _store) = (Link("haneul"), Link("store"));
        _store.Subscribe(Topics.AnyBlock, message => _arrived.Enqueue(WireCodec.TryDecode(message.Payload.Span, out SealedBlock? block, out _) ? block.Block.Height : 0));
        _store.Start();
        await _store.WaitConnectedAsync(CancellationToken.None);
        _drain = new BlockDrain(_book, _keeper, _gateway, _topics, _refusals, TimeProvider.System, NullLogger<BlockDrain>.Instance);
        _gateway.Start();
        await _drain.StartAsync(CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        await _drain.StopAsync(CancellationToken.None);
        await _gateway.DisposeAsync();
        await _store.DisposeAsync();
        await _broker.DisposeAsync();
        _file.Dispose();
        _key.Dispose();
        _temp.Dispose();
    }

    [Fact]
    public async Task Blocks_come_in_order_and_again_until_the_store_accepts_them()
    {
        Seal(3);
        await Wait.Until(() => _arrived.Count >= 3, "three blocks arrived");
        ulong[] first = [.. _arrived.Take(3)];
        await SayAsync("""{"accepted":1,"anchored":0,"rejected":null}""");

        await Wait.Until(() => _arrived.Count(height => height == 3) >= 2 && _arrived.Count(height => height == 2) >= 2, "what was not accepted came again");
        await SayAsync("""{"accepted":3,"anchored":2,"rejected":null}""");
        await Wait.Until(() => _drain.State.Anchored == 2, "the gateway heard of it");

        first.Should().Equal(1, 2, 3);
        _arrived.Count(height => height == 1).Should().Be(1);
        _book.State().Accepted.Should().Be(3, "it is remembered beyond a restart");
    }

    [Fact]
    public async Task A_journal_that_began_anew_sends_nothing_that_the_store_already_has()
    {
        await SayAsync("""{"accepted":2,"anchored":1,"rejected":null}""");
        await Wait.Until(() => _drain.Stopped == DeviceStop.Behind, "the gateway hears that it is behind");

        Seal(2);
        await Task.Delay(TimeSpan.FromSeconds(3)); // longer than it listens to a silent store

        _arrived.Should().BeEmpty();
        _drain.Stopped.Should().Be(DeviceStop.Behind, "two blocks of its own are not those that the store has");
        await SayAsync("""{"accepted":0,"anchored":0,"rejected":null}""");
        await Wait.Until(() => _arrived.Count >= 2, "a store that takes its word back is told everything");
    }

    [Theory]
    [InlineData("device_stopped", "Forked")]
    [InlineData("equivocation", "Forked")]
    [InlineData("device_banned", "Forked")]
    [InlineData("device_revoked", "Revoked")]
    [InlineData("gap", "None")]
    [InlineData("fork", "Behind")]
    public async Task A_device_that_the_store_stopped_knows_why_and_does_not_hammer_at_its_door(string reason, string expected)
    {
        await SayAsync("{\"accepted\":0,\"anchored\":0,\"rejected\":{\"height\":1,\"reason\":\"" + reason + "\"}}");
        await Wait.Until(() => _drain.State.Rejected is not null, "the gateway heard of it");

        Seal(5);
        if (expected is not "Behind")
            await Wait.Until(() => !_arrived.IsEmpty, "it still asks");

        _drain.Stopped.ToString().Should().Be(expected);
        if (expected is not "None")
            _arrived.Should().BeSubsetOf([1ul]);
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("{\"accepted\":-1}")]
    [InlineData("{\"accepted\":99,\"anchored\":0,\"rejected\":null}")]
    [InlineData("{\"accepted\":0,\"anchored\":5,\"rejected\":null}")]
    public async Task Garbage_about_blocks_is_refused_and_counted(string payload)
    {
        Seal(1);

        await SayAsync(payload);
        await Wait.Until(() => _refusals.Count == 1, "the message was refused");

        _drain.State.Should().Be(new BlockState(0, 0, null));
    }

    private void Seal(int blocks)
    {
        for (int i = 0; i < blocks; i++)
            _keeper.SealFor(_journal.Append(Samples.Used(_time.Now)));
    }

    private Task SayAsync(string payload) => _store.PublishAsync(new MqttMessage(_topics.BlockState, Encoding.UTF8.GetBytes(payload), Retain: true));

    private MqttLink Link(string client) => new(
        new MqttOptions { Host = "127.0.0.1", Port = _broker.Port, ClientId = client, RetryFirst = TimeSpan.FromMilliseconds(50) }, NullLogger<MqttLink>.Instance);
}
