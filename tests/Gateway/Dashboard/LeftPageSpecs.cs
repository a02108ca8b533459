using PantryChain.Domain.Identity;
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
        using HttpClient browser = _world.NewBrowser();
        using FormUrlEncodedContent press = new([new("form", await browser.LogInAsync()), new("pin", GatewayWorld.PinDigits)]);
        MandateId given = _world.GiveMandate().Id;
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
}
