using System.Globalization;
using PantryChain.Domain.Identity;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;
using PantryChain.Rehearsal.Parts;

namespace PantryChain.Bench.Living;

/// <summary>A real EVM node with the cooperative's real contracts, whose time a driver sets.</summary>
/// <remarks>One caller at a time.</remarks>
internal sealed class SetChain : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly AnvilPart _anvil;
    private readonly HttpClient _http;
    private DateTimeOffset _newest;
    private int _effects;

    private SetChain(AnvilPart anvil)
    {
        (_anvil, _http) = (anvil, new HttpClient { BaseAddress = anvil.Url });
        Client = new JsonRpcClient(_http, ContractArtifact.Reasons, Patience);
        (Store, Seller) = (SenderOf(0), SenderOf(1));
    }

    /// <summary>Where it answers.</summary>
    public Uri Url => _anvil.Url;

    /// <summary>The way to it.</summary>
    public JsonRpcClient Client { get; }

    /// <summary>The contracts.</summary>
    public ContractSet Contracts { get; private set; } = null!;

    /// <summary>The cooperative's wallet.</summary>
    public TransactionSender Store { get; }

    /// <summary>The seller's wallet.</summary>
    public TransactionSender Seller { get; }

    /// <summary>Starts the node and deploys the contracts.</summary>
    public static async Task<SetChain> StartAsync(string folder, DateTimeOffset genesis, Func<TransactionSender, DeploymentTerms> terms, CancellationToken stop)
    {
        SetChain chain = new(await AnvilPart.StartNewAsync(folder, new AnvilOptions { Genesis = genesis }, stop));
        chain.Contracts = await new ContractDeployment(chain.Client, chain.Store, Patience).RunAsync(terms(chain.Store), stop);
        chain._newest = (await chain.Client.LatestBlockAsync(stop)).At;
        return chain;
    }

    /// <summary>Mines an empty block with the driver's time, unless the chain is there already.</summary>
    public async Task MoveToAsync(DateTimeOffset now, CancellationToken stop)
    {
        if (now.ToUnixTimeSeconds() <= _newest.ToUnixTimeSeconds())
            return;
        await _anvil.CallAsync("evm_mine", [now.ToUnixTimeSeconds()], stop);
        _newest = now;
    }

    /// <summary>Makes a call happen and gives its receipt with its block's time.</summary>
    /// <exception cref="EvmRevertedException">The contract refuses.</exception>
    public async Task<(TransactionReceipt Receipt, DateTimeOffset At)> DoAsync(TransactionSender sender, EvmCall call, CancellationToken stop)
    {
        TransactionReceipt receipt = await sender.SendAndWaitAsync((++_effects).ToString(CultureInfo.InvariantCulture), call, Patience, stop);
        DateTimeOffset at = (await Client.BlockAsync(receipt.Block, stop)).At;
        _newest = at > _newest ? at : _newest;
        return (receipt, at);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        Store.Dispose();
        Seller.Dispose();
        await _anvil.DisposeAsync();
        _http.Dispose();
    }

    private TransactionSender SenderOf(int account) =>
        new(Client, new RelayerKey(Hex.Decode(AnvilPart.Keys[account])), ContractSet.RehearsalChainId, new MemoryTransactionJournal());
}
