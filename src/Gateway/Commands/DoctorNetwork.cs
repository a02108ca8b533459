using System.Globalization;
using System.Net.Sockets;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Cooperative;
using PantryChain.Gateway.Member;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;

namespace PantryChain.Gateway.Commands;

/// <summary>What is not on pins: keys, disk, brokers, store.</summary>
internal static class DoctorNetwork
{
    private const long LeastFree = 200_000_000; // bytes: a year of events and levels of a large household, and room for a backup

    /// <summary>Looks at everything.</summary>
    public static async Task LookAsync(DataFolder folder, Household? household, Findings findings, CancellationToken stop)
    {
        LookAtDisk(folder, findings);
        if (household is null)
            return;
        LookAtKeys(folder, findings);
        LookAtTrust(folder, household, findings, TimeProvider.System.GetUtcNow());
        if (household.Options.Home is { IsInside: true } inside)
            await DoctorHomeBroker.LookAsync(folder, household, inside, findings, stop);
        else if (household.Options.Home is { } home)
            Tell(findings, "home broker", $"{home.At}:{home.Port}", await ReachAsync(home.At, home.Port, stop), "does not answer. Start it, or correct home in gateway.json.");
        else
            findings.Absent("home broker", "none configured", "Add \"home\": { \"broker\": \"embedded\" } to gateway.json to see the shelves in Home Assistant.");
        if (Membership.Find(folder) is not { } membership)
        {
            findings.Wrong("membership", "none", "Run './pantry gateway join URL --invitation CODE' with a code from the store's desk.");
            return;
        }
        BrokerAddress broker = membership.Info.Broker;
        Uri store = household.Options.Store ?? membership.Store;
        Tell(findings, "store", store.ToString(), await ReachAsync(store.Host, store.Port, stop), "does not answer. Orders wait until it does; nothing is lost.");
        foreach (Uri relay in household.Options.Cooperative.Relays)
            Tell(findings, "relay", CallRelays.NameOf(relay), await ReachAsync(relay.Host, relay.Port, stop), "does not answer. A veto goes to the others meanwhile; correct cooperative.relays in gateway.json.");
        ulong chainId = (ulong)membership.Info.ChainId;
        foreach (Uri node in household.Options.Cooperative.Nodes.Prepend(membership.Info.RpcUrl))
            Tell(findings, "node", CallRelays.NameOf(node), await ServesAsync(node, chainId, stop), $"is no node of chain {chainId}. Correct cooperative.nodes in gateway.json, or ask whoever runs it.");
        LookAtVoices(household.Options.Cooperative, findings);
        if (membership.Doubt is { } doubt)
            findings.Wrong("store", "names another node", doubt);
        await LookAtContractsAsync(membership.Info, household.Options.Cooperative.Nodes, findings, stop);
        Tell(findings, "cooperative's broker", $"{broker.Host}:{broker.Port}", await ReachAsync(broker.Host, broker.Port, stop), "does not answer. Blocks wait until it does.");
    }

    /// <summary>Relays do not help a no that the store's own node keeps from being signed: it may say that the order has ended.</summary>
    internal static void LookAtVoices(CooperativeOptions cooperative, Findings findings)
    {
        if (cooperative.Nodes.Count == 0)
            findings.Absent("node", "nobody beside the store tells what the chain says, so it can keep a veto from being signed", "Name two nodes of others under cooperative.nodes in gateway.json.");
    }

    private static async Task LookAtContractsAsync(CooperativeInfo info, IReadOnlyList<Uri> nodes, Findings findings, CancellationToken stop)
    {
        try
        {
            (ContractReport report, string[] problems) = await ContractWords.InspectAsync(info, nodes, stop);
            string roles = string.Join("; ", report.Roles.GroupBy(role => role.Value, role => role.Key).Select(holder => $"{string.Join(", ", holder)} {holder.Key}"));
            if (problems.Length == 0)
                findings.Ok("contracts", $"all {report.Findings.Count} are this program's own; {roles}");
            else
                findings.Wrong("contracts", string.Join(' ', problems), "Order nothing at this store before the cooperative has explained it; update this program if it runs a newer version.");
        }
        catch (Exception error) when (error is EvmException or FormatException)
        {
            findings.Wrong("contracts", $"cannot be read ({error.Message})", "Orders wait until the chain's node answers; look again then.");
        }
    }

    private static void LookAtKeys(DataFolder folder, Findings findings)
    {
        try
        {
            Keys.LoadDevice(folder).Dispose();
            findings.Ok("keys", "device key");
        }
        catch (UserError error)
        {
            findings.Wrong("keys", "device key", error.Message);
        }
        if (File.Exists(folder.MemberKey))
            findings.Ok("keys", "member key");
        else
            findings.Wrong("keys", "no member key", "Run './pantry gateway init'.");
    }

    /// <summary>The authority and the certificate of the pages: who covers what, until when.</summary>
    internal static void LookAtTrust(DataFolder folder, Household household, Findings findings, DateTimeOffset now)
    {
        try
        {
            if (HouseholdAuthority.Find(folder) is not { } authority)
            {
                findings.Missing(household.Options.Dashboard.IsOpen, "certificate", "no authority of the household", "Run './pantry gateway trust'; a gateway that serves the home network makes one at its start.");
                return;
            }
            string root = $"root {authority.Fingerprint} until {authority.Ends:yyyy-MM-dd}";
            List<string> uncovered = [.. DoorCertificate.HostsOf(household).Names.Where(name => !authority.Covers(name))];
            if (authority.Ends - now < TimeSpan.FromDays(365))
                findings.Wrong("certificate", root, "It ends within a year. Run './pantry gateway trust --new', restart the gateway and install the new root on phones and browsers.");
            else if (uncovered.Count > 0)
                findings.Wrong("certificate", $"{root}; it does not cover {string.Join(", ", uncovered)}", "Run './pantry gateway trust --new', restart the gateway and install the new root on phones and browsers.");
            else
                findings.Ok("certificate", root);
            if (!household.Options.Dashboard.IsOpen || DoorCertificate.TryRead(folder.DoorCertificate) is not { } served)
                return;
            if (new DateTimeOffset(served.NotAfter) - now < DoorCertificate.Renewal / 2)
                findings.Wrong("certificate", $"the pages' certificate ends {served.NotAfter:yyyy-MM-dd}", "It renews itself when somebody opens the pages; if it did not, restart the gateway and look at this machine's clock.");
            else
                findings.Ok("certificate", $"the pages' certificate holds until {served.NotAfter:yyyy-MM-dd}");
        }
        catch (UserError error)
        {
            findings.Wrong("certificate", folder.Authority, error.Message);
        }
    }

    private static void LookAtDisk(DataFolder folder, Findings findings)
    {
        string there = folder.Path;
        while (!Directory.Exists(there))
            there = Path.GetDirectoryName(there)!;
        DriveInfo drive = new(there);
        string free = string.Create(CultureInfo.InvariantCulture, $"{drive.AvailableFreeSpace / 1e9:0.0} GB free at {there}");
        if (drive.AvailableFreeSpace >= LeastFree)
            findings.Ok("disk", free);
        else
            findings.Wrong("disk", free, "Make room: a full disk stops the journal, and with it everything that is decided.");
    }

    private static void Tell(Findings findings, string area, string what, bool reached, string fix)
    {
        if (reached)
            findings.Ok(area, what);
        else
            findings.Wrong(area, what, fix);
    }

    private static async Task<bool> ServesAsync(Uri node, ulong chainId, CancellationToken stop)
    {
        using HttpClient http = new() { BaseAddress = node };
        try
        {
            return await new JsonRpcClient(http, RevertReasons.BuiltIn, TimeSpan.FromSeconds(3), JsonRpcClient.GatewayAnswer).ChainIdAsync(stop) == chainId;
        }
        catch (EvmException)
        {
            return false;
        }
    }

    private static async Task<bool> ReachAsync(string host, int port, CancellationToken stop)
    {
        using CancellationTokenSource soon = CancellationTokenSource.CreateLinkedTokenSource(stop);
        soon.CancelAfter(TimeSpan.FromSeconds(3));
        try
        {
            using TcpClient client = new();
            await client.ConnectAsync(host, port, soon.Token);
            return true;
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException)
        {
            return false;
        }
    }
}
