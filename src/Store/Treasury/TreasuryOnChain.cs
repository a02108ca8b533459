using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;
using PantryChain.Store.Sending;

namespace PantryChain.Store.Treasury;

/// <summary>The cooperative's money as the chain has it, and the calls that move it.</summary>
/// <remarks>Builders are pure; reads go to the node. Thread safe.</remarks>
internal sealed class TreasuryOnChain(BamtolToken bamtol, OrderEscrow escrow, IEvmClient chain, ContractSet contracts, Wallets wallets)
{
    private static readonly Hash32 RedemptionTopic = AbiSignature.Topic("RedemptionRequested(uint256,address,uint256)");

    /// <summary>The cooperative's own seller, whose sales these are.</summary>
    public AccountAddress Seller => wallets.Seller.Address;

    /// <summary>Issues Bamtol for won that came in. The custodian sends it, once for an id.</summary>
    public EvmCall Mint(Hash32 id, AccountAddress account, Bamtol amount) => bamtol.Mint(id, account, amount);

    /// <summary>Burns Bamtol of the seller. The seller sends it.</summary>
    public EvmCall Redeem(Bamtol amount) => bamtol.Redeem(amount);

    /// <summary>Says that the won of a redemption left. The custodian sends it.</summary>
    public EvmCall RecordPayout(ulong redemption) => bamtol.RecordPayout(redemption);

    /// <summary>Pays the seller its sales in Bamtol.</summary>
    public EvmCall WithdrawBamtol() => escrow.WithdrawBamtol();

    /// <summary>Pays the seller its sales in Bamnamu.</summary>
    public EvmCall WithdrawBamnamu() => escrow.WithdrawBamnamu();

    /// <summary>What the seller's wallet holds.</summary>
    public Task<Bamtol> HeldAsync(CancellationToken stop) => bamtol.BalanceAsync(Seller, stop);

    /// <summary>The seller's settled sales in the escrow.</summary>
    public Task<(Bamtol Cash, Bamnamu Reward)> CreditsAsync(CancellationToken stop) => escrow.CreditsAsync(Seller, stop);

    /// <summary>Where the money stands.</summary>
    public async Task<TreasurySummary> SummaryAsync(CancellationToken stop)
    {
        (Bamtol cash, Bamnamu reward) = await CreditsAsync(stop);
        return new TreasurySummary(await bamtol.SupplyAsync(stop), await bamtol.ReserveAsync(stop), cash, reward, await HeldAsync(stop));
    }

    /// <summary>The number that the chain gave a redemption, or null before it is mined.</summary>
    public async Task<ulong?> RedemptionOfAsync(Hash32? transaction, CancellationToken stop)
    {
        if (transaction is not { } hash || await chain.ReceiptAsync(hash, stop) is not { } receipt)
            return null;
        EvmLog? log = receipt.Logs.FirstOrDefault(log => log.Address == contracts.Bamtol && log.Topics.Count > 1 && log.Topics[0] == RedemptionTopic);
        return log is null ? null : new AbiReader(log.Topics[1].ToArray()).Unsigned64();
    }
}

/// <summary>Where the cooperative's money stands.</summary>
/// <param name="Supply">All Bamtol there is.</param>
/// <param name="Reserve">Recorded won behind it and behind unpaid redemptions.</param>
/// <param name="SalesCash">Sales in the escrow, to be withdrawn.</param>
/// <param name="SalesReward">The same in Bamnamu.</param>
/// <param name="SellerCash">What the seller's wallet holds.</param>
internal sealed record TreasurySummary(Bamtol Supply, Bamtol Reserve, Bamtol SalesCash, Bamnamu SalesReward, Bamtol SellerCash);
