using System.Numerics;
using Nethereum.Contracts;
using Nethereum.Contracts.Standards.ERC20;
using Nethereum.Contracts.Standards.ERC20.ContractDefinition;
using Nethereum.Hex.HexTypes;
using Nethereum.Web3;
using Nethereum.Web3.Accounts;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;
using PantryChain.Ledger.Tests.Contracts;
using PantryChain.Rehearsal.Parts;

namespace PantryChain.Ledger.Tests.Oracle;

/// <summary>Nethereum and our own client at one real node: each sees what the other did.</summary>
public sealed class NethereumChainSpecs(RehearsalChain chain) : IClassFixture<RehearsalChain>
{
    private const int Visitor = 3; // an account of the node that nobody else uses

    [Fact]
    public async Task Money_that_we_mint_is_seen_by_Nethereum_and_what_it_moves_is_seen_by_us()
    {
        Account visitor = new(AnvilPart.Keys[Visitor], (BigInteger)ContractSet.RehearsalChainId);
        Web3 web3 = new(visitor, chain.Url.ToString());
        ERC20ContractService bamtol = web3.Eth.ERC20.GetContractService(chain.Contracts.Bamtol.ToString());
        AccountAddress from = AccountAddress.Parse(visitor.Address), to = new([.. Enumerable.Repeat((byte)0x51, 20)]);

        TransactionReceipt minted = await chain.DoAsync(chain.Cash.Mint(Keccak256.Hash("oracle"), from, Bamtol.FromWon(700)));
        Nethereum.RPC.Eth.DTOs.TransactionReceipt moved = await bamtol.TransferRequestAndWaitForReceiptAsync(to.ToString(), 30_000);

        (await bamtol.SymbolQueryAsync(), await bamtol.DecimalsQueryAsync()).Should().Be(("BTOL", (byte)2));
        (await bamtol.BalanceOfQueryAsync(visitor.Address)).Should().Be((BigInteger)40_000);
        (await chain.Cash.BalanceAsync(to, default)).Should().Be(Bamtol.FromWon(300));
        moved.Status.Value.Should().Be(1);
        List<EventLog<TransferEventDTO>> theirs = await web3.Eth.GetEvent<TransferEventDTO>(chain.Contracts.Bamtol.ToString()).GetAllChangesAsync(new Nethereum.RPC.Eth.DTOs.NewFilterInput
        {
            Address = [chain.Contracts.Bamtol.ToString()], FromBlock = new(new HexBigInteger(minted.Block)), Topics = [AbiSignature.Topic("Transfer(address,address,uint256)").ToString()],
        });
        IReadOnlyList<EvmLog> ours = await chain.Client.LogsAsync(
            new LogFilter(minted.Block, null, [chain.Contracts.Bamtol], [[AbiSignature.Topic("Transfer(address,address,uint256)")]]), default);
        ours.Select(log => log.Transaction.ToString()).Should().Equal(theirs.Select(log => log.Log.TransactionHash));
        theirs.Select(log => log.Event.Value).Should().Equal(70_000, 30_000);
    }

    [Fact]
    public async Task A_contracts_refusal_has_the_same_reason_for_both()
    {
        Account visitor = new(AnvilPart.Keys[Visitor], (BigInteger)ContractSet.RehearsalChainId);
        Web3 web3 = new(visitor, chain.Url.ToString());
        EvmCall mint = chain.Cash.Mint(Keccak256.Hash("nobody's"), AccountAddress.Parse(visitor.Address), Bamtol.FromWon(1));

        Func<Task> ours = () => chain.Client.CallAsync(mint, default);
        Func<Task> theirs = () => web3.Eth.Transactions.Call.SendRequestAsync(
            new Nethereum.RPC.Eth.DTOs.CallInput(Hex.Encode(mint.Data.Span), chain.Contracts.Bamtol.ToString(), visitor.Address, null!, null!));

        EvmRevertedException refused = (await ours.Should().ThrowAsync<EvmRevertedException>()).Which;
        Nethereum.JsonRpc.Client.RpcResponseException answered = (await theirs.Should().ThrowAsync<Nethereum.JsonRpc.Client.RpcResponseException>()).Which;
        answered.RpcError.Data!.ToString().Should().StartWith(Hex.Encode(AbiSignature.Selector(refused.Error + "(address)")), "the selector of the error that we name");
    }
}
