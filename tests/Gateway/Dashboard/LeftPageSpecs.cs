using System.Net;
using System.Text.Json;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Gateway.Ordering;
using PantryChain.Gateway.Tests.Cooperative;
using PantryChain.Telemetry.Journaling;

namespace PantryChain.Gateway.Tests.Dashboard;

/// <summary>A member who presses and does not wait for the answer.</summary>
public sealed class LeftPageSpecs : IAsyncLifetime
{
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously), _answers = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Cooperation _cooperation = null!;
    private GatewayWorld _world = null!;

    public async Task InitializeAsync()
    {
        _cooperation = await Cooperation.StartAsync();
        _world = new GatewayWorld(speed: 60, joined: true) { Cooperative = _cooperation.Member() };
        _cooperation.Now = _world.Time.GetUtcNow;
        await _world.StartAsync();
        await Wait.Until(() => _world.Get<Circumstances>().At is not null && _world.Get<Journal>().Last >= 2, "the first look is over");
    }

    public async Task DisposeAsync()
    {
        _answers.TrySetResult();
        await _world.DisposeAsync();
        await _cooperation.DisposeAsync();
    }

    [Fact]
    public async Task The_end_of_a_mandate_is_signed_though_the_page_is_left_before_the_chain_has_answered()
    {
        using HttpClient browser = new(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = _world.Address };
        using FormUrlEncodedContent login = new(new Dictionary<string, string> { ["pin"] = GatewayWorld.PinDigits });
        (await browser.PostAsync("/login", login)).StatusCode.Should().Be(HttpStatusCode.SeeOther);
        using JsonDocument state = JsonDocument.Parse(await browser.GetStringAsync("/api/state"));
        using FormUrlEncodedContent press = new(new Dictionary<string, string> { ["form"] = state.RootElement.GetProperty("form").GetString()!, ["pin"] = GatewayWorld.PinDigits });
        MandateId given = Give();
        _cooperation.Before = method =>
        {
            if (method != "eth_getCode") // the member's account alone is asked about
                return Task.CompletedTask;
            _asked.TrySetResult();
            return _answers.Task;
        };

        using CancellationTokenSource leaves = new();
        Task<HttpResponseMessage> pressed = browser.PostAsync("/device/revoke", press, leaves.Token);
        await _asked.Task.WaitAsync(TimeSpan.FromSeconds(60));
        await leaves.CancelAsync();
        await ((Func<Task>)(() => pressed)).Should().ThrowAsync<OperationCanceledException>();
        for (int look = 0; look < 5; look++)
            await browser.GetStringAsync("/health"); // by now the host has seen the connection end
        _answers.SetResult();

        await Wait.Until(() => _world.Get<RelayBook>().About(given.Value).Any(call => call.Kind == RelayKind.Revoke), "the mandate's end is signed");
    }

    private MandateId Give()
    {
        Mandate terms = new(
            Samples.Address(8), Samples.Milk, 2, Bamtol.FromWon(3_600), Bamtol.FromWon(36_000), 30, 3, 1, default, Samples.Hash(99), DateTimeOffset.FromUnixTimeSeconds(1_900_000_000), 1);
        MandateId id = Ledger.Contracts.TypedMessages.Mandate(terms);
        _world.Get<MandateBook>().Give(
            new GivenMandate(id, terms, [Samples.Address(2)], MandateMode.Auto, Samples.Morning, Samples.Hash(150), RelayStatus.Mined, null),
            [new Relay(Samples.Hash(150), RelayKind.Execute, Samples.Address(8), [1], id.Value, Status: RelayStatus.Mined)]);
        return id;
    }
}
