using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Time;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;
using PantryChain.Rehearsal.Parts;

namespace PantryChain.Ledger.Tests.Contracts;

/// <summary>The chain keeper is killed while effects are under way; each of them happens once.</summary>
public sealed class KilledChainSpecs : IAsyncLifetime
{
    private const int Effects = 60, Kills = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly TempFolder _folder = new();
    private readonly int _port = LoopbackPort.Free();
    private ChildProcess _keeper = null!;

    public async Task InitializeAsync()
    {
        new HouseholdTime(new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero), TimeProvider.System.GetUtcNow(), 28_800, TimeProvider.System)
            .Write(_folder.Inside("clock.json"));
        await StartKeeperAsync();
    }

    public async Task DisposeAsync()
    {
        await KillKeeperAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Every_deposit_is_minted_once_through_kills_of_the_chain()
    {
        using HttpClient http = new() { BaseAddress = new Uri($"http://127.0.0.1:{_port}/") };
        JsonRpcClient client = new(http, ContractArtifact.Reasons, TimeSpan.FromSeconds(5));
        using CancellationTokenSource deadline = new(Patience);
        using TransactionSender sender = new(client, new RelayerKey(Hex.Decode(AnvilPart.Keys[0])), ContractSet.RehearsalChainId, new MemoryTransactionJournal());
        await UntilAnsweredAsync(() => client.ChainIdAsync(deadline.Token), deadline.Token);
        ContractSet contracts = await new ContractDeployment(client, sender, Patience).RunAsync(new DeploymentTerms(sender.From, sender.From, sender.From), deadline.Token);
        BamtolToken cash = new(client, contracts);
        ulong before = await client.NonceAsync(sender.From, pending: false, deadline.Token);

        for (int i = 0; i < Effects; i++)
        {
            EvmCall mint = cash.Mint(Keccak256.Hash($"deposit {i}"), AccountAddress.Parse("0x00000000000000000000000000000000000000aa"), new Bamtol(1));
            await UntilAnsweredAsync(() => sender.SendAsync($"mint/{i}", mint, deadline.Token), deadline.Token);
            if (i % (Effects / Kills) == Effects / Kills / 2)
            {
                await KillKeeperAsync();
                await StartKeeperAsync();
            }
        }

        for (int i = 0; i < Effects; i++)
            while (await UntilAnsweredAsync(() => sender.ReceiptAsync($"mint/{i}", deadline.Token), deadline.Token) is not { Succeeded: true })
                await UntilAnsweredAsync(async () => { await sender.ResendAsync(deadline.Token); return 0; }, deadline.Token);
        (await cash.SupplyAsync(deadline.Token)).Should().Be(new Bamtol(Effects));
        (await client.NonceAsync(sender.From, pending: false, deadline.Token)).Should().Be(before + Effects);
    }

    /// <summary>What a drain does: asks again while the chain is away.</summary>
    private static async Task<T> UntilAnsweredAsync<T>(Func<Task<T>> ask, CancellationToken deadline)
    {
        while (true)
        {
            try
            {
                return await ask();
            }
            catch (EvmUnavailableException)
            {
                await Task.Delay(20, deadline);
            }
        }
    }

    private async Task StartKeeperAsync() => _keeper = await ChildProcess.StartAsync(
        Tool.Dotnet,
        [typeof(AnvilPart).Assembly.Location, "chain", "--data", _folder.Inside("chain"), "--port", $"{_port}", "--clock", _folder.Inside("clock.json")],
        _folder.Inside("keeper.log"), _folder.Path);

    private async Task KillKeeperAsync()
    {
        _keeper.Kill();
        await _keeper.WaitAsync();
        _keeper.Dispose();
    }
}
