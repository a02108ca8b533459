using System.Numerics;
using PantryChain.Domain.Identity;
using PantryChain.Gateway.Cooperative;
using PantryChain.Ledger.Evm;

namespace PantryChain.Gateway.Tests.Cooperative;

/// <summary>What several nodes that lag, lie or are silent come to together.</summary>
public sealed class ChainNodesSpecs
{
    private const ulong Chain = 7;

    private static readonly AccountAddress Account = Samples.Address(1);

    private readonly SetTime _time = new(Samples.Morning);

    [Fact]
    public async Task One_liar_among_three_is_outvoted_and_named()
    {
        ChainNodes nodes = Nodes(new ToldNode(5), new ToldNode(6), new ToldNode(5));

        ulong nonce = await nodes.NonceAsync(Account, pending: false, default);
        _time.Now += TimeSpan.FromSeconds(20);
        await nodes.NonceAsync(Account, pending: false, default);

        nonce.Should().Be(5);
        nodes.Troubles().Should().ContainSingle().Which.Node.Should().Be("node 2");
    }

    [Fact]
    public async Task Two_that_differ_decide_nothing_and_both_are_named()
    {
        ChainNodes nodes = Nodes(new ToldNode(5), new ToldNode(6));

        Func<Task> asked = () => nodes.NonceAsync(Account, pending: false, default);
        await asked.Should().ThrowAsync<EvmUnavailableException>();
        _time.Now += TimeSpan.FromSeconds(20);
        await asked.Should().ThrowAsync<EvmUnavailableException>();

        nodes.Troubles().Should().HaveCount(2);
        (await nodes.ReadingsAsync(node => node.NonceAsync(Account, false, default), default)).Select(reading => reading.Value).Should().Equal(5ul, 6ul);
    }

    [Fact]
    public async Task A_node_of_another_chain_and_a_silent_one_have_no_voice()
    {
        ChainNodes nodes = Nodes(new ToldNode(9) { Id = 31337 }, new ToldNode(8) { IsSilent = true }, new ToldNode(5));

        (await nodes.NonceAsync(Account, pending: false, default)).Should().Be(5);

        nodes.Troubles().Select(trouble => trouble.Node).Should().Equal("node 1", "node 2");
    }

    [Fact]
    public async Task A_node_long_behind_has_no_voice_and_is_named()
    {
        ChainNodes nodes = Nodes(new ToldNode(4) { Head = Samples.Morning.AddHours(-5) }, new ToldNode(5));

        (await nodes.NonceAsync(Account, pending: false, default)).Should().Be(5);

        nodes.Troubles().Should().ContainSingle().Which.Node.Should().Be("node 1");
    }

    [Theory]
    [InlineData(1, 1, true)]
    [InlineData(2, 1, true)]
    [InlineData(3, 1, false)]
    [InlineData(3, 2, true)]
    public void A_moment_in_which_the_others_are_silent_makes_one_of_three_no_witness(int nodes, int voices, bool may) =>
        Nodes([.. Enumerable.Range(0, nodes).Select(_ => new ToldNode(5))]).MayConfirm(voices).Should().Be(may);

    [Fact]
    public async Task A_head_from_the_future_silences_nobody()
    {
        ChainNodes nodes = Nodes(new ToldNode(6) { Head = Samples.Morning.AddYears(1) }, new ToldNode(5));

        Func<Task> asked = () => nodes.NonceAsync(Account, pending: false, default);
        await asked.Should().ThrowAsync<EvmUnavailableException>();

        (await nodes.LatestBlockAsync(default)).At.Should().Be(Samples.Morning);
    }

    [Fact]
    public async Task A_single_node_pushes_neither_the_number_nor_the_time_of_the_newest_block_and_outvotes_nobody()
    {
        ChainNodes nodes = Nodes(new ToldNode(5), new ToldNode(6) { Number = ulong.MaxValue, Head = Samples.Morning.AddMinutes(59) }, new ToldNode(5));

        EvmBlock head = await nodes.LatestBlockAsync(default);

        (head.Number, head.At).Should().Be((1ul, Samples.Morning));
        (await nodes.NonceAsync(Account, pending: false, default)).Should().Be(5);
    }

    [Fact]
    public async Task A_contracts_refusal_that_one_node_invents_keeps_no_answer_of_the_others_back()
    {
        ChainNodes nodes = Nodes(new ToldNode(5) { Fails = new EvmRevertedException("No", default, "No.") }, new ToldNode(6) { Fails = new InvalidOperationException() }, new ToldNode(5));

        (await nodes.ReadingsAsync(node => node.NonceAsync(Account, false, default), default)).Should().ContainSingle().Which.Value.Should().Be(5);

        nodes.Troubles().Should().ContainSingle().Which.Should().Be(("node 2", "its answer cannot be read"));
    }

    [Fact]
    public async Task A_second_address_of_a_voice_is_asked_while_the_first_is_silent()
    {
        ToldNode first = new(5) { IsSilent = true }, second = new(5);
        ChainNodes nodes = new([new ChainNode("store", [first, second], _time)], Chain, _time);

        (await nodes.NonceAsync(Account, pending: false, default)).Should().Be(5);
    }

    [Fact]
    public async Task A_node_that_needs_long_after_the_others_is_waited_for_once_and_named_and_heard_when_they_are_too_few()
    {
        TaskCompletionSource gate = new();
        ToldNode slow = new(5) { Gate = gate.Task }, one = new(5), other = new(5);
        ChainNodes nodes = Nodes(one, slow, other);

        for (int asked = 0; asked < 20; asked++)
            (await nodes.NonceAsync(Account, pending: false, default)).Should().Be(5);
        (string Node, string Trouble) named = nodes.Troubles().Should().ContainSingle().Which;
        gate.SetResult();
        (one.IsSilent, other.IsSilent) = (true, true);
        _time.Now += TimeSpan.FromSeconds(31); // which chain a node serves is asked anew

        (await nodes.NonceAsync(Account, pending: false, default)).Should().Be(5);
        named.Should().Be(("node 2", "it needs seconds longer than the others to answer"));
        slow.Asked.Should().Be(2, "while most of the others answer it is left out");
    }

    private ChainNodes Nodes(params IReadOnlyList<ToldNode> told) =>
        new([.. told.Select((node, number) => new ChainNode($"node {number + 1}", [node], _time))], Chain, _time);

    /// <summary>A node that says what a test wants it to.</summary>
    private sealed class ToldNode(ulong nonce) : IEvmClient
    {
        public ulong Id { get; init; } = Chain;

        public bool IsSilent { get; set; }

        public Task Gate { get; init; } = Task.CompletedTask;

        public int Asked { get; private set; }

        public DateTimeOffset Head { get; init; } = Samples.Morning;

        public Task<ulong> ChainIdAsync(CancellationToken cancellation) => IsSilent ? throw new EvmUnavailableException("silent") : Task.FromResult(Id);

        public Task<EvmBlock> LatestBlockAsync(CancellationToken cancellation) => Task.FromResult(new EvmBlock(Number, Hash32.Zero, Hash32.Zero, Head, BigInteger.One));

        public ulong Number { get; init; } = 1;

        public Exception? Fails { get; init; }

        public async Task<ulong> NonceAsync(AccountAddress account, bool pending, CancellationToken cancellation)
        {
            Asked++;
            await Gate;
            return Fails is null ? nonce : throw Fails;
        }

        public Task<EvmBlock> BlockAsync(ulong number, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<EvmBlock?> FindBlockAsync(ulong number, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<BigInteger> BalanceAsync(AccountAddress account, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<byte[]> CodeAsync(AccountAddress address, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<byte[]> CallAsync(EvmCall call, ulong block, CancellationToken cancellation) => CallAsync(call, cancellation);

        public Task<byte[]> CallAsync(EvmCall call, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<ulong> EstimateGasAsync(EvmCall call, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<IReadOnlyList<EvmLog>> LogsAsync(LogFilter filter, CancellationToken cancellation) => throw new NotSupportedException();

        public Task SendAsync(SignedTransaction transaction, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<TransactionReceipt?> ReceiptAsync(Hash32 transaction, CancellationToken cancellation) => throw new NotSupportedException();
    }
}
