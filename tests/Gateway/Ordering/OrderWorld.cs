using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using PantryChain.Domain.Chain;
using PantryChain.Domain.Events;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Gateway.Blocks;
using PantryChain.Gateway.Cooperative;
using PantryChain.Gateway.Ordering;
using PantryChain.Ledger.Blocks;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;
using PantryChain.Ledger.Tests.Contracts;
using PantryChain.Reorder.Machine;
using PantryChain.Reorder.Policy;
using PantryChain.Telemetry.Journaling;
using PantryChain.Telemetry.Storage;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Gateway.Tests.Ordering;

/// <summary>The order's stations over one file and a real chain; one of their durable writes fails as if the process had died before it, then all of them start anew.</summary>
internal sealed class OrderWorld : IAsyncDisposable
{
    private readonly TempDataFolder _temp = new();
    private readonly ConcurrentDictionary<string, BlockProof> _anchored = new();
    private readonly ConcurrentDictionary<string, RelayAnswer> _relayed = new();
    private readonly RehearsalChain _chain;
    private readonly ChainHousehold _household;
    private readonly SetTime _time;
    private readonly int _killBefore;
    private WebApplication _store = null!;
    private StoreClient _client = null!;
    private SqliteFile _file = null!;
    private Journal _journal = null!;
    private BlockBook _book = null!;
    private BlockKeeper _blocks = null!;
    private ReorderDesk _desk = null!;
    private OrderPlacer _placer = null!;
    private OrderFollower _follower = null!;
    private MandateDesk _giving = null!;
    private int _commits = -1; // the commit that arms the hook is none of the gateway's

    private OrderWorld(RehearsalChain chain, ChainHousehold household, DateTimeOffset now, int killBefore) =>
        (_chain, _household, _time, _killBefore) = (chain, household, new SetTime(now), killBefore);

    /// <summary>What happens while the store looks for a block's proof.</summary>
    public Func<Task> BeforeProof { get; set; } = () => Task.CompletedTask;

    public bool WasKilled { get; private set; }

    public OrderBook Orders { get; private set; } = null!;

    public RelayBook Relays { get; private set; } = null!;

    public MandateBook Mandates { get; private set; } = null!;

    public ReorderProcess Process => _desk[Samples.Milk];

    public static async Task<OrderWorld> StartAsync(RehearsalChain chain, ChainHousehold household, int killBefore)
    {
        OrderWorld world = new(chain, household, await chain.NowAsync(), killBefore);
        await world.ServeAsync();
        world.Start();
        world.GiveMandate();
        world.Arm();
        return world;
    }

    /// <summary>Lets the order live until it has ended, through at most one death.</summary>
    public Task LiveAsync() => LiveAsync(() => Process.Number == 0 || Process.UnderWay || Orders.UnderWay().Count > 0 || Relays.UnderWay().Count > 0);

    /// <summary>Lets the order live until the chain shows it open.</summary>
    public Task OpenAsync() => LiveAsync(() => Process.State != ReorderState.Open);

    /// <summary>The member takes the mandate back, presses once more when the gateway died over it, and the call is brought to its end.</summary>
    public async Task RevokeAsync()
    {
        for (int pass = 0; pass < 10 && (Mandates.RevocableOf(Samples.Milk).Count > 0 || Relays.UnderWay().Count > 0); pass++)
        {
            await LivelyAsync(async () =>
            {
                await _giving.RevokeAsync(Samples.Milk, _household.Member, default);
                await new RelayDesk(Relays, _client, NullLogger<RelayDesk>.Instance).MoveAsync(default);
            });
        }
    }

    /// <summary>The pack that ran out and the decision to order.</summary>
    public void Decide()
    {
        if (_journal.Last == 0)
            _journal.Append(Samples.Used(_time.Now, level: 900, cycle: 3));
        if (Process.Number == 0)
            _desk.Advance(OrderSamples.Decide(1));
    }

    /// <summary>Tries to place the order that was decided; null once it is kept.</summary>
    public Task<string?> PlaceAsync() => _placer.TryPlaceAsync(Process, automatic: true, default);

    private async Task LiveAsync(Func<bool> goesOn)
    {
        for (int pass = 0; pass < 40 && goesOn(); pass++)
        {
            await LivelyAsync(async () =>
            {
                Sense();
                await DrainAsync();
                await SellAsync();
            });
        }
    }

    private async Task LivelyAsync(Func<Task> act)
    {
        try
        {
            _time.Now = await _chain.NowAsync();
            await act();
        }
        catch (Exception) when (WasKilled && _commits == _killBefore)
        {
            _commits = int.MinValue; // it dies once
            _giving.Dispose();
            _file.Dispose();
            Start();
        }
    }

    /// <summary>Numbers of the events in all sealed blocks, in order of the blocks.</summary>
    public IReadOnlyList<ulong> SealedEvents()
    {
        List<ulong> numbers = [];
        foreach ((_, byte[] message) in _book.Above(0, 100))
        {
            WireCodec.TryDecode(message, out SealedBlock? block, out string? why).Should().BeTrue(why);
            for (ulong seq = block!.Block.FromSeq; seq <= block.Block.ToSeq; seq++)
                numbers.Add(seq);
        }
        return numbers;
    }

    public async ValueTask DisposeAsync()
    {
        _giving.Dispose();
        _file.Dispose();
        _client.Dispose();
        await _store.DisposeAsync();
        _temp.Dispose();
    }

    private void Start()
    {
        _file = SqliteFile.Open(_temp.Folder.Database);
        _journal = new Journal(_file);
        (Relays, Orders, _book) = (new RelayBook(_file), new OrderBook(_file), new BlockBook(_file));
        Mandates = new MandateBook(_file);
        _desk = new ReorderDesk(new StepBook(_file), [Samples.Milk], NullLogger<ReorderDesk>.Instance);
        _blocks = new BlockKeeper(_book, _journal, new BlockSealer(_household.Device, _chain.Contracts.AnchorDomain), Samples.Household, _time);
        Circumstances known = new(Samples.Household, _time);
        StoreOffer offer = new(Samples.Milk, _chain.Seller.From, "Seller", Bamtol.FromWon(2_980), new BasisPoints(0), LeadTime.Usual);
        known.Update([offer], Standing.None, Bamtol.FromWon(50_000), default, new Dictionary<MandateId, MandateOnChain> { [_household.Terms.Mandate] = new(true, false, 0, 0, default) });
        Membership membership = GatewayWorld.Unreachable() with { Account = _household.Account.ToString() };
        RewardClaimer claimer = new(_file, Relays, membership, _chain.Client, _chain.Contracts, _time);
        Outlook outlook = new(_client, _chain.Client, _chain.Contracts, membership, Samples.Household, Mandates, known, claimer);
        _placer = new OrderPlacer(
            Orders, Mandates, new ReorderPolicy(), known, outlook, _blocks, _journal, _client, _household.Device, _chain.Client, _chain.Contracts, Samples.Household, _time);
        _giving = new MandateDesk(Mandates, Relays, known, membership, _chain.Client, _chain.Contracts, _time);
        _follower = new OrderFollower(Orders, Relays, _desk, _household.Device, _chain.Client, _chain.Contracts, Samples.Household, _time);
    }

    /// <summary>Has SQLite take back the chosen commit, as if the process had died just before it (sqlite.org/c3ref/commit_hook.html).</summary>
    private void Arm() => _file.Write((writer, _) => SQLitePCL.raw.sqlite3_commit_hook(writer.Handle, _ =>
    {
        WasKilled |= ++_commits == _killBefore;
        return _commits == _killBefore ? 1 : 0;
    }, null));

    private void GiveMandate()
    {
        Hash32 call = Samples.Hash(99);
        AccountAddress[] sellers = [_chain.Seller.From, AccountAddress.Parse("0x00000000000000000000000000000000005e11e1")];
        Mandates.Give(
            new GivenMandate(_household.Terms.Mandate, _household.Mandate, sellers, MandateMode.Auto, _time.Now, call, RelayStatus.Mined, null),
            [new Relay(call, RelayKind.Execute, _household.Account, [1], call, Status: RelayStatus.Mined)]);
    }

    /// <summary>The sensing thread's part: the pack that ran out, the decision, the packs that arrived.</summary>
    private void Sense()
    {
        Decide();
        if (Orders.Newest(1) is not [{ State: OrderState.Shipped } order] || Orders.Arrived(order.Id).Packs > 0)
            return;
        ThingObservation arrival = Samples.Used(_time.Now, level: 3_000, cycle: 3) with { Kind = ThingEventKind.Delivered, Delta = Mass.FromGrams(2_126), Order = order.Id };
        ThingEvent seen = _journal.Append([arrival], (writer, transaction, kept) =>
            OrderBook.Arrive(writer, transaction, order.Id, kept[0].Seq, order.Terms.Quantity, kept[0].SeenAt))[0];
        _blocks.SealFor(seen);
    }

    /// <summary>The order drain's pass.</summary>
    private async Task DrainAsync()
    {
        if (Process is { State: ReorderState.Ordering } deciding && Orders.Of(deciding.Gtin, deciding.Number) is null)
            (await PlaceAsync()).Should().BeNull();
        await new RelayDesk(Relays, _client, NullLogger<RelayDesk>.Instance).MoveAsync(default);
        foreach (PlacedOrder order in Orders.UnderWay())
            await _follower.FollowAsync(order, default);
    }

    private async Task SellAsync()
    {
        if (Orders.Newest(1) is not [{ } order])
            return;
        OrderState state = (await _chain.Escrow.OrderAsync(order.Id, default)).State;
        if (state == OrderState.Open && order.State == OrderState.Open)
        {
            await _chain.AdvanceAsync((await _chain.Escrow.WindowsAsync(default)).Veto);
            await _chain.DoAsync(_chain.Seller, _chain.Escrow.Accept(order.Terms));
        }
        else if (state == OrderState.Accepted && order.State == OrderState.Accepted)
            await _chain.DoAsync(_chain.Seller, _chain.Escrow.Ship(order.Terms));
    }

    private async Task ServeAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _store = builder.Build();
        _store.Urls.Add("http://127.0.0.1:0");
        _store.MapGet("/api/v1/leaves", Leaves);
        _store.MapGet("/api/v1/blocks/{hash}/proof", ProofAsync);
        _store.MapGet("/api/v1/relay/{id}", (string id) => _relayed.TryGetValue(id, out RelayAnswer? answer) ? Results.Json(answer) : Results.NotFound());
        _store.MapPost("/api/v1/relay", BringAsync);
        await _store.StartAsync();
        _client = new StoreClient(new Uri(_store.Urls.First()), "token");
    }

    private IResult Leaves()
    {
        OrderTrigger known = _household.Trigger;
        StandingLeafMessage standing = new(known.Standing.Tier, known.Standing.Salt.ToString(), [.. known.StandingProof.Select(word => word.ToString())]);
        return Results.Json(new OwnLeaves(known.Standing.Epoch, Hash32.Zero.ToString(), null, standing, 0, "0"));
    }

    private async Task<IResult> ProofAsync(string hash)
    {
        await BeforeProof();
        if (!_anchored.TryGetValue(hash, out BlockProof? proof))
        {
            MerkleTree batch = MerkleTree.Of([Hash32.Parse(hash), Keccak256.Hash($"neighbour of {hash}")]);
            await _chain.DoAsync(_chain.Anchor.Anchor(batch.Root, 2));
            proof = new BlockProof(batch.Root.ToString(), [.. batch.Proof(Hash32.Parse(hash)).Select(word => word.ToString())]);
            _anchored[hash] = proof;
        }
        return Results.Json(proof);
    }

    /// <summary>As the store does: the same id is the same transaction. It says "sent" first, so that the gateway has to ask again.</summary>
    private async Task<IResult> BringAsync(RelayRequest request)
    {
        EvmCall call = new(AccountAddress.Parse(request.To), Hex.Decode(request.Data));
        await _chain.Store.SendAndWaitAsync(request.Id, call, RehearsalChain.Patience, default);
        _relayed[request.Id] = new RelayAnswer(request.Id, "mined", null, null);
        return Results.Json(new RelayAnswer(request.Id, "sent", null, null));
    }
}
