using System.Diagnostics;
using System.Text.Json;
using Npgsql;
using PantryChain.Rehearsal.Parts;

namespace PantryChain.Rehearsal.Tests.Parts;

public sealed class PartSpecs : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("parts-").FullName;

    public PartSpecs() => File.SetUnixFileMode(_folder, File.GetUnixFileMode(_folder) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);

    [Fact]
    public async Task A_broker_comes_back_on_its_port_after_a_kill()
    {
        await using MosquittoPart broker = await MosquittoPart.StartNewAsync(Path.Combine(_folder, "broker"));
        int before = broker.Port;

        broker.Kill();
        await broker.WaitForExitAsync();
        bool down = !broker.IsRunning;
        await broker.RestartAsync();

        down.Should().BeTrue();
        broker.IsRunning.Should().BeTrue();
        broker.Port.Should().Be(before);
        LoopbackPort.IsFree(before).Should().BeFalse();
    }

    [Fact]
    public async Task A_broker_with_an_access_list_is_ready_as_well()
    {
        string passwords = Path.Combine(_folder, "passwords");
        string access = Path.Combine(_folder, "access");
        await File.WriteAllTextAsync(passwords, "");
        await File.WriteAllTextAsync(access, "");
        await using MosquittoPart broker = await MosquittoPart.StartNewAsync(Path.Combine(_folder, "closed"), new BrokerAccess(passwords, access));

        broker.IsRunning.Should().BeTrue();
    }

    [Fact]
    public async Task What_a_database_committed_survives_a_kill()
    {
        await using PostgresPart database = await PostgresPart.StartNewAsync(Path.Combine(_folder, "database"));
        await ExecuteAsync(database, "create table shelf (packs int); insert into shelf values (3)");

        await database.RestartAsync();

        (await ExecuteAsync(database, "select packs from shelf")).Should().Be(3);
        database.PeakMemory.Should().BePositive();
    }

    [Fact]
    public async Task A_chain_answers_and_forgets_everything_when_killed()
    {
        await using AnvilPart chain = await AnvilPart.StartNewAsync(Path.Combine(_folder, "chain"));
        await chain.CallAsync("evm_mine", []);
        string? mined = (await chain.CallAsync("eth_blockNumber", [])).GetString();

        await chain.RestartAsync();

        mined.Should().Be("0x1");
        (await chain.CallAsync("eth_blockNumber", [])).GetString().Should().Be("0x0");
    }

    [Fact]
    public async Task A_time_series_server_answers_a_query()
    {
        await using InfluxPart series = await InfluxPart.StartNewAsync(Path.Combine(_folder, "series"));
        using HttpClient http = new();

        string answer = await http.GetStringAsync(new Uri(series.Url, "query?q=SHOW%20DATABASES"));

        JsonDocument.Parse(answer).RootElement.GetProperty("results").GetArrayLength().Should().Be(1);
    }

    [Fact]
    public async Task A_part_that_cannot_start_says_what_its_log_ends_with()
    {
        await using MosquittoPart first = await MosquittoPart.StartNewAsync(Path.Combine(_folder, "first"));
        using CancellationTokenSource patience = new(TimeSpan.FromMinutes(3));
        await using PostgresPart second = new(Path.Combine(_folder, "second"), first.Port);

        Func<Task> start = () => second.StartAsync(patience.Token);

        (await start.Should().ThrowAsync<PartException>()).WithMessage($"*{first.Port}*log*");
    }

    [Fact]
    public async Task A_child_dies_with_the_process_that_started_it()
    {
        string pidFile = Path.Combine(_folder, "pid");
        ChildProcess middle = await ChildProcess.StartAsync(
            "/bin/sh", ["-c", "setpriv --pdeathsig KILL sleep 300 & echo $! > \"$0\"; wait", pidFile], Path.Combine(_folder, "log"));
        await Until(() => File.Exists(pidFile) && File.ReadAllText(pidFile).Length > 1);
        int grandchild = int.Parse(await File.ReadAllTextAsync(pidFile), System.Globalization.CultureInfo.InvariantCulture);

        middle.Kill();

        await Until(() => !Directory.Exists($"/proc/{grandchild}"));
        await Until(() => !middle.IsRunning);
        middle.ExitCode.Should().Be(137);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task<object?> ExecuteAsync(PostgresPart database, string sql)
    {
        await using NpgsqlConnection connection = new(database.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using NpgsqlCommand command = new(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    private static async Task Until(Func<bool> condition)
    {
        Stopwatch waited = Stopwatch.StartNew();
        while (!condition())
        {
            waited.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(20), "the condition should have come true by then");
            await Task.Delay(20);
        }
    }
}
