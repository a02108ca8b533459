using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Home;
using PantryChain.Telemetry.Broker;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Gateway.Commands;

/// <summary>The home broker inside the gateway: its port, its users, its certificate.</summary>
internal static class DoctorHomeBroker
{
    private const string Area = "home broker";

    /// <summary>Looks at everything, of a running gateway or of one that is to start.</summary>
    public static async Task LookAsync(DataFolder folder, Household household, HomeBrokerOptions home, Findings findings, CancellationToken stop)
    {
        IPAddress address = home.Address is null ? IPAddress.Loopback : IPAddress.Parse(home.Address);
        LookAtUsers(HomeBroker.UsersOf(folder, new Topics(household.Gateway)), home, address, findings);
        if (home.CertificateFile is { } certificate)
            LookAtCertificate(folder.Inside(certificate), folder.Inside(home.KeyFile!), findings, TimeProvider.System.GetUtcNow());
        else if (!IPAddress.IsLoopback(address))
            findings.Absent(Area, "passwords cross the home network in the clear", "Name home.certificateFile and home.keyFile in gateway.json for TLS.");
        using LocalGateway gateway = new(folder, household);
        if (await gateway.GetAsync("health", stop) is { } health && health.TryGetProperty("homeBroker", out JsonElement running)
            && running.ValueKind == JsonValueKind.Object)
            LookAtRunning(running, findings);
        else
            LookAtPort(address, home.Port, findings);
    }

    private static void LookAtUsers(BrokerUsers users, HomeBrokerOptions home, IPAddress address, Findings findings)
    {
        int count = users.All.Count;
        if (users.Trouble is { } trouble)
            findings.Wrong(Area, "users", trouble);
        else if (count > 0)
            findings.Ok(Area, $"{count} {(count == 1 ? "user" : "users")}{(home.Anonymous == true ? ", and everybody on this machine" : "")}");
        else if (home.Anonymous == true)
            findings.Ok(Area, "everybody on this machine comes in");
        else
            findings.Missing(!IPAddress.IsLoopback(address), Area, IPAddress.IsLoopback(address) ? "no user, so nobody but the gateway comes in"
                : $"no user, so it does not listen at {address}", "Make one with './pantry gateway home-user add NAME'.");
    }

    private static void LookAtCertificate(string certificateFile, string keyFile, Findings findings, DateTimeOffset now)
    {
        try
        {
            using X509Certificate2 certificate = X509Certificate2.CreateFromPemFile(certificateFile, keyFile);
            DateTimeOffset ends = new(certificate.NotAfter);
            if (ends > now)
                findings.Ok(Area, $"certificate {certificate.Subject} until {ends:yyyy-MM-dd}");
            else
                findings.Wrong(Area, $"certificate {certificate.Subject} ended {ends:yyyy-MM-dd}",
                    "Put a new one at home.certificateFile and home.keyFile, and restart the gateway.");
        }
        catch (Exception error) when (error is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            findings.Wrong(Area, $"certificate {certificateFile}: {error.Message.TrimEnd('.')}",
                "Correct home.certificateFile and home.keyFile in gateway.json.");
        }
    }

    private static void LookAtRunning(JsonElement running, Findings findings)
    {
        int clients = running.GetProperty("clients").GetInt32();
        if (running.GetProperty("trouble").GetString() is { } trouble)
            findings.Wrong(Area, "inside the running gateway", trouble);
        else
            findings.Ok(Area, $"listens at {running.GetProperty("listens").GetString()}, {clients} {(clients == 1 ? "client" : "clients")}");
    }

    private static void LookAtPort(IPAddress address, int port, Findings findings)
    {
        try
        {
            using TcpListener probe = new(address, port);
            probe.Start();
            findings.Ok(Area, $"port {port} of {address} is free for it");
        }
        catch (SocketException error)
        {
            findings.Wrong(Area, error.SocketErrorCode == SocketError.AddressAlreadyInUse ? $"port {port} of {address} is in use"
                : $"cannot listen at {address}:{port} ({error.Message})",
                "Stop the other program (often Debian's mosquitto), choose another home.port, or name that broker in gateway.json: \"home\": { \"host\": \"127.0.0.1\" }.");
        }
    }
}
