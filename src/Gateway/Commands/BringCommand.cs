using System.CommandLine;
using System.Globalization;
using System.Numerics;
using System.Text.Json;
using PantryChain.Domain.Identity;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Ordering;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;

namespace PantryChain.Gateway.Commands;

/// <summary><c>bring</c>: takes a signed call to the chain with anybody's funded key, for when nobody else does.</summary>
/// <remarks>Needs no gateway and no store: a file, a node and some gas. What the call does is read from its data, never believed from the file's words.</remarks>
internal static class BringCommand
{
    private static readonly string[] Contracts = ["OrderEscrow", "MemberAccount", "RewardDistributor"];

    private const int LargestFile = 4 * 1024 * 1024; // two hundred calls of 16 KiB as text

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3); // real time: a dozen blocks of a slow chain

    private static readonly Argument<string> FileName = new("file") { Description = "A call's file, from its page or from 'calls --out'.", HelpName = "FILE" };
    private static readonly Option<string> Node = new("--node") { Description = "A node of the chain, JSON-RPC over HTTP.", HelpName = "URL", Required = true };
    private static readonly Option<string> Key = new("--key") { Description = "A secp256k1 key that can pay the gas: 32 bytes, or 64 hexadecimal digits; mode 0600.", HelpName = "FILE", Required = true };
    private static readonly Option<bool> Yes = new("--yes") { Description = "Asks nothing." };

    /// <summary>The verb.</summary>
    public static Command Create()
    {
        Command command = new("bring", "Brings a signed call to the chain with any funded key: a veto, a refund, a revocation when the store does not.") { FileName, Node, Key, Yes };
        command.SetAction((parsed, stop) => RunAsync(parsed, stop));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken stop)
    {
        IReadOnlyList<CallFile> calls = Read(parsed.GetValue(FileName)!);
        if (!Uri.TryCreate(parsed.GetValue(Node), UriKind.Absolute, out Uri? node) || node.Scheme is not ("http" or "https"))
            throw new UserError("--node is no http or https address. Use one such as https://node.example/.");
        using RelayerKey key = ReadKey(parsed.GetValue(Key)!);
        using HttpClient http = new() { BaseAddress = node };
        JsonRpcClient chain = new(http, ContractArtifact.Reasons, TimeSpan.FromSeconds(20));
        TextWriter output = parsed.InvocationConfiguration.Output;
        int left = 0;
        try
        {
            ulong id = await chain.ChainIdAsync(stop);
            foreach (CallFile call in calls)
                left += await BringAsync(call, chain, id, key, parsed.GetValue(Yes), output, stop) ? 0 : 1;
        }
        catch (EvmException error)
        {
            throw new UserError($"{error.Message} The call can be brought again at any time: it happens once.", error);
        }
        return left == 0 ? 0 : 1;
    }

    private static async Task<bool> BringAsync(CallFile file, JsonRpcClient chain, ulong chainId, RelayerKey key, bool sure, TextWriter output, CancellationToken stop)
    {
        if (file.ChainId != chainId)
            throw new UserError($"The call is signed for chain {file.ChainId}, and this node serves chain {chainId}. Name a node of chain {file.ChainId}.");
        EvmCall call = new(AccountAddress.Parse(file.To), Hex.Decode(file.Data), key.Address);
        output.WriteLine(Foreign.Clean($"{file.What.En} {file.What.Ko}"));
        output.WriteLine($"  calls {FunctionOf(call.Data.Span)} of {file.To} on chain {chainId}, paid by {key.Address}");
        if (file.Until is { } until && (await chain.LatestBlockAsync(stop)).At > until)
        {
            output.WriteLine($"  its signature ran out at {until:u}; the gateway signs anew while that helps. Download it again.");
            return false;
        }
        try
        {
            ulong gas = await chain.EstimateGasAsync(call, stop);
            BigInteger price = (await chain.LatestBlockAsync(stop)).BaseFeePerGas * 2 + 1_000_000_000, has = await chain.BalanceAsync(key.Address, stop);
            output.WriteLine($"  tried on the newest block: it goes through and uses about {gas} gas, at most {Ether(gas * price)} of this chain's coin");
            if (has < gas * price)
                throw new UserError($"{key.Address} holds {Ether(has)}, which is less than the {Ether(gas * price)} that it may cost. Send it some, then run the same command again.");
        }
        catch (EvmRevertedException refusal)
        {
            output.WriteLine($"  the contract would refuse it now: {refusal.Error ?? refusal.Message}. Nothing was sent and nothing was paid.");
            return false;
        }
        if (!sure && !Confirms(output))
            return false;
        using TransactionSender sender = new(chain, key, chainId, new MemoryTransactionJournal());
        TransactionReceipt receipt = await sender.SendAndWaitAsync(file.Id, call with { From = null }, Patience, stop);
        output.WriteLine($"  on chain in block {receipt.Block}, transaction {receipt.Transaction}");
        return true;
    }

    private static bool Confirms(TextWriter output)
    {
        if (Console.IsInputRedirected)
            throw new UserError("Nobody is there to answer. Add --yes to bring it without asking.");
        output.Write("  Bring it? [y/N] ");
        return Console.ReadLine()?.Trim() is "y" or "Y" or "yes";
    }

    /// <summary>The function's name by its selector, from the contracts' own interfaces.</summary>
    private static string FunctionOf(ReadOnlySpan<byte> data)
    {
        foreach (string signature in Contracts.SelectMany(name => ContractArtifact.Of(name).Functions))
        {
            if (data.StartsWith(AbiSignature.Selector(signature)))
                return signature[..signature.IndexOf('(', StringComparison.Ordinal)];
        }
        throw new UserError("The file's call is none of the cooperative's contracts. Do not bring it; download the call again from the gateway's page.");
    }

    private static IReadOnlyList<CallFile> Read(string path)
    {
        try
        {
            string text = ForeignFile.ReadText(path, LargestFile);
            IReadOnlyList<CallFile> calls = text.AsSpan().TrimStart().StartsWith("[")
                ? JsonSerializer.Deserialize(text, CallJson.Default.IReadOnlyListCallFile) ?? [] : [JsonSerializer.Deserialize(text, CallJson.Default.CallFile)!];
            if (calls.Count == 0 || calls.Any(call => call is not { Schema: CallFile.Name } || !AccountAddress.TryParse(call.To, out _) || Hex.Decode(call.Data).Length < 4))
                throw new JsonException("it holds no call of the format " + CallFile.Name);
            return calls;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserError($"{path} cannot be read ({error.Message}). Download the call from its page, or write it with './pantry gateway calls --out FILE'.", error);
        }
        catch (Exception error) when (error is JsonException or FormatException)
        {
            throw new UserError($"{path} is no signed call ({Foreign.Clean(error.Message).TrimEnd('.')}). Download it again from its page, or write it with './pantry gateway calls --out FILE'.", error);
        }
    }

    private static RelayerKey ReadKey(string path)
    {
        try
        {
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute)) != UnixFileMode.None)
                throw new UserError($"Others may read the key {path}. Run 'chmod 600 {path}'.");
            byte[] content = ForeignFile.ReadBytes(path, ForeignFile.MostSecret);
            return new RelayerKey(content.Length == 32 ? content : Hex.Decode(Prefixed(System.Text.Encoding.ASCII.GetString(content).Trim())));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserError($"{path} cannot be read ({error.Message}). Name the file of a key that can pay the gas.", error);
        }
        catch (Exception error) when (error is FormatException or ArgumentException)
        {
            throw new UserError($"{path} is no secp256k1 key: 32 bytes or 64 hexadecimal digits are expected. Export one from a wallet that holds some of the chain's coin.", error);
        }
    }

    private static string Prefixed(string text) => text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text : "0x" + text;

    private static string Ether(BigInteger wei) => ((decimal)wei / 1_000_000_000_000_000_000m).ToString("0.##########", CultureInfo.InvariantCulture);
}
