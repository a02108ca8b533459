using System.CommandLine;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Member;
using PantryChain.Ui.Components;

namespace PantryChain.Gateway.Commands;

/// <summary><c>trust</c>: the root of the household's certificate authority, to compare with what a phone shows, and where it is installed from.</summary>
internal static class TrustCommand
{
    private static readonly Option<bool> New = new("--new") { Description = "Makes another authority, for new names or after a theft; its root has to be installed again everywhere." };

    /// <summary>The verb.</summary>
    public static Command Create()
    {
        Command command = new("trust", "Shows what browsers and phones have to trust to open the pages by HTTPS.") { New };
        command.SetAction(parsed => Run(CommandLine.FolderOf(parsed), parsed.GetValue(New), parsed.InvocationConfiguration.Output));
        return command;
    }

    private static int Run(DataFolder folder, bool anew, TextWriter output)
    {
        Household household = GatewayFile.Read(folder);
        HouseholdAuthority authority = anew ? HouseholdAuthority.Create(folder, household) : HouseholdAuthority.OpenOrCreate(folder, household);
        output.WriteLine($"SHA-256 of the household's root: {authority.Fingerprint}");
        output.WriteLine($"It holds until {authority.Ends:yyyy-MM-dd}.");
        if (anew)
            output.WriteLine("This is a new one: restart the gateway, install the root again on every phone and browser, and remove the old one there.");
        DashboardOptions dashboard = household.Options.Dashboard;
        if (dashboard.IsOpen)
            TellPhones(dashboard, output);
        else
            output.WriteLine($"The pages are served on this machine only. \"dashboard\": {{ \"address\": \"0.0.0.0\" }} in {folder.Configuration} opens them to the home network, by HTTPS.");
        foreach (string name in DoorCertificate.HostsOf(household).Names.Where(name => !authority.Covers(name)))
            output.WriteLine($"The authority is older than the name {name} and does not cover it: {CommandLine.Next(folder, "trust --new")} makes one that does.");
        if (DoorCertificate.TryRead(folder.DoorCertificate) is { } served)
            output.WriteLine($"The certificate served now holds until {served.NotAfter:yyyy-MM-dd} and renews itself.");
        return 0;
    }

    private static void TellPhones(DashboardOptions dashboard, TextWriter output)
    {
        string address = $"http://{Environment.MachineName.Split('.')[0]}.local:{dashboard.Port}/trust";
        output.WriteLine($"Open {address} on the phone (or this machine's address in its place), install the root, compare the number; then https, port {dashboard.TlsPort}.");
        output.WriteLine(QrDrawing.ForTerminal(address));
    }
}
