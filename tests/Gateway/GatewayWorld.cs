using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using PantryChain.DeviceDrivers.Simulation;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Time;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Cooperative;
using PantryChain.Ledger.Blocks;

namespace PantryChain.Gateway.Tests;

/// <summary>A whole gateway in this process: real cells' driver on a simulated household, real files, real pages on a free port.</summary>
internal sealed class GatewayWorld : IAsyncDisposable
{
    public const string PinDigits = "24681012";

    private readonly TempDataFolder _temp = new();
    private WebApplication? _app;

    /// <param name="speed">Household seconds per real second.</param>
    /// <param name="joined">True for a gateway that belongs to a cooperative which cannot be reached.</param>
    /// <param name="jar">True for an empty milk slot whose "packs" are jars of 300 g.</param>
    public GatewayWorld(double speed, bool joined = false, bool jar = false)
    {
        DateTimeOffset start = TimeProvider.System.GetUtcNow();
        Time = new HouseholdTime(Samples.Morning, start, speed, TimeProvider.System);
        Joined = joined;
        Plan = new WorldPlan(11, Samples.Morning, Samples.Household.Zone,
        [
            new SlotPlan(new SlotId(1), Samples.Milk, Mass.FromGrams(jar ? 300 : 1063), Mass.FromGrams(33), jar ? 0 : 6, 3, [new RateSegment(0, jar ? 0.001 : 0.4)], CellPlan.TwentyKilograms),
            new SlotPlan(new SlotId(2), Samples.Rice, Mass.FromGrams(4000), Mass.FromGrams(40), 2, 2, [new RateSegment(0, 0.1)], CellPlan.TwentyKilograms),
        ]);
        Plan.Write(_temp.Inside("world.json"));
        using P256Key device = P256Key.Create(), member = P256Key.Create();
        device.Save(_temp.Folder.DeviceKey);
        MemberKeyFile.Create(_temp.Folder.MemberKey, member, PinDigits);
        DataFolder.WriteSecret(_temp.Folder.LocalToken, "local-token-of-the-test");
    }

    public HouseholdTime Time { get; }

    public bool Joined { get; }

    public WorldPlan Plan { get; }

    /// <summary>The cooperative of a joined gateway.</summary>
    public Membership Cooperative { get; init; } = Unreachable();

    public Household Household { get; set; } = Samples.Household;

    public DataFolder Folder => _temp.Folder;

    public Uri Address => new(_app!.Urls.First());

    /// <summary>The door of a gateway that serves more than this machine, as this machine reaches it.</summary>
    public Uri Door(string scheme) => new UriBuilder(_app!.Urls.Select(url => new Uri(url)).First(url => url.Scheme == scheme)) { Host = "127.0.0.1" }.Uri;

    public T Get<T>() where T : notnull => _app!.Services.GetRequiredService<T>();

    /// <param name="before">Looks at the stations before the first sample is taken.</param>
    public async Task StartAsync(Action<IServiceProvider>? before = null)
    {
        _app = GatewayHost.Build(Folder, Household, Joined ? Cooperative : null, Time);
        before?.Invoke(_app.Services);
        await _app.StartAsync();
    }

    /// <summary>Logs the member in, for clients that keep no cookies.</summary>
    /// <returns>The header <c>Cookie</c>, and what the login's forms carry.</returns>
    public async Task<(string Cookie, string Form)> LogInAsync()
    {
        using HttpClient browser = new(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = Address };
        using FormUrlEncodedContent pin = new([new("pin", PinDigits)]);
        using HttpResponseMessage login = await browser.PostAsync("/login", pin);
        string session = login.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
        using HttpRequestMessage ask = new(HttpMethod.Get, "/api/state") { Headers = { { "Cookie", session } } };
        using HttpResponseMessage state = await browser.SendAsync(ask);
        using JsonDocument json = JsonDocument.Parse(await state.Content.ReadAsStringAsync());
        return ($"{session}; {state.Headers.GetValues("Set-Cookie").Single().Split(';')[0]}", json.RootElement.GetProperty("form").GetString()!);
    }

    /// <summary>Ends the process as a kill would: nothing is told, nothing is finished, the file is simply let go.</summary>
    public async Task KillAsync()
    {
        using CancellationTokenSource now = new();
        await now.CancelAsync();
        try
        {
            await _app!.StopAsync(now.Token);
        }
        catch (Exception error) when (error is OperationCanceledException or AggregateException)
        {
            // services that did not stop at once are exactly the point
        }
        await _app!.DisposeAsync();
        _app = null;
    }

    /// <summary>What truly happened in the household.</summary>
    public SimulatedHousehold Truth() => SimulatedHousehold.Open(_temp.Inside("world.json"), _temp.Inside("deliveries.jsonl"));

    public void Deliver(ushort slot, int packs) => new DeliveryLog(_temp.Inside("deliveries.jsonl")).Append(new Delivery(Time.GetUtcNow(), new SlotId(slot), packs, "outside"));

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
            await KillAsync();
        _temp.Dispose();
    }

    /// <summary>A cooperative which cannot be reached.</summary>
    public static Membership Unreachable()
    {
        string[] addresses = [.. Enumerable.Range(1, 8).Select(number => Samples.Address((byte)number).ToString())];
        ContractAddresses contracts = new(addresses[0], addresses[1], addresses[2], addresses[3], addresses[4], addresses[5], addresses[6]);
        Uri nowhere = new("http://127.0.0.1:9/"); // the discard port: refused at once
        CooperativeInfo info = new("Nowhere", 31337, true, nowhere, contracts, new BrokerAddress("127.0.0.1", 9, false), 86_400, 86_400);
        return new Membership(nowhere, "token", addresses[7], Samples.Hash(1).ToString(), new BrokerCredentials("haneul", "secret"), info);
    }
}
