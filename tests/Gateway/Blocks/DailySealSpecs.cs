using Microsoft.Extensions.Logging;
using PantryChain.Gateway.Blocks;
using PantryChain.Gateway.Storage;
using PantryChain.Ledger.Blocks;
using PantryChain.Ledger.Evm;
using PantryChain.Telemetry.Journaling;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Gateway.Tests.Blocks;

public sealed class DailySealSpecs : IDisposable
{
    private readonly TempDataFolder _temp = new();
    private readonly P256Key _key = P256Key.Create();
    private readonly SqliteFile _file;
    private readonly Journal _journal;

    public DailySealSpecs()
    {
        _file = SqliteFile.Open(_temp.Folder.Database);
        _journal = new Journal(_file);
    }

    [Fact]
    public async Task A_full_disk_stops_neither_the_gateway_nor_the_days_that_follow()
    {
        SetTime time = new(Samples.Morning);
        BlockBook book = new(_file);
        BlockKeeper keeper = new(book, _journal, new BlockSealer(_key, Eip712Domain.PantryChain(31337, Samples.Address(9))), Samples.Household, time);
        Warnings warnings = new();
        using DailySeal seal = new(keeper, new DiskState(_temp.Folder), time, warnings);
        keeper.SealDue();
        time.Now += TimeSpan.FromDays(1);
        Do("CREATE TRIGGER full_disk BEFORE INSERT ON blocks BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END");

        await seal.StartAsync(default);
        await Wait.Until(() => warnings.Said.Contains("disk is full", StringComparison.Ordinal), "the refusal is said");
        bool runsOn = !seal.ExecuteTask!.IsCompleted;
        Do("DROP TRIGGER full_disk");

        await Wait.Until(() => book.Head().Height == 2, "the day is sealed");
        await seal.StopAsync(default);
        runsOn.Should().BeTrue();
    }

    public void Dispose()
    {
        _journal.Dispose();
        _file.Dispose();
        _key.Dispose();
        _temp.Dispose();
    }

    private void Do(string sql) => _file.Write((writer, transaction) => { Sql.Run(writer, transaction, sql); });

    private sealed class Warnings : ILogger<DailySeal>
    {
        private volatile string _said = "";

        public string Said => _said;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _said += logLevel == LogLevel.Warning ? formatter(state, exception) : "";
    }
}
