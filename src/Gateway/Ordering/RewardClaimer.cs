using System.Globalization;
using System.Security.Cryptography;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Gateway.Cooperative;
using PantryChain.Gateway.Storage;
using PantryChain.Ledger.Blocks;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;
using PantryChain.Ledger.Rewards;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Gateway.Ordering;

/// <summary>Keeps the household's own reward leaf of every epoch that it saw, and claims what has matured when the member asks for it, never otherwise.</summary>
/// <remarks>
/// The store shows the leaf of the newest epoch only, and an epoch pays after its holding time, so the leaves are kept here. A claim writes the sum that the
/// household has earned into the chain, where everybody can read it for ever; until then only household and store know it. Thread safe.
/// </remarks>
internal sealed class RewardClaimer
{
    private readonly SqliteFile _file;
    private readonly RelayBook _relays;
    private readonly IEvmClient _chain;
    private readonly ContractSet _contracts;
    private readonly AccountAddress _account;
    private readonly TimeProvider _time;
    private readonly RewardDistributor _rewards;
    private readonly Lock _lock = new();
    private Bamnamu _offer;

    /// <summary>Opens the table inside <paramref name="file"/>.</summary>
    public RewardClaimer(SqliteFile file, RelayBook relays, Membership membership, IEvmClient chain, ContractSet contracts, TimeProvider time)
    {
        (_file, _relays, _account, _chain, _contracts, _time, _rewards) = (file, relays, membership.AccountAddress, chain, contracts, time, new RewardDistributor(chain, contracts));
        file.Migrate("rewards",
        [
            "CREATE TABLE own_leaves(epoch INTEGER PRIMARY KEY, cumulative TEXT NOT NULL, salt BLOB NOT NULL, proof TEXT NOT NULL, kept_at INTEGER NOT NULL) STRICT",
        ]);
    }

    /// <summary>What could be claimed when the chain was looked at last.</summary>
    public Bamnamu Offer
    {
        get
        {
            lock (_lock)
                return _offer;
        }
    }

    /// <summary>True while a claim is on its way.</summary>
    public bool IsUnderWay => _relays.UnderWay().Any(relay => relay.Kind == RelayKind.Claim);

    /// <summary>Keeps the leaf of an epoch when it opens the root that the chain shows for it: a store's word alone would stand before all true leaves for ever.</summary>
    /// <exception cref="FormatException">The message is not this protocol's, or the leaf is none of that epoch's.</exception>
    /// <exception cref="OverflowException">The amount is out of its range.</exception>
    /// <exception cref="EvmException">The chain cannot be reached.</exception>
    public async Task KeepAsync(OwnLeaves own, CancellationToken stop)
    {
        if (own.Reward is not { } leaf)
            return;
        UInt128 cumulative = UInt128.Parse(leaf.Cumulative, CultureInfo.InvariantCulture);
        Hash32 salt = Hash32.Parse(leaf.Salt);
        Hash32[] proof = [.. leaf.Proof.Select(Hash32.Parse)];
        if (await _rewards.EpochAsync(checked((uint)own.Epoch), stop) is not { } published)
            return; // the nodes have not heard of it; it is told again
        if (!MerkleTree.Verify(published.Root, proof, new RewardLeaf(_account, new Bamnamu(cumulative), salt).Hash()))
            throw new FormatException($"the reward that is told for epoch {own.Epoch} is none of those that the cooperative published on chain");
        _file.Write((writer, transaction) =>
        {
            Sql.Run(writer, transaction, "INSERT INTO own_leaves(epoch, cumulative, salt, proof, kept_at) VALUES (@e, @c, @s, @p, @at) ON CONFLICT(epoch) DO UPDATE SET cumulative = @c, salt = @s, proof = @p",
                new { e = own.Epoch, c = cumulative.ToString(CultureInfo.InvariantCulture), s = salt, p = string.Join(' ', proof),
                    at = _time.GetUtcNow() });
        });
    }

    /// <summary>Looks how much could be claimed now.</summary>
    /// <exception cref="EvmException">The chain cannot be reached.</exception>
    public async Task LookAsync(CancellationToken stop) => await FindAsync(stop);

    /// <summary>Claims what has matured, because the member asked for it; asked again while that is on its way, nothing more happens.</summary>
    /// <param name="standing">The household's standing as the store told it last.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="EvmException">The chain cannot be reached; nothing was claimed.</exception>
    public async Task<ClaimOutcome> ClaimAsync(Standing standing, CancellationToken stop)
    {
        if (IsUnderWay)
            return ClaimOutcome.OnItsWay;
        if (await FindAsync(stop) is not { } found)
            return ClaimOutcome.NothingMatured;
        // A store that counts unclaimed rewards only would take the tier away with the claim.
        if (!standing.CountsOwned && standing.Tier > 0)
            return ClaimOutcome.TierNeedsIt;
        EvmCall call = _rewards.Claim(found.Epoch, found.Leaf, found.Proof);
        Hash32 id = new(RandomNumberGenerator.GetBytes(Hash32.Size));
        lock (_lock)
        {
            if (!IsUnderWay)
                _relays.Append(new Relay(id, RelayKind.Claim, call.To!.Value, call.Data.ToArray(), _account.ToWord()));
        }
        return ClaimOutcome.OnItsWay;
    }

    /// <summary>The newest leaf that has matured when it pays more than was paid; null when there is nothing to claim.</summary>
    private async Task<(uint Epoch, RewardLeaf Leaf, IReadOnlyList<Hash32> Proof)?> FindAsync(CancellationToken stop)
    {
        TimeSpan hold = await HoldAsync(stop);
        var matured = await MaturedAsync(_time.GetUtcNow() - hold, stop);
        Bamnamu paid = await _rewards.DealtWithAsync(_account, stop);
        Bamnamu offer = matured is { } leaf && leaf.Leaf.Cumulative.CompareTo(paid) > 0 ? leaf.Leaf.Cumulative - paid : default;
        lock (_lock)
            _offer = offer;
        return offer == default ? null : matured;
    }

    /// <summary>The newest leaf that was kept before a moment and opens its epoch's root; books from before were kept unasked.</summary>
    private async Task<(uint Epoch, RewardLeaf Leaf, IReadOnlyList<Hash32> Proof)?> MaturedAsync(DateTimeOffset before, CancellationToken stop)
    {
        var rows = _file.Read(reader => Sql.Query<(uint Epoch, Bamnamu Cumulative, Hash32 Salt, string Proof)>(
            reader, "SELECT epoch, cumulative, salt, proof FROM own_leaves WHERE kept_at <= @before ORDER BY epoch DESC LIMIT 32", new { before }));
        foreach (var row in rows)
        {
            RewardLeaf leaf = new(_account, row.Cumulative, row.Salt);
            Hash32[] proof = [.. row.Proof.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Hash32.Parse)];
            if (await _rewards.EpochAsync(row.Epoch, stop) is { } published && MerkleTree.Verify(published.Root, proof, leaf.Hash()))
                return (row.Epoch, leaf, proof);
        }
        return null;
    }

    private async Task<TimeSpan> HoldAsync(CancellationToken stop)
    {
        byte[] answer = await _chain.CallAsync(new EvmCall(_contracts.Rewards, new AbiWriter().ToCall("holdSeconds()")), stop);
        return TimeSpan.FromSeconds(new AbiReader(answer).Unsigned32());
    }
}

/// <summary>What became of a member's wish to claim.</summary>
internal enum ClaimOutcome
{
    /// <summary>The call is kept and will be brought to the chain, or was already.</summary>
    OnItsWay,

    /// <summary>Nothing has matured that was not paid.</summary>
    NothingMatured,

    /// <summary>This store counts only unclaimed rewards for the tier, so they stay where they are.</summary>
    TierNeedsIt,
}
