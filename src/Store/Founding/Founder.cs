using Npgsql;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;
using PantryChain.Store.Catalogue;
using PantryChain.Store.Hosting;
using PantryChain.Store.Joining;
using PantryChain.Store.Schema;
using PantryChain.Store.Sending;

namespace PantryChain.Store.Founding;

/// <summary>Makes a store out of an empty folder, database and chain: keys, schema, contracts, catalogue, the broker's first user. Each step is done once.</summary>
internal sealed class Founder(StoreFolder folder, TimeProvider clock, TextWriter output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60); // several blocks of any chain that a cooperative would use

    /// <summary>Does what is not done yet and says so line by line.</summary>
    /// <exception cref="UsageException">Something that the operator has to put right.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        CreateKeys();
        await using NpgsqlDataSource database = StoreDatabase.Create(folder.Options.Database);
        await StoreDatabase.EnsureReachableAsync(database, stop);
        int migrations = await Migrator.ApplyAsync(database, stop);
        output.WriteLine(migrations == 0 ? "Database: up to date." : $"Database: {migrations} migrations applied.");
        using Wallets wallets = Wallets.Open(folder);
        await DeployAsync(database, wallets, stop);
        OfferBook offers = new(database, clock);
        bool seeded = await offers.SeedAsync(CatalogueFile.Read(folder.Resolve(folder.Options.Catalogue), wallets.Seller.Address, folder.Options.Name), stop);
        output.WriteLine(seeded ? "Catalogue: filled." : "Catalogue: there already.");
        using BrokerAccounts broker = new(folder, database, Microsoft.Extensions.Logging.Abstractions.NullLogger<BrokerAccounts>.Instance);
        output.WriteLine(await broker.SyncAsync(stop) ? "Broker: password file written." : "Broker: password file is up to date.");
    }

    private void CreateKeys()
    {
        List<string> made = [.. Wallets.Create(folder)];
        Ensure(BrokerAccounts.OwnPasswordFile(folder), "broker password");
        Ensure(JoinSecrets.PathOf(folder), "join secret");
        Ensure(folder.Resolve(folder.Options.Clerk.PasswordFile), "clerk password");
        Ensure(folder.Resolve(folder.Options.Clerk.TokenFile), "clerk token");
        output.WriteLine(made.Count == 0 ? "Keys: there already." : $"Keys: made {string.Join(", ", made)}.");

        void Ensure(string path, string name)
        {
            if (SecretFile.Ensure(path))
                made.Add(name);
        }
    }

    private async Task DeployAsync(NpgsqlDataSource database, Wallets wallets, CancellationToken stop)
    {
        await using EvmConnection chain = await EvmConnection.OpenAsync(folder, stop);
        await RequireGasAsync(chain.Client, wallets, stop);
        using TransactionSender sender = new(chain.Client, wallets.Relayer, (ulong)folder.Options.Chain.ChainId, new PostgresJournal(Wallets.RelayerName, database, clock));
        try
        {
            await sender.ResendAsync(stop); // what a killed 'init' had signed
            ContractSet contracts = await new ContractDeployment(chain.Client, sender, Patience).RunAsync(Terms(wallets.Relayer.Address), stop);
            bool isNew = await ContractBook.KeepAsync(database, contracts, stop);
            output.WriteLine($"Contracts: {(isNew ? "deployed" : "there already")}; escrow {contracts.Escrow}.");
        }
        catch (EvmException error)
        {
            throw new UsageException($"The contracts cannot be deployed: {error.Message} Run 'init' again; it goes on where it stopped.", error);
        }
    }

    private async Task RequireGasAsync(IEvmClient chain, Wallets wallets, CancellationToken stop)
    {
        foreach (string name in (string[])[Wallets.RelayerName, Wallets.SellerName])
            if ((await chain.BalanceAsync(wallets[name].Address, stop)).IsZero)
                throw new UsageException($"The {name} {wallets[name].Address} has no money for gas. Send it some, or put a funded key into {folder.Key(name + ".key")}; then run 'init' again.");
    }

    private DeploymentTerms Terms(AccountAddress operatorAddress)
    {
        RewardOptions rewards = folder.Options.Rewards;
        OrderOptions orders = folder.Options.Orders;
        return new DeploymentTerms(operatorAddress, operatorAddress, operatorAddress)
        {
            Cap = Bamnamu.FromTokens((ulong)rewards.CapTokens),
            Rules = rewards.ToRules(),
            Hold = TimeSpan.FromSeconds(rewards.HoldSeconds),
            Windows = new OrderWindows(
                TimeSpan.FromSeconds(orders.VetoSeconds), TimeSpan.FromSeconds(orders.AcceptSeconds), TimeSpan.FromSeconds(orders.ShipSeconds),
                TimeSpan.FromSeconds(orders.DeliverSeconds), TimeSpan.FromSeconds(orders.ConfirmSeconds)),
        };
    }
}
