using PantryChain.Domain.Identity;
using PantryChain.Ledger.Evm;

namespace PantryChain.Ledger.Contracts;

/// <summary>One cooperative's contracts on one chain, as <c>GET cooperative</c> lists them.</summary>
/// <param name="ChainId">The chain.</param>
/// <param name="Bamtol">The cash token.</param>
/// <param name="Bamnamu">The reward token.</param>
/// <param name="Accounts">Makes member accounts.</param>
/// <param name="Devices">Which device speaks for which account.</param>
/// <param name="Anchor">Anchored roots.</param>
/// <param name="Rewards">Rewards and standing.</param>
/// <param name="Escrow">Mandates and orders.</param>
public sealed record ContractSet(
    ulong ChainId, AccountAddress Bamtol, AccountAddress Bamnamu, AccountAddress Accounts, AccountAddress Devices, AccountAddress Anchor,
    AccountAddress Rewards, AccountAddress Escrow)
{
    /// <summary>Foundry's chain id: the rehearsal chain, on which a simulated device earns like a real one.</summary>
    public const ulong RehearsalChainId = 31337;

    /// <summary>True on the rehearsal chain; every page that shows this chain says so.</summary>
    public bool IsRehearsal => ChainId == RehearsalChainId;

    /// <summary>Signatures over <c>ThingBlock</c>.</summary>
    public Eip712Domain AnchorDomain => Eip712Domain.PantryChain(ChainId, Anchor);

    /// <summary>Signatures over <c>DeviceClaim</c>.</summary>
    public Eip712Domain DevicesDomain => Eip712Domain.PantryChain(ChainId, Devices);

    /// <summary>Signatures over <c>Order</c>, <c>Cancel</c> and <c>Delivery</c>.</summary>
    public Eip712Domain EscrowDomain => Eip712Domain.PantryChain(ChainId, Escrow);

    /// <summary>Signatures over <c>Execute</c> of one member's account.</summary>
    public Eip712Domain AccountDomain(AccountAddress account) => Eip712Domain.PantryChain(ChainId, account);
}
