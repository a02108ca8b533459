using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Ledger.Blocks;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;
using PantryChain.Ledger.Rewards;

namespace PantryChain.Ledger.Tests.Contracts;

/// <summary>Contracts and clients together on a real chain.</summary>
public sealed class ChainSpecs(RehearsalChain chain) : IClassFixture<RehearsalChain>
{
    [Fact]
    public async Task An_order_goes_from_evidence_to_the_sellers_wallet()
    {
        using ChainHousehold household = await ChainHousehold.ReadyAsync(chain);
        OrderTerms terms = household.Terms;
        OrderId order = chain.Escrow.IdOf(terms);
        Bamtol before = await chain.Cash.BalanceAsync(chain.Seller.From, default);

        TransactionReceipt opened = await chain.DoAsync(chain.Escrow.Trigger(household.Trigger));

        (await chain.Escrow.OrderAsync(order, default)).Should().Match<OrderOnChain>(o => o.State == OrderState.Open && o.Account == household.Account);
        (await chain.Escrow.LastOrderAsync(household.Account, ChainHousehold.Milk, default)).Should().Be(order);
        (await chain.Escrow.MandateAsync(terms.Mandate, default)).Should().Match<MandateOnChain>(m => m.Active && m.LastCycle == 3 && m.Spent == terms.Cash);
        OrderOpened log = opened.Logs.Select(EscrowEvent.Decode).OfType<OrderOpened>().Single();
        log.Order.Should().Be(order);
        log.Device.Should().Be(household.Device.Device);
        log.Terms.Should().Be(terms);

        await chain.AdvanceAsync((await chain.Escrow.WindowsAsync(default)).Veto);
        await chain.DoAsync(chain.Seller, chain.Escrow.Accept(terms));
        await chain.DoAsync(chain.Seller, chain.Escrow.Ship(terms));
        (await chain.Escrow.OrderAsync(order, default)).State.Should().Be(OrderState.Shipped);
        DeliveryProof delivery = chain.Escrow.SignDelivery(household.Device, terms, 2, await chain.NowAsync() + TimeSpan.FromHours(1));
        await chain.DoAsync(chain.Escrow.Confirm(terms, delivery));
        (await chain.Escrow.OrderAsync(order, default)).State.Should().Be(OrderState.Settled);
        (await chain.Escrow.CreditsAsync(chain.Seller.From, default)).Cash.CompareTo(terms.Cash).Should().BeGreaterThanOrEqualTo(0);
        await chain.DoAsync(chain.Seller, chain.Escrow.WithdrawBamtol());

        (await chain.Cash.BalanceAsync(chain.Seller.From, default)).CompareTo(before + terms.Cash).Should().BeGreaterThanOrEqualTo(0);
        (await chain.Cash.BalanceAsync(household.Account, default)).Should().Be(Bamtol.FromWon(50_000) - terms.Cash);
        IReadOnlyList<EvmLog> logs = await chain.Client.LogsAsync(
            new LogFilter(0, null, [chain.Contracts.Escrow], [null, [order.Value]]), default);
        logs.Select(EscrowEvent.Decode).OfType<OrderMoved>().Select(moved => moved.State).Should().Equal(OrderState.Accepted, OrderState.Shipped, OrderState.Settled);
    }

    [Fact]
    public async Task The_device_cancels_inside_the_veto_window_and_the_money_comes_back()
    {
        using ChainHousehold household = await ChainHousehold.ReadyAsync(chain);
        await chain.DoAsync(chain.Escrow.Trigger(household.Trigger));

        TransactionReceipt receipt = await chain.DoAsync(chain.Escrow.Cancel(household.Device, household.Terms, await chain.NowAsync() + TimeSpan.FromHours(1)));

        receipt.Logs.Select(EscrowEvent.Decode).OfType<OrderMoved>().Single().Should().Match<OrderMoved>(
            moved => moved.State == OrderState.Cancelled && moved.Cash == household.Terms.Cash);
        (await chain.Cash.BalanceAsync(household.Account, default)).Should().Be(Bamtol.FromWon(50_000));
    }

    [Fact]
    public async Task A_seller_who_is_late_loses_the_order_and_one_whose_delivery_nobody_disputes_is_paid()
    {
        OrderWindows windows = await chain.Escrow.WindowsAsync(default);
        using ChainHousehold refunded = await ChainHousehold.ReadyAsync(chain);
        await chain.DoAsync(chain.Escrow.Trigger(refunded.Trigger));
        await chain.AdvanceAsync(windows.Veto + windows.Accept);
        await chain.DoAsync(chain.Escrow.RefundAfter(refunded.Terms));

        using ChainHousehold released = await ChainHousehold.ReadyAsync(chain);
        await chain.DoAsync(chain.Escrow.Trigger(released.Trigger));
        await chain.AdvanceAsync(windows.Veto);
        await chain.DoAsync(chain.Seller, chain.Escrow.Accept(released.Terms));
        await chain.DoAsync(chain.Seller, chain.Escrow.Ship(released.Terms));
        TransactionReceipt recorded = await chain.DoAsync(chain.Seller, chain.Escrow.RecordDelivery(released.Terms));
        await chain.AdvanceAsync(windows.Confirm);
        await chain.DoAsync(chain.Escrow.ReleaseAfter(released.Terms));

        recorded.Logs.Select(EscrowEvent.Decode).OfType<DeliveryRecorded>().Single().Order.Should().Be(chain.Escrow.IdOf(released.Terms));
        (await chain.Escrow.OrderAsync(chain.Escrow.IdOf(refunded.Terms), default)).State.Should().Be(OrderState.Refunded);
        (await chain.Escrow.OrderAsync(chain.Escrow.IdOf(released.Terms), default)).State.Should().Be(OrderState.Settled);
    }

    [Fact]
    public async Task Each_reason_to_refuse_an_order_has_its_name()
    {
        using ChainHousehold household = await ChainHousehold.ReadyAsync(chain);
        using ChainHousehold stranger = await ChainHousehold.JoinAsync(chain);
        OrderTrigger good = household.Trigger;

        await RefusesAsync("EscrowDeadlinePassed", chain.Escrow.Trigger(household.With(terms => terms with { Deadline = DateTimeOffset.UnixEpoch })));
        await RefusesAsync("EscrowMandateInactive", chain.Escrow.Trigger(good with { Mandate = household.Mandate with { MaxQuantity = 100 } }));
        await RefusesAsync("EscrowBadSignature", chain.Escrow.Trigger(good with { Terms = household.Terms with { Quantity = 3 } }));
        await RefusesAsync("EscrowNotTheAccountsDevice", chain.Escrow.Trigger(
            good with { Key = stranger.Device.PublicKey, Signature = chain.Escrow.Sign(stranger.Device, household.Terms) }));
        await RefusesAsync("EscrowEvidenceRefused", chain.Escrow.Trigger(household.With(terms => terms with { Cycle = 4 })));
        await RefusesAsync("EscrowNotAnchored", chain.Escrow.Trigger(good with { LeafProof = [] }));
        await RefusesAsync("EscrowStandingRefused", chain.Escrow.Trigger(good with { Standing = good.Standing with { Tier = 2 } }));
        await RefusesAsync("EscrowSellerRefused", chain.Escrow.Trigger(household.With(terms => terms with { Seller = chain.Store.From })));
        await RefusesAsync("EscrowQuantityRefused", chain.Escrow.Trigger(household.With(terms => terms with { Quantity = 5 })));
        await RefusesAsync("EscrowPriceRefused", chain.Escrow.Trigger(household.With(terms => terms with { Cash = Bamtol.FromWon(6_001) })));
        await RefusesAsync("EscrowBamnamuRefused", chain.Escrow.Trigger(household.With(terms => terms with { Reward = Bamnamu.FromTokens(1) })));

        await chain.DoAsync(chain.Escrow.Trigger(good));
        await RefusesAsync("EscrowCycleRefused", chain.Escrow.Trigger(good));
        await RefusesAsync("EscrowTooEarly", chain.Escrow.Accept(household.Terms), chain.Seller.From);
        await RefusesAsync("EscrowNotAllowed", chain.Escrow.Accept(household.Terms), chain.Store.From);
        await RefusesAsync("EscrowWrongState", chain.Escrow.Ship(household.Terms), chain.Seller.From);
        await RefusesAsync("EscrowTooEarly", chain.Escrow.RefundAfter(household.Terms));
        await RefusesAsync("EscrowMandateRefused", chain.Escrow.SetMandate(household.Mandate), household.Account);
        await household.ExecuteAsync(chain.Escrow.RevokeMandate(household.Mandate));
        await RefusesAsync("EscrowMandateInactive", chain.Escrow.Trigger(household.With(terms => terms with { Cash = Bamtol.FromWon(1) })));
    }

    [Fact]
    public async Task Roles_accounts_and_devices_refuse_by_name()
    {
        using ChainHousehold household = await ChainHousehold.JoinAsync(chain);
        DateTimeOffset deadline = await chain.NowAsync() + TimeSpan.FromHours(1);
        EvmCall approve = chain.Cash.ApproveEscrow(Bamtol.FromWon(1));
        AccountAddress nobody = AccountAddress.Parse("0x00000000000000000000000000000000000000aa");

        await RefusesAsync("AccountWrongNonce", chain.Accounts.Execute(household.Member, household.Account, approve, 5, deadline));
        await RefusesAsync("AccountDeadlinePassed", chain.Accounts.Execute(household.Member, household.Account, approve, 0, DateTimeOffset.UnixEpoch));
        await RefusesAsync("AccountNotOwner", chain.Accounts.Execute(household.Device, household.Account, approve, 0, deadline));
        await RefusesAsync("DeviceUnavailable", chain.Devices.Claim(
            DeviceClaim.Sign(chain.Contracts.DevicesDomain, household.Device, household.Member, household.Account, 1, deadline)));
        await RefusesAsync("BamtolNotCustodian", chain.Cash.Mint(Hash32.Zero, nobody, Bamtol.FromWon(1)), nobody);
        await RefusesAsync("AnchorNotAnchorer", chain.Anchor.Anchor(Keccak256.Hash("root"), 1), nobody);
        await RefusesAsync("AnchorRefused", chain.Anchor.Anchor(Hash32.Zero, 1), chain.Store.From);
        await RefusesAsync("ERC20InsufficientBalance", chain.Cash.Redeem(Bamtol.FromWon(1)), nobody);
    }

    [Fact]
    public async Task A_claimed_device_is_known_with_its_account_kind_and_weight()
    {
        using ChainHousehold household = await ChainHousehold.JoinAsync(chain);

        DeviceOnChain device = await chain.Devices.DeviceAsync(household.Device.Device, default);

        device.Should().Match<DeviceOnChain>(d =>
            d.Account == household.Account && d.Kind == DeviceKind.Simulated && d.Weight == new BasisPoints(10_000) && d.Nonce == 1 && d.ClaimedAt != null);
    }

    [Fact]
    public async Task Two_blocks_at_one_height_ban_the_device()
    {
        using ChainHousehold household = await ChainHousehold.JoinAsync(chain);
        BlockSealer sealer = new(household.Device, chain.Contracts.AnchorDomain);

        await chain.DoAsync(chain.Anchor.ReportEquivocation(
            sealer.Seal(BlockHead.Genesis, [], new(20_000), urgent: false), sealer.Seal(BlockHead.Genesis, [], new(20_001), urgent: false)));

        (await chain.Devices.DeviceAsync(household.Device.Device, default)).Account.IsZero.Should().BeTrue();
    }

    [Fact]
    public async Task A_deposit_is_minted_once_and_redeemed_against_the_reserve()
    {
        Hash32 deposit = Keccak256.Hash("a seller's deposit");
        await chain.DoAsync(chain.Cash.Mint(deposit, chain.Seller.From, Bamtol.FromWon(500)));
        await RefusesAsync("BamtolDepositUsed", chain.Cash.Mint(deposit, chain.Seller.From, Bamtol.FromWon(500)), chain.Store.From);

        await chain.DoAsync(chain.Seller, chain.Cash.Redeem(Bamtol.FromWon(200)));

        (await chain.Cash.IsUsedAsync(deposit, default)).Should().BeTrue();
        (await chain.Cash.ReserveAsync(default)).Should().Be(await chain.Cash.SupplyAsync(default) + Bamtol.FromWon(200));
    }

    [Fact]
    public async Task A_published_epoch_gives_standing_at_once_and_pays_when_it_matured()
    {
        using ChainHousehold household = await ChainHousehold.JoinAsync(chain);

        RewardEpoch epoch = await chain.PublishAsync(household.Account);

        HouseholdReward own = epoch.Households.Single(h => h.Account == household.Account);
        (await chain.Rewards.LatestAsync(default)).Should().Match<PublishedEpoch>(e => e.Root == epoch.Root && e.Rate == RehearsalChain.Rate);
        own.Standing.Tier.Should().Be(1);
        (await chain.Rewards.HasStandingAsync(own.Standing, epoch.Proof(own.Standing), default)).Should().BeTrue();
        (await chain.Rewards.HasStandingAsync(own.Standing with { Tier = 2 }, epoch.Proof(own.Standing), default)).Should().BeFalse();
        EvmCall claim = chain.Rewards.Claim(epoch.Number, own.Reward, epoch.Proof(own.Reward));
        await RefusesAsync("RewardsWrongEpoch", claim);
        await chain.AdvanceAsync(TimeSpan.FromDays(30));
        await chain.DoAsync(claim);
        (await chain.Rewards.DealtWithAsync(household.Account, default)).Should().Be(own.Reward.Cumulative);
        (await new BamnamuToken(chain.Client, chain.Contracts).BalanceAsync(household.Account, default)).Should().Be(Bamnamu.FromTokens(25), "a first settled order earns the bootstrap");
        await RefusesAsync("RewardsNothingLeft", claim);
    }

    private async Task RefusesAsync(string error, EvmCall call, AccountAddress? from = null)
    {
        Func<Task> ask = () => chain.Client.CallAsync(call with { From = from ?? chain.Store.From }, default);

        (await ask.Should().ThrowAsync<EvmRevertedException>(because: error)).Which.Error.Should().Be(error);
    }
}
