using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;
using PantryChain.Store.Hosting;

namespace PantryChain.Store.Founding;

/// <summary>The chain's node over HTTP, owned with its connections.</summary>
internal sealed class EvmConnection(HttpClient http, IEvmClient client) : IAsyncDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10); // a node that needs longer counts as away

    /// <summary>The client.</summary>
    public IEvmClient Client => client;

    /// <summary>A client for the node in <c>store.json</c>; nothing is asked yet.</summary>
    public static EvmConnection Create(StoreFolder folder)
    {
        HttpClient http = new() { BaseAddress = new Uri(folder.Options.Chain.RpcUrl) };
        return new EvmConnection(http, new JsonRpcClient(http, ContractArtifact.Reasons, Timeout));
    }

    /// <summary>The same, once the node answered that it is the chain that <c>store.json</c> names.</summary>
    /// <exception cref="UsageException">It does not answer, or it is another chain.</exception>
    public static async Task<EvmConnection> OpenAsync(StoreFolder folder, CancellationToken stop)
    {
        EvmConnection connection = Create(folder);
        try
        {
            ulong id = await connection.Client.ChainIdAsync(stop);
            if (id != (ulong)folder.Options.Chain.ChainId)
                throw new UsageException($"{folder.Options.Chain.RpcUrl} is chain {id}, not {folder.Options.Chain.ChainId}. Correct 'chain.rpcUrl' or 'chain.chainId' in store.json.");
            return connection;
        }
        catch (EvmException error)
        {
            await connection.DisposeAsync();
            throw new UsageException($"{error.Message} Start the chain, or correct 'chain.rpcUrl' in store.json.", error);
        }
    }

    /// <summary>The same for a store that is to serve whether the node is there or not: only another chain than its own is refused.</summary>
    /// <exception cref="UsageException">It is another chain.</exception>
    public static async Task<EvmConnection> OpenOrWaitAsync(StoreFolder folder, CancellationToken stop)
    {
        try
        {
            return await OpenAsync(folder, stop);
        }
        catch (UsageException error) when (error.InnerException is EvmException)
        {
            return Create(folder); // away: whoever looks at the chain's head says so and waits
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        http.Dispose();
        return ValueTask.CompletedTask;
    }
}
