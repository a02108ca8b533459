using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using PantryChain.Domain.Chain;
using PantryChain.Domain.Identity;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Cooperative;
using PantryChain.Gateway.Member;
using PantryChain.Ledger.Blocks;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;

namespace PantryChain.Gateway.Commands;

/// <summary><c>join URL --invitation CODE</c>: device and member sign one claim, the store brings it on chain and gives the gateway its logins.</summary>
/// <remarks>The signed request is kept before it is sent; a second run after a failure sends the very same one and gets the same answer.</remarks>
internal static class JoinCommand
{
    private static readonly TimeSpan ClaimLife = TimeSpan.FromDays(7); // room for a store or chain that is away for days; the claim is worthless to others

    private static readonly Argument<string> Store = new("URL") { Description = "The store's address." };
    private static readonly Option<string> Invitation = new("--invitation") { Description = "The code from the store's desk.", HelpName = "CODE", Required = true };

    /// <summary>The verb.</summary>
    public static Command Create()
    {
        Command command = new("join", "Joins a cooperative store with an invitation from its desk.") { Store, Invitation, CommandLine.PinFile };
        command.SetAction(async (parsed, stop) =>
        {
            DataFolder folder = CommandLine.FolderOf(parsed);
            if (!Uri.TryCreate(parsed.GetValue(Store), UriKind.Absolute, out Uri? store) || store.Scheme is not ("http" or "https"))
                throw new UserError($"'{parsed.GetValue(Store)}' is not a store's address. Use one such as https://store.example/.");
            return await RunAsync(folder, store, parsed.GetValue(Invitation)!, parsed.GetValue(CommandLine.PinFile), info => CommandLine.TimeOf(parsed, info), parsed.InvocationConfiguration.Output, stop);
        });
        return command;
    }

    private static async Task<int> RunAsync(
        DataFolder folder, Uri address, string invitation, string? pinFile, Func<CooperativeInfo, TimeProvider> timeOf, TextWriter output, CancellationToken stop)
    {
        Household household = GatewayFile.Read(folder);
        using StoreClient store = new(address, token: null);
        try
        {
            CooperativeInfo info = await store.CooperativeAsync(stop);
            CheckReach(address, info, output);
            JoinRequest request = KeptRequest(folder, invitation) ?? await SignAsync(folder, household.Gateway, info, invitation, pinFile, timeOf(info), stop);
            JoinAnswer answer = await store.JoinAsync(request, stop);
            Check(request, answer);
            new Membership(address, answer.Token, answer.Account, answer.Device, answer.Broker, info).Write(folder);
            string rehearsal = info.Rehearsal ? " (rehearsal chain)" : "";
            output.WriteLine($"Joined {info.Name}{rehearsal} as {answer.Gateway}; the account is {answer.Account}. Next: {CommandLine.Next(folder, "run")}.");
            return 0;
        }
        catch (HttpRequestException error)
        {
            throw new UserError($"{address} cannot be reached ({error.Message}). Check the address, then run the same command again.", error);
        }
        catch (StoreRefusal refusal)
        {
            if (refusal.Code is not "busy")
                File.Delete(folder.JoinRequest); // the next attempt is signed anew
            string next = refusal.Code is "gateway_taken" or "device_taken" ? $" The name is \"gateway\" in {folder.Configuration}; the invitation is still good." : "";
            throw new UserError($"The store refused: {refusal.Message}{next}", refusal);
        }
    }

    private static async Task<JoinRequest> SignAsync(
        DataFolder folder, GatewayId gateway, CooperativeInfo info, string invitation, string? pinFile, TimeProvider time, CancellationToken stop)
    {
        Pin pin = pinFile is null ? AskPin() : Pin.ReadFile(pinFile);
        using P256Key device = Keys.LoadDevice(folder);
        using P256Key member = Keys.TryUnlockMember(folder, pin) ?? throw new UserError("The PIN is wrong. Try again; './pantry gateway init' showed it once.");
        using HttpClient node = new() { BaseAddress = info.RpcUrl };
        JsonRpcClient chain = new(node, RevertReasons.BuiltIn, TimeSpan.FromSeconds(10));
        ContractSet contracts = info.Contracts.ToContractSet((ulong)info.ChainId);
        DeviceClaim claim;
        try
        {
            AccountAddress account = await new MemberAccounts(chain, contracts).AddressOfAsync(member.Device, stop);
            ulong nonce = (await new DeviceRegistry(chain, contracts).DeviceAsync(device.Device, stop)).Nonce;
            DateTimeOffset deadline = DateTimeOffset.FromUnixTimeSeconds((time.GetUtcNow() + ClaimLife).ToUnixTimeSeconds());
            claim = DeviceClaim.Sign(contracts.DevicesDomain, device, member, account, nonce, deadline);
        }
        catch (EvmException error)
        {
            throw new UserError(error.Message, error);
        }
        JoinRequest request = new(
            invitation, gateway.Value, device.PublicKey.X.ToString(), device.PublicKey.Y.ToString(), member.PublicKey.X.ToString(), member.PublicKey.Y.ToString(),
            claim.Account.ToString(), claim.Nonce.ToString(CultureInfo.InvariantCulture), claim.Deadline.ToUnixTimeSeconds(), Text(claim.DeviceSignature), Text(claim.MemberSignature));
        DataFolder.WriteSecret(folder.JoinRequest, JsonSerializer.Serialize(request, StoreJson.Default.JoinRequest));
        return request;
    }

    /// <summary>A store on another machine must name addresses that lead there, and should not be spoken to in the clear.</summary>
    internal static void CheckReach(Uri address, CooperativeInfo info, TextWriter output)
    {
        if (address.IsLoopback)
            return; // a rehearsal on this machine, or a tunnel to it
        if (info.RpcUrl.IsLoopback)
            throw new UserError($"{address} names {info.RpcUrl} as its chain, which is this machine and not the store's. Ask the cooperative to set chain.publicRpcUrl in store.json.");
        if (IsLoopback(info.Broker.Host))
            throw new UserError($"{address} names {info.Broker.Host} as its broker, which is this machine and not the store's. Ask the cooperative to set broker.publicHost in store.json.");
        if (address.Scheme == "http" || !info.Broker.Tls)
            output.WriteLine($"Warning: {(address.Scheme == "http" ? address : info.Broker.Host)} is spoken to without TLS, so whoever is on the way can read along. Use it inside your own network only.");
    }

    private static bool IsLoopback(string host) => host is "localhost" || (System.Net.IPAddress.TryParse(host, out System.Net.IPAddress? ip) && System.Net.IPAddress.IsLoopback(ip));

    private static JoinRequest? KeptRequest(DataFolder folder, string invitation)
    {
        if (!File.Exists(folder.JoinRequest))
            return null;
        JoinRequest? kept = JsonSerializer.Deserialize(File.ReadAllText(folder.JoinRequest), StoreJson.Default.JoinRequest);
        return kept?.Invitation == invitation ? kept : null;
    }

    private static void Check(JoinRequest request, JoinAnswer answer)
    {
        if (!string.Equals(answer.Account, request.Account, StringComparison.OrdinalIgnoreCase))
            throw new UserError($"The store answered with account {answer.Account}, but the member's key owns {request.Account}. Do not use this store; ask the cooperative.");
    }

    private static Pin AskPin()
    {
        if (Console.IsInputRedirected)
            throw new UserError("The member's PIN is needed to sign. Give a file that holds it with --pin-file.");
        Console.Write("PIN: ");
        string digits = "";
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
            digits = key.Key == ConsoleKey.Backspace ? digits[..Math.Max(0, digits.Length - 1)] : digits + key.KeyChar;
        Console.WriteLine();
        return Pin.TryParse(digits, out Pin pin) ? pin : throw new UserError("That is not a PIN: 6 to 12 digits are expected.");
    }

    private static string Text(P256Signature signature) => Hex.Encode([.. signature.R.ToArray(), .. signature.S.ToArray()]);
}
