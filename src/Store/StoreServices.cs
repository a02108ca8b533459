using Microsoft.AspNetCore.Connections;
using Npgsql;
using PantryChain.Domain.Time;
using PantryChain.Ledger.Blocks;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;
using PantryChain.Store.Anchoring;
using PantryChain.Store.Broker;
using PantryChain.Store.Catalogue;
using PantryChain.Store.Following;
using PantryChain.Store.Founding;
using PantryChain.Store.Health;
using PantryChain.Store.Hosting;
using PantryChain.Store.Joining;
using PantryChain.Store.Orders;
using PantryChain.Store.Relay;
using PantryChain.Store.Rewards;
using PantryChain.Store.Sending;
using PantryChain.Store.Treasury;
using PantryChain.Telemetry.Mqtt;
using PantryChain.Ui.Hosting;

namespace PantryChain.Store;

/// <summary>What each station of the store consists of.</summary>
internal static class StoreServices
{
    /// <summary>Folder, clock, web server, log.</summary>
    public static void AddHosting(this WebApplicationBuilder builder, StoreFolder folder, TimeProvider clock)
    {
        builder.WebHost.UseUrls(folder.Options.Listen);
        ConnectionShares shares = new(folder.Options.Connections.Bounds, Proxies.Parse(folder.Options.Proxies));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            shares.Bound(kestrel.Limits);
            kestrel.ConfigureEndpointDefaults(listen => listen.Use(shares.Serve));
        });
        builder.Logging.AddLines("HH:mm:ss.fff ");
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error); // the folder is the seal
        builder.Logging.AddFilter("Microsoft.AspNetCore.Diagnostics", LogLevel.None); // refusals are counted, not logged each time
        builder.Services.AddSingleton(folder);
        builder.Services.AddSingleton(clock);
        builder.Services.AddSingleton<RefusalLog>();
    }

    /// <summary>Database, chain, wallets, contracts.</summary>
    public static void AddSending(this WebApplicationBuilder builder, NpgsqlDataSource database, EvmConnection chain, ContractSet contracts)
    {
        IServiceCollection services = builder.Services;
        services.AddSingleton(_ => database); // by factory: disposed with the host
        services.AddSingleton(_ => chain);
        services.AddSingleton(chain.Client);
        services.AddSingleton(contracts);
        services.AddSingleton(provider => Wallets.Open(provider.GetRequiredService<StoreFolder>()));
        services.AddSingleton<TransactionQueue>();
        services.AddDrain<ChainHead>();
        services.AddSender(Wallets.RelayerName);
        services.AddSender(Wallets.SellerName);
        services.AddSingleton<MemberAccounts>();
        services.AddSingleton<DeviceRegistry>();
        services.AddSingleton<CotAnchor>();
        services.AddSingleton<RewardDistributor>();
        services.AddSingleton<OrderEscrow>();
        services.AddSingleton<BamtolToken>();
        services.AddSingleton<BamnamuToken>();
    }

    /// <summary>Invitations, joins, broker accounts, catalogue.</summary>
    public static void AddJoining(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(services => JoinSecrets.Open(services.GetRequiredService<StoreFolder>()));
        builder.Services.AddSingleton<Invitations>();
        builder.Services.AddOpenDoors();
        builder.Services.AddSingleton<JoinChallenges>();
        builder.Services.AddSingleton<DeviceStandings>();
        builder.Services.AddSingleton<JoinChain>();
        builder.Services.AddSingleton<BrokerAccounts>();
        builder.Services.AddSingleton<Joiner>();
        builder.Services.AddSingleton<OfferBook>();
        builder.Services.AddHostedService<BrokerHealing>();
    }

    /// <summary>Blocks from the broker into the database and onto the chain.</summary>
    public static void AddAnchoring(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IMqttLink>(services =>
            new MqttLink(StoreLink.OptionsOf(services.GetRequiredService<StoreFolder>()), services.GetRequiredService<ILogger<MqttLink>>()));
        builder.Services.AddSingleton<BlockRules>();
        builder.Services.AddSingleton(services => new BlockVerifier(services.GetRequiredService<ContractSet>().AnchorDomain, services.GetRequiredService<BlockRules>()));
        builder.Services.AddSingleton<BlockShelf>().AddSingleton<BlockJudge>();
        builder.Services.AddDrain<BlockStates>();
        builder.Services.AddDrain<Anchorer>();
        builder.Services.AddDrain<StoppedDevices>();
        builder.Services.AddDrain<BlockIntake>();
    }

    /// <summary>Households' signed calls.</summary>
    public static void AddRelay(this WebApplicationBuilder builder) =>
        builder.Services.AddSingleton<RelayBudget>().AddSingleton<RelayBook>().AddSingleton<StrangersCheck>().AddSingleton<StrangersShares>().AddSingleton<StrangersRelay>();

    /// <summary>Orders as the escrow's log tells them, and what the seller does with them.</summary>
    public static void AddOrders(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<Quarantine>();
        builder.Services.AddSingleton<OrderBook>();
        builder.Services.AddSingleton<OrderWindowsCache>();
        builder.Services.AddSingleton<PriceList>().AddSingleton<SellerDesk>();
        builder.Services.AddSingleton<DeliveryDesk>();
        builder.Services.AddDrain<EscrowFollower>();
        builder.Services.AddDrain<OrderTeller>();
        builder.Services.AddDrain<TimeoutKeeper>();
    }

    /// <summary>Epochs.</summary>
    public static void AddRewards(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<EpochBook>();
        builder.Services.AddSingleton<SaleBook>();
        builder.Services.AddSingleton<EpochLedger>();
        builder.Services.AddDrain<EpochCloser>();
    }

    /// <summary>How the store is.</summary>
    public static void AddHealth(this WebApplicationBuilder builder)
    {
        builder.Services.AddDrain<HealthWatch>();
        builder.Services.AddSingleton<HealthReport>();
    }

    /// <summary>Deposits and redemptions.</summary>
    public static void AddTreasury(this WebApplicationBuilder builder) => builder.Services.AddSingleton<TreasuryOnChain>().AddSingleton<Bookings>();

    /// <summary>Household time: the rehearsal's clock, or the system's.</summary>
    /// <exception cref="UsageException">The clock file is missing or no clock file.</exception>
    public static TimeProvider ClockOf(StoreFolder folder)
    {
        if (folder.Options.Clock.File is not { } file)
            return TimeProvider.System;
        try
        {
            return HouseholdTime.Read(folder.Resolve(file), TimeProvider.System);
        }
        catch (FormatException error)
        {
            throw new UsageException(error.Message, error);
        }
        catch (IOException error)
        {
            throw new UsageException($"The clock file cannot be read: {error.Message} Correct '--clock' or 'clock.file' in store.json.", error);
        }
    }

    /// <summary>One wallet's sender, with its journal.</summary>
    private static void AddSender(this IServiceCollection services, string wallet) => services.AddSingleton<IHostedService>(provider =>
    {
        PostgresJournal journal = new(wallet, provider.GetRequiredService<NpgsqlDataSource>(), provider.GetRequiredService<TimeProvider>());
        TransactionSender sender = new(
            provider.GetRequiredService<IEvmClient>(), provider.GetRequiredService<Wallets>()[wallet], provider.GetRequiredService<ContractSet>().ChainId, journal,
            (ulong)provider.GetRequiredService<StoreFolder>().Options.Chain.Confirmations);
        return ActivatorUtilities.CreateInstance<WalletSender>(provider, wallet, sender);
    });

    /// <summary>A background service that others may ask for, too.</summary>
    private static void AddDrain<T>(this IServiceCollection services)
        where T : BackgroundService
    {
        services.AddSingleton<T>();
        services.AddHostedService(provider => provider.GetRequiredService<T>());
    }
}
