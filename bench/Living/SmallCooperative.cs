using System.Globalization;
using PantryChain.Domain.Chain;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Time;
using PantryChain.Gateway.Blocks;
using PantryChain.Gateway.Cooperative;
using PantryChain.Ledger.Blocks;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;
using PantryChain.Ledger.Rewards;
using PantryChain.Rehearsal.Running;
using PantryChain.Rehearsal.World;
using PantryChain.Store.Hosting;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Bench.Living;

/// <summary>A store for one household: brings calls, anchors blocks, closes epochs, keeps deadlines. What may be ordered, accepted and paid
/// says the contract alone.</summary>
/// <remarks>Without a database and a broker of its own: it reads the gateway's sealed blocks where the broker would bring them. One caller
/// at a time.</remarks>
internal sealed class SmallCooperative
{
    private readonly SetChain _chain;
    private readonly HouseholdPlan _plan;
    private readonly TimeProvider _time;
    private readonly OrderEscrow _escrow;
    private readonly BlockVerifier _verifier;
    private readonly SmallRewards _rewards;
    private readonly Dictionary<string, BlockProof> _proofs = [];
    private readonly Dictionary<string, RelayAnswer> _relayed = [];
    private readonly HashSet<string> _deposits = [];
    private readonly Func<BlockBook> _book;
    private BlockHead _head = BlockHead.Genesis;

    /// <summary>A store for one account.</summary>
    public SmallCooperative(SetChain chain, HouseholdPlan plan, AccountAddress account, DeviceId device, Func<BlockBook> book, TimeProvider time)
    {
        (_chain, _plan, _book, _time) = (chain, plan, book, time);
        _escrow = new OrderEscrow(chain.Client, chain.Contracts);
        _verifier = new BlockVerifier(chain.Contracts.AnchorDomain, new BlockRules());
        _rewards = new SmallRewards(chain, account, device, Orders);
    }

    /// <summary>Its time limits, as a store's configuration has them by default.</summary>
    public static OrderWindows Windows { get; } = WindowsOf(new OrderOptions());

    /// <summary>All orders.</summary>
    public SmallOrders Orders { get; } = new();

    /// <summary>Why calls were refused, and how often.</summary>
    public SortedDictionary<string, int> Refusals { get; } = new(StringComparer.Ordinal);

    /// <summary>The newest epoch's line of the household.</summary>
    public HouseholdReward? Standing => _rewards.Newest?.Households[0];

    /// <summary>What is on sale, all of it at one seller.</summary>
    public IReadOnlyList<CatalogueEntry> Catalogue() => [.. _plan.Shelves.DistinctBy(shelf => shelf.Gtin).Select(shelf => new CatalogueEntry(
        shelf.Gtin.ToString(), shelf.NameKo, shelf.NameEn, shelf.Slot.Pack.Milligrams, shelf.ClassId, _chain.Seller.From.ToString(), "Rehearsal",
        Bamtol.FromWon((ulong)shelf.PriceWon).Hundredths.ToString(CultureInfo.InvariantCulture), 1_000, HostFiles.LeadDays))];

    /// <summary>What the catalogue asks for the whole of an order.</summary>
    public Bamtol ListPriceOf(SmallOrder order) => Bamtol.FromWon((ulong)_plan.Shelves.First(shelf => shelf.Gtin == order.Terms.Gtin).PriceWon) * order.Terms.Quantity;

    /// <summary>The household's leaves, or null before the first epoch.</summary>
    public OwnLeaves? Leaves()
    {
        if (_rewards.Newest is not { } epoch)
            return null;
        HouseholdReward own = epoch.Households[0];
        return new OwnLeaves(
            epoch.Number, epoch.Root.ToString(), new RewardLeafMessage(Text(own.Reward.Cumulative), own.Reward.Salt.ToString(), [.. epoch.Proof(own.Reward).Select(hash => hash.ToString())]),
            new StandingLeafMessage(own.Standing.Tier, own.Standing.Salt.ToString(), [.. epoch.Proof(own.Standing).Select(hash => hash.ToString())]),
            own.Points, Text(own.Held), Text(own.After.Waiting), Text(own.Owned));
    }

    /// <summary>A block's proof; what was sealed and not anchored yet is anchored now, as an urgent block is.</summary>
    public async Task<BlockProof?> ProofAsync(string block, CancellationToken stop)
    {
        if (!_proofs.ContainsKey(block))
            await AnchorAsync(stop);
        return _proofs.GetValueOrDefault(block);
    }

    /// <summary>Where a relayed call stands, or null.</summary>
    public RelayAnswer? RelayOf(string id) => _relayed.GetValueOrDefault(id);

    /// <summary>Brings a call; the same id again is the same call.</summary>
    public async Task<RelayAnswer> RelayAsync(RelayRequest request, CancellationToken stop)
    {
        if (_relayed.TryGetValue(request.Id, out RelayAnswer? known))
            return known;
        try
        {
            await DoAsync(_chain.Store, new EvmCall(AccountAddress.Parse(request.To), Hex.Decode(request.Data)), stop);
            return _relayed[request.Id] = new RelayAnswer(request.Id, "mined");
        }
        catch (EvmRevertedException refusal)
        {
            string why = refusal.Error ?? "reverted";
            Refusals[$"{request.Kind}: {why}"] = Refusals.GetValueOrDefault($"{request.Kind}: {why}") + 1;
            return _relayed[request.Id] = new RelayAnswer(request.Id, "refused", null, why);
        }
    }

    /// <summary>Books money that a member paid in, once for each reference.</summary>
    public Task DepositAsync(string reference, AccountAddress account, Bamtol amount, CancellationToken stop) =>
        _deposits.Add(reference) ? DoAsync(_chain.Store, new BamtolToken(_chain.Client, _chain.Contracts).Mint(Keccak256.Hash(reference), account, amount), stop) : Task.CompletedTask;

    /// <summary>Presses one of the desk's buttons; false when the chain says that it does not fit.</summary>
    public async Task<bool> PressAsync(SmallOrder order, string button, CancellationToken stop)
    {
        EvmCall call = button switch
        {
            "accept" => _escrow.Accept(order.Terms),
            "ship" => _escrow.Ship(order.Terms),
            "cancel" => _escrow.Cancel(order.Terms),
            _ => _escrow.RecordDelivery(order.Terms),
        };
        try
        {
            await DoAsync(_chain.Seller, call, stop);
        }
        catch (EvmRevertedException)
        {
            return false;
        }
        if (button == "ship")
        {
            string code = DeliveryCode.Draw().Text;
            order.Code = (code, DeliveryCommitment.To(order.Id, code));
        }
        return true;
    }

    /// <summary>What has to be done by the clock: blocks, epochs, deadlines.</summary>
    public async Task TendAsync(CancellationToken stop)
    {
        DateTimeOffset now = _time.GetUtcNow();
        await _chain.MoveToAsync(now, stop);
        await AnchorAsync(stop);
        await _rewards.CloseAsync(now, stop);
        foreach (SmallOrder order in Orders.All.Where(order => order.TimesOutAt(Windows) < now).ToList())
            await DoAsync(_chain.Store, order.RecordedAt is null ? _escrow.RefundAfter(order.Terms) : _escrow.ReleaseAfter(order.Terms), stop);
    }

    private async Task AnchorAsync(CancellationToken stop)
    {
        List<SealedBlock> fresh = [];
        foreach ((_, byte[] message) in _book().Above(_head.Height, int.MaxValue))
        {
            if (!WireCodec.TryDecode(message, out SealedBlock? block, out string? why))
                throw new InvalidOperationException($"The gateway sealed a block that cannot be read: {why}.");
            BlockFault fault = _verifier.Check(_head, block, HouseholdDay.At(_time.GetUtcNow(), _plan.Zone));
            if (fault != BlockFault.None)
                throw new InvalidOperationException($"Block {block.Block.Height} would be rejected by a store: {fault}.");
            fresh.Add(block);
            _head = BlockHead.After(block.Block);
        }
        if (fresh.Count == 0)
            return;
        MerkleTree batch = MerkleTree.Of([.. fresh.Select(block => block.Hash)]);
        await DoAsync(_chain.Store, new CotAnchor(_chain.Client, _chain.Contracts).Anchor(batch.Root, (uint)fresh.Count), stop);
        foreach (SealedBlock block in fresh)
        {
            _proofs[block.Hash.ToString()] = new BlockProof(batch.Root.ToString(), [.. batch.Proof(block.Hash).Select(hash => hash.ToString())]);
            _rewards.Count(block.Block);
        }
    }

    private async Task DoAsync(TransactionSender sender, EvmCall call, CancellationToken stop)
    {
        await _chain.MoveToAsync(_time.GetUtcNow(), stop);
        (TransactionReceipt receipt, DateTimeOffset at) = await _chain.DoAsync(sender, call, stop);
        Orders.Follow(receipt, at);
    }

    private static string Text(Bamnamu amount) => amount.Units.ToString(CultureInfo.InvariantCulture);

    private static OrderWindows WindowsOf(OrderOptions options) => new(
        TimeSpan.FromSeconds(options.VetoSeconds), TimeSpan.FromSeconds(options.AcceptSeconds), TimeSpan.FromSeconds(options.ShipSeconds),
        TimeSpan.FromSeconds(options.DeliverSeconds), TimeSpan.FromSeconds(options.ConfirmSeconds));
}
