using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Time;
using PantryChain.Ledger.Evm;
using PantryChain.Rehearsal.Chain;
using PantryChain.Rehearsal.Parts;

namespace PantryChain.Rehearsal.Tests.Chain;

public sealed class SnapshotSpecs : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("snapshot-").FullName;
    private readonly HouseholdTime _clock = new(new DateTimeOffset(2026, 5, 1, 0, 0, 0, TimeSpan.Zero), TimeProvider.System.GetUtcNow(), 1_000_000, TimeProvider.System);
    private readonly RelayerKey _payer = new(Hex.Decode(AnvilPart.Keys[0]));

    [Fact]
    public async Task A_chain_that_starts_from_a_snapshot_has_the_same_blocks_and_the_transactions_that_waited()
    {
        string[] before;
        await using (ChainKeeper keeper = New())
        {
            await keeper.StartAsync(CancellationToken.None);
            await SendAsync(keeper, 2); // waits until 0 and 1 came
            for (uint i = 0; i < 25; i++)
                await MineAsync(keeper);
            await SendAsync(keeper, 0);
            for (uint i = 0; i < 8; i++)
                await MineAsync(keeper);
            before = await HashesAsync(keeper);
        }

        await using ChainKeeper again = New();
        await again.StartAsync(CancellationToken.None);
        string[] after = await HashesAsync(again);
        await SendAsync(again, 1);
        await MineAsync(again);
        string? sent = (await ReadAsync(again, "eth_getTransactionCount", _payer.Address.ToString(), "latest")).GetString();

        Directory.GetFiles(_folder, "state-*.json").Should().ContainSingle();
        before.Should().HaveCount(34);
        after.Should().Equal(before);
        sent.Should().Be("0x3");
    }

    public void Dispose()
    {
        _payer.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private ChainKeeper New() => new(_folder, _clock, NullLogger.Instance, blocksPerSnapshot: 10);

    private Task<JsonElement> SendAsync(ChainKeeper keeper, ulong nonce)
    {
        Eip1559Transaction payment = new(31337, nonce, 0, 100_000_000_000, 21_000, _payer.Address, 1, ReadOnlyMemory<byte>.Empty);
        return keeper.SendAsync(payment.Sign(_payer).Raw.ToArray(), CancellationToken.None);
    }

    /// <summary>Mines exactly one block: household time moves on by a second every microsecond.</summary>
    private static async Task MineAsync(ChainKeeper keeper)
    {
        long before = await NumberAsync(keeper);
        while (await NumberAsync(keeper) == before)
            await keeper.MineAsync(CancellationToken.None);
    }

    private static async Task<string[]> HashesAsync(ChainKeeper keeper)
    {
        List<string> hashes = [];
        for (long number = 0, newest = await NumberAsync(keeper); number <= newest; number++)
            hashes.Add((await ReadAsync(keeper, "eth_getBlockByNumber", "0x" + number.ToString("x", CultureInfo.InvariantCulture), false)).GetProperty("hash").GetString()!);
        return [.. hashes];
    }

    private static async Task<long> NumberAsync(ChainKeeper keeper) =>
        long.Parse((await ReadAsync(keeper, "eth_blockNumber")).GetString().AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private static async Task<JsonElement> ReadAsync(ChainKeeper keeper, string method, params object[] parameters) =>
        (await keeper.ReadAsync(method, JsonSerializer.SerializeToElement(parameters), CancellationToken.None)).GetProperty("result");
}
