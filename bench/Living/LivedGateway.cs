using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using PantryChain.DeviceDrivers.Simulation;
using PantryChain.Domain.Time;
using PantryChain.Gateway.Blocks;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Cooperative;
using PantryChain.Gateway.Deliveries;
using PantryChain.Gateway.Inbox;
using PantryChain.Gateway.Ordering;
using PantryChain.Gateway.Sensing;
using PantryChain.Gateway;
using PantryChain.Ledger.Blocks;
using PantryChain.Rehearsal.Running;
using PantryChain.Rehearsal.World;
using PantryChain.Reorder.Machine;

namespace PantryChain.Bench.Living;

/// <summary>The product's own gateway, put together as it puts itself together, whose threads and drains are stepped by hand.</summary>
internal sealed class LivedGateway : IAsyncDisposable
{
    private const string PinDigits = "24681012";

    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(1); // as its threads wait

    private readonly WebApplication _app;
    private readonly SteppedBusClock _bus;
    private readonly double _speed;
    private readonly SensingThread _sensing;
    private readonly ReaderThread _readers;
    private readonly OrderDrain _orders;
    private readonly BlockKeeper _blocks;
    private readonly InboxDesk _inbox;
    private TimeSpan _readersDue, _ordersDue;

    private LivedGateway(WebApplication app, SteppedBusClock bus, double speed)
    {
        (_app, _bus, _speed) = (app, bus, speed);
        _sensing = ActivatorUtilities.CreateInstance<SensingThread>(app.Services);
        _readers = ActivatorUtilities.CreateInstance<ReaderThread>(app.Services);
        _orders = app.Services.GetRequiredService<OrderDrain>();
        _blocks = app.Services.GetRequiredService<BlockKeeper>();
        _inbox = app.Services.GetRequiredService<InboxDesk>();
        app.Services.GetRequiredService<ReorderDesk>().WhenAdvanced(_ => WakeOrders());
        app.Services.GetRequiredService<DeliveryDesk>().WhenChanged(WakeOrders);
        app.Services.GetRequiredService<SightingBook>().WhenNew(WakeOrders);
    }

    /// <summary>Blocks that it sealed.</summary>
    public BlockBook Book => _app.Services.GetRequiredService<BlockBook>();

    /// <summary>Steps that failed and were taken again.</summary>
    public int Failures { get; private set; }

    /// <summary>What the order drain could not be told when it last tried, or null.</summary>
    public string? Trouble => _orders.Trouble;

    /// <summary>Writes what <c>init</c> would: keys, PIN, token, configuration, world.</summary>
    public static (P256Key Device, P256Key Member) Found(RunFolder folder, HouseholdPlan plan, Ports ports)
    {
        DataFolder data = new(folder.Gateway);
        data.Create();
        HostFiles.WriteLonelyGateway(folder, plan, ports);
        plan.World.Write(folder.World);
        P256Key device = P256Key.Create(), member = P256Key.Create();
        device.Save(data.DeviceKey);
        MemberKeyFile.Create(data.MemberKey, member, PinDigits);
        DataFolder.WriteSecret(data.LocalToken, "token-of-the-bench");
        DataFolder.WriteSecret(folder.Pin, PinDigits + "\n");
        return (device, member);
    }

    /// <summary>Puts the gateway together and opens its pages; nothing else runs.</summary>
    public static async Task<LivedGateway> StartAsync(RunFolder folder, Membership membership, HouseholdTime time, SteppedBusClock bus, CancellationToken stop)
    {
        DataFolder data = new(folder.Gateway);
        WebApplication app = GatewayHost.Build(data, GatewayFile.Read(data), membership, time, hardware: null, driven: bus);
        await app.StartAsync(stop);
        return new LivedGateway(app, bus, time.Speed);
    }

    /// <summary>Lets bus time pass up to <paramref name="until"/>, step by step of every thread.</summary>
    public async Task LiveAsync(TimeSpan until, CancellationToken stop)
    {
        while (Now < until)
        {
            Rest(Sense());
            if (Now >= _readersDue)
                _readersDue = Now + _readers.Step();
            if (Now >= _ordersDue)
                await PassAsync(stop);
        }
    }

    /// <summary>What the gateway does by the calendar.</summary>
    public void Tend()
    {
        while (_blocks.SealDue())
        {
            // a day after the other
        }
        _inbox.AnswerDue();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _readers.Dispose();
        _sensing.Dispose();
        await _app.DisposeAsync();
    }

    /// <summary>A pass of the order drain; what wakes it meanwhile has it look again at once, as its own signal does.</summary>
    /// <remarks>After a failure it waits for some seconds or a minute, which are the household's: on the bus's time a minute would be weeks.</remarks>
    private async Task PassAsync(CancellationToken stop)
    {
        _ordersDue = TimeSpan.MaxValue;
        TimeSpan rest = await _orders.PassOnceAsync(stop);
        if (_ordersDue == TimeSpan.MaxValue)
            _ordersDue = Now + (Trouble is null ? rest : rest / _speed);
    }

    private void WakeOrders() => _ordersDue = TimeSpan.Zero;

    private TimeSpan Now => TimeSpan.FromTicks(_bus.Read() / TimeSpan.NanosecondsPerTick);

    private TimeSpan Sense()
    {
        try
        {
            return _sensing.Step().Nap;
        }
        catch (IOException)
        {
            Failures++;
            return AfterFailure;
        }
    }

    private void Rest(TimeSpan nap)
    {
        if (nap > TimeSpan.Zero)
            _bus.Advance(nap < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : nap);
    }
}
