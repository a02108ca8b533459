using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using PantryChain.Domain.Chain;
using PantryChain.Domain.Events;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Time;
using PantryChain.Ledger.Blocks;
using PantryChain.Ledger.Contracts;
using PantryChain.Store.Joining;
using PantryChain.Telemetry.Mqtt;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Store.Tests;

/// <summary>A household with its keys, as a gateway stands before the store.</summary>
internal sealed class TestHousehold(StoreWorld world, string name) : IAsyncDisposable
{
    public static readonly Gtin Milk = Gtin.Parse("8801115114031");

    private readonly List<ThingEvent> _events = [];
    private MosquittoLink? _link;

    public GatewayId Gateway { get; } = new(name);

    public Topics Topics { get; } = new(new GatewayId(name));

    public P256Key Device { get; } = P256Key.Create();

    public P256Key Member { get; } = P256Key.Create();

    public AccountAddress Account { get; private set; }

    public BlockHead Head { get; private set; } = BlockHead.Genesis;

    public HttpClient Http { get; } = new() { BaseAddress = world.Http.BaseAddress };

    public string BrokerPassword { get; private set; } = "";

    public BlockState? LastState { get; private set; }

    public HouseholdDay Today => HouseholdDay.At(world.Clock.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById("Asia/Seoul"));

    /// <summary>A household that joined with an invitation from the desk.</summary>
    public static async Task<TestHousehold> JoinAsync(StoreWorld world, string name)
    {
        TestHousehold household = new(world, name);
        await household.JoinAsync(await household.SignJoinAsync(await InviteAsync(world)));
        return household;
    }

    public static async Task<string> InviteAsync(StoreWorld world) =>
        (await world.Service<Invitations>().CreateAsync("test", TimeSpan.FromDays(1), CancellationToken.None)).Code;

    /// <summary>The body of a join, signed by both keys.</summary>
    public async Task<JoinBody> SignJoinAsync(string invitation, TimeSpan? validity = null)
    {
        Account = await world.Service<MemberAccounts>().AddressOfAsync(Member.Device, CancellationToken.None);
        ulong nonce = (await world.Service<DeviceRegistry>().DeviceAsync(Device.Device, CancellationToken.None)).Nonce;
        DateTimeOffset deadline = DateTimeOffset.FromUnixTimeSeconds((world.Clock.GetUtcNow() + (validity ?? TimeSpan.FromDays(7))).ToUnixTimeSeconds());
        DeviceClaim claim = DeviceClaim.Sign(world.Contracts.DevicesDomain, Device, Member, Account, nonce, deadline);
        return new JoinBody(
            invitation, Gateway.Value, Device.PublicKey.X.ToString(), Device.PublicKey.Y.ToString(), Member.PublicKey.X.ToString(), Member.PublicKey.Y.ToString(),
            Account.ToString(), nonce, (ulong)deadline.ToUnixTimeSeconds(), Text(claim.DeviceSignature), Text(claim.MemberSignature));
    }

    /// <summary>Joins and keeps token and password.</summary>
    public async Task<JsonElement> JoinAsync(JoinBody body)
    {
        using HttpResponseMessage response = await world.Http.PostAsJsonAsync("/api/v1/join", body);
        JsonElement answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        response.IsSuccessStatusCode.Should().BeTrue(answer.ToString());
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", answer.GetProperty("token").GetString());
        BrokerPassword = answer.GetProperty("broker").GetProperty("password").GetString()!;
        return answer;
    }

    /// <summary>Seals the next block without moving the head.</summary>
    public SealedBlock Seal(int uses, bool urgent = false, uint cycle = 1)
    {
        List<ThingEvent> events = [];
        for (int i = 0; i < uses; i++)
            events.Add(new ThingEvent(
                Head.ToSeq + 1 + (ulong)i, world.Clock.GetUtcNow(), Today, new SlotId(1), Milk, ThingEventKind.Used, new Mass(-200_000), new Mass(500_000), cycle, default, new Hash32(Guid.NewGuid().ToByteArray().Concat(new byte[16]).ToArray())));
        _events.Clear();
        _events.AddRange(events);
        return new BlockSealer(Device, world.Contracts.AnchorDomain).Seal(Head, events, Today, urgent);
    }

    /// <summary>The events of the block that was sealed last.</summary>
    public IReadOnlyList<ThingEvent> LastEvents => _events;

    /// <summary>Takes a sealed block as the head.</summary>
    public void Advance(SealedBlock block) => Head = BlockHead.After(block.Block);

    /// <summary>The link to the cooperative's broker, with this household's own login.</summary>
    public async Task<MosquittoLink> LinkAsync()
    {
        if (_link is not null)
            return _link;
        _link = new MosquittoLink(
            new MqttOptions { Host = "127.0.0.1", Port = world.Broker.Port, ClientId = Gateway.Value, Username = Gateway.Value, Password = BrokerPassword, RetryMost = TimeSpan.FromMilliseconds(500) },
            NullLogger<MosquittoLink>.Instance);
        _link.Subscribe(Topics.BlockState, message =>
        {
            if (WireCodec.TryDecode(message.Payload.Span, out BlockState? state, out _))
                LastState = state;
        });
        _link.Start();
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(20));
        await _link.WaitConnectedAsync(limit.Token);
        return _link;
    }

    /// <summary>Sends a block over the broker and waits until the store says that it has it.</summary>
    public async Task SendAsync(SealedBlock block)
    {
        MosquittoLink link = await LinkAsync();
        await link.PublishAsync(new MqttMessage(Topics.Block, WireCodec.Encode(block)));
        await Wait.UntilAsync(() => Task.FromResult(LastState?.Accepted >= block.Block.Height), $"block {block.Block.Height} accepted");
        Advance(block);
    }

    public async ValueTask DisposeAsync()
    {
        if (_link is not null)
            await _link.DisposeAsync();
        Http.Dispose();
        Device.Dispose();
        Member.Dispose();
    }

    private static string Text(P256Signature signature) => Hex.Encode([.. signature.R.ToArray(), .. signature.S.ToArray()]);
}
