using PantryChain.DeviceDrivers.Bus;
using PantryChain.DeviceDrivers.Rfid;
using PantryChain.DeviceDrivers.Simulation;
using PantryChain.Gateway.Attention;
using PantryChain.Gateway.Blocks;
using PantryChain.Gateway.Climate;
using PantryChain.Gateway.Clock;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Cooperative;
using PantryChain.Gateway.Dashboard;
using PantryChain.Gateway.Deliveries;
using PantryChain.Gateway.Display;
using PantryChain.Gateway.Drains;
using PantryChain.Gateway.Home;
using PantryChain.Gateway.Inbox;
using PantryChain.Gateway.Learning;
using PantryChain.Gateway.Levels;
using PantryChain.Gateway.Member;
using PantryChain.Gateway.Ordering;
using PantryChain.Gateway.Sensing;
using PantryChain.Gateway.Storage;
using PantryChain.Ledger.Blocks;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;
using PantryChain.Reorder.Machine;
using PantryChain.Reorder.Policy;
using PantryChain.Telemetry.Broker;
using PantryChain.Telemetry.Home;
using PantryChain.Telemetry.Journaling;
using PantryChain.Telemetry.Mqtt;
using PantryChain.Telemetry.Series;
using PantryChain.Telemetry.Storage;
using PantryChain.Telemetry.Wire;
using PantryChain.Ui.Hosting;

namespace PantryChain.Gateway;

/// <summary>Puts a gateway together, station by station in the order of the walk.</summary>
internal static class GatewayHost
{
    /// <summary>A host that is ready to run. It owns the state file until it is disposed.</summary>
    /// <param name="folder">Where everything lies.</param>
    /// <param name="household">The checked configuration.</param>
    /// <param name="membership">The cooperative that was joined, or null: then shelves are sensed, journaled and shown, and nothing is ordered.</param>
    /// <param name="time">Household time.</param>
    /// <param name="hardware">Pins and buses; null for this machine's own, or for the simulated board of a household with simulated cells.</param>
    /// <param name="driven">Bus time of a bench that takes every step of the stations itself; then nothing but the pages runs by itself. Null for a gateway that lives.</param>
    /// <exception cref="UserError">Something that the person at the keyboard must put right.</exception>
    public static WebApplication Build(
        DataFolder folder, Household household, Membership? membership, TimeProvider time, IHardware? hardware = null, SimulatedBusClock? driven = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = typeof(GatewayHost).Assembly.GetName().Name });
        builder.Logging.AddLines("HH:mm:ss ");
        builder.Logging.SetMinimumLevel(LogLevel.Information).AddFilter("Microsoft", LogLevel.Warning).AddFilter("Polly", LogLevel.Warning)
            .AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error).AddFilter("Microsoft.AspNetCore.Antiforgery", LogLevel.None) // its folder is the seal; forms that are refused are counted
            .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None); // what stops a start is said by the command, in one line
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        IServiceCollection stations = builder.Services;
        builder.ListenAtDoor(folder, household.Options.Dashboard, household);
        stations.AddSingleton(folder).AddSingleton(household).AddSingleton(time);
        AddState(stations, folder);
        AddShelf(stations, hardware, ShelfWorld.Open(household, folder, time, driven));  // 1-2 sense, weigh
        AddTelemetry(stations, household, folder);          // 3 tell
        AddLevels(stations, household, folder);
        AddLearning(stations);                              // 6 learn
        if (membership is not null)
        {
            AddCooperative(stations, household, membership);
            AddBlocks(stations);                            // 4-5 block, anchor
            AddOrdering(stations, household, membership);   // 7-10 decide, order, deliver, settle
        }
        stations.AddDashboard(folder, household, membership);                      // 11 show
        AddAttention(stations, household);
        AddClock(stations, household);
        AddDisplay(stations, household);
        stations.AddHostedService<ReaderThread>();
        stations.AddHostedService<SensingThread>();         // the last to start and the first to stop: everything it needs is there
        if (driven is not null)
            LeaveToTheDriver(builder);
        WebApplication app = builder.Build();
        app.MapDashboard();
        return app;
    }

    /// <summary>Takes out what would run by itself: threads and drains live in real time, a driver in its own.</summary>
    private static void LeaveToTheDriver(WebApplicationBuilder builder)
    {
        foreach (ServiceDescriptor own in builder.Services.Where(service => service.ServiceType == typeof(IHostedService) && IsOwn(service)).ToList())
            builder.Services.Remove(own);
        builder.Logging.ClearProviders(); // its stamps would be the machine's

        static bool IsOwn(ServiceDescriptor service) =>
            (service.ImplementationType ?? service.ImplementationFactory?.Method.DeclaringType)?.Assembly == typeof(GatewayHost).Assembly;
    }

    private static void AddState(IServiceCollection stations, DataFolder folder)
    {
        stations.AddSingleton(_ => SqliteFile.Open(folder.Database, mayBeLost: false));
        stations.AddSingleton<Journal>().AddSingleton<DiskState>();
        stations.AddSingleton(services => new Sessions(services.GetRequiredService<SqliteFile>(), TimeProvider.System));
        stations.AddSingleton(new LoginThrottle(TimeProvider.System, longest: TimeSpan.FromMinutes(15)));
        stations.AddSingleton(_ => Keys.LoadDevice(folder));
        stations.AddSingleton<Refusals>().AddSingleton<Setbacks>();
    }

    private static void AddShelf(IServiceCollection stations, IHardware? hardware, SimulatedShelf? world)
    {
        stations.AddSingleton<CalibrationBook>();
        stations.AddSingleton<TagBook>().AddSingleton<TagPairing>().AddSingleton<SightingBook>().AddSingleton<SlotNames>();
        stations.AddSingleton<ShelfBoard>();
        stations.AddSingleton<StockBook>().AddSingleton<InboxBook>();
        stations.AddSingleton<TagQueue>();
        stations.AddSingleton<SensorBoard>().AddSingleton<ThermalBook>();
        stations.AddSingleton<SensorOpener>().AddSingleton<ClimateBook>().AddSingleton<ClimateBoard>();
        stations.AddHostedService<ClimateStation>();
        stations.AddSingleton(hardware ?? (world is null ? new KernelHardware() : world.Board)).AddSingleton<SharedBuses>().AddSingleton<ConverterOpener>().AddSingleton<ReaderOpener>().AddSingleton(new TagPresence());
        stations.AddSingleton(services => new ShelfStation(
            services.GetRequiredService<Household>(), services.GetRequiredService<ConverterOpener>(),
            world, services.GetRequiredService<CalibrationBook>(), services.GetRequiredService<StockBook>(), services.GetRequiredService<ThermalBook>(), services.GetRequiredService<TagQueue>(),
            services.GetRequiredService<ILogger<ShelfStation>>()));
        stations.AddSingleton<Observer>();
        stations.AddSingleton<TagDesk>().AddSingleton<SlotFuser>().AddSingleton<ShelfKeeper>().AddSingleton<CountDesk>().AddSingleton<InboxDesk>();
        stations.AddHostedService<InboxClerk>();
        stations.AddSingleton<SlotWatch>();
        stations.AddSingleton<SampleTap>();
        stations.AddSingleton<SlotBench>();
        stations.AddSingleton<PantryWalk>();
    }

    private static void AddClock(IServiceCollection stations, Household household)
    {
        if (!household.Options.Clock.Battery)
            return;
        stations.AddSingleton(services => new ClockWatch(services.GetRequiredService<IHardware>(), () => KernelClock.IsSynchronised, TimeProvider.System, services.GetRequiredService<ILogger<ClockWatch>>()));
        stations.AddHostedService(services => services.GetRequiredService<ClockWatch>());
    }

    /// <summary>The display shows what the first page shows; it looks at it when it is asked, because the page looks at it, too.</summary>
    private static void AddDisplay(IServiceCollection stations, Household household)
    {
        if (household.Display is null)
            return;
        stations.AddSingleton<StatusView>();
        stations.AddSingleton(services => new DisplayPost(
            household, services.GetRequiredService<SharedBuses>(), () => services.GetRequiredService<StatusView>().Now(), services.GetRequiredService<TimeProvider>(), TimeProvider.System,
            services.GetRequiredService<ILogger<DisplayPost>>()));
        stations.AddHostedService(services => services.GetRequiredService<DisplayPost>());
    }

    /// <summary>Lamp and buzzer show what the first page shows; they look at it when they are asked, because it looks at them, too.</summary>
    private static void AddAttention(IServiceCollection stations, Household household)
    {
        if (household.Options.Attention is null)
            return;
        stations.AddSingleton(services => new AttentionPost(
            household, services.GetRequiredService<IHardware>(),
            () => new AttentionNeed(
                [.. services.GetRequiredService<Troubles>().Now().Where(trouble => trouble.Cause != TroubleCause.AttentionUnwell).Select(trouble => $"{trouble.Cause} {trouble.Detail}")],
                services.GetRequiredService<InboxBook>().Open.Count > 0),
            services.GetRequiredService<TimeProvider>(), TimeProvider.System, services.GetRequiredService<ILogger<AttentionPost>>()));
        stations.AddHostedService(services => services.GetRequiredService<AttentionPost>());
    }

    private static void AddTelemetry(IServiceCollection stations, Household household, DataFolder folder)
    {
        if (household.Options.Home is not { } broker)
            return;
        Topics topics = new(household.Gateway);
        stations.AddSingleton<ClimateTeller>().AddSingleton<ExtraParts>().AddSingleton<SensorTeller>();
        if (broker.IsInside)
        {
            stations.AddSingleton(services => HomeBroker.Make(broker, folder, topics, services.GetRequiredService<ILogger<EmbeddedBroker>>()));
            stations.AddHostedService<HomeBroker>();
        }
        stations.AddSingleton<HomeStation>(services => MakeHome(
            services, broker.IsInside ? HomeBroker.LinkTo(services.GetRequiredService<EmbeddedBroker>(), topics) : MqttHome(broker, topics, folder), topics));
        stations.AddHostedService(services => services.GetRequiredService<HomeStation>());
    }

    private static void AddLevels(IServiceCollection stations, Household household, DataFolder folder)
    {
        LevelOptions levels = household.Options.Levels;
        if (levels.Influx is { } influx)
        {
            string? token = influx.TokenFile is null ? null : SecretIn(folder.Inside(influx.TokenFile), "token for InfluxDB", "levels.influx.tokenFile");
            InfluxOptions options = new() { Url = influx.Url!, Database = influx.Database, Organization = influx.Organization, Token = token };
            stations.AddSingleton<ITimeSeries>(_ => LevelStore.InInflux(options, household.Gateway, folder.LevelOutbox));
        }
        else
        {
            SeriesOptions options = new() { MinuteDays = levels.MinuteDays, HourDays = levels.HourDays };
            stations.AddSingleton<ITimeSeries>(_ => LevelStore.InFile(folder.Levels, options));
        }
        stations.AddSingleton<LevelDrain>();
        stations.AddHostedService(services => services.GetRequiredService<LevelDrain>());
    }

    private static HomeStation MakeHome(IServiceProvider services, MqttOptions options, Topics topics)
    {
        MqttLink link = new(options, services.GetRequiredService<ILogger<MqttLink>>());
        HomeOptions pace = new();
        StateDrain states = new(link, topics, pace, TimeProvider.System, services.GetRequiredService<ILogger<StateDrain>>());
        EventDrain events = new(
            services.GetRequiredService<Journal>(), services.GetRequiredService<SqliteFile>(), link, topics, pace, TimeProvider.System,
            services.GetRequiredService<ILogger<EventDrain>>());
        HomeAssistantOptions discovery = new() { HasAttention = services.GetRequiredService<Household>().Options.Attention is not null, HasBatteryClock = services.GetRequiredService<Household>().Options.Clock.Battery, HasDisplay = services.GetRequiredService<Household>().Display is not null };
        HomeAssistant assistant = new(link, topics, discovery, states, TimeProvider.System, services.GetRequiredService<ILogger<HomeAssistant>>());
        Household household = services.GetRequiredService<Household>();
        _ = new Leftovers( // lives as long as the link that it listens to
            link, topics, services.GetRequiredService<SqliteFile>(), discovery, (household.Slots.Select(slot => slot.Slot).ToHashSet(), household.Readers.Select(reader => reader.Slot).ToHashSet(), household.Climate.Select(place => place.Name).ToHashSet(StringComparer.Ordinal)),
            TimeProvider.System, services.GetRequiredService<ILogger<Leftovers>>());
        RequestDesk requests = new(link, topics, discovery, services.GetRequiredService<Refusals>(), services.GetRequiredService<ILogger<RequestDesk>>());
        ActivatorUtilities.CreateInstance<HomeRequests>(services).Serve(requests);
        return ActivatorUtilities.CreateInstance<HomeStation>(services, link, events, states, assistant, requests);
    }

    private static void AddLearning(IServiceCollection stations) =>
        stations.AddSingleton<AnswerBook>().AddSingleton<WishBook>().AddSingleton<HolidayDesk>().AddSingleton(services => new Learner(
            services.GetRequiredService<Journal>(), services.GetRequiredService<Household>(), services.GetRequiredService<AnswerBook>(), services.GetRequiredService<HolidayDesk>().Calendar));

    private static void AddCooperative(IServiceCollection stations, Household household, Membership membership)
    {
        CooperativeInfo info = membership.Info;
        IReadOnlyList<Uri> storesOwn = membership.MovedRpcUrl is { } moved ? [info.RpcUrl, moved] : [info.RpcUrl];
        stations.AddSingleton(membership);
        stations.AddSingleton<StoreClock>();
        stations.AddSingleton(services => CallRelays.Of(membership, household.Options.Cooperative, services.GetRequiredService<StoreClock>()));
        stations.AddSingleton(services => services.GetRequiredService<CallRelays>().All[0].Store);
        stations.AddSingleton(info.Contracts.ToContractSet((ulong)info.ChainId));
        stations.AddSingleton(services => ChainNodes.Over(
            [storesOwn, .. household.Options.Cooperative.Nodes.Select(node => (IReadOnlyList<Uri>)[node])], (ulong)info.ChainId, services.GetRequiredService<TimeProvider>()));
        stations.AddSingleton<IEvmClient>(services => services.GetRequiredService<ChainNodes>());
    }

    private static void AddBlocks(IServiceCollection stations)
    {
        stations.AddSingleton<BlockBook>();
        stations.AddSingleton(services => new BlockSealer(services.GetRequiredService<P256Key>(), services.GetRequiredService<ContractSet>().AnchorDomain));
        stations.AddSingleton<BlockKeeper>();
        stations.AddHostedService<DailySeal>();
        stations.AddSingleton<CooperativeLink>();
        stations.AddSingleton(services =>
        {
            CooperativeLink link = services.GetRequiredService<CooperativeLink>();
            return new BlockDrain(
                services.GetRequiredService<BlockBook>(), services.GetRequiredService<BlockKeeper>(), link.Mqtt, link.Topics, services.GetRequiredService<Refusals>(),
                TimeProvider.System, services.GetRequiredService<ILogger<BlockDrain>>());
        });
        stations.AddHostedService(services => services.GetRequiredService<BlockDrain>());
        stations.AddHostedService(services => services.GetRequiredService<CooperativeLink>()); // after who listens there
    }

    private static void AddOrdering(IServiceCollection stations, Household household, Membership membership)
    {
        stations.AddSingleton<StepBook>().AddSingleton<RelayBook>().AddSingleton<OrderBook>().AddSingleton<MandateBook>();
        stations.AddSingleton(services => MakeReorderDesk(services, household));
        stations.AddSingleton(new ReorderPolicy(ApprovalsBeforeAuto: (uint)household.Options.Ordering.Approvals));
        stations.AddSingleton(services => new Discretion(services.GetRequiredService<SqliteFile>(), household, membership));
        stations.AddSingleton<Circumstances>().AddSingleton<LeadBook>().AddSingleton<Situations>();
        stations.AddSingleton<Decider>().AddSingleton<AskDesk>();
        stations.AddSingleton<RewardClaimer>().AddSingleton<Outlook>().AddSingleton<OrderViews>().AddSingleton<Departures>().AddSingleton<OrderPlacer>().AddSingleton<OrderFollower>().AddSingleton<CallCheck>().AddSingleton<CallFiles>().AddSingleton<MandateFinder>().AddSingleton<OrderFinder>().AddSingleton<KeyWatch>().AddSingleton<MemberSigner>().AddSingleton<MandateDesk>().AddSingleton<DeviceBooks>().AddSingleton<DeviceDesk>();
        stations.AddSingleton(services =>
        {
            CallCheck check = services.GetRequiredService<CallCheck>();
            return new RelayDesk(
                services.GetRequiredService<RelayBook>(), services.GetRequiredService<CallRelays>(), check.LookAsync, check.WhyNotAsync, services.GetRequiredService<TimeProvider>(),
                services.GetRequiredService<ILogger<RelayDesk>>());
        });
        stations.AddSingleton<OrderRound>().AddSingleton<OrderNews>().AddSingleton(MakeOrderDrain);
        stations.AddHostedService(services => services.GetRequiredService<OrderDrain>());
        stations.AddSingleton<CallsSight>().AddSingleton<CooperativeHealth>();
        stations.AddSingleton<RiseBook>().AddSingleton<PaperBook>().AddSingleton<DeliveryJudge>().AddSingleton<DeliveryDesk>().AddSingleton<DeliveryRound>();
        stations.AddSingleton(services => new Arrivals(
            services.GetRequiredService<ReorderDesk>(), services.GetRequiredService<OrderBook>(), services.GetRequiredService<RiseBook>(),
            services.GetRequiredService<DeliveryJudge>(), household, TimeSpan.FromSeconds(membership.Info.VetoSeconds)));
    }

    private static ReorderDesk MakeReorderDesk(IServiceProvider services, Household household)
    {
        ILogger log = services.GetRequiredService<ILogger<ReorderDesk>>();
        ReorderDesk desk = services.GetRequiredService<StepBook>().Desk(household.Products.Select(product => product.Product.Gtin));
        desk.WhenAdvanced(step => log.LogInformation("{Product} #{Number}: {Trigger} {Note}", step.Gtin, step.Number, step.Trigger, step.Note));
        return desk;
    }

    /// <summary>The order drain, woken by decisions, the member's answers, tags, and the store's words about blocks and orders.</summary>
    private static OrderDrain MakeOrderDrain(IServiceProvider services)
    {
        OrderDrain drain = ActivatorUtilities.CreateInstance<OrderDrain>(services);
        services.GetRequiredService<ReorderDesk>().WhenAdvanced(_ => drain.Wake());
        services.GetRequiredService<DeliveryDesk>().WhenChanged(drain.Wake);
        services.GetRequiredService<SightingBook>().WhenNew(drain.Wake);
        services.GetRequiredService<BlockDrain>().WhenHeard(drain.Wake);
        services.GetRequiredService<OrderNews>().WhenHeard(drain.Hear);
        return drain;
    }

    private static MqttOptions MqttHome(HomeBrokerOptions broker, Topics topics, DataFolder folder)
    {
        string? password = broker.PasswordFile is null ? null : SecretIn(folder.Inside(broker.PasswordFile), "password for the home broker", "home.passwordFile");
        return new MqttOptions
        {
            Host = broker.At, Port = broker.Port, ClientId = topics.Gateway.Value, Username = broker.Username, Password = password, StatusTopic = topics.Status,
            Tls = broker.CaFile is null ? null : new MqttTls { CaFile = folder.Inside(broker.CaFile) },
        };
    }

    private static string SecretIn(string file, string what, string member) =>
        File.Exists(file) && File.ReadLines(file).FirstOrDefault() is { Length: > 0 } line ? line
            : throw new UserError($"{file} holds no {what}. Write it on the file's first line, or remove {member} from gateway.json.");
}
