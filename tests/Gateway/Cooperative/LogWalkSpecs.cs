using System.Numerics;
using Microsoft.Extensions.Logging.Abstractions;
using PantryChain.Domain.Identity;
using PantryChain.Gateway.Cooperative;
using PantryChain.Ledger.Evm;

namespace PantryChain.Gateway.Tests.Cooperative;

/// <summary>The chain's log, read past nodes that count wrongly, refuse, hide and invent.</summary>
public sealed class LogWalkSpecs
{
    private readonly SetTime _time = new(Samples.Morning);
    private readonly List<EvmLog> _taken = [];

    [Fact]
    public async Task A_node_that_counts_a_trillion_blocks_and_refuses_long_stretches_is_asked_so_often_in_one_look_and_it_is_said()
    {
        LogNode node = new() { Newest = (1UL << 40) - 1, Bears = 64 };
        ChainNodes nodes = Nodes(node);
        LogWalk walk = Walk(nodes);

        await GoAsync(walk);
        int first = node.Asked;
        _time.Now += TimeSpan.FromMinutes(6);
        await GoAsync(walk);

        first.Should().BeLessThanOrEqualTo(LogWalk.MostQuestions);
        node.Asked.Should().BeLessThanOrEqualTo(2 * LogWalk.MostQuestions);
        nodes.Troubles().Should().ContainSingle().Which.Trouble.Should().Contain("not read up to its newest block");
    }

    [Fact]
    public async Task What_was_passed_over_while_a_node_counted_wrongly_is_read_when_it_counts_rightly()
    {
        LogNode node = new() { Newest = 1_000_000 };
        ChainNodes nodes = Nodes(node);
        LogWalk walk = Walk(nodes);
        await GoAsync(walk);
        (node.Newest, node.Logs) = (1_000, [Log(500, 1)]);

        await GoAsync(walk);

        _taken.Should().Equal(node.Logs);
        _time.Now += TimeSpan.FromMinutes(6);
        nodes.Troubles().Should().BeEmpty();
    }

    [Fact]
    public async Task A_long_chain_in_short_stretches_is_read_on_at_the_next_look_and_every_log_is_found()
    {
        LogNode node = new() { Newest = 10_000, Bears = 64, Logs = [.. Enumerable.Range(0, 100).Select(number => Log((ulong)number * 100, number))] };
        LogWalk walk = Walk(Nodes(node));

        for (int look = 0; look < 6; look++)
            await GoAsync(walk);

        _taken.Select(log => log.Block).Distinct().Should().Equal(node.Logs.Select(log => log.Block));
    }

    [Fact]
    public async Task A_stretch_that_was_too_long_once_is_tried_again_longer()
    {
        LogNode node = new() { Newest = 4_000, Bears = 64 };
        LogWalk walk = Walk(Nodes(node));
        await GoAsync(walk);
        (node.Newest, node.Bears) = (1_000_000, ulong.MaxValue);

        for (int look = 0; look < 2; look++)
            await GoAsync(walk);

        node.To.Should().Be(1_000_000, "stretches of 64 blocks would have come as far as block 12,000");
    }

    [Fact]
    public async Task One_that_tells_nothing_does_not_stand_for_two_that_find_the_stretch_too_long()
    {
        LogNode hides = new() { Newest = 10_000 }, one = new() { Newest = 10_000, Bears = 1_000, Logs = [Log(5, 1)] }, other = new() { Newest = 10_000, Bears = 1_000, Logs = [Log(5, 1)] };

        await GoAsync(Walk(Nodes(hides, one, other)));

        _taken.Should().Contain(log => log.Block == 5);
    }

    [Fact]
    public async Task Another_content_at_the_place_of_a_log_hides_it_not()
    {
        LogNode liar = new() { Logs = [Log(5, 1) with { Data = new byte[] { 9 } }] }, honest = new() { Logs = [Log(5, 1)] };

        await GoAsync(Walk(Nodes(liar, honest)));

        _taken.Select(log => log.Data.Length).Should().BeEquivalentTo([0, 1]);
    }

    [Fact]
    public async Task What_one_alone_tells_comes_in_portions_and_what_most_tell_comes_whole_and_first()
    {
        List<EvmLog> real = [.. Enumerable.Range(1, 50).Select(number => Log((ulong)number, number))];
        LogNode liar = new() { Logs = [.. Enumerable.Range(1_000, 700).Select(number => Log(60, number)), .. real] }, one = new() { Logs = real }, other = new() { Logs = real };

        await GoAsync(Walk(Nodes(liar, one, other)));

        _taken.Take(50).Should().Equal(real);
        _taken.Should().HaveCount(50 + LogWalk.MostAlone);
    }

    private LogWalk Walk(ChainNodes nodes) => new(nodes, (from, to) => new LogFilter(from, to, [], []), 0, _time, NullLogger.Instance);

    private Task GoAsync(LogWalk walk) => walk.GoAsync(told =>
    {
        _taken.Add(told.Log);
        return true;
    }, default);

    private ChainNodes Nodes(params IReadOnlyList<LogNode> nodes) => new([.. nodes.Select((node, number) => new ChainNode($"node {number + 1}", [node], _time))], 7, _time);

    private static EvmLog Log(ulong block, int number) => new(Samples.Address(1), [], default, block, Samples.Hash(1), Samples.Hash(2), (uint)number);

    /// <summary>A node that has a log and no more.</summary>
    private sealed class LogNode : IEvmClient
    {
        public ulong Newest { get; set; } = 100;

        public ulong Bears { get; set; } = ulong.MaxValue;

        public IReadOnlyList<EvmLog> Logs { get; set; } = [];

        public int Asked { get; private set; }

        public ulong To { get; private set; }

        public Task<IReadOnlyList<EvmLog>> LogsAsync(LogFilter filter, CancellationToken cancellation)
        {
            Asked++;
            ulong to = filter.ToBlock!.Value;
            if (to - filter.FromBlock >= Bears)
                throw new EvmRefusedException(-32005, "range too large");
            To = Math.Max(To, to);
            return Task.FromResult<IReadOnlyList<EvmLog>>([.. Logs.Where(log => log.Block >= filter.FromBlock && log.Block <= to)]);
        }

        public Task<ulong> ChainIdAsync(CancellationToken cancellation) => Task.FromResult(7ul);

        public Task<EvmBlock> LatestBlockAsync(CancellationToken cancellation) => Task.FromResult(new EvmBlock(Newest, Hash32.Zero, Hash32.Zero, Samples.Morning, BigInteger.One));

        public Task<EvmBlock> BlockAsync(ulong number, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<EvmBlock?> FindBlockAsync(ulong number, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<ulong> NonceAsync(AccountAddress account, bool pending, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<BigInteger> BalanceAsync(AccountAddress account, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<byte[]> CodeAsync(AccountAddress address, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<byte[]> CallAsync(EvmCall call, ulong block, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<byte[]> CallAsync(EvmCall call, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<ulong> EstimateGasAsync(EvmCall call, CancellationToken cancellation) => throw new NotSupportedException();

        public Task SendAsync(SignedTransaction transaction, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<TransactionReceipt?> ReceiptAsync(Hash32 transaction, CancellationToken cancellation) => throw new NotSupportedException();
    }
}
