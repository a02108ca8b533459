using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Ledger.Evm;
using PantryChain.Ledger.Rewards;

namespace PantryChain.Ledger.Contracts;

/// <summary>A published epoch.</summary>
/// <param name="Epoch">Its number.</param>
/// <param name="Root">Root over all leaves.</param>
/// <param name="PublishedAt">When it was published, on chain.</param>
/// <param name="Rate">Reference rate per whole Bamnamu.</param>
/// <param name="Previous">The epoch published before, 0 for none.</param>
public sealed record PublishedEpoch(uint Epoch, Hash32 Root, DateTimeOffset PublishedAt, Bamtol Rate, uint Previous);

/// <summary>Rewards and standing on chain: <c>RewardDistributor</c>.</summary>
/// <remarks>Builders are pure; reads go to the node. Thread safe.</remarks>
public sealed class RewardDistributor(IEvmClient client, ContractSet contracts)
{
    /// <summary>Publishes an epoch. The publisher sends it, after the epoch's end.</summary>
    /// <param name="epoch">The computed epoch.</param>
    /// <param name="rate">Reference rate per whole Bamnamu; 64 bits.</param>
    public EvmCall Publish(RewardEpoch epoch, Bamtol rate) => new(contracts.Rewards, new AbiWriter()
        .Unsigned(epoch.Number).Word(epoch.Root).Unsigned(epoch.Total.Units).Unsigned(checked((ulong)rate.Hundredths))
        .ToCall("publish(uint32,bytes32,uint128,uint64)"));

    /// <summary>Pays an account what matured. Anybody may send it; only the account is paid.</summary>
    public EvmCall Claim(uint epoch, RewardLeaf leaf, IReadOnlyList<Hash32> proof) => new(contracts.Rewards, new AbiWriter()
        .Unsigned(epoch).Leaf(leaf).Words(proof).ToCall($"claim(uint32,{AbiStructs.RewardTuple},bytes32[])"));

    /// <summary>The newest published epoch, or null before the first.</summary>
    public async Task<PublishedEpoch?> LatestAsync(CancellationToken cancellation)
    {
        uint latest = await ReadAsync(new AbiWriter().ToCall("latestEpoch()"), answer => answer.Unsigned32(), cancellation);
        return latest == 0 ? null : await EpochAsync(latest, cancellation);
    }

    /// <summary>A published epoch, or null.</summary>
    public Task<PublishedEpoch?> EpochAsync(uint epoch, CancellationToken cancellation) => ReadAsync(
        new AbiWriter().Unsigned(epoch).ToCall("epochs(uint32)"),
        answer => new PublishedEpoch(epoch, answer.Word(), AbiStructs.ReadTime(answer), new Bamtol(answer.Unsigned()), answer.Unsigned32()) is { Root.IsZero: false } known
            ? known : null,
        cancellation);

    /// <summary>Everything that was published so far: the newest total.</summary>
    public Task<Bamnamu> PublishedAsync(CancellationToken cancellation) => ReadAsync(
        new AbiWriter().ToCall("published()"), answer => new Bamnamu(answer.Unsigned()), cancellation);

    /// <summary>True when the leaf stands in one of the two newest epochs.</summary>
    public Task<bool> HasStandingAsync(StandingLeaf leaf, IReadOnlyList<Hash32> proof, CancellationToken cancellation) => ReadAsync(
        new AbiWriter().Leaf(leaf).Words(proof).ToCall($"hasStanding({AbiStructs.StandingTuple},bytes32[])"), answer => answer.Bool(), cancellation);

    /// <summary>Cumulative amount that an account was paid or that was burned.</summary>
    public Task<Bamnamu> DealtWithAsync(AccountAddress account, CancellationToken cancellation) => ReadAsync(
        new AbiWriter().Address(account).ToCall("dealtWith(address)"), answer => new Bamnamu(answer.Unsigned()), cancellation);

    /// <summary>The same at a block of the past.</summary>
    public Task<Bamnamu> DealtWithAsync(AccountAddress account, ulong block, CancellationToken cancellation) => client.ReadAsync(
        new EvmCall(contracts.Rewards, new AbiWriter().Address(account).ToCall("dealtWith(address)")), block, answer => new Bamnamu(answer.Unsigned()), cancellation);

    private Task<T> ReadAsync<T>(byte[] data, Func<AbiReader, T> read, CancellationToken cancellation) =>
        client.ReadAsync(new EvmCall(contracts.Rewards, data), read, cancellation);
}
