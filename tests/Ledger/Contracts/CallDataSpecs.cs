using PantryChain.Domain.Chain;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Ledger.Blocks;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;
using PantryChain.Ledger.Rewards;

namespace PantryChain.Ledger.Tests.Contracts;

/// <summary>Every call that is built is one that its contract has, whether or not another test sends it.</summary>
public sealed class CallDataSpecs : IDisposable
{
    private static readonly ContractSet Set = new(31337, Address(1), Address(2), Address(3), Address(4), Address(5), Address(6), Address(7));
    private static readonly Mandate Mandate = new(default, default, 1, default, default, 1, 1, 1, default, default, DateTimeOffset.UnixEpoch, 0);
    private static readonly OrderTerms Terms = new(default, default, default, default, 1, default, default, 1, default, DateTimeOffset.UnixEpoch);

    private readonly P256Key _key = P256Key.Create();

    public void Dispose() => _key.Dispose();

    [Fact]
    public void Every_call_of_the_escrow_exists() => Check("OrderEscrow", Set.Escrow, Calls(new OrderEscrow(null!, Set)));

    [Fact]
    public void Every_call_of_the_other_contracts_exists()
    {
        SealedBlock block = new BlockSealer(_key, Set.AnchorDomain).Seal(BlockHead.Genesis, [], new(1), urgent: false);
        RewardLeaf leaf = new(default, default, default);
        RewardEpoch epoch = RewardEpoch.Compute(new RewardRules(), 1, default, new(1), []);
        BamtolToken cash = new(null!, Set);
        DeviceRegistry devices = new(null!, Set);

        Check("Bamtol", Set.Bamtol, [cash.Mint(default, default, new(1)), cash.Redeem(new(1)), cash.RecordPayout(1), cash.ApproveEscrow(new(1))]);
        Check("Bamnamu", Set.Bamnamu, [new BamnamuToken(null!, Set).ApproveEscrow(new(1))]);
        Check("MemberAccounts", Set.Accounts, [new MemberAccounts(null!, Set).Create(default)]);
        Check("MemberAccount", Address(9), [new MemberAccounts(null!, Set).Execute(_key, Address(9), cash.Redeem(new(1)), 0, DateTimeOffset.UnixEpoch)]);
        Check("DeviceRegistry", Set.Devices, [devices.Attest(default, DeviceKind.Simulated), devices.Revoke(default),
            devices.Claim(DeviceClaim.Sign(Set.DevicesDomain, _key, _key, default, 0, DateTimeOffset.UnixEpoch))]);
        Check("CotAnchor", Set.Anchor, [new CotAnchor(null!, Set).Anchor(default, 1), new CotAnchor(null!, Set).ReportEquivocation(block, block)]);
        Check("RewardDistributor", Set.Rewards, [new RewardDistributor(null!, Set).Publish(epoch, new(1)), new RewardDistributor(null!, Set).Claim(1, leaf, [])]);
    }

    [Fact]
    public void A_claim_that_both_keys_signed_is_told_from_one_that_was_changed()
    {
        using P256Key member = P256Key.Create();
        DeviceClaim claim = DeviceClaim.Sign(Set.DevicesDomain, _key, member, Address(9), 0, DateTimeOffset.UnixEpoch);

        claim.IsSigned(Set.DevicesDomain).Should().BeTrue();
        (claim with { Account = Address(8) }).IsSigned(Set.DevicesDomain).Should().BeFalse();
        (claim with { MemberSignature = claim.DeviceSignature }).IsSigned(Set.DevicesDomain).Should().BeFalse();
        claim.IsSigned(Set.EscrowDomain).Should().BeFalse();
    }

    private List<EvmCall> Calls(OrderEscrow escrow) =>
    [
        escrow.SetMandate(Mandate), escrow.RevokeMandate(Mandate), escrow.Cancel(Terms), escrow.Cancel(_key, Terms, DateTimeOffset.UnixEpoch),
        escrow.Accept(Terms), escrow.Ship(Terms), escrow.RecordDelivery(Terms), escrow.Confirm(Terms),
        escrow.Confirm(Terms, escrow.SignDelivery(_key, Terms, 1, DateTimeOffset.UnixEpoch)), escrow.ReleaseAfter(Terms), escrow.RefundAfter(Terms),
        escrow.WithdrawBamtol(), escrow.WithdrawBamnamu(),
    ];

    private static void Check(string contract, AccountAddress address, IReadOnlyList<EvmCall> calls)
    {
        HashSet<string> selectors = [.. ContractArtifact.Of(contract).Functions.Select(signature => Convert.ToHexString(AbiSignature.Selector(signature)))];

        foreach (EvmCall call in calls)
        {
            call.To.Should().Be(address);
            selectors.Should().Contain(Convert.ToHexString(call.Data.Span[..4]));
        }
    }

    private static AccountAddress Address(byte last) => new([.. new byte[19], last]);
}
