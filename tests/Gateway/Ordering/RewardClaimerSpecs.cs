using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Gateway.Cooperative;
using PantryChain.Gateway.Ordering;
using PantryChain.Gateway.Storage;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;
using PantryChain.Ledger.Rewards;
using PantryChain.Rehearsal.Parts;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Gateway.Tests.Ordering;

/// <summary>On a real chain with the cooperative's contracts, whose clock the test moves.</summary>
public sealed class RewardClaimerSpecs : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2), Hold = TimeSpan.FromDays(30);
    private static readonly Bamtol Rate = Bamtol.FromWon(100);
    private static readonly AccountAddress Account = Samples.Address(7);

    private readonly TempDataFolder _temp = new();
    private readonly HttpClient _http = new();
    private readonly SetTime _time = new(Samples.Morning);
    private readonly RewardRules _rules = new();
    private RewardBalance _balance = RewardBalance.New;
    private AnvilPart _anvil = null!;
    private JsonRpcClient _chain = null!;
    private TransactionSender _store = null!;
    private ContractSet _contracts = null!;
    private SqliteFile _file = null!;
    private RelayBook _relays = null!;
    private RewardClaimer _claimer = null!;

    private RewardDistributor Rewards => new(_chain, _contracts);

    public async Task InitializeAsync()
    {
        _anvil = await AnvilPart.StartNewAsync(_temp.Inside("chain"), new AnvilOptions { Genesis = Samples.Morning });
        _http.BaseAddress = _anvil.Url;
        _chain = new JsonRpcClient(_http, ContractArtifact.Reasons, Patience);
        _store = new TransactionSender(_chain, new RelayerKey(Hex.Decode(AnvilPart.Keys[0])), ContractSet.RehearsalChainId, new MemoryTransactionJournal());
        _contracts = await new ContractDeployment(_chain, _store, Patience).RunAsync(new DeploymentTerms(_store.From, _store.From, _store.From) { Hold = Hold }, default);
        Start();
    }

    public async Task DisposeAsync()
    {
        _file.Dispose();
        _store.Dispose();
        await _anvil.DisposeAsync();
        _http.Dispose();
        _temp.Dispose();
    }

    [Fact]
    public async Task Nothing_is_claimed_unasked_however_long_a_reward_waits()
    {
        HouseholdReward earned = await EarnAsync();
        for (int month = 0; month < 3; month++)
        {
            await PassAsync(Hold);
            await _claimer.LookAsync(default);
        }

        Claims().Should().BeEmpty();
        _claimer.Offer.Should().Be(earned.Reward.Cumulative, "the page offers it");
        (await Rewards.DealtWithAsync(Account, default)).Should().Be(default(Bamnamu));
    }

    [Fact]
    public async Task A_reward_is_claimed_once_after_its_hold_and_not_before()
    {
        HouseholdReward earned = await EarnAsync();
        await PassAsync(Hold - TimeSpan.FromHours(1));
        ClaimOutcome early = await AskAsync();
        await PassAsync(TimeSpan.FromDays(1));

        ClaimOutcome asked = await AskAsync(), again = await AskAsync();
        await BringAsync(Claims().Single());
        ClaimOutcome late = await AskAsync();

        (early, asked, again, late).Should().Be((ClaimOutcome.NothingMatured, ClaimOutcome.OnItsWay, ClaimOutcome.OnItsWay, ClaimOutcome.NothingMatured));
        (await BalanceAsync()).Should().Be(earned.Reward.Cumulative);
        _claimer.Offer.Should().Be(default(Bamnamu));
    }

    [Fact]
    public async Task A_tier_is_never_claimed_away_at_a_store_that_counts_unclaimed_rewards_only()
    {
        await EarnAsync();
        await PassAsync(Hold + TimeSpan.FromDays(1));

        ClaimOutcome withTier = await _claimer.ClaimAsync(Standing(tier: 1, countsOwned: false), default);
        int kept = Claims().Count;
        ClaimOutcome without = await _claimer.ClaimAsync(Standing(tier: 0, countsOwned: false), default);

        (withTier, kept, without).Should().Be((ClaimOutcome.TierNeedsIt, 0, ClaimOutcome.OnItsWay));
    }

    [Fact]
    public async Task A_claim_is_kept_before_anything_is_sent_and_a_kill_makes_no_second_one()
    {
        HouseholdReward earned = await EarnAsync();
        await PassAsync(Hold + TimeSpan.FromDays(1));

        await AskAsync();
        Bamnamu sent = await Rewards.DealtWithAsync(Account, default);
        Restart();
        await AskAsync();
        Relay kept = Claims().Single();
        _relays.Note(kept.Id, RelayStatus.Handed, null);
        Restart();
        await AskAsync();
        await BringAsync(Claims().Single());
        Restart();
        await AskAsync();

        sent.Should().Be(default(Bamnamu), "the claimer writes into the outbox only");
        Claims().Should().ContainSingle().Which.Id.Should().Be(kept.Id);
        (await BalanceAsync()).Should().Be(earned.Reward.Cumulative);
    }

    [Fact]
    public async Task A_later_epoch_pays_what_it_added()
    {
        HouseholdReward first = await EarnAsync();
        await PassAsync(Hold + TimeSpan.FromDays(1));
        await AskAsync();
        await BringAsync(Claims().Single());
        HouseholdReward second = await EarnAsync();
        await PassAsync(Hold + TimeSpan.FromDays(1));

        await AskAsync();
        await BringAsync(Claims()[^1]);

        second.Reward.Cumulative.CompareTo(first.Reward.Cumulative).Should().BePositive();
        Claims().Should().HaveCount(2);
        (await BalanceAsync()).Should().Be(second.Reward.Cumulative);
    }

    [Fact]
    public async Task A_refused_claim_is_made_anew_when_the_member_asks_again()
    {
        HouseholdReward earned = await EarnAsync();
        await PassAsync(Hold + TimeSpan.FromDays(1));
        await AskAsync();
        _relays.Note(Claims().Single().Id, RelayStatus.Refused, "RewardsWrongEpoch");

        await AskAsync();
        await BringAsync(Claims()[^1]);

        Claims().Should().HaveCount(2);
        (await BalanceAsync()).Should().Be(earned.Reward.Cumulative);
    }

    [Theory]
    [InlineData(uint.MaxValue)] // an epoch that never was
    [InlineData(0U)]            // the newest one, with another amount
    public async Task A_leaf_that_the_chain_does_not_know_hides_no_true_one(uint number)
    {
        HouseholdReward earned = await EarnAsync();
        uint epoch = number > 0 ? number : (await Rewards.LatestAsync(default))!.Epoch;
        RewardLeafMessage invented = new(UInt128.MaxValue.ToString(System.Globalization.CultureInfo.InvariantCulture), Hash32.Zero.ToString(), []);

        Func<Task> told = () => _claimer.KeepAsync(new OwnLeaves(epoch, Hash32.Zero.ToString(), invented, null, 0, "0"), default);
        if (number == 0)
            await told.Should().ThrowAsync<FormatException>();
        else
            await told();
        PlantFromBefore();
        await PassAsync(Hold + TimeSpan.FromDays(1));
        ClaimOutcome asked = await AskAsync();
        await BringAsync(Claims().Single());

        asked.Should().Be(ClaimOutcome.OnItsWay);
        (await BalanceAsync()).Should().Be(earned.Reward.Cumulative);
    }

    /// <summary>What a gateway of before kept of a store's word.</summary>
    private void PlantFromBefore() => _file.Write((writer, transaction) =>
    {
        Sql.Run(writer, transaction, "INSERT INTO own_leaves(epoch, cumulative, salt, proof, kept_at) VALUES (@e, @c, @s, '', @at)",
            new { e = uint.MaxValue, c = UInt128.MaxValue.ToString(System.Globalization.CultureInfo.InvariantCulture), s = Hash32.Zero,
                at = _time.Now });
    });

    private Task<ClaimOutcome> AskAsync() => _claimer.ClaimAsync(Standing(tier: 1, countsOwned: true), default);

    private static Standing Standing(byte tier, bool countsOwned) => new(new StandingLeaf(Account, tier, 1, Hash32.Zero), [], 0, default) { CountsOwned = countsOwned };

    private void Start()
    {
        _file = SqliteFile.Open(_temp.Folder.Database);
        _relays = new RelayBook(_file);
        _claimer = new RewardClaimer(_file, _relays, GatewayWorld.Unreachable() with { Account = Account.ToString() }, _chain, _contracts, _time);
    }

    private void Restart()
    {
        _file.Dispose();
        Start();
    }

    /// <summary>A day passes, the store publishes its epoch, the gateway keeps its own leaf.</summary>
    private async Task<HouseholdReward> EarnAsync()
    {
        await PassAsync(_rules.EpochLength);
        HouseholdEpoch done = new(Account, _balance, 2, 0, 0, Bamtol.FromWon(10_000), new BasisPoints(10_000), _time.Now, default, default);
        RewardEpoch epoch = RewardEpoch.Compute(_rules, _rules.EpochAt(_time.Now) - 1, Keccak256.Hash("secret"), Rate, [done]);
        await SendAsync($"publish/{epoch.Number}", Rewards.Publish(epoch, Rate));
        _time.Now = (await _chain.LatestBlockAsync(default)).At;
        HouseholdReward own = epoch.Households.Single();
        _balance = own.After;
        RewardLeafMessage leaf = new(
            own.Reward.Cumulative.Units.ToString(System.Globalization.CultureInfo.InvariantCulture), own.Reward.Salt.ToString(),
            [.. epoch.Proof(own.Reward).Select(word => word.ToString())]);
        await _claimer.KeepAsync(new OwnLeaves(epoch.Number, epoch.Root.ToString(), leaf, null, own.Points, "0"), default);
        return own;
    }

    private async Task PassAsync(TimeSpan span)
    {
        await _anvil.CallAsync("evm_increaseTime", [(long)span.TotalSeconds]);
        await _anvil.CallAsync("evm_mine", []);
        _time.Now = (await _chain.LatestBlockAsync(default)).At;
    }

    private IReadOnlyList<Relay> Claims() => [.. _relays.About(Account.ToWord()).Where(relay => relay.Kind == RelayKind.Claim)];

    /// <summary>Brings a kept call on chain, as the store does.</summary>
    private async Task BringAsync(Relay relay)
    {
        await SendAsync(relay.Id.ToString(), new EvmCall(relay.To, relay.Data));
        _relays.Note(relay.Id, RelayStatus.Mined, null);
    }

    private Task<TransactionReceipt> SendAsync(string id, EvmCall call) => _store.SendAndWaitAsync(id, call, Patience, default);

    private Task<Bamnamu> BalanceAsync() => new BamnamuToken(_chain, _contracts).BalanceAsync(Account, default);
}
