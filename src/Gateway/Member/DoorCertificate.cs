using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PantryChain.Gateway.Configuration;
using PantryChain.Ui.Hosting;

namespace PantryChain.Gateway.Member;

/// <summary>The certificate that the pages are served with: the machine's names and addresses, signed by the household's authority, renewed by itself.</summary>
/// <remarks>Looked at, at most once a minute, whenever a browser connects: a new address or name, or an end that comes near, makes a new one. Real time. Thread safe.</remarks>
internal sealed class DoorCertificate
{
    /// <summary>How long one holds: what browsers take at most from anybody (CA/Browser Forum, 398 days).</summary>
    public static readonly TimeSpan Life = TimeSpan.FromDays(397);

    /// <summary>How long before its end a new one takes its place.</summary>
    public static readonly TimeSpan Renewal = TimeSpan.FromDays(60);

    private static readonly TimeSpan Pace = TimeSpan.FromMinutes(1), Skew = TimeSpan.FromDays(1); // browsers' clocks differ

    private readonly HouseholdAuthority _authority;
    private readonly DataFolder _folder;
    private readonly OwnHosts _hosts;
    private readonly TimeProvider _real;
    private readonly Func<IEnumerable<IPAddress>> _addresses;
    private readonly Lock _lock = new();
    private X509Certificate2? _current;
    private long _lookedAt;

    /// <summary>The certificate of a folder; nothing is signed before somebody asks for it.</summary>
    public DoorCertificate(HouseholdAuthority authority, DataFolder folder, OwnHosts hosts, TimeProvider real, Func<IEnumerable<IPAddress>>? addresses = null)
    {
        (_authority, _folder, _hosts, _real, _addresses) = (authority, folder, hosts, real, addresses ?? Addresses);
        _current = TryRead(folder.DoorCertificate);
    }

    /// <summary>The names that a household's pages answer to.</summary>
    public static OwnHosts HostsOf(Household household) => new(household.Options.Dashboard.Hosts, "\"dashboard\": { \"hosts\": [...] } in gateway.json");

    /// <summary>The one that holds now.</summary>
    public X509Certificate2 Current
    {
        get
        {
            lock (_lock)
            {
                if (_current is not null && _lookedAt != 0 && _real.GetElapsedTime(_lookedAt) < Pace)
                    return _current;
                _lookedAt = _real.GetTimestamp();
                List<string> names = [.. _hosts.Names.Where(_authority.Covers).Order(StringComparer.Ordinal)];
                List<IPAddress> addresses = [.. _addresses().Where(HouseholdAuthority.Covers).Distinct().OrderBy(address => address.ToString(), StringComparer.Ordinal)];
                if (_current is null || !IsGood(_current, names, addresses))
                    _current = Renew_NeedsLock(names, addresses);
                return _current;
            }
        }
    }

    /// <summary>The certificate in a folder as it lies there, or null; for whoever only looks.</summary>
    public static X509Certificate2? TryRead(string path)
    {
        try
        {
            if (!File.Exists(path))
                return null;
            string pem = File.ReadAllText(path);
            return X509Certificate2.CreateFromPem(pem, pem);
        }
        catch (Exception error) when (error is CryptographicException or IOException or UnauthorizedAccessException)
        {
            return null; // it is made anew
        }
    }

    private bool IsGood(X509Certificate2 certificate, List<string> names, List<IPAddress> addresses)
    {
        DateTimeOffset now = _real.GetUtcNow();
        X509SubjectAlternativeNameExtension? alternatives = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        return new DateTimeOffset(certificate.NotBefore) <= now && now < new DateTimeOffset(certificate.NotAfter) - Renewal
            && alternatives is not null && names.Order(StringComparer.Ordinal).SequenceEqual(alternatives.EnumerateDnsNames().Order(StringComparer.Ordinal))
            && addresses.ToHashSet().SetEquals(alternatives.EnumerateIPAddresses())
            && _authority.Signed(certificate);
    }

    private X509Certificate2 Renew_NeedsLock(List<string> names, List<IPAddress> addresses)
    {
        X509Certificate2 certificate = _authority.Sign(names, addresses, _real.GetUtcNow() - Skew, Life);
        try
        {
            using ECDsa key = certificate.GetECDsaPrivateKey()!;
            DataFolder.WriteSecret(_folder.DoorCertificate, certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It serves all the same; a browser without the root asks once more after the next start.
        }
        return certificate;
    }

    private static IEnumerable<IPAddress> Addresses() =>
    [
        IPAddress.Loopback, IPAddress.IPv6Loopback,
        .. NetworkInterface.GetAllNetworkInterfaces().Where(network => network.OperationalStatus == OperationalStatus.Up)
            .SelectMany(network => network.GetIPProperties().UnicastAddresses).Select(unicast => unicast.Address)
            .Where(address => !IPAddress.IsLoopback(address) && address.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6)
            .Select(address => new IPAddress(address.GetAddressBytes())), // without the zone of a link-local one
    ];
}
