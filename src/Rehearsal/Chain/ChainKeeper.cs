using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using PantryChain.Domain.Identity;
using PantryChain.Ledger.Evm;
using PantryChain.Rehearsal.Parts;

namespace PantryChain.Rehearsal.Chain;

/// <summary>Makes anvil, which forgets everything when killed, into a chain that forgets nothing.</summary>
/// <remarks>
/// Every raw transaction and every block's stamp is journaled before anvil hears of it, one at a time; anvil with the same genesis, transactions and
/// stamps makes the same blocks (architecture, "The embedded chain, measured"). After a kill of anvil, or of this process together with it, the journal
/// is replayed on a fresh anvil on a new port, each block's hash is compared with the one that was noted, and only then are readers let in again: nobody
/// ever sees a chain that is shorter than before. Thread safe.
/// </remarks>
internal sealed class ChainKeeper : IAsyncDisposable
{
    private static readonly JsonElement NoParameters = JsonSerializer.SerializeToElement(Array.Empty<object>());

    private readonly string _folder;
    private readonly TimeProvider _household;
    private readonly ILogger _log;
    private readonly ChainJournal _journal;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly long _blocksPerSnapshot;
    private volatile TaskCompletionSource<Anvil> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _number;
    private long _stamp;
    private long _snapshotNumber;

    /// <summary>A keeper over a folder; <see cref="StartAsync"/> brings the chain up.</summary>
    /// <param name="folder">Where the journal and the snapshots lie.</param>
    /// <param name="household">Household time, the stamp of every block.</param>
    /// <param name="log">Where it tells what it does.</param>
    /// <param name="blocksPerSnapshot">A snapshot is taken after this many blocks.</param>
    public ChainKeeper(string folder, TimeProvider household, ILogger log, long blocksPerSnapshot = 1_000)
    {
        (_folder, _household, _log, _blocksPerSnapshot) = (Path.GetFullPath(folder), household, log, blocksPerSnapshot);
        Directory.CreateDirectory(_folder);
        _journal = ChainJournal.Open(Path.Combine(_folder, "chain.db"), household.GetUtcNow().ToUnixTimeSeconds() - 1);
    }

    /// <summary>Id of the running anvil, null while there is none.</summary>
    public int? AnvilProcess => _ready.Task is { IsCompletedSuccessfully: true } task ? task.GetAwaiter().GetResult().Part.ProcessId : null;

    /// <summary>Starts anvil and replays what the journal holds.</summary>
    /// <exception cref="ChainMismatchException">The replay made another block than the one noted.</exception>
    /// <exception cref="PartException">anvil is absent or does not start.</exception>
    public async Task StartAsync(CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            await Replay_NeedsTurnAsync(cancellation);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Hands a read to anvil, waiting while the chain is being brought back.</summary>
    public async Task<JsonElement> ReadAsync(string method, JsonElement parameters, CancellationToken cancellation)
    {
        while (true)
        {
            Anvil anvil = await _ready.Task.WaitAsync(cancellation);
            try
            {
                return await anvil.AskAsync(method, parameters, cancellation);
            }
            catch (HttpRequestException)
            {
                await BringBackAsync(anvil, cancellation);
            }
        }
    }

    /// <summary>Journals a raw transaction, hands it to anvil and gives anvil's answer; one that is in the journal already is answered with its hash.</summary>
    public async Task<JsonElement> SendAsync(byte[] raw, CancellationToken cancellation)
    {
        Hash32 hash = Keccak256.Hash(raw);
        await _turn.WaitAsync(cancellation);
        try
        {
            if (_journal.Holds(hash))
                return Answer(hash);
            JournaledTransaction entry = _journal.Add(hash, raw);
            try
            {
                Anvil anvil = await _ready.Task.WaitAsync(CancellationToken.None);
                return await Forward_NeedsTurnAsync(anvil, entry);
            }
            catch (HttpRequestException)
            {
                await Replay_NeedsTurnAsync(CancellationToken.None); // anvil is dead; the replay hands the transaction in
                return _journal.Holds(hash) ? Answer(hash) : Error("The transaction was refused while the chain was being brought back.");
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Mines one block stamped with household time, or none when that has not moved on by a second yet.</summary>
    public async Task MineAsync(CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            long stamp = _household.GetUtcNow().ToUnixTimeSeconds();
            if (stamp <= _stamp)
                return;
            JournaledBlock block = _journal.Add(_number + 1, stamp);
            try
            {
                Anvil anvil = await _ready.Task.WaitAsync(CancellationToken.None);
                await Mine_NeedsTurnAsync(anvil, block);
                if (_number - _snapshotNumber >= _blocksPerSnapshot)
                    await Save_NeedsTurnAsync(anvil);
            }
            catch (HttpRequestException)
            {
                await Replay_NeedsTurnAsync(CancellationToken.None);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Kills anvil and closes the journal.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_ready.Task.IsCompletedSuccessfully)
            await (await _ready.Task).DisposeAsync();
        _journal.Dispose();
        _turn.Dispose();
    }

    /// <summary>Brings the chain back unless somebody else did so since <paramref name="dead"/> stopped answering.</summary>
    private async Task BringBackAsync(Anvil dead, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            if (_ready.Task.IsCompletedSuccessfully && ReferenceEquals(await _ready.Task, dead))
                await Replay_NeedsTurnAsync(CancellationToken.None);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task Replay_NeedsTurnAsync(CancellationToken cancellation)
    {
        if (_ready.Task.IsCompletedSuccessfully)
        {
            Anvil dead = await _ready.Task;
            _ready = new TaskCompletionSource<Anvil>(TaskCreationOptions.RunContinuationsAsynchronously);
            await dead.DisposeAsync();
        }
        JournaledSnapshot? snapshot = _journal.Snapshot();
        AnvilOptions options = new()
        {
            Genesis = DateTimeOffset.FromUnixTimeSeconds(_journal.Genesis), MinesAtOnce = false,
            LoadState = snapshot is null ? null : Path.Combine(_folder, snapshot.File),
        };
        Anvil anvil = new(await AnvilPart.StartNewAsync(Path.Combine(_folder, "anvil"), options, cancellation));
        try
        {
            _snapshotNumber = snapshot?.Number ?? 0;
            (_number, _stamp) = (_snapshotNumber, Math.Max(_journal.Genesis, _journal.NewestBlock()?.Stamp ?? 0));
            (int transactions, int blocks) = await Feed_NeedsTurnAsync(anvil);
            _log.LogInformation("Chain at block {Number}: {Transactions} transactions and {Blocks} blocks replayed, every block hash as noted.", _number, transactions, blocks);
            _ready.SetResult(anvil);
        }
        catch (Exception error)
        {
            await anvil.DisposeAsync();
            _ready.SetException(error); // whoever waits ends as well, and with them this process
            throw;
        }
    }

    private async Task<(int Transactions, int Blocks)> Feed_NeedsTurnAsync(Anvil anvil)
    {
        IReadOnlyList<JournaledTransaction> transactions = _journal.TransactionsAfter(_number);
        IReadOnlyList<JournaledBlock> blocks = _journal.BlocksAfter(_number);
        int next = 0;
        foreach (JournaledBlock block in blocks)
        {
            for (; next < transactions.Count && transactions[next].Id < block.Id; next++)
                await Forward_NeedsTurnAsync(anvil, transactions[next]);
            await Mine_NeedsTurnAsync(anvil, block);
        }
        for (; next < transactions.Count; next++)
            await Forward_NeedsTurnAsync(anvil, transactions[next]);
        return (transactions.Count, blocks.Count);
    }

    private async Task<JsonElement> Forward_NeedsTurnAsync(Anvil anvil, JournaledTransaction entry)
    {
        JsonElement answer = await anvil.AskAsync("eth_sendRawTransaction", JsonSerializer.SerializeToElement(new[] { Hex.Encode(entry.Raw) }), CancellationToken.None);
        if (answer.TryGetProperty("error", out JsonElement error))
            _journal.MarkRefused(entry.Id, error.ToString());
        return answer;
    }

    private async Task Mine_NeedsTurnAsync(Anvil anvil, JournaledBlock block)
    {
        string stamp = "0x" + block.Stamp.ToString("x", CultureInfo.InvariantCulture);
        await anvil.ResultAsync("evm_mine", JsonSerializer.SerializeToElement(new[] { stamp }));
        JsonElement mined = await anvil.ResultAsync("eth_getBlockByNumber", JsonSerializer.SerializeToElement(new object[] { "latest", false }));
        Hash32 hash = Hash32.Parse(mined.GetProperty("hash").GetString()!);
        long number = long.Parse(mined.GetProperty("number").GetString().AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        if (number != block.Number || (block.Hash is { } noted && noted != hash))
            throw new ChainMismatchException($"The replay made block {number} {hash} where block {block.Number} {block.Hash} was noted. The rehearsal chain cannot go on: run './pantry down --wipe'.");
        if (block.Hash is null)
            _journal.MarkMined(block, hash, [.. mined.GetProperty("transactions").EnumerateArray().Select(text => Hash32.Parse(text.GetString()!))]);
        (_number, _stamp) = (block.Number, block.Stamp);
    }

    /// <summary>Takes a snapshot: it counts once its file is whole, on the disk and under its name.</summary>
    private async Task Save_NeedsTurnAsync(Anvil anvil)
    {
        JsonElement dump = await anvil.ResultAsync("anvil_dumpState", NoParameters);
        string name = $"state-{_number.ToString(CultureInfo.InvariantCulture)}.json", path = Path.Combine(_folder, name);
        await using (FileStream file = new(path + ".draft", FileMode.Create))
        {
            await using GZipStream packed = new(new MemoryStream(Hex.Decode(dump.GetString())), CompressionMode.Decompress);
            await packed.CopyToAsync(file);
            file.Flush(flushToDisk: true);
        }
        File.Move(path + ".draft", path, overwrite: true);
        foreach (string old in _journal.AddSnapshot(new JournaledSnapshot(_journal.Position, _number, name)).Where(old => old != name))
            File.Delete(Path.Combine(_folder, old));
        _snapshotNumber = _number;
    }

    private static JsonElement Answer(Hash32 hash) => JsonSerializer.SerializeToElement(new { result = hash.ToString() });

    private static JsonElement Error(string message) => JsonSerializer.SerializeToElement(new { error = new { code = -32000, message } });
}
