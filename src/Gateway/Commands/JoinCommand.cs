using System.CommandLine;
using PantryChain.Domain.Identity;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Cooperative;

namespace PantryChain.Gateway.Commands;

/// <summary><c>join URL --invitation CODE</c>: device and member answer the store's challenge and claim the device; the store gives the gateway its logins.</summary>
/// <remarks>
/// The signed request is kept before it is sent; a second run after a failure sends the very same one and gets the same answer. It is signed for the
/// address that was called, so a store that passes it on gets nowhere with it. The claim inside becomes public and proves nothing to a store.
/// </remarks>
internal static class JoinCommand
{
    private static readonly string[] StaleChallenge = ["challenge_unknown", "challenge_expired", "challenge_used"];

    private static readonly Argument<string> Store = new("URL") { Description = "The store's address." };
    private static readonly Option<string> Invitation = new("--invitation") { Description = "The code from the store's desk.", HelpName = "CODE", Required = true };

    private static readonly Option<bool> AnyContracts = new("--accept-unknown-contracts") { Description = "Join although the store's contracts are not those that this program was built with. Whoever wrote them can do anything with your money." };

    /// <summary>The verb.</summary>
    public static Command Create()
    {
        Command command = new("join", "Joins a cooperative store with an invitation from its desk.") { Store, Invitation, CommandLine.PinFile, AnyContracts };
        command.SetAction(async (parsed, stop) =>
        {
            DataFolder folder = CommandLine.FolderOf(parsed);
            if (!Uri.TryCreate(parsed.GetValue(Store), UriKind.Absolute, out Uri? store) || store.Scheme is not ("http" or "https"))
                throw new UserError($"'{parsed.GetValue(Store)}' is not a store's address. Use one such as https://store.example/.");
            return await RunAsync(folder, store, parsed, stop);
        });
        return command;
    }

    private static async Task<int> RunAsync(DataFolder folder, Uri address, ParseResult parsed, CancellationToken stop)
    {
        TextWriter output = parsed.InvocationConfiguration.Output;
        Household household = GatewayFile.Read(folder);
        using StoreClient store = new(address, token: null);
        try
        {
            CooperativeInfo info = await store.CooperativeAsync(stop);
            CheckReach(address, info, output);
            await ContractWords.RequireKnownAsync(info, household.Options.Cooperative.Nodes, parsed.GetValue(AnyContracts), output, stop);
            Applicant applicant = new(folder, household.Gateway, address, info, parsed.GetValue(Invitation)!, parsed.GetValue(CommandLine.PinFile), CommandLine.TimeOf(parsed, info))
            {
                Nodes = household.Options.Cooperative.Nodes,
            };
            (JoinRequest request, JoinAnswer answer) = await ApplyAsync(store, applicant, stop);
            Check(request, answer);
            new Membership(address, answer.Token, answer.Account, answer.Device, answer.Broker, info) { FromBlock = applicant.FromBlock }.Write(folder);
            File.Delete(folder.JoinRequest);
            string rehearsal = info.Rehearsal ? " (rehearsal chain)" : "";
            output.WriteLine($"Joined {Foreign.Short(info.Name)}{rehearsal} as {Foreign.Short(answer.Gateway)}; the account is {answer.Account}. Next: {CommandLine.Next(folder, "run")}.");
            return 0;
        }
        catch (HttpRequestException error) when (error.StatusCode is not null)
        {
            throw new UserError($"{address} does not take the join now: {error.Message} Run the same command again; it goes on where it is.", error);
        }
        catch (HttpRequestException error)
        {
            throw new UserError($"{address} cannot be reached ({error.Message}). Check the address, then run the same command again.", error);
        }
        catch (StoreRefusal refusal)
        {
            if (refusal.Code is not "busy")
                File.Delete(folder.JoinRequest); // the next attempt is signed anew
            string next = refusal.Code is "gateway_taken" or "gateway_alike" or "name_reserved" or "device_taken" ? $" The name is \"gateway\" in {folder.Configuration}; the invitation is still good." : "";
            throw new UserError($"The store refused: {refusal.Message}{next}", refusal);
        }
    }

    /// <summary>Sends what was kept, or a new application; a kept one whose challenge went stale is signed once more.</summary>
    private static async Task<(JoinRequest Request, JoinAnswer Answer)> ApplyAsync(StoreClient store, Applicant applicant, CancellationToken stop)
    {
        if (applicant.Kept() is { } kept)
        {
            try
            {
                return (kept, await store.JoinAsync(kept, stop));
            }
            catch (StoreRefusal refusal) when (StaleChallenge.Contains(refusal.Code))
            {
                File.Delete(applicant.Folder.JoinRequest);
            }
        }
        JoinRequest request = await applicant.SignAsync(await store.ChallengeAsync(applicant.Invitation, stop), stop);
        return (request, await store.JoinAsync(request, stop));
    }

    /// <summary>A store on another machine must name addresses that lead there, and should not be spoken to in the clear.</summary>
    internal static void CheckReach(Uri address, CooperativeInfo info, TextWriter output)
    {
        if (address.IsLoopback)
            return; // a rehearsal on this machine, or a tunnel to it
        if (info.RpcUrl.IsLoopback)
            throw new UserError($"{address} names {info.RpcUrl} as its chain, which is this machine and not the store's. Ask the cooperative to set chain.publicRpcUrl in store.json.");
        if (IsLoopback(info.Broker.Host))
            throw new UserError($"{address} names {Foreign.Short(info.Broker.Host)} as its broker, which is this machine and not the store's. Ask the cooperative to set broker.publicHost in store.json.");
        if (address.Scheme == "http" || !info.Broker.Tls)
            output.WriteLine($"Warning: {(address.Scheme == "http" ? address : Foreign.Short(info.Broker.Host))} is spoken to without TLS, so whoever is on the way can read along. Use it inside your own network only.");
    }

    private static bool IsLoopback(string host) => host is "localhost" || (System.Net.IPAddress.TryParse(host, out System.Net.IPAddress? ip) && System.Net.IPAddress.IsLoopback(ip));

    private static void Check(JoinRequest request, JoinAnswer answer)
    {
        if (!string.Equals(answer.Account, request.Account, StringComparison.OrdinalIgnoreCase))
            throw new UserError($"The store answered with account {Foreign.Short(answer.Account)}, but the member's key owns {request.Account}. Do not use this store; ask the cooperative.");
    }
}
