using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using PantryChain.Domain.Ordering;
using PantryChain.Gateway.Cooperative;
using PantryChain.Gateway.Deliveries;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Gateway.Tests.Deliveries;

/// <summary>Asking a store over HTTP what goes along with orders on their way.</summary>
public sealed class DeliveryRoundSpecs : IAsyncLifetime
{
    private readonly ConcurrentQueue<string> _asked = new();
    private readonly DeliveryWorld _world = new(quantity: 1);
    private readonly Refusals _refusals = new(Microsoft.Extensions.Logging.Abstractions.NullLogger<Refusals>.Instance);
    private Func<object> _answer = () => Results.StatusCode(503);
    private WebApplication _store = null!;
    private StoreClient _client = null!;
    private DeliveryRound _round = null!;

    public async Task InitializeAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _store = builder.Build();
        _store.Urls.Add("http://127.0.0.1:0");
        _store.MapGet("/api/v1/orders/{order}", (string order) =>
        {
            _asked.Enqueue(order);
            return _answer() as IResult ?? Results.Json(_answer());
        });
        await _store.StartAsync();
        _client = new StoreClient(new Uri(_store.Urls.First()), "token");
        _round = new DeliveryRound(_world.Orders, _world.Papers, _world.Desk, _client, _refusals, _world.Setbacks, _world.Time);
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _store.DisposeAsync();
        _world.Dispose();
    }

    [Fact]
    public async Task The_store_is_asked_at_a_fixed_pace_and_on_its_own_word_and_never_because_something_moved()
    {
        _answer = () => Order(new { tags = Array.Empty<object>(), code = (object?)null, handedOverAt = (DateTimeOffset?)null });

        await _round.PassAsync(default);
        for (int pass = 0; pass < 20; pass++)
        {
            _world.Time.Now += TimeSpan.FromMinutes(1);
            _world.Put(pass == 5 ? DeliveryWorld.PackGrams : -20);
            await _round.PassAsync(default);
        }
        int moved = _asked.Count;
        _round.Expect(_world.Order.Id);
        await _round.PassAsync(default);
        int told = _asked.Count;
        _world.Time.Now += TimeSpan.FromMinutes(31);
        await _round.PassAsync(default);

        (moved, told, _asked.Count).Should().Be((1, 2, 3));
    }

    [Fact]
    public async Task What_the_store_says_is_kept_and_a_code_then_counts()
    {
        DeliveryCode code = DeliveryCode.Draw();
        DeliveryCommitment commitment = DeliveryCommitment.To(_world.Order.Id, code.Text);
        _answer = () => Order(new { tags = Array.Empty<object>(), code = new { salt = commitment.Salt.ToString(), hash = commitment.Hash.ToString() }, handedOverAt = _world.Time.Now });
        await _round.PassAsync(default);
        _world.Put(DeliveryWorld.PackGrams);

        _world.Desk.Enter(_world.Order.Id, code).Should().Be(CodeAnswer.Right);
        await _round.PassAsync(default);

        _world.Counted.Should().Be(1);
        _world.Papers.Of(_world.Order.Id).HandedOverAt.Should().BeCloseTo(_world.Time.Now, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Words_about_orders_that_are_not_this_households_are_not_kept()
    {
        for (byte number = 100; number < 200; number++)
            _round.Expect(new Domain.Identity.OrderId(Samples.Hash(number)));
        _round.Expect(_world.Order.Id);
        int kept = _round.Expected;

        _answer = () => Order(new { tags = Array.Empty<object>(), code = (object?)null, handedOverAt = (DateTimeOffset?)null });
        await _round.PassAsync(default);

        (kept, _round.Expected).Should().Be((1, 0));
    }

    public static TheoryData<string> BrokenAnswers => ["busy", "unknown", "not this protocol", "no hash", "too many tags", "older store"];

    [Theory]
    [MemberData(nameof(BrokenAnswers))]
    public async Task A_store_that_answers_badly_changes_nothing_and_stops_nothing(string what)
    {
        object tag = new { salt = Samples.Hash(1).ToString(), hash = Samples.Hash(2).ToString() };
        _answer = what switch
        {
            "busy" => () => Results.StatusCode(503),
            "unknown" => () => Results.NotFound(),
            "not this protocol" => () => Results.Text("<html>", "text/html"),
            "no hash" => () => Order(new { tags = new[] { new { salt = "0x", hash = "milk" } }, code = (object?)null, handedOverAt = (DateTimeOffset?)null }),
            "too many tags" => () => Order(new { tags = new[] { tag, tag }, code = (object?)null, handedOverAt = (DateTimeOffset?)null }),
            _ => () => new { order = _world.Order.Id.ToString(), state = "shipped", at = _world.Time.Now, history = Array.Empty<object>() },
        };
        _world.Put(DeliveryWorld.PackGrams);

        await _round.PassAsync(default);
        _world.Desk.Answer(_world.Rise.Id, cooperative: true);
        _world.Time.Now += TimeSpan.FromMinutes(11);
        await _round.PassAsync(default);

        _world.Papers.Of(_world.Order.Id).Should().Match<DeliveryPapers>(papers => papers.Tags.Count == 0 && papers.Code == null && papers.HandedOverAt == null);
        _world.Counted.Should().Be(1, "the member's word needs no store");
        _refusals.Count.Should().Be(what is "no hash" or "too many tags" ? 1 : 0);
    }

    private object Order(object delivery) => new { order = _world.Order.Id.ToString(), state = "shipped", at = _world.Time.Now, history = Array.Empty<object>(), delivery };
}
