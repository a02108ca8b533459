using Npgsql;
using PantryChain.Ledger.Contracts;
using PantryChain.Store.Anchoring;
using PantryChain.Store.Catalogue;
using PantryChain.Store.Desk;
using PantryChain.Store.Founding;
using PantryChain.Store.Health;
using PantryChain.Store.Hosting;
using PantryChain.Store.Joining;
using PantryChain.Store.Orders;
using PantryChain.Store.Relay;
using PantryChain.Store.Rewards;
using PantryChain.Store.Schema;

namespace PantryChain.Store;

/// <summary>The cooperative's host: one line per station, in walk order.</summary>
internal static class StoreHost
{
    /// <summary>Puts a founded store together; the caller starts and disposes it.</summary>
    /// <exception cref="UsageException">The database does not answer, the chain is another one, keys are missing, or the store was never founded.</exception>
    public static async Task<WebApplication> BuildAsync(StoreFolder folder, TimeProvider clock, CancellationToken stop)
    {
        NpgsqlDataSource database = StoreDatabase.Create(folder.Options.Database);
        await StoreDatabase.EnsureReachableAsync(database, stop);
        await Migrator.ApplyAsync(database, stop);
        ContractSet contracts = await ContractBook.ReadAsync(database, folder, stop);
        EvmConnection chain = await EvmConnection.OpenOrWaitAsync(folder, stop);

        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = folder.Path });
        builder.AddHosting(folder, clock);
        builder.AddSending(database, chain, contracts);
        builder.AddJoining();                           // who takes part
        builder.AddAnchoring();                         // 5 anchor
        builder.AddRelay();                             // 8 order: households' signed calls
        builder.AddOrders();                            // 8-10 order, deliver, settle
        builder.AddRewards();                           // 5 reward
        builder.AddTreasury();
        builder.AddHealth();
        builder.Services.AddApiDocument();
        builder.AddDesk(folder, contracts);             // 11 show

        WebApplication app = builder.Build();
        app.UseStoreTime();
        app.UseProblems();
        app.UseDesk();
        app.MapHealth();
        RouteGroupBuilder api = app.MapGroup("/api/v1");
        api.MapCooperative();
        api.MapJoining();
        api.MapCatalogue();
        api.MapBlocks();
        api.MapRelay();
        api.MapOrders();
        api.MapRewards();
        app.MapDesk();
        app.MapApiDocument();
        return app;
    }
}
