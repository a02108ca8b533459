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
using PantryChain.Ledger.Evm;
using PantryChain.Store.Joining;
using PantryChain.Store.Sending;
using PantryChain.Telemetry.Mqtt;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Store.Tests;

/// <summary>A household with its keys, as a gateway stands before the store.</summary>
internal sealed class TestHousehold(StoreWorld world, string name) : IAsyncDisposable
{
    public static readonly Gtin Milk = Gtin.Parse("8801115114031");

    private readonly List<ThingEvent> _events = [];
    private MqttLink? _link;

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

    /// <summary>The body of a join, signed by both keys over a fresh challenge.</summary>
    public async Task<JoinBody> SignJoinAsync(string invitation, TimeSpan? validity = null) => SignJoin(invitation, await ChallengeAsync(invitation), await NextClaimAsync(validity), validity);

    /// <summary>A challenge from the store, or any bytes when it gives none.</summary>
    public async Task<string> ChallengeAsync(string invitation)
    {
        using HttpResponseMessage response = await world.Http.PostAsJsonAsync("/api/v1/join/challenge", new { invitation });
        return response.IsSuccessStatusCode ? (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("challenge").GetString()! : new Hash32(Guid.NewGuid().ToByteArray().Concat(new byte[16]).ToArray()).ToString();
    }

    /// <summary>The claim that the registry takes next, or null when it knows the device.</summary>
    public async Task<DeviceClaim?> NextClaimAsync(TimeSpan? validity = null)
    {
        Account = await world.Service<MemberAccounts>().AddressOfAsync(Member.Device, CancellationToken.None);
        DeviceOnChain known = await world.Service<DeviceRegistry>().DeviceAsync(Device.Device, CancellationToken.None);
        return known.Account == Account ? null : DeviceClaim.Sign(world.Contracts.DevicesDomain, Device, Member, Account, known.Nonce, Deadline(validity));
    }

    /// <summary>Signs a join as it may come from anywhere: for any address, over any challenge, with any claim.</summary>
    public JoinBody SignJoin(string invitation, string challenge, DeviceClaim? claim, TimeSpan? validity = null, string? store = null, string? gateway = null)
    {
        JoinMessage message = new(
            store ?? JoinMessage.OriginOf(world.Http.BaseAddress!), JoinMessage.InvitationHash(invitation), gateway is null ? Gateway : new GatewayId(gateway), Device.Device, Account, Hash32.Parse(challenge), Deadline(validity));
        (P256Signature byDevice, P256Signature byMember) = message.Sign(world.Contracts, Device, Member);
        return new JoinBody(
            invitation, message.Gateway.Value, message.Store, Device.PublicKey.X.ToString(), Device.PublicKey.Y.ToString(), Member.PublicKey.X.ToString(), Member.PublicKey.Y.ToString(),
            Account.ToString(), challenge, (ulong)message.Deadline.ToUnixTimeSeconds(), Text(byDevice), Text(byMember),
            claim is null ? null : new ClaimBody(claim.Nonce, (ulong)claim.Deadline.ToUnixTimeSeconds(), Text(claim.DeviceSignature), Text(claim.MemberSignature)));
    }

    private DateTimeOffset Deadline(TimeSpan? validity) => DateTimeOffset.FromUnixTimeSeconds((world.Clock.GetUtcNow() + (validity ?? TimeSpan.FromDays(7))).ToUnixTimeSeconds());

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

    /// <summary>Sends a join that must be refused, and gives the refusal.</summary>
    public static async Task<JsonElement> RefusedAsync(StoreWorld world, JoinBody body, int status)
    {
        using HttpResponseMessage response = await world.Http.PostAsJsonAsync("/api/v1/join", body);
        JsonElement answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        ((int)response.StatusCode).Should().Be(status, answer.ToString());
        response.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
        return answer;
    }

    /// <summary>The member lets the device go, as after a theft.</summary>
    public static async Task RevokeAsync(StoreWorld world, TestHousehold household)
    {
        MemberAccounts accounts = world.Service<MemberAccounts>();
        EvmCall call = accounts.Execute(
            household.Member, household.Account, world.Service<DeviceRegistry>().Revoke(household.Device.Device), await accounts.NonceAsync(household.Account, CancellationToken.None), world.Clock.GetUtcNow().AddDays(1));
        Hash32 id = TransactionQueue.IdOf("revoke", household.Device.Device.Value);
        await world.Service<TransactionQueue>().EnqueueAsync(id, Wallets.RelayerName, "test", call, TransactionLane.Joining, CancellationToken.None);
        (await world.Service<TransactionQueue>().WaitAsync(id, TimeSpan.FromMinutes(2), CancellationToken.None)).IsMined.Should().BeTrue();
    }

    /// <summary>Seals the next block without moving the head.</summary>
    public SealedBlock Seal(int uses, bool urgent = false, uint cycle = 1, uint daysAhead = 0)
    {
        HouseholdDay day = new(Math.Max(Head.Day.Number, Today.Number + daysAhead)); // as a gateway dates it
        List<ThingEvent> events = [];
        for (int i = 0; i < uses; i++)
            events.Add(new ThingEvent(
                Head.ToSeq + 1 + (ulong)i, world.Clock.GetUtcNow(), day, new SlotId(1), Milk, ThingEventKind.Used, new Mass(-200_000), new Mass(500_000), cycle, default, new Hash32(Guid.NewGuid().ToByteArray().Concat(new byte[16]).ToArray())));
        _events.Clear();
        _events.AddRange(events);
        return new BlockSealer(Device, world.Contracts.AnchorDomain).Seal(Head, events, day, urgent);
    }

    /// <summary>The events of the block that was sealed last.</summary>
    public IReadOnlyList<ThingEvent> LastEvents => _events;

    /// <summary>Takes a sealed block as the head.</summary>
    public void Advance(SealedBlock block) => Head = BlockHead.After(block.Block);

    /// <summary>The link to the cooperative's broker, with this household's own login.</summary>
    public async Task<MqttLink> LinkAsync()
    {
        if (_link is not null)
            return _link;
        _link = new MqttLink(
            new MqttOptions { Host = "127.0.0.1", Port = world.Broker.Port, ClientId = Gateway.Value, Username = Gateway.Value, Password = BrokerPassword, RetryMost = TimeSpan.FromMilliseconds(500) },
            NullLogger<MqttLink>.Instance);
        _link.Subscribe(Topics.BlockState, message =>
        {
            if (WireCodec.TryDecode(message.Payload.Span, out BlockState? state, out _))
                LastState = state;
        });
        _link.Start();
        using CancellationTokenSource limit = new(TimeSpan.FromMinutes(2));
        await _link.WaitConnectedAsync(limit.Token);
        return _link;
    }

    /// <summary>Sends a block over the broker and waits until the store says that it has it.</summary>
    public async Task SendAsync(SealedBlock block)
    {
        MqttLink link = await LinkAsync();
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
