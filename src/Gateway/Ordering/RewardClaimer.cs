using System.Globalization;
using System.Security.Cryptography;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Gateway.Cooperative;
using PantryChain.Gateway.Storage;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;
using PantryChain.Ledger.Rewards;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Gateway.Ordering;

/// <summary>Keeps the household's own reward leaf of every epoch that it saw, and claims what has matured.</summary>
/// <remarks>
/// The store shows the leaf of the newest epoch only, and an epoch pays after its holding time, so the leaves are kept here. A claim needs no key: anybody
/// may bring it and only the account is paid. One caller at a time, the order drain.
/// </remarks>
internal sealed class RewardClaimer
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromHours(24); // household time

    private readonly SqliteFile _file;
    private readonly RelayBook _relays;
    private readonly IEvmClient _chain;
    private readonly ContractSet _contracts;
    private readonly AccountAddress _account;
    private readonly TimeProvider _time;
    private readonly RewardDistributor _rewards;
    private DateTimeOffset _looked;

    /// <summary>Opens the table inside <paramref name="file"/>.</summary>
    public RewardClaimer(SqliteFile file, RelayBook relays, Membership membership, IEvmClient chain, ContractSet contracts, TimeProvider time)
    {
        (_file, _relays, _account, _chain, _contracts, _time, _rewards) = (file, relays, membership.AccountAddress, chain, contracts, time, new RewardDistributor(chain, contracts));
        file.Migrate("rewards",
        [
            "CREATE TABLE own_leaves(epoch INTEGER PRIMARY KEY, cumulative TEXT NOT NULL, salt BLOB NOT NULL, proof TEXT NOT NULL, kept_at INTEGER NOT NULL) STRICT",
        ]);
    }

    /// <summary>Keeps the leaf of an epoch; one that is there stays as it is.</summary>
    /// <exception cref="FormatException">The message is not this protocol's.</exception>
    /// <exception cref="OverflowException">The amount is out of its range.</exception>
    public void Keep(OwnLeaves own)
    {
        if (own.Reward is not { } leaf)
            return;
        UInt128 cumulative = UInt128.Parse(leaf.Cumulative, CultureInfo.InvariantCulture);
        Hash32 salt = Hash32.Parse(leaf.Salt);
        string proof = string.Join(' ', leaf.Proof.Select(Hash32.Parse));
        _file.Write((writer, transaction) =>
        {
            Sql.Run(writer, transaction, "INSERT INTO own_leaves(epoch, cumulative, salt, proof, kept_at) VALUES ($e, $c, $s, $p, $at) ON CONFLICT DO NOTHING",
                ("$e", own.Epoch), ("$c", cumulative.ToString(CultureInfo.InvariantCulture)), ("$s", salt), ("$p", proof), ("$at", _time.GetUtcNow()));
        });
    }

    /// <summary>Claims what matured, once a household day; nothing happens while a claim is on its way or nothing is left.</summary>
    /// <exception cref="EvmException">The chain cannot be reached.</exception>
    public async Task ClaimAsync(CancellationToken stop)
    {
        DateTimeOffset now = _time.GetUtcNow();
        if (now - _looked < BetweenLooks || _relays.UnderWay().Any(relay => relay.Kind == RelayKind.Claim))
            return;
        TimeSpan hold = await HoldAsync(stop);
        if (Matured(now - hold) is { } matured && (await _rewards.DealtWithAsync(_account, stop)).CompareTo(matured.Leaf.Cumulative) < 0)
        {
            EvmCall call = _rewards.Claim(matured.Epoch, matured.Leaf, matured.Proof);
            Hash32 id = new(RandomNumberGenerator.GetBytes(Hash32.Size));
            _relays.Append(new Relay(id, RelayKind.Claim, call.To!.Value, call.Data.ToArray(), _account.ToWord()));
        }
        _looked = now;
    }

    /// <summary>The newest leaf that was kept before a moment; its epoch was published before that.</summary>
    private (uint Epoch, RewardLeaf Leaf, IReadOnlyList<Hash32> Proof)? Matured(DateTimeOffset before)
    {
        var rows = _file.Read(reader => Sql.Query(reader, "SELECT epoch, cumulative, salt, proof FROM own_leaves WHERE kept_at <= $at ORDER BY epoch DESC LIMIT 1",
            row => (Epoch: (uint)row.GetInt64(0),
                Leaf: new RewardLeaf(_account, new Bamnamu(UInt128.Parse(row.GetString(1), CultureInfo.InvariantCulture)), row.Hash(2)),
                Proof: (IReadOnlyList<Hash32>)[.. row.GetString(3).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Hash32.Parse)]),
            ("$at", before)));
        return rows.Count == 0 ? null : rows[0];
    }

    private async Task<TimeSpan> HoldAsync(CancellationToken stop)
    {
        byte[] answer = await _chain.CallAsync(new EvmCall(_contracts.Rewards, new AbiWriter().ToCall("holdSeconds()")), stop);
        return TimeSpan.FromSeconds(new AbiReader(answer).Unsigned32());
    }
}
