using Npgsql;
using PantryChain.Ledger.Evm;
using PantryChain.Store.Hosting;

namespace PantryChain.Store.Sending;

/// <summary>Runs one sender per wallet.</summary>
internal sealed class SendingService(
    Wallets wallets, IEvmClient chain, ChainHead head, TransactionQueue queue, NpgsqlDataSource database, StoreFolder folder, TimeProvider clock, ILogger<WalletSender> logger)
    : BackgroundService
{
    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        new[] { Wallets.RelayerName, Wallets.SellerName }
            .Select(wallet => new WalletSender(wallet, wallets, chain, head, queue, database, folder, clock, logger).RunAsync(stoppingToken)));
}
