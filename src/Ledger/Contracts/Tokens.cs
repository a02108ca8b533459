using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Ledger.Evm;

namespace PantryChain.Ledger.Contracts;

/// <summary>The cash token on chain: minted against recorded deposits, burned on redemption.</summary>
/// <remarks>Builders are pure; reads go to the node. Thread safe.</remarks>
public sealed class BamtolToken(IEvmClient client, ContractSet contracts)
{
    /// <summary>Records a deposit and mints against it, once per deposit. The custodian sends it.</summary>
    public EvmCall Mint(Hash32 deposit, AccountAddress account, Bamtol amount) => new(contracts.Bamtol,
        new AbiWriter().Word(deposit).Address(account).Unsigned(amount.Hundredths).ToCall("mint(bytes32,address,uint256)"));

    /// <summary>Burns the caller's tokens against money that is now owed.</summary>
    public EvmCall Redeem(Bamtol amount) => new(contracts.Bamtol, new AbiWriter().Unsigned(amount.Hundredths).ToCall("redeem(uint256)"));

    /// <summary>Records that a redemption was paid out. The custodian sends it.</summary>
    public EvmCall RecordPayout(ulong redemption) => new(contracts.Bamtol, new AbiWriter().Unsigned(redemption).ToCall("recordPayout(uint256)"));

    /// <summary>Lets the escrow take up to <paramref name="amount"/> from the caller.</summary>
    public EvmCall ApproveEscrow(Bamtol amount) => Erc20.Approve(contracts.Bamtol, contracts.Escrow, amount.Hundredths);

    /// <summary>What an account holds.</summary>
    public async Task<Bamtol> BalanceAsync(AccountAddress account, CancellationToken cancellation) =>
        new(await Erc20.BalanceAsync(client, contracts.Bamtol, account, cancellation));

    /// <summary>What the escrow may still take from an account.</summary>
    public async Task<Bamtol> EscrowAllowanceAsync(AccountAddress account, CancellationToken cancellation) =>
        new(await Erc20.AllowanceAsync(client, contracts.Bamtol, account, contracts.Escrow, cancellation));

    /// <summary>All tokens there are.</summary>
    public async Task<Bamtol> SupplyAsync(CancellationToken cancellation) => new(await ReadAsync("totalSupply()", cancellation));

    /// <summary>Recorded money behind tokens and unpaid redemptions; never below the supply.</summary>
    public async Task<Bamtol> ReserveAsync(CancellationToken cancellation) => new(await ReadAsync("reserve()", cancellation));

    /// <summary>True once the deposit was minted against.</summary>
    public Task<bool> IsUsedAsync(Hash32 deposit, CancellationToken cancellation) => client.ReadAsync(
        new EvmCall(contracts.Bamtol, new AbiWriter().Word(deposit).ToCall("isUsed(bytes32)")), answer => answer.Bool(), cancellation);

    private Task<UInt128> ReadAsync(string function, CancellationToken cancellation) =>
        client.ReadAsync(new EvmCall(contracts.Bamtol, new AbiWriter().ToCall(function)), answer => answer.Unsigned(), cancellation);
}

/// <summary>The reward token on chain.</summary>
/// <remarks>Builders are pure; reads go to the node. Thread safe.</remarks>
public sealed class BamnamuToken(IEvmClient client, ContractSet contracts)
{
    /// <summary>Lets the escrow take up to <paramref name="amount"/> from the caller.</summary>
    public EvmCall ApproveEscrow(Bamnamu amount) => Erc20.Approve(contracts.Bamnamu, contracts.Escrow, amount.Units);

    /// <summary>What an account holds; rewards that were not claimed are not in it.</summary>
    public async Task<Bamnamu> BalanceAsync(AccountAddress account, CancellationToken cancellation) =>
        new(await Erc20.BalanceAsync(client, contracts.Bamnamu, account, cancellation));

    /// <summary>What an account held at a block of the past.</summary>
    public async Task<Bamnamu> BalanceAsync(AccountAddress account, ulong block, CancellationToken cancellation) => new(await client.ReadAsync(
        new EvmCall(contracts.Bamnamu, new AbiWriter().Address(account).ToCall("balanceOf(address)")), block, answer => answer.Unsigned(), cancellation));

    /// <summary>What the escrow may still take from an account.</summary>
    public async Task<Bamnamu> EscrowAllowanceAsync(AccountAddress account, CancellationToken cancellation) =>
        new(await Erc20.AllowanceAsync(client, contracts.Bamnamu, account, contracts.Escrow, cancellation));
}

/// <summary>What both tokens have from ERC-20.</summary>
internal static class Erc20
{
    public static EvmCall Approve(AccountAddress token, AccountAddress spender, UInt128 amount) =>
        new(token, new AbiWriter().Address(spender).Unsigned(amount).ToCall("approve(address,uint256)"));

    public static Task<UInt128> BalanceAsync(IEvmClient client, AccountAddress token, AccountAddress account, CancellationToken cancellation) =>
        client.ReadAsync(new EvmCall(token, new AbiWriter().Address(account).ToCall("balanceOf(address)")), answer => answer.Unsigned(), cancellation);

    public static Task<UInt128> AllowanceAsync(IEvmClient client, AccountAddress token, AccountAddress owner, AccountAddress spender, CancellationToken cancellation) =>
        client.ReadAsync(new EvmCall(token, new AbiWriter().Address(owner).Address(spender).ToCall("allowance(address,address)")), answer => answer.Unsigned(), cancellation);
}
