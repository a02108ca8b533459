using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
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
internal sealed partial class OrderWorld : IAsyncDisposable
{
    private readonly TempDataFolder _temp = new();
    private readonly ConcurrentDictionary<string, BlockProof> _anchored = new();
    private readonly ConcurrentDictionary<string, RelayAnswer> _relayed = new();
    private readonly RehearsalChain _chain;
    private readonly ChainHousehold _household;
    private readonly SetTime _time;
    private readonly int _killBefore;
    private WebApplication _store = null!, _other = null!;
    private StoreClient _client = null!, _elsewhere = null!;
    private RelayDesk _relaying = null!;
    private CallCheck _check = null!;
    private SqliteFile _file = null!;
    private Journal _journal = null!;
    private BlockBook _book = null!;
    private BlockKeeper _blocks = null!;
    private ReorderDesk _desk = null!;
    private OrderPlacer _placer = null!;
    private OrderFollower _follower = null!;
    private OrderFinder _foreign = null!;
    private MandateFinder _finder = null!;
    private MandateDesk _giving = null!;
    private MemberSigner _signer = null!;
    private int _commits = -1; // the commit that arms the hook is none of the gateway's

    private OrderWorld(RehearsalChain chain, ChainHousehold household, DateTimeOffset now, int killBefore) =>
        (_chain, _household, _time, _killBefore) = (chain, household, new SetTime(now), killBefore);

    /// <summary>What happens while the store looks for a block's proof.</summary>
    public Func<Task> BeforeProof { get; set; } = () => Task.CompletedTask;

    /// <summary>What the joined store does with a call instead of bringing it; null brings it.</summary>
    public Func<RelayRequest, IResult?> Interfere { get; set; } = _ => null;

    /// <summary>What the joined store says of a call instead of the truth; null for the truth.</summary>
    public Func<string, IResult?> Pretend { get; set; } = _ => null;

    /// <summary>True once another relay brings a no for anybody.</summary>
    public bool HasOtherRelay { get; set; }

    /// <summary>True once it looks for orders on chain that it did not sign.</summary>
    public bool Finds { get; set; }

    /// <summary>False for a seller who never acts.</summary>
    public bool Sells { get; set; } = true;

    /// <summary>Nodes beside the true one, as the gateway is told of them; they count from the next start.</summary>
    public IReadOnlyList<IEvmClient> OtherNodes { get; init; } = [];

    /// <summary>What the gateway is configured to; counts from the next start.</summary>
    public PantryChain.Gateway.Configuration.Household Home { get; set; } = Samples.Household;

    /// <summary>Calls that the other relay was asked to bring.</summary>
    public ConcurrentQueue<RelayRequest> Elsewhere { get; } = new();

    public ChainNodes Nodes { get; private set; } = null!;

    public CallFiles Files => new(Relays, Orders, Mandates, Home, _chain.Contracts);

    public RelayDesk Desk => _relaying;

    public DateTimeOffset Now => _time.Now;

    public bool WasKilled { get; private set; }

    public DeviceDesk Device { get; private set; } = null!;

    /// <summary>What following an order tripped over.</summary>
    public ConcurrentQueue<Exception> Stumbles { get; } = new();

    public OrderBook Orders { get; private set; } = null!;

    public RelayBook Relays { get; private set; } = null!;

    public MandateBook Mandates { get; private set; } = null!;

    public ReorderProcess Process => _desk[Samples.Milk];

    public static async Task<OrderWorld> StartAsync(RehearsalChain chain, ChainHousehold household, int killBefore, params IReadOnlyList<IEvmClient> otherNodes)
    {
        OrderWorld world = new(chain, household, await chain.NowAsync(), killBefore) { OtherNodes = otherNodes };
        await world.ServeAsync();
        world.Start();
        world.GiveMandate();
        world.Arm();
        return world;
    }

    /// <summary>Lets the order live until it has ended, through at most one death.</summary>
    public Task LiveAsync() => LiveAsync(() => Process.Number == 0 || Process.UnderWay || Orders.UnderWay().Count > 0 || Relays.UnderWay().Count > 0);

    /// <summary>Lets the order live until the chain shows it open.</summary>
    public async Task OpenAsync()
    {
        (bool sells, Sells) = (Sells, false);
        await LiveAsync(() => Process.State != ReorderState.Open);
        Sells = sells;
    }

    /// <summary>The member takes the mandate back, presses once more when the gateway died over it, and the call is brought to its end.</summary>
    public async Task RevokeAsync()
    {
        for (int pass = 0; pass < 10 && (Mandates.RevocableOf(Samples.Milk).Count > 0 || Relays.UnderWay().Count > 0); pass++)
        {
            await LivelyAsync(async () =>
            {
                await _giving.RevokeAsync(Samples.Milk, _household.Member, default);
                await _relaying.MoveAsync(default);
            });
        }
    }

    /// <summary>The member calls the newest intent off, and once more when the gateway died over it.</summary>
    public async Task VetoAsync()
    {
        for (int press = 0; press < 2 && !_desk.IsVetoed(Samples.Milk, 1); press++)
            await LivelyAsync(() => Task.FromResult(_desk.TryAdvance(new ReorderStep(Samples.Milk, Process.Number, ReorderTrigger.Veto, _time.Now))));
    }

    /// <summary>What the store was handed comes on chain after all.</summary>
    public Task BringNowAsync(RelayRequest request) =>
        _chain.DoAsync(new EvmCall(AccountAddress.Parse(request.To), Hex.Decode(request.Data)));

    /// <summary>Does something that may die.</summary>
    public Task LiveOnceAsync(Action act) => LivelyAsync(() =>
    {
        act();
        return Task.CompletedTask;
    });

    /// <summary>Brings all calls as far as they go, while <paramref name="goesOn"/> holds.</summary>
    public async Task BringAsync(Func<bool> goesOn, int passes = 80)
    {
        for (int pass = 0; pass < passes && goesOn(); pass++)
            await LivelyAsync(DrainAsync);
    }

    /// <summary>The member gives a mandate.</summary>
    public Task<string?> GiveAsync(MandateWish wish) => _giving.TryGiveAsync(wish, _household.Member, default);

    /// <summary>The member takes all mandates back.</summary>
    public Task SignRevocationAsync() => _giving.RevokeAsync(Samples.Milk, _household.Member, default);

    /// <summary>Ends the stations and starts new ones over the same file.</summary>
    public void Restart()
    {
        _signer.Dispose();
        _finder.Dispose();
        _file.Dispose();
        Start();
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

    public async Task LiveAsync(Func<bool> goesOn)
    {
        for (int pass = 0; pass < 80 && goesOn(); pass++)
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
            DateTimeOffset chain = await _chain.NowAsync(), next = _time.Now + TimeSpan.FromSeconds(1);
            _time.Now = chain > next ? chain : next;
            await act();
        }
        catch (Exception) when (WasKilled && _commits == _killBefore)
        {
            _commits = int.MinValue; // it dies once
            Restart();
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
        _signer.Dispose();
        _finder.Dispose();
        _file.Dispose();
        _client.Dispose();
        _elsewhere.Dispose();
        await _store.DisposeAsync();
        await _other.DisposeAsync();
        _temp.Dispose();
    }

    private void Start()
    {
        _file = SqliteFile.Open(_temp.Folder.Database);
        _journal = new Journal(_file);
        (Relays, Orders, _book) = (new RelayBook(_file), new OrderBook(_file), new BlockBook(_file));
        Mandates = new MandateBook(_file);
        _desk = new StepBook(_file).Desk([Samples.Milk]);
        _blocks = new BlockKeeper(_book, _journal, new BlockSealer(_household.Device, _chain.Contracts.AnchorDomain), Home, _time);
        Circumstances known = new(Home, _time);
        StoreOffer offer = new(Samples.Milk, _chain.Seller.From, "Seller", Bamtol.FromWon(2_980), new BasisPoints(0), LeadTime.Usual);
        known.Update([offer], Standing.None, Bamtol.FromWon(50_000), default, new Dictionary<MandateId, MandateOnChain> { [_household.Terms.Mandate] = new(true, false, 0, 0, default) });
        Membership membership = GatewayWorld.Unreachable() with { Account = _household.Account.ToString() };
        RewardClaimer claimer = new(_file, Relays, membership, _chain.Client, _chain.Contracts, _time);
        Nodes = new ChainNodes(
            [.. OtherNodes.Append(_chain.Client).Select((node, number) => new ChainNode($"node {number + 1}", [node], _time))], _chain.Contracts.ChainId, _time);
        _finder = new MandateFinder(Nodes, _chain.Contracts, Mandates, membership, _time, NullLogger<MandateFinder>.Instance);
        Outlook outlook = new(_client, Nodes, _chain.Contracts, membership, Home, Mandates, known, claimer, _finder);
        _placer = new OrderPlacer(
            Orders, Mandates, new ReorderPolicy(), known, outlook, _blocks, _journal, _client, _household.Device, _chain.Client, _chain.Contracts, Home, _time);
        _signer = new MemberSigner(Relays, membership, Nodes, _chain.Contracts, _time);
        _giving = new MandateDesk(Mandates, _finder, known, _signer, Nodes, _chain.Contracts, _time);
        Device = new DeviceDesk(_giving, new DeviceBooks(Mandates, Orders, Relays, Home), _signer, Nodes, _chain.Contracts, _household.Device, _time);
        _check = new CallCheck(Nodes, _chain.Contracts, Orders);
        _foreign = new OrderFinder(Nodes, _chain.Contracts, Orders, membership, _household.Device, _time, NullLogger<OrderFinder>.Instance);
        _follower = new OrderFollower(Orders, Relays, _desk, new OrderViews(_time), new Discretion([1], TimeSpan.Zero), _household.Device, Nodes, _chain.Contracts, _check, Home, _time);
        CallRelays relays = new([new CallRelay("store", _client, IsOwn: true), .. HasOtherRelay ? (CallRelay[])[new CallRelay("other", _elsewhere, IsOwn: false)] : []]);
        _relaying = new RelayDesk(Relays, relays, _check.LookAsync, _check.WhyNotAsync, _time, NullLogger<RelayDesk>.Instance);
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
        _follower.DropUnwanted();
        await _relaying.MoveAsync(default);
        if (Finds)
            await _foreign.LookAsync(default);
        await _follower.FollowAllAsync(Orders.Watched(_time.Now), Stumbled, default);
        if (Process is { State: ReorderState.Ordering } deciding && Orders.Of(deciding.Gtin, deciding.Number) is null)
            (await PlaceAsync()).Should().BeNull();
    }

    private void Stumbled(Exception error)
    {
        Stumbles.Enqueue(error);
        if (WasKilled && _commits == _killBefore)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(error); // who died follows nothing more
    }

    private async Task SellAsync()
    {
        if (!Sells || Orders.Newest(1) is not [{ } order])
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
}
