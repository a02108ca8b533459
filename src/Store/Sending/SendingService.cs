using Npgsql;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;
using PantryChain.Store.Hosting;

namespace PantryChain.Store.Sending;

/// <summary>Runs one sender per wallet.</summary>
internal sealed class SendingService(
    Wallets wallets, IEvmClient chain, ChainHead head, TransactionQueue queue, NpgsqlDataSource database, StoreFolder folder, TimeProvider clock, ILogger<WalletSender> logger)
    : BackgroundService
{
    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(RunAsync(Wallets.RelayerName, stoppingToken), RunAsync(Wallets.SellerName, stoppingToken));

    private async Task RunAsync(string wallet, CancellationToken stop)
    {
        PostgresJournal journal = new(wallet, database, clock);
        using TransactionSender sender = new(chain, wallets[wallet], (ulong)folder.Options.Chain.ChainId, journal);
        await new WalletSender(wallet, sender, chain, head, queue, database, logger).RunAsync(stop);
    }
}
