using System.Collections.Concurrent;
using System.Numerics;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Time;
using PantryChain.Ledger.Evm;

namespace PantryChain.Gateway.Cooperative;

/// <summary>The chain as several nodes tell it: the store's own, then those that <c>gateway.json</c> names (protocol, "Relays and nodes").</summary>
/// <remarks>
/// A read counts when all that answer agree, or more than half of three or more; otherwise it fails as if nobody had answered, and whoever must act on
/// the cautious reading asks for <see cref="ReadingsAsync"/>. A node that serves another chain, or whose head is long behind the newest, has no voice. A
/// head from the future is no reason to doubt the others. Thread safe.
/// </remarks>
internal sealed class ChainNodes(IReadOnlyList<ChainNode> nodes, ulong chainId, TimeProvider time) : IEvmClient
{
    private const int MostDiffering = 1_000;

    private const int Looks = 3; // a block that is mined between two answers explains one difference, not three

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(150);                                          // real time
    private static readonly TimeSpan Behind = TimeSpan.FromMinutes(30), MostAhead = TimeSpan.FromHours(1);                   // household time
    private static readonly TimeSpan BehindReally = TimeSpan.FromMinutes(1);                                                 // real time: a rehearsal's block may hold an hour

    private static readonly TimeSpan MostApart = TimeSpan.FromSeconds(15);                                                   // real time, a block's way to every node

    private static readonly TimeSpan ForTheRest = TimeSpan.FromSeconds(2);                                                   // real time
    private static readonly TimeSpan MostUnread = TimeSpan.FromMinutes(5);                                                   // real time

    private readonly ConcurrentDictionary<object, long> _differing = new();
    private readonly ConcurrentDictionary<object, (long Since, ulong Blocks)> _unread = new();
    private readonly TimeSpan _mostBehind = time is HouseholdTime quick && BehindReally * quick.Speed > Behind ? BehindReally * quick.Speed : Behind;

    /// <summary>All nodes, the store's first.</summary>
    public IReadOnlyList<ChainNode> Nodes => nodes;

    /// <summary>Nodes over HTTP, each with its addresses.</summary>
    public static ChainNodes Over(IEnumerable<IReadOnlyList<Uri>> voices, ulong chainId, TimeProvider time) => new(
        [.. voices.Select(addresses => new ChainNode(
            CallRelays.NameOf(addresses[0]),
            [.. addresses.Select(address => new JsonRpcClient(new HttpClient { BaseAddress = address }, RevertReasons.BuiltIn, TimeSpan.FromSeconds(10), JsonRpcClient.GatewayAnswer))],
            time))],
        chainId, time);

    /// <summary>What is wrong with the sight of the chain, by node; empty when nothing is.</summary>
    public IReadOnlyList<(string Node, string Trouble)> Troubles()
    {
        return [.. nodes.Select(node => (node.Name, Trouble: node.Trouble ?? (IsBehind(node) ? $"its newest block is {node.Lag!.Value.TotalMinutes:0} minutes old, others have newer ones" : null)))
            .Where(said => said.Trouble is not null).Select(said => (said.Name, said.Trouble!)),
            .. _unread.Values.Where(unread => time.GetElapsedTime(unread.Since) > MostUnread).OrderByDescending(unread => unread.Blocks).Take(1)
                .Select(unread => ("the log", $"the chain's log is not read up to its newest block, {unread.Blocks} blocks are left: what was not signed here may not be found yet"))];
    }

    /// <summary>
    /// Every node's own answer, also of those behind; for acts that a single lie must not prevent. A contract's refusal counts only when nobody says anything else. Whoever needs
    /// long after most have answered is waited for no more, and for a while asked only when the others are too few: one slow node must not make a member wait.
    /// </summary>
    /// <exception cref="EvmUnavailableException">No node answers.</exception>
    /// <exception cref="EvmRevertedException">All that answer say that the contract refused.</exception>
    public async Task<IReadOnlyList<Reading<T>>> ReadingsAsync<T>(Func<IEvmClient, Task<T>> read, CancellationToken stop)
        where T : notnull
    {
        List<ChainNode> late = [.. nodes.Where(node => node.IsLate)];
        List<(Reading<T>? Reading, EvmRevertedException? Refusal)> answers = await AskAllAsync([.. nodes.Except(late)], read, stop);
        if (late.Count > 0 && !AreMost(answers.Count(Said)))
            answers.AddRange(await AskAllAsync(late, read, stop));
        List<Reading<T>> readings = [.. answers.Select(answer => answer.Reading).OfType<Reading<T>>()];
        return readings.Count > 0 ? readings
            : throw (Exception?)answers.Select(answer => answer.Refusal).FirstOrDefault(refusal => refusal is not null) ?? new EvmUnavailableException($"No node answers: {string.Join("; ", nodes.Select(node => $"{node.Name} ({node.Trouble ?? "silent"})"))}. It is asked again.");
    }

    /// <summary>True when so many voices may confirm what a log tells: of three or more nodes not a single one, in whose favour the others are silent for a moment.</summary>
    public bool MayConfirm(int voices) => nodes.Count < 3 || AreMost(voices);

    /// <summary>What most agree on, or null: unanimous, or more than half of three or more; who is long behind has no voice.</summary>
    /// <param name="about">What was asked; a difference counts against nodes once it has lasted, for they hear of a block one after the other.</param>
    /// <param name="readings">What they said.</param>
    /// <param name="comparer">When two answers are the same.</param>
    public T? Agreed<T>(object about, IReadOnlyList<Reading<T>> readings, IEqualityComparer<T>? comparer = null)
        where T : class
    {
        List<Reading<T>> voices = [.. readings.Where(reading => !IsBehind(reading.Node))];
        List<IGrouping<T, Reading<T>>> groups = [.. (voices.Count > 0 ? voices : [.. readings]).GroupBy(reading => reading.Value, comparer ?? EqualityComparer<T>.Default)
            .OrderByDescending(group => group.Count())];
        if (groups.Count == 1)
        {
            _differing.TryRemove(about, out _);
            return groups[0].Key;
        }
        bool majority = voices.Count >= 3 && groups[0].Count() * 2 > voices.Count;
        if (_differing.Count > MostDiffering)
            _differing.Clear(); // a node that differs about ever new things must not fill the memory with them
        if (time.GetElapsedTime(_differing.GetOrAdd(about, _ => time.GetTimestamp())) < MostApart)
            return majority ? groups[0].Key : null;
        foreach (Reading<T> dissenter in groups.Skip(majority ? 1 : 0).SelectMany(group => group))
            dissenter.Node.Differs();
        return majority ? groups[0].Key : null;
    }

    /// <inheritdoc />
    public async Task<ulong> ChainIdAsync(CancellationToken cancellation) => (ulong)await AgreeAsync("eth_chainId", async node => (object)await node.ChainIdAsync(cancellation), null, cancellation);

    /// <summary>The newest block that two nodes have reached, of those neither of the future nor long behind; nodes need not agree, for they hear of it one after the other.</summary>
    /// <remarks>Number and time are taken each for itself, so that a single node can push neither: the second highest of each, the only one where there is one voice.</remarks>
    public async Task<EvmBlock> LatestBlockAsync(CancellationToken cancellation)
    {
        List<EvmBlock> heads = [.. (await ReadingsAsync(node => node.LatestBlockAsync(cancellation), cancellation)).Select(head => head.Value)];
        DateTimeOffset now = time.GetUtcNow();
        List<EvmBlock> plausible = [.. heads.Where(head => head.At - now <= MostAhead)];
        if (plausible.Count == 0)
            plausible = heads;
        DateTimeOffset newest = plausible.Max(head => head.At), from = newest > now ? now : newest;
        plausible.RemoveAll(head => from - head.At > _mostBehind);
        EvmBlock reached = plausible.OrderByDescending(head => head.Number).Take(2).Last();
        return reached with { At = plausible.Select(head => head.At).OrderDescending().Take(2).Last() };
    }

    /// <inheritdoc />
    public Task<EvmBlock> BlockAsync(ulong number, CancellationToken cancellation) => AgreeAsync($"block {number}", node => node.BlockAsync(number, cancellation), null, cancellation);

    /// <inheritdoc />
    public async Task<EvmBlock?> FindBlockAsync(ulong number, CancellationToken cancellation) =>
        (await AgreeAsync($"block {number}", async node => new FoundBlock(await node.FindBlockAsync(number, cancellation)), null, cancellation)).Block;

    /// <inheritdoc />
    public async Task<ulong> NonceAsync(AccountAddress account, bool pending, CancellationToken cancellation) =>
        (ulong)await AgreeAsync("eth_getTransactionCount", async node => (object)await node.NonceAsync(account, pending, cancellation), null, cancellation);

    /// <inheritdoc />
    public async Task<BigInteger> BalanceAsync(AccountAddress account, CancellationToken cancellation) =>
        (BigInteger)await AgreeAsync("eth_getBalance", async node => (object)await node.BalanceAsync(account, cancellation), null, cancellation);

    /// <inheritdoc />
    public Task<byte[]> CodeAsync(AccountAddress address, CancellationToken cancellation) => AgreeAsync("eth_getCode", node => node.CodeAsync(address, cancellation), Bytes.Comparer, cancellation);

    /// <inheritdoc />
    public Task<byte[]> CallAsync(EvmCall call, CancellationToken cancellation) => AgreeAsync("eth_call", node => node.CallAsync(call, cancellation), Bytes.Comparer, cancellation);

    /// <inheritdoc />
    public Task<byte[]> CallAsync(EvmCall call, ulong block, CancellationToken cancellation) =>
        AgreeAsync("eth_call", node => node.CallAsync(call, block, cancellation), Bytes.Comparer, cancellation);

    /// <inheritdoc />
    public async Task<ulong> EstimateGasAsync(EvmCall call, CancellationToken cancellation) =>
        (await ReadingsAsync(node => node.EstimateGasAsync(call, cancellation), cancellation)).Max(reading => reading.Value);

    /// <summary>All logs that any node knows; one that hides some hides nothing.</summary>
    public async Task<IReadOnlyList<EvmLog>> LogsAsync(LogFilter filter, CancellationToken cancellation) =>
        [.. (await LogSightAsync(filter, mayBeTooLong: false, cancellation))!.Logs.Select(told => told.Log)];

    /// <summary>All logs that any node knows, each with those that tell it.</summary>
    /// <param name="filter">What to look for.</param>
    /// <param name="mayBeTooLong">True when a shorter stretch can be asked for: then null is returned unless more than half of those that answer tell theirs, for one that tells nothing must not stand for those that find it too long.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="EvmException">No node answers, or all refuse.</exception>
    public async Task<LogSight?> LogSightAsync(LogFilter filter, bool mayBeTooLong, CancellationToken stop)
    {
        IReadOnlyList<Reading<NodeLogs>> readings = await ReadingsAsync(async node =>
        {
            try
            {
                return new NodeLogs(await node.LogsAsync(filter, stop));
            }
            catch (Exception error) when (mayBeTooLong && error is EvmRefusedException or EvmUnavailableException { Silence: EvmSilence.Overburdened })
            {
                return new NodeLogs(null);
            }
        }, stop);
        List<(ChainNode Node, IReadOnlyList<EvmLog> Logs)> told = [.. readings.Where(reading => reading.Value.Logs is not null).Select(reading => (reading.Node, reading.Value.Logs!))];
        return told.Count * 2 > readings.Count ? LogSight.Of(told) : null;
    }

    /// <summary>Notes how many blocks of the log a reader has not read when it ends its look.</summary>
    public void Unread(object reader, ulong blocks)
    {
        if (blocks == 0)
            _unread.TryRemove(reader, out _);
        else
            _unread.AddOrUpdate(reader, _ => (time.GetTimestamp(), blocks), (_, before) => (before.Since, blocks));
    }

    /// <inheritdoc />
    public async Task SendAsync(SignedTransaction transaction, CancellationToken cancellation) =>
        await ReadingsAsync(async node =>
        {
            await node.SendAsync(transaction, cancellation);
            return true;
        }, cancellation);

    /// <inheritdoc />
    public async Task<TransactionReceipt?> ReceiptAsync(Hash32 transaction, CancellationToken cancellation) =>
        (await ReadingsAsync(async node => new Found(await node.ReceiptAsync(transaction, cancellation)), cancellation))
            .Select(reading => reading.Value.Receipt).FirstOrDefault(receipt => receipt is not null);

    /// <summary>Asks nodes at the same time, and waits a moment for the rest once most of all nodes have answered.</summary>
    private async Task<List<(Reading<T>? Reading, EvmRevertedException? Refusal)>> AskAllAsync<T>(
        IReadOnlyList<ChainNode> some, Func<IEvmClient, Task<T>> read, CancellationToken stop)
        where T : notnull
    {
        List<(ChainNode Node, Task<(Reading<T>? Reading, EvmRevertedException? Refusal)> Answer)> asked = [.. some.Select(node => (node, AskAsync(node, read, stop)))];
        Task all = Task.WhenAll(asked.Select(each => each.Answer));
        while (!all.IsCompleted)
        {
            int said = 0;
            foreach ((_, Task<(Reading<T>? Reading, EvmRevertedException? Refusal)> answer) in asked.Where(each => each.Answer.IsCompletedSuccessfully))
                said += Said(await answer) ? 1 : 0;
            if (AreMost(said))
            {
                await Task.WhenAny(all, Task.Delay(ForTheRest, TimeProvider.System, stop));
                break;
            }
            await Task.WhenAny([all, .. asked.Select(each => each.Answer).Where(answer => !answer.IsCompleted)]);
        }
        stop.ThrowIfCancellationRequested();
        List<(Reading<T>?, EvmRevertedException?)> answers = [];
        foreach ((ChainNode node, Task<(Reading<T>? Reading, EvmRevertedException? Refusal)> answer) in asked)
        {
            node.IsLate = !answer.IsCompleted;
            if (answer.IsCompleted)
                answers.Add(await answer);
        }
        return answers;
    }

    private bool AreMost(int count) => count * 2 > nodes.Count;

    private static bool Said<T>((Reading<T>? Reading, EvmRevertedException? Refusal) answer) => answer.Reading is not null || answer.Refusal is not null;

    private async Task<(Reading<T>? Reading, EvmRevertedException? Refusal)> AskAsync<T>(ChainNode node, Func<IEvmClient, Task<T>> read, CancellationToken stop)
        where T : notnull
    {
        try
        {
            return (await node.AskAsync(read, chainId, stop), null);
        }
        catch (EvmRevertedException refusal)
        {
            return (null, refusal);
        }
    }

    private async Task<T> AgreeAsync<T>(string what, Func<IEvmClient, Task<T>> read, IEqualityComparer<T>? comparer, CancellationToken stop)
        where T : class
    {
        for (int look = 1; ; look++)
        {
            IReadOnlyList<Reading<Answer<T>>> readings = await ReadingsAsync(node => Answer<T>.OfAsync(read, node), stop);
            if (Agreed(what, readings, new AnswerComparer<T>(comparer ?? EqualityComparer<T>.Default)) is { } answer)
                return answer.Refusal is { } refusal ? throw refusal : answer.Value!;
            if (look == Looks)
                throw new EvmUnavailableException($"{string.Join(" and ", readings.Select(reading => reading.Node.Name))} answer {what} differently. Nothing is decided until they agree.");
            await Task.Delay(BetweenLooks, TimeProvider.System, stop);
        }
    }

    /// <summary>True for a node whose newest block is much older than another's that is not of the future; nobody is behind for a block that is dated ahead of now.</summary>
    private bool IsBehind(ChainNode node) =>
        node.Lag - nodes.Select(other => other.Lag).Where(lag => lag >= -MostAhead).Select(lag => lag < TimeSpan.Zero ? TimeSpan.Zero : lag).Min() > _mostBehind;

    private sealed record NodeLogs(IReadOnlyList<EvmLog>? Logs);

    private sealed record Found(TransactionReceipt? Receipt);

    private sealed record FoundBlock(EvmBlock? Block);

    private static class Bytes
    {
        public static readonly IEqualityComparer<byte[]> Comparer = EqualityComparer<byte[]>.Create((one, other) => one.AsSpan().SequenceEqual(other), bytes => bytes.Length);
    }

    /// <summary>A value or a contract's refusal: both are answers.</summary>
    private sealed record Answer<T>(T? Value, EvmRevertedException? Refusal)
        where T : class
    {
        public static async Task<Answer<T>> OfAsync(Func<IEvmClient, Task<T>> read, IEvmClient node)
        {
            try
            {
                return new Answer<T>(await read(node), null);
            }
            catch (EvmRevertedException refusal)
            {
                return new Answer<T>(null, refusal);
            }
        }
    }

    private sealed class AnswerComparer<T>(IEqualityComparer<T> values) : IEqualityComparer<Answer<T>>
        where T : class
    {
        public bool Equals(Answer<T>? x, Answer<T>? y) =>
            x?.Value is { } one && y?.Value is { } other ? values.Equals(one, other) : x?.Value is null && y?.Value is null && x?.Refusal?.Error == y?.Refusal?.Error;

        public int GetHashCode(Answer<T> obj) => obj.Value is { } value ? values.GetHashCode(value) : 0;
    }
}
