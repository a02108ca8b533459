using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using PantryChain.Domain.Identity;
using PantryChain.Gateway.Cooperative;
using PantryChain.Gateway.Ordering;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Gateway.Tests.Ordering;

/// <summary>The desk over a store that answers what a test wants; what the chain says is the test's too.</summary>
public sealed class RelayDeskSpecs : IAsyncLifetime
{
    private readonly TempDataFolder _temp = new();
    private readonly SetTime _time = new(Samples.Morning);
    private readonly ConcurrentQueue<RelayRequest> _taken = new();
    private readonly ConcurrentDictionary<string, string> _status = new();
    private readonly Dictionary<Hash32, CallVerdict> _onChain = [];
    private SqliteFile _file = null!;
    private RelayBook _book = null!;
    private WebApplication _store = null!;
    private StoreClient _client = null!;
    private string? _fails;
    private Func<HttpContext, Task>? _answers;

    public async Task InitializeAsync()
    {
        _file = SqliteFile.Open(_temp.Folder.Database);
        _book = new RelayBook(_file);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _store = builder.Build();
        _store.Urls.Add("http://127.0.0.1:0");
        _store.MapPost("/api/v1/relay", TakeAsync);
        _store.MapGet("/api/v1/relay/{id}", (string id) => _status.TryGetValue(id, out string? status) ? Results.Json(new { id, status }) : OrderWorld.Problem(404, "call_unknown"));
        await _store.StartAsync();
        _client = new StoreClient(new Uri(_store.Urls.First()), "token");
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _store.DisposeAsync();
        _file.Dispose();
        _temp.Dispose();
    }

    [Fact]
    public async Task A_lost_answer_costs_nothing_because_the_same_id_is_the_same_call()
    {
        Relay call = Keep(OrderSamples.Trigger(OrderSamples.Placed(1)));
        _answers = http =>
        {
            http.Abort();
            return Task.CompletedTask;
        };
        await Desk().MoveAsync(default);
        _answers = null;

        await Desk().MoveAsync(default); // another desk, as after a kill
        RelayStatus handed = _book.Find(call.Id)!.Status;
        _onChain[call.Id] = new CallVerdict(CallFate.Done);
        await Desk().MoveAsync(default);

        handed.Should().Be(RelayStatus.Handed);
        _taken.Should().HaveCount(2).And.OnlyContain(request => request.Id == call.Id.ToString());
        _book.Find(call.Id)!.Status.Should().Be(RelayStatus.Mined);
    }

    [Fact]
    public async Task A_call_waits_for_the_one_before_it_and_falls_with_it()
    {
        Relay first = Keep(OrderSamples.Trigger(OrderSamples.Placed(1))), second = Keep(OrderSamples.Trigger(OrderSamples.Placed(2)) with { After = first.Id });

        await Desk().MoveAsync(default);
        string[] taken = [.. _taken.Select(request => request.Id)];
        _onChain[first.Id] = new CallVerdict(CallFate.Dead, "its deadline passed");
        await Desk().MoveAsync(default);
        await Desk().MoveAsync(default);

        taken.Should().Equal(first.Id.ToString());
        _book.Find(second.Id)!.Status.Should().Be(RelayStatus.Refused);
        _taken.Should().HaveCount(1);
    }

    [Fact]
    public async Task A_store_that_forgot_a_call_gets_it_again()
    {
        Keep(OrderSamples.Trigger(OrderSamples.Placed(1)));
        await Desk().MoveAsync(default);
        _status.Clear();

        await Desk().MoveAsync(default);

        _taken.Should().HaveCount(2);
    }

    public static TheoryData<string> OddAnswers => new(OddAnswer.All.Keys);

    [Theory]
    [MemberData(nameof(OddAnswers))]
    public async Task An_answer_that_is_not_the_stores_own_final_word_ends_no_call(string odd)
    {
        Relay veto = Keep(Veto()), order = Keep(OrderSamples.Trigger(OrderSamples.Placed(1)));
        RelayDesk desk = Desk();
        _answers = OddAnswer.All[odd];

        for (int pass = 0; pass < 5; pass++)
            await PassAsync(desk);
        RelayStatus[] meanwhile = [_book.Find(veto.Id)!.Status, _book.Find(order.Id)!.Status];
        (Relay Call, RelayTry Try)[] troubles = [.. desk.Troubles()];
        _answers = null;
        for (int pass = 0; pass < 5; pass++)
            await PassAsync(desk);

        meanwhile.Should().OnlyContain(status => status == RelayStatus.Kept);
        troubles.Should().HaveCount(2).And.OnlyContain(trouble => trouble.Try.Tries > 1 && trouble.Try.Trouble!.Length > 0, "the page and /health say what holds a call up");
        new[] { _book.Find(veto.Id)!.Status, _book.Find(order.Id)!.Status }.Should().OnlyContain(status => status == RelayStatus.Handed);
        desk.Troubles().Should().BeEmpty();
    }

    [Theory]
    [InlineData("not_your_device", true)]
    [InlineData("malformed", true)]
    [InlineData("unauthorized", false)]
    [InlineData("some_newer_code", false)]
    public async Task A_documented_final_code_ends_an_order_and_never_a_members_no(string code, bool ends)
    {
        Relay veto = Keep(Veto()), order = Keep(OrderSamples.Trigger(OrderSamples.Placed(1)));
        _answers = http => OrderWorld.Problem(403, code).ExecuteAsync(http);

        await Desk().MoveAsync(default);

        _book.Find(order.Id)!.Status.Should().Be(ends ? RelayStatus.Refused : RelayStatus.Kept);
        _book.Find(veto.Id)!.Status.Should().Be(RelayStatus.Kept);
    }

    [Fact]
    public async Task A_veto_said_to_be_refused_is_brought_again_under_another_id()
    {
        Relay veto = Keep(Veto());
        RelayDesk desk = Desk();
        await PassAsync(desk);
        _status[veto.Id.ToString()] = "refused";

        for (int pass = 0; pass < 5; pass++)
            await PassAsync(desk);

        _book.Find(veto.Id)!.IsFinal.Should().BeFalse();
        _taken.Select(request => request.Id).Distinct().Should().HaveCountGreaterThan(1);
        _taken.Select(request => request.Data).Distinct().Should().ContainSingle();
    }

    [Theory]
    [InlineData("EscrowBudgetSpent", true)]
    [InlineData(null, false)]
    public async Task A_refused_order_ends_only_when_the_nodes_would_refuse_it_too(string? why, bool ends)
    {
        Relay order = Keep(OrderSamples.Trigger(OrderSamples.Placed(1)));
        _status[order.Id.ToString()] = "refused";
        _fails = why;

        await Desk().MoveAsync(default);

        _book.Find(order.Id)!.Status.Should().Be(ends ? RelayStatus.Refused : RelayStatus.Kept);
    }

    [Fact]
    public async Task A_mined_that_the_chain_does_not_show_is_found_out()
    {
        Relay veto = Keep(Veto());
        RelayDesk desk = Desk();
        await PassAsync(desk);
        _status[veto.Id.ToString()] = "mined";

        for (int pass = 0; pass < 60 && desk.Troubles().Count == 0; pass++)
            await PassAsync(desk);

        desk.Troubles().Should().ContainSingle().Which.Try.Trouble.Should().Contain("the chain does not show it");
        _book.Find(veto.Id)!.IsFinal.Should().BeFalse();
    }

    private Relay Keep(Relay call)
    {
        _book.Append(call);
        return call;
    }

    private static Relay Veto() => new(Samples.Hash(77), RelayKind.Cancel, Samples.Address(3), [1, 2, 3, 4, 5], Samples.Hash(1)) { Until = Samples.Morning.AddHours(24) };

    private RelayDesk Desk() => new(
        _book, new CallRelays([new CallRelay("store", _client, IsOwn: true)]), (call, _) => Task.FromResult(_onChain.GetValueOrDefault(call.Id) ?? new CallVerdict(CallFate.Open)),
        (_, _) => Task.FromResult(_fails), _time, NullLogger<RelayDesk>.Instance);

    private async Task PassAsync(RelayDesk desk)
    {
        await desk.MoveAsync(default);
        _time.Now += TimeSpan.FromSeconds(30);
    }

    private async Task TakeAsync(HttpContext http)
    {
        RelayRequest request = (await http.Request.ReadFromJsonAsync(StoreJson.Default.RelayRequest))!;
        _taken.Enqueue(request);
        if (_answers is { } answers)
        {
            await answers(http);
            return;
        }
        _status.TryAdd(request.Id, "queued");
        await Results.Json(new { id = request.Id, status = _status[request.Id] }, statusCode: (int)HttpStatusCode.Accepted).ExecuteAsync(http);
    }
}
