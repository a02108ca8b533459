using PantryChain.Domain.Identity;
using PantryChain.Ledger.Evm;
using PantryChain.Rehearsal.Parts;

namespace PantryChain.Store.Tests;

/// <summary>Writes any log in the escrow's name, by putting other code at its address for the time of one call.</summary>
internal static class EscrowForger
{
    private const string Sender = "0x00000000000000000000000000000000000000f0";

    // topics are the call data's first four words, data is the rest: LOG4(0, size, t0, t1, t2, t3)
    private const string WritesWhatItIsTold = "0x60603560403560203560003560803603806080600037" + "6000a400";

    /// <summary>Has the escrow write a log and returns the transaction's hash.</summary>
    public static async Task<Hash32> WriteAsync(StoreWorld world, IReadOnlyList<Hash32> topics, byte[] data)
    {
        AnvilPart chain = world.Chain;
        string escrow = world.Contracts.Escrow.ToString();
        string code = Hex.Encode(await world.Service<IEvmClient>().CodeAsync(world.Contracts.Escrow, CancellationToken.None));
        byte[] call = [.. topics.Concat(Enumerable.Repeat(Hash32.Zero, 4 - topics.Count)).SelectMany(topic => topic.ToArray()), .. data];
        await chain.CallAsync("anvil_setCode", [escrow, WritesWhatItIsTold]);
        try
        {
            return await world.BringAsync(new EvmCall(world.Contracts.Escrow, call));
        }
        finally
        {
            await chain.CallAsync("anvil_setCode", [escrow, code]);
        }
    }

    /// <summary>Brings a call to the chain past the store, as anybody can.</summary>
    public static async Task<Hash32> BringAsync(this StoreWorld world, EvmCall call)
    {
        await world.Chain.CallAsync("anvil_setBalance", [Sender, "0xde0b6b3a7640000"]);
        await world.Chain.CallAsync("anvil_impersonateAccount", [Sender]);
        string hash = (await world.Chain.CallAsync("eth_sendTransaction", [new { from = Sender, to = call.To.ToString(), data = Hex.Encode(call.Data.Span), gas = "0x2dc6c0" }])).GetString()!;
        TransactionReceipt receipt = await Wait.ForAsync(() => world.Service<IEvmClient>().ReceiptAsync(Hash32.Parse(hash), CancellationToken.None), "brought call mined");
        receipt.Succeeded.Should().BeTrue();
        return receipt.Transaction;
    }

    /// <summary>Drops the newest blocks and mines others in their place, without their transactions.</summary>
    public static Task ReorganiseAsync(this StoreWorld world, int depth) => world.Chain.CallAsync("anvil_reorg", [depth, Array.Empty<object>()]);
}
