using PantryChain.DeviceDrivers.Simulation;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Time;
using PantryChain.Gateway.Cooperative;
using PantryChain.Ledger.Blocks;
using PantryChain.Ledger.Contracts;
using PantryChain.Rehearsal.Audit;
using PantryChain.Rehearsal.Running;
using PantryChain.Rehearsal.Scripts;
using PantryChain.Rehearsal.World;

namespace PantryChain.Bench.Living;

/// <summary>One household lived through, without waiting for the clock.</summary>
/// <param name="Products">What the audit found of each product.</param>
/// <param name="Orders">Orders on chain.</param>
/// <param name="Deliveries">What came into the house.</param>
/// <param name="Refusals">Calls that the chain refused, by kind and reason.</param>
/// <param name="Tier">The household's standing at the end.</param>
/// <param name="End">Household time of the end.</param>
internal sealed record Lived(
    IReadOnlyList<EmptyAudit.Result> Products, IReadOnlyList<SmallOrder> Orders, IReadOnlyList<Delivery> Deliveries, IReadOnlyDictionary<string, int> Refusals, int Tier, DateTimeOffset End);

/// <summary>Lives a household: the world of a rehearsal, the product's gateway, the contracts on a real node, a small store, and one clock
/// that nobody waits for.</summary>
/// <param name="plan">The household.</param>
/// <param name="world">What is unusual.</param>
/// <param name="speed">Household seconds in a second of the bus; 28 800 as <c>up</c> has it, where a reading takes most of an hour to settle.</param>
/// <param name="folder">Where everything lies.</param>
/// <param name="tell">Told what happens.</param>
internal sealed class LivedHousehold(HouseholdPlan plan, LivedWorld world, double speed, RunFolder folder, Action<string> tell)
{
    private static readonly TimeSpan Beat = TimeSpan.FromHours(2), ScriptsBeat = TimeSpan.FromMilliseconds(250); // the scripts look ahead by the second one, in real time

    private readonly SteppedBusClock _bus = new();

    /// <summary>Lives so many days and looks at what is left.</summary>
    public async Task<Lived> LiveAsync(int days, CancellationToken stop)
    {
        HouseholdTime time = Clock();
        Offers offers = new();
        Ports ports = Ports.Take(folder, new UpOptions(20, false, true, folder.Path, null, null, null, plan.Seed, false, null, null));
        (P256Key device, P256Key member) = LivedGateway.Found(folder, plan, ports);
        RehearsedFaults.Keep(folder, plan, asked: null);
        await using SetChain chain = await SetChain.StartAsync(folder.Chain, plan.Origin - TimeSpan.FromHours(6), Terms, stop);
        AccountAddress account = await JoinAsync(chain, device, member, stop);
        LivedGateway gateway = null!;
        SmallCooperative cooperative = new(chain, plan, account, device.Device, () => gateway.Book, time);
        await using SmallStore store = await SmallStore.OpenAsync(cooperative, ports.Store, () => world.Sleep?.IsSilent(DayOf(time)) == true, stop);
        gateway = await LivedGateway.StartAsync(folder, MembershipOf(chain, account, device, ports), time, _bus, stop);
        await using (gateway)
        {
            using Household people = new(plan, world, folder, ports, time, offers, tell);
            for (DateTimeOffset next = plan.Origin; next < plan.Origin + TimeSpan.FromDays(days); next += Beat)
            {
                await gateway.LiveAsync(TimeSpan.FromTicks((next - plan.Origin + Beat).Ticks) / speed, stop);
                gateway.Tend();
                await cooperative.TendAsync(stop);
                await people.ActAsync(stop);
            }
        }
        DateTimeOffset end = time.GetUtcNow();
        DeliveryLog log = new(folder.Deliveries);
        log.Refresh();
        return new Lived(
            new EmptyAudit(folder.GatewayDatabase, SimulatedHousehold.Open(folder.World, folder.Deliveries), offers).Run(plan.Shelves, end), [.. cooperative.Orders.All], log.Entries,
            cooperative.Refusals, cooperative.Standing?.Standing.Tier ?? 0, end);
    }

    private HouseholdTime Clock()
    {
        DateTimeOffset start = DateTimeOffset.UnixEpoch + TimeSpan.FromDays(20_000);
        return new HouseholdTime(plan.Origin, start, speed, new DrivenTime(_bus, start));
    }

    private double DayOf(TimeProvider time) => (time.GetUtcNow() - plan.Origin).TotalDays;

    private static DeploymentTerms Terms(TransactionSender store) => new(store.From, store.From, store.From) { Windows = SmallCooperative.Windows };

    /// <summary>What joining does on chain.</summary>
    private async Task<AccountAddress> JoinAsync(SetChain chain, P256Key device, P256Key member, CancellationToken stop)
    {
        MemberAccounts accounts = new(chain.Client, chain.Contracts);
        DeviceRegistry devices = new(chain.Client, chain.Contracts);
        AccountAddress account = await accounts.AddressOfAsync(member.Device, stop);
        await chain.DoAsync(chain.Store, accounts.Create(member.Device), stop);
        await chain.DoAsync(chain.Store, devices.Attest(device.Device, DeviceKind.Simulated), stop);
        await chain.DoAsync(chain.Store, devices.Claim(DeviceClaim.Sign(chain.Contracts.DevicesDomain, device, member, account, 0, plan.Origin)), stop);
        return account;
    }

    private static Membership MembershipOf(SetChain chain, AccountAddress account, P256Key device, Ports ports)
    {
        ContractSet set = chain.Contracts;
        ContractAddresses contracts = new(
            set.Bamtol.ToString(), set.Bamnamu.ToString(), set.Accounts.ToString(), set.Devices.ToString(), set.Anchor.ToString(), set.Rewards.ToString(), set.Escrow.ToString());
        CooperativeInfo info = new(
            "Bench", (long)ContractSet.RehearsalChainId, true, chain.Url, contracts, new BrokerAddress("127.0.0.1", ports.Cooperative, false), 86_400,
            (long)SmallCooperative.Windows.Veto.TotalSeconds);
        return new Membership(new Uri($"http://127.0.0.1:{ports.Store}/"), "token", account.ToString(), device.Device.ToString(), new BrokerCredentials("pantry", "none"), info);
    }

    /// <summary>Everybody who acts: member, clerk and courier of the rehearsal, by the rehearsal's own scripts.</summary>
    private sealed class Household : IDisposable
    {
        private readonly GatewayDoor _gateway;
        private readonly StoreDoor _store;
        private readonly CourierScript _courier;
        private readonly MemberScript _member;
        private readonly ClerkScript _clerk;
        private readonly Story _story;
        private readonly Func<bool> _isAsleep;
        private readonly Action<GatewayState> _seen;
        private IReadOnlyList<DeskOrder> _orders = [];

        public Household(HouseholdPlan plan, LivedWorld world, RunFolder folder, Ports ports, HouseholdTime time, Offers offers, Action<string> tell)
        {
            _seen = state => offers.Note(state, time.GetUtcNow());
            Directory.CreateDirectory(Path.GetDirectoryName(folder.ClerkToken)!);
            File.WriteAllText(folder.ClerkToken, "clerk\n");
            _gateway = new GatewayDoor(ports.Gateway, folder.GatewayToken, folder.Pin);
            _store = new StoreDoor(ports.Store, folder.ClerkToken);
            _courier = new CourierScript(plan, folder.Deliveries, time, Math.Max(time.Speed, Beat / ScriptsBeat), world.Habits);
            _member = new MemberScript(plan, _gateway, _store, _courier, time);
            _clerk = new ClerkScript(plan, _store, _courier, time, byHand: false);
            _story = new Story(plan, FaultScript.None, time, tell, goesOn: false);
            _isAsleep = () => world.Sleep?.IsAsleep((time.GetUtcNow() - plan.Origin).TotalDays) == true;
        }

        public async Task ActAsync(CancellationToken stop)
        {
            GatewayState state = await _gateway.StateAsync(stop);
            _story.Follow(state);
            _seen(state);
            _courier.Shop(state);
            await _member.ActAsync(state, _orders, stop);
            _orders = await _store.OrdersAsync(stop);
            if (_isAsleep())
                return;
            _courier.Act(_orders);
            await _clerk.ActAsync(_orders, stop);
        }

        public void Dispose()
        {
            _gateway.Dispose();
            _store.Dispose();
        }
    }
}
