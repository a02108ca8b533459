using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using PantryChain.Gateway.Cooperative;
using PantryChain.Gateway.Ordering;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Gateway.Tests.Ordering;

public sealed class RelayDeskSpecs : IAsyncLifetime
{
    private readonly TempDataFolder _temp = new();
    private readonly ConcurrentQueue<string> _taken = new();
    private readonly ConcurrentDictionary<string, string> _status = new();
    private SqliteFile _file = null!;
    private RelayBook _book = null!;
    private WebApplication _store = null!;
    private StoreClient _client = null!;
    private bool _loseAnswers;

    public async Task InitializeAsync()
    {
        _file = SqliteFile.Open(_temp.Folder.Database);
        _book = new RelayBook(_file);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _store = builder.Build();
        _store.Urls.Add("http://127.0.0.1:0");
        _store.MapPost("/api/v1/relay", TakeAsync);
        _store.MapGet("/api/v1/relay/{id}", (string id) => _status.TryGetValue(id, out string? status) ? Results.Json(new { id, status }) : Results.NotFound());
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
        Relay call = OrderSamples.Trigger(OrderSamples.Placed(1));
        _book.Append(call);
        _loseAnswers = true;
        Func<Task> first = () => Desk().MoveAsync(CancellationToken.None);
        await first.Should().ThrowAsync<HttpRequestException>();
        _loseAnswers = false;

        bool waiting = await Desk().MoveAsync(CancellationToken.None); // another desk, as after a kill
        _status[call.Id.ToString()] = "mined";
        bool afterwards = await Desk().MoveAsync(CancellationToken.None);

        (waiting, afterwards).Should().Be((true, false));
        _taken.Should().HaveCount(2).And.OnlyContain(id => id == call.Id.ToString());
        _book.Find(call.Id)!.Status.Should().Be(RelayStatus.Mined);
    }

    [Fact]
    public async Task A_call_waits_for_the_one_before_it_and_falls_with_it()
    {
        Relay first = OrderSamples.Trigger(OrderSamples.Placed(1)), second = OrderSamples.Trigger(OrderSamples.Placed(2)) with { After = first.Id };
        _book.Append(first);
        _book.Append(second);

        await Desk().MoveAsync(CancellationToken.None);
        string[] taken = [.. _taken];
        _status[first.Id.ToString()] = "refused";
        await Desk().MoveAsync(CancellationToken.None);

        taken.Should().Equal(first.Id.ToString());
        _book.Find(second.Id)!.Status.Should().Be(RelayStatus.Refused);
        _taken.Should().HaveCount(1);
    }

    [Fact]
    public async Task A_store_that_forgot_a_call_gets_it_again()
    {
        Relay call = OrderSamples.Trigger(OrderSamples.Placed(1));
        _book.Append(call);
        await Desk().MoveAsync(CancellationToken.None);
        _status.Clear();

        await Desk().MoveAsync(CancellationToken.None);

        _taken.Should().HaveCount(2);
    }

    private RelayDesk Desk() => new(_book, _client, NullLogger<RelayDesk>.Instance);

    private async Task TakeAsync(HttpContext http)
    {
        RelayRequest request = (await http.Request.ReadFromJsonAsync(StoreJson.Default.RelayRequest))!;
        _taken.Enqueue(request.Id);
        _status.TryAdd(request.Id, "queued");
        if (_loseAnswers)
            http.Abort();
        else
            await Results.Json(new { id = request.Id, status = _status[request.Id] }, statusCode: (int)HttpStatusCode.Accepted).ExecuteAsync(http);
    }
}
