using PantryChain.Domain.Chain;
using PantryChain.Domain.Events;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Time;
using PantryChain.Ledger.Blocks;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;
using PantryChain.Ledger.Rewards;
using PantryChain.Rehearsal.Parts;

namespace PantryChain.Ledger.Tests.Contracts;

/// <summary>A real chain with the cooperative's contracts on it, shared by the tests of a class; its clock goes forward only.</summary>
public sealed class RehearsalChain : IAsyncLifetime, IDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    public static readonly Bamtol Rate = Bamtol.FromWon(100);
    private static readonly DateTimeOffset Genesis = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    private readonly TempFolder _folder = new();
    private readonly HttpClient _http = new();
    private readonly Dictionary<AccountAddress, RewardBalance> _balances = [];
    private AnvilPart _anvil = null!;
    private int _effects;

    public JsonRpcClient Client { get; private set; } = null!;

    public ContractSet Contracts { get; private set; } = null!;

    /// <summary>The cooperative's key: custodian, anchorer, publisher and relayer.</summary>
    public TransactionSender Store { get; private set; } = null!;

    /// <summary>A seller's own wallet.</summary>
    public TransactionSender Seller { get; private set; } = null!;

    public OrderEscrow Escrow => new(Client, Contracts);

    public MemberAccounts Accounts => new(Client, Contracts);

    public DeviceRegistry Devices => new(Client, Contracts);

    public BamtolToken Cash => new(Client, Contracts);

    public RewardDistributor Rewards => new(Client, Contracts);

    public CotAnchor Anchor => new(Client, Contracts);

    public RewardRules Rules { get; } = new();

    public async Task InitializeAsync()
    {
        _anvil = await AnvilPart.StartNewAsync(_folder.Path, new AnvilOptions { Genesis = Genesis });
        _http.BaseAddress = _anvil.Url;
        Client = new JsonRpcClient(_http, ContractArtifact.Reasons, Patience);
        Store = SenderOf(0, new MemoryTransactionJournal());
        Seller = SenderOf(1, new MemoryTransactionJournal());
        Contracts = await new ContractDeployment(Client, Store, Patience).RunAsync(new DeploymentTerms(Store.From, Store.From, Store.From), default);
    }

    public async Task DisposeAsync()
    {
        Store.Dispose();
        Seller.Dispose();
        await _anvil.DisposeAsync();
        _folder.Dispose();
    }

    public void Dispose() => _http.Dispose();

    public TransactionSender SenderOf(int account, ITransactionJournal journal, ulong confirmations = 0) =>
        new(Client, new RelayerKey(Hex.Decode(AnvilPart.Keys[account])), ContractSet.RehearsalChainId, journal, confirmations);

    /// <summary>Where its node answers.</summary>
    public Uri Url => _anvil.Url;

    /// <summary>Sends as the cooperative and waits.</summary>
    public Task<TransactionReceipt> DoAsync(EvmCall call) => DoAsync(Store, call);

    public Task<TransactionReceipt> DoAsync(TransactionSender sender, EvmCall call) =>
        sender.SendAndWaitAsync($"test/{Interlocked.Increment(ref _effects)}", call, Patience, default);

    public async Task<DateTimeOffset> NowAsync() => (await Client.LatestBlockAsync(default)).At;

    public async Task AdvanceAsync(TimeSpan span)
    {
        await _anvil.CallAsync("evm_increaseTime", [(long)span.TotalSeconds]);
        await _anvil.CallAsync("evm_mine", []);
    }

    public Task MineAsync(bool automatically) => _anvil.CallAsync("evm_setAutomine", [automatically]);

    public Task MineOneAsync() => _anvil.CallAsync("evm_mine", []);

    /// <summary>Drops the newest blocks and mines empty ones in their place.</summary>
    public Task ReorganiseAsync(int depth) => _anvil.CallAsync("anvil_reorg", [depth, Array.Empty<object>()]);

    public Task PriceGasAsync(ulong wei) => _anvil.CallAsync("anvil_setNextBlockBaseFeePerGas", [$"0x{wei:x}"]);

    public Task ForgetPendingAsync() => _anvil.CallAsync("anvil_dropAllTransactions", []);

    /// <summary>Publishes the epoch that ended last, in which the household earned its whole bootstrap allowance by use and by as much margin on its orders.</summary>
    public async Task<RewardEpoch> PublishAsync(AccountAddress account)
    {
        await AdvanceAsync(Rules.EpochLength);
        _balances.TryAdd(account, RewardBalance.New);
        RewardRules generous = Rules with { MostPointsPerEpoch = 100 };
        DateTimeOffset now = await NowAsync();
        List<HouseholdEpoch> list = [.. _balances.Select(known => new HouseholdEpoch(
            known.Key, known.Value, known.Key == account ? 5u : 0, 0, 0, known.Key == account ? Bamtol.FromWon(2_500) : default, new BasisPoints(10_000), now, default, default))];
        RewardEpoch epoch = RewardEpoch.Compute(generous, Rules.EpochAt(now) - 1, Keccak256.Hash("test secret"), Rate, list);
        await DoAsync(Rewards.Publish(epoch, Rate));
        foreach (HouseholdReward household in epoch.Households)
            _balances[household.Account] = household.After;
        return epoch;
    }
}

/// <summary>A household on the chain: member, device, money, mandate, and a pack that ran out in an anchored block.</summary>
internal sealed class ChainHousehold : IDisposable
{
    public static readonly Gtin Milk = Gtin.Parse("8801115114154");
    private readonly RehearsalChain _chain;

    private ChainHousehold(RehearsalChain chain, AccountAddress account, P256Key member, P256Key device) =>
        (_chain, Account, Member, Device) = (chain, account, member, device);

    public AccountAddress Account { get; }

    public P256Key Member { get; }

    public P256Key Device { get; }

    public Mandate Mandate { get; private set; } = null!;

    public SellerList Sellers => new([_chain.Seller.From, AccountAddress.Parse("0x00000000000000000000000000000000005e11e1")]);

    public OrderTrigger Trigger { get; private set; } = null!;

    public OrderTerms Terms => Trigger.Terms;

    public static async Task<ChainHousehold> JoinAsync(RehearsalChain chain)
    {
        P256Key member = P256Key.Create(), device = P256Key.Create();
        AccountAddress account = await chain.Accounts.AddressOfAsync(member.Device, default);
        await chain.DoAsync(chain.Accounts.Create(member.Device));
        DateTimeOffset deadline = await chain.NowAsync() + TimeSpan.FromHours(1);
        await chain.DoAsync(chain.Devices.Claim(DeviceClaim.Sign(chain.Contracts.DevicesDomain, device, member, account, 0, deadline)));
        await chain.DoAsync(chain.Devices.Attest(device.Device, DeviceKind.Simulated));
        return new ChainHousehold(chain, account, member, device);
    }

    /// <summary>Joins, and has everything that an order needs.</summary>
    public static async Task<ChainHousehold> ReadyAsync(RehearsalChain chain)
    {
        ChainHousehold household = await JoinAsync(chain);
        await chain.DoAsync(chain.Cash.Mint(Keccak256.Hash($"deposit of {household.Account}"), household.Account, Bamtol.FromWon(50_000)));
        await household.ExecuteAsync(chain.Cash.ApproveEscrow(new Bamtol(UInt128.MaxValue)));
        RewardEpoch epoch = await chain.PublishAsync(household.Account);
        await household.MandateAsync();
        await household.PrepareAsync(epoch, cycle: 3);
        return household;
    }

    public async Task ExecuteAsync(EvmCall inner)
    {
        ulong nonce = await _chain.Accounts.NonceAsync(Account, default);
        DateTimeOffset deadline = await _chain.NowAsync() + TimeSpan.FromHours(1);
        await _chain.DoAsync(_chain.Accounts.Execute(Member, Account, inner, nonce, deadline));
    }

    /// <summary>Changes the terms of the order, signed anew.</summary>
    public OrderTrigger With(Func<OrderTerms, OrderTerms> change)
    {
        OrderTerms terms = change(Terms);
        return Trigger with { Terms = terms, Signature = _chain.Escrow.Sign(Device, terms) };
    }

    public void Dispose()
    {
        Member.Dispose();
        Device.Dispose();
    }

    private async Task MandateAsync()
    {
        DateTimeOffset until = await _chain.NowAsync() + TimeSpan.FromDays(365);
        Mandate = new Mandate(
            Account, Milk, 4, Bamtol.FromWon(3_000), Bamtol.FromWon(20_000), 28, 3, 1, new BasisPoints(0), Sellers.Root,
            DateTimeOffset.FromUnixTimeSeconds(until.ToUnixTimeSeconds()), 1);
        await ExecuteAsync(_chain.Escrow.SetMandate(Mandate));
    }

    private async Task PrepareAsync(RewardEpoch epoch, uint cycle)
    {
        DateTimeOffset now = await _chain.NowAsync();
        HouseholdDay day = HouseholdDay.At(now, TimeZoneInfo.Utc);
        ThingEvent[] events = [.. Enumerable.Range(1, 5).Select(i => new ThingEvent(
            (ulong)i, now, day, new SlotId(1), Milk, ThingEventKind.Used, new Mass(-200_000), new Mass(1_000_000 - i * 200_000L),
            i == 5 ? cycle : cycle - 1, default, Keccak256.Hash($"salt {i}")))];
        BlockSealer sealer = new(Device, _chain.Contracts.AnchorDomain);
        SealedBlock block = sealer.Seal(BlockHead.Genesis, events, day, urgent: true);
        MerkleTree blocks = MerkleTree.Of([block.Hash, Keccak256.Hash($"neighbour's block {Account}")]);
        await _chain.DoAsync(_chain.Anchor.Anchor(blocks.Root, 2));

        EventLeaf leaf = EventLeaf.Of(events[^1]);
        StandingLeaf standing = epoch.Households.Single(household => household.Account == Account).Standing;
        OrderTerms terms = new(
            TypedMessages.Mandate(Mandate), Account, Milk, _chain.Seller.From, 2, Bamtol.FromWon(5_960), default, cycle,
            Evidence.Of(leaf.Hash(), block.Hash, blocks.Root), DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds()) + TimeSpan.FromHours(6));
        Trigger = new OrderTrigger(
            terms, Mandate, leaf, block.Block, blocks.Root, standing, Device.PublicKey, _chain.Escrow.Sign(Device, terms),
            Sellers.Proof(terms.Seller), MerkleTree.Of(block.Leaves).Proof(leaf.Hash()), blocks.Proof(block.Hash), epoch.Proof(standing));
    }
}
