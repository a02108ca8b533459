using System.Net;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;
using PantryChain.Rehearsal.Parts;

namespace PantryChain.Ledger.Tests.Contracts;

/// <summary>Each effect once, whatever crashes in between; on a real chain that mines only when it is told to.</summary>
public sealed class TransactionSenderSpecs(RehearsalChain chain) : IClassFixture<RehearsalChain>, IAsyncLifetime
{
    private readonly MemoryTransactionJournal _journal = new();
    private readonly AccountAddress _member = AccountAddress.Parse("0x" + Guid.NewGuid().ToString("N") + "00000000");

    public Task InitializeAsync() => chain.MineAsync(automatically: false);

    public Task DisposeAsync() => chain.MineAsync(automatically: true);

    [Fact]
    public async Task One_id_is_one_transaction_however_often_it_is_sent()
    {
        using TransactionSender sender = chain.SenderOf(2, _journal);

        SignedTransaction first = await sender.SendAsync("transfer", Approve(1), default);
        SignedTransaction again = await sender.SendAsync("transfer", Approve(2), default);
        await chain.MineOneAsync();
        SignedTransaction afterwards = await sender.SendAsync("transfer", Approve(3), default);

        again.Hash.Should().Be(first.Hash);
        afterwards.Hash.Should().Be(first.Hash);
        (await sender.ReceiptAsync("transfer", default))!.Succeeded.Should().BeTrue();
        (await AllowanceAsync(sender)).Should().Be(new Bamtol(1));
        (await _journal.OpenAsync(default)).Should().BeEmpty();
    }

    [Fact]
    public async Task What_was_journaled_but_never_sent_is_sent_after_the_restart()
    {
        DyingJournal dying = new(_journal);
        using (TransactionSender killed = chain.SenderOf(2, dying))
            await FluentActions.Awaiting(() => killed.SendAsync("transfer", Approve(11), default)).Should().ThrowAsync<IOException>();

        using TransactionSender restarted = chain.SenderOf(2, _journal);
        await restarted.ResendAsync(default);
        await chain.MineOneAsync();

        (await restarted.ReceiptAsync("transfer", default))!.Succeeded.Should().BeTrue();
        (await AllowanceAsync(restarted)).Should().Be(new Bamtol(11));
    }

    [Fact]
    public async Task A_node_that_forgot_what_waited_gets_it_again_in_order()
    {
        using TransactionSender sender = chain.SenderOf(2, _journal);
        for (ulong amount = 21; amount <= 23; amount++)
            await sender.SendAsync($"transfer/{amount}", Approve(amount), default);
        await chain.ForgetPendingAsync();
        await chain.MineOneAsync();
        (await sender.ReceiptAsync("transfer/21", default)).Should().BeNull();

        await sender.ResendAsync(default);
        await chain.MineOneAsync();

        foreach (string id in (string[])["transfer/21", "transfer/22", "transfer/23"])
            (await sender.ReceiptAsync(id, default))!.Succeeded.Should().BeTrue();
        (await AllowanceAsync(sender)).Should().Be(new Bamtol(23));
    }

    [Fact]
    public async Task An_effect_whose_block_is_gone_is_opened_again_and_its_bytes_are_sent_again()
    {
        using TransactionSender sender = chain.SenderOf(2, _journal);
        SignedTransaction sent = await sender.SendAsync("transfer", Approve(61), default);
        await chain.MineOneAsync();
        TransactionReceipt first = (await sender.ReceiptAsync("transfer", default))!;
        (await sender.ReopenAsync(0, default)).Should().BeEmpty("its block stands");

        await chain.ReorganiseAsync(1);
        IReadOnlyList<string> opened = await sender.ReopenAsync(0, default);
        (await AllowanceAsync(sender)).Should().NotBe(new Bamtol(61));
        await sender.ResendAsync(default);
        await chain.MineOneAsync();

        opened.Should().Equal("transfer");
        TransactionReceipt second = (await sender.ReceiptAsync("transfer", default))!;
        second.Transaction.Should().Be(sent.Hash);
        second.BlockHash.Should().NotBe(first.BlockHash);
        (await AllowanceAsync(sender)).Should().Be(new Bamtol(61));
    }

    [Fact]
    public async Task An_effect_is_final_under_its_confirmations_and_not_before()
    {
        using TransactionSender sender = chain.SenderOf(2, _journal, confirmations: 2);
        await sender.SendAsync("transfer", Approve(62), default);
        await chain.MineOneAsync();
        Settlement included = (await sender.SettleAsync("transfer", default))!;
        (await sender.ReceiptAsync("transfer", default)).Should().BeNull();
        await chain.MineOneAsync();
        (await sender.ReceiptAsync("transfer", default)).Should().BeNull();
        (await _journal.OpenAsync(default)).Should().ContainSingle();

        await chain.MineOneAsync();

        included.IsFinal.Should().BeFalse();
        (await sender.ReceiptAsync("transfer", default)).Should().NotBeNull();
        (await _journal.OpenAsync(default)).Should().BeEmpty();
    }

    [Fact]
    public async Task A_dearer_attempt_takes_the_place_of_the_first_and_only_one_is_mined()
    {
        using TransactionSender sender = chain.SenderOf(2, _journal);
        ulong nonce = await chain.Client.NonceAsync(sender.From, pending: false, default);
        SignedTransaction first = await sender.SendAsync("transfer", Approve(31), default);

        SignedTransaction dearer = await sender.RaiseAsync("transfer", default);
        await chain.MineOneAsync();
        await sender.ResendAsync(default);
        await chain.MineOneAsync();

        dearer.Hash.Should().NotBe(first.Hash);
        dearer.Nonce.Should().Be(first.Nonce);
        (await sender.ReceiptAsync("transfer", default))!.Transaction.Should().Be(dearer.Hash);
        (await chain.Client.NonceAsync(sender.From, pending: false, default)).Should().Be(nonce + 1);
    }

    [Fact]
    public async Task A_rise_of_the_gas_price_strands_nothing()
    {
        using TransactionSender sender = chain.SenderOf(2, _journal);
        await sender.SendAsync("first", Approve(41), default);
        await sender.SendAsync("second", Approve(42), default);
        await chain.PriceGasAsync(500_000_000_000);
        await chain.MineOneAsync();
        (await sender.ReceiptAsync("first", default)).Should().BeNull();

        await sender.ResendAsync(default);
        await chain.MineOneAsync();

        (await sender.ReceiptAsync("first", default))!.Succeeded.Should().BeTrue();
        (await sender.ReceiptAsync("second", default))!.Succeeded.Should().BeTrue();
        (await AllowanceAsync(sender)).Should().Be(new Bamtol(42));
        await chain.PriceGasAsync(1_000_000_000);
        await chain.MineOneAsync();
    }

    [Fact]
    public async Task A_call_that_would_be_refused_is_neither_journaled_nor_paid()
    {
        using TransactionSender sender = chain.SenderOf(2, _journal);

        Func<Task> send = () => sender.SendAsync("mint", chain.Cash.Mint(Hash32.Zero, _member, Bamtol.FromWon(1)), default);

        (await send.Should().ThrowAsync<EvmRevertedException>()).Which.Error.Should().Be("BamtolNotCustodian");
        (await _journal.FindAsync("mint", default)).Should().BeEmpty();
    }

    [Fact]
    public async Task A_call_that_is_refused_when_it_is_mined_says_why()
    {
        await chain.MineAsync(automatically: true);
        using ChainHousehold household = await ChainHousehold.JoinAsync(chain);
        await chain.MineAsync(automatically: false);
        using TransactionSender sender = chain.SenderOf(2, _journal);
        EvmCall hurried = chain.Accounts.Execute(household.Member, household.Account, Approve(1), 0, await chain.NowAsync() + TimeSpan.FromMinutes(1));
        await sender.SendAsync("hurried", hurried, default);
        await chain.AdvanceAsync(TimeSpan.FromHours(1));

        Func<Task> wait = () => sender.SendAndWaitAsync("hurried", hurried, RehearsalChain.Patience, default);

        (await wait.Should().ThrowAsync<EvmRevertedException>()).Which.Error.Should().Be("AccountDeadlinePassed");
        (await chain.Accounts.NonceAsync(household.Account, default)).Should().Be(0);
    }

    [Fact]
    public async Task Many_effects_at_once_take_nonces_without_a_gap()
    {
        using TransactionSender sender = chain.SenderOf(3, _journal);

        SignedTransaction[] sent = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => sender.SendAsync($"transfer/{i}", Approve((ulong)i), default)));
        await chain.MineOneAsync();

        sent.Select(transaction => transaction.Nonce).Order().Should().Equal(Enumerable.Range(0, 20).Select(i => sent.Min(t => t.Nonce) + (ulong)i));
        foreach (int i in Enumerable.Range(0, 20))
            (await sender.ReceiptAsync($"transfer/{i}", default))!.Succeeded.Should().BeTrue();
    }

    [Fact]
    public async Task A_deployment_that_is_run_again_finds_the_same_contracts()
    {
        ContractSet again = await new ContractDeployment(chain.Client, chain.Store, RehearsalChain.Patience)
            .RunAsync(new DeploymentTerms(chain.Store.From, chain.Store.From, chain.Store.From), default);

        again.Should().Be(chain.Contracts);
    }

    [Fact]
    public async Task A_chain_that_is_gone_is_told_apart_from_one_that_refuses()
    {
        using HttpClient http = new() { BaseAddress = new Uri($"http://127.0.0.1:{LoopbackPort.Free()}/") };
        JsonRpcClient gone = new(http, RevertReasons.BuiltIn, TimeSpan.FromSeconds(5));

        await gone.Awaiting(client => client.ChainIdAsync(default)).Should().ThrowAsync<EvmUnavailableException>();
        await chain.Client.Awaiting(client => client.SendAsync(new SignedTransaction(default, 0, default, new byte[] { 1 }), default))
            .Should().ThrowAsync<EvmRefusedException>();
    }

    [Fact]
    public async Task A_chain_that_hangs_is_given_up_in_time()
    {
        using HttpListener listener = new();
        string url = $"http://127.0.0.1:{LoopbackPort.Free()}/";
        listener.Prefixes.Add(url);
        listener.Start(); // accepts and never answers
        using HttpClient http = new() { BaseAddress = new Uri(url) };
        JsonRpcClient hanging = new(http, RevertReasons.BuiltIn, TimeSpan.FromMilliseconds(200));

        await hanging.Awaiting(client => client.ChainIdAsync(default)).Should().ThrowAsync<EvmUnavailableException>();
    }

    private EvmCall Approve(ulong amount) => chain.Cash.ApproveEscrow(new Bamtol(amount));

    private Task<Bamtol> AllowanceAsync(TransactionSender sender) => chain.Cash.EscrowAllowanceAsync(sender.From, default);

    /// <summary>Keeps the attempt, then dies before it can be sent: the worst moment for a kill.</summary>
    private sealed class DyingJournal(ITransactionJournal inner) : ITransactionJournal
    {
        public Task<IReadOnlyList<JournaledTransaction>> FindAsync(string id, CancellationToken cancellation) => inner.FindAsync(id, cancellation);

        public Task<IReadOnlyList<JournaledTransaction>> OpenAsync(CancellationToken cancellation) => inner.OpenAsync(cancellation);

        public Task<ulong> NextNonceAsync(CancellationToken cancellation) => inner.NextNonceAsync(cancellation);

        public async Task AppendAsync(JournaledTransaction attempt, CancellationToken cancellation)
        {
            await inner.AppendAsync(attempt, cancellation);
            throw new IOException("killed");
        }

        public Task CloseAsync(string id, TransactionReceipt receipt, CancellationToken cancellation) => inner.CloseAsync(id, receipt, cancellation);

        public Task<IReadOnlyList<ClosedEffect>> ClosedAsync(ulong fromBlock, ulong belowBlock, CancellationToken cancellation) =>
            inner.ClosedAsync(fromBlock, belowBlock, cancellation);

        public Task ReopenAsync(string id, CancellationToken cancellation) => inner.ReopenAsync(id, cancellation);
    }
}
