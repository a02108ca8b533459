using PantryChain.Domain.Identity;
using PantryChain.Ledger.Blocks;
using PantryChain.Ledger.Evm;

namespace PantryChain.Ledger.Contracts;

/// <summary>Members' accounts: made by <c>MemberAccounts</c>, each owned by one P-256 key, each doing what that key signed.</summary>
/// <remarks>Builders are pure; reads go to the node. Thread safe.</remarks>
public sealed class MemberAccounts(IEvmClient client, ContractSet contracts)
{
    /// <summary>Deploys the account of a member key, or does nothing when it is there. Anybody may send it.</summary>
    public EvmCall Create(DeviceId owner) => new(contracts.Accounts, new AbiWriter().Word(owner.Value).ToCall("create(bytes32)"));

    /// <summary>Where the account of a member key is or will be; it can be paid before it is deployed.</summary>
    public Task<AccountAddress> AddressOfAsync(DeviceId owner, CancellationToken cancellation) => client.ReadAsync(
        new EvmCall(contracts.Accounts, new AbiWriter().Word(owner.Value).ToCall("accountOf(bytes32)")), answer => answer.Address(), cancellation);

    /// <summary>True once the account is deployed.</summary>
    public async Task<bool> IsDeployedAsync(AccountAddress account, CancellationToken cancellation) =>
        (await client.CodeAsync(account, cancellation)).Length > 0;

    /// <summary>The nonce that the account's next call must carry; 0 before it is deployed.</summary>
    public async Task<ulong> NonceAsync(AccountAddress account, CancellationToken cancellation) =>
        await IsDeployedAsync(account, cancellation)
            ? await client.ReadAsync(new EvmCall(account, new AbiWriter().ToCall("nonce()")), answer => answer.Unsigned64(), cancellation)
            : 0;

    /// <summary>Signs <paramref name="inner"/> with the member key: the call that anybody may now bring.</summary>
    /// <param name="member">The key that owns the account.</param>
    /// <param name="account">The account that calls.</param>
    /// <param name="inner">What it calls, such as <see cref="OrderEscrow.SetMandate"/>.</param>
    /// <param name="nonce">The account's next nonce.</param>
    /// <param name="deadline">Household time until which it may happen; whole seconds.</param>
    public EvmCall Execute(P256Key member, AccountAddress account, EvmCall inner, ulong nonce, DateTimeOffset deadline)
    {
        MemberCall call = new(inner.To ?? throw new ArgumentException("An account calls a contract, it does not create one.", nameof(inner)), inner.Data, nonce, deadline);
        Hash32 digest = contracts.AccountDomain(account).Digest(TypedMessages.Execute(call));
        return new EvmCall(account, new AbiWriter()
            .Address(call.Target).Unsigned(UInt128.Zero).Bytes(call.Data.Span).Unsigned(nonce).Time(deadline).Signature(member.PublicKey, member.Sign(digest))
            .ToCall($"execute(address,uint256,bytes,uint256,uint64,{AbiStructs.KeySignature})"));
    }
}
