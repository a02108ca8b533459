using System.Formats.Asn1;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PantryChain.Gateway.Configuration;

namespace PantryChain.Gateway.Member;

/// <summary>The household's own certificate authority: its root is what phones and browsers are told to trust, once.</summary>
/// <remarks>
/// <para>It can speak for nobody but the household: name constraints (RFC 5280 §4.2.1.10) bind it to local names and private addresses, so that a stolen key cannot pose as a bank.
/// P-256, path length 0, TLS servers only. One file holds certificate and key (mode 0600), so neither is ever there without the other.</para>
/// <para>Its validity does not come from the gateway's clock: a Raspberry Pi without a battery may be set up in 1970. Immutable and thread safe.</para>
/// </remarks>
internal sealed class HouseholdAuthority
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1", NameConstraintsOid = "2.5.29.30";

    /// <summary>From when to when every household's root holds.</summary>
    private static readonly DateTimeOffset From = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), To = new(2046, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Names that no public DNS gives away: mDNS (RFC 6762), RFC 8375, ICANN's internal, and what home routers use.</summary>
    private static readonly string[] LocalNames = ["localhost", "local", "home.arpa", "internal", "lan", "localdomain"];

    /// <summary>Loopback, private and link-local addresses (RFC 1918, 3927, 4193, 4291).</summary>
    private static readonly IPNetwork[] LocalNetworks =
        [.. new[] { "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10", "::1/128", "fc00::/7", "fe80::/10" }.Select(IPNetwork.Parse)];

    private static readonly Asn1Tag PermittedSubtrees = new(TagClass.ContextSpecific, 0), DnsName = new(TagClass.ContextSpecific, 2), IpAddress = new(TagClass.ContextSpecific, 7);

    private readonly X509Certificate2 _root;
    private readonly List<string> _names;

    private HouseholdAuthority(X509Certificate2 root)
    {
        _root = root;
        _names = NamesOf(root);
    }

    /// <summary>The root, for browsers: DER, without its key.</summary>
    public byte[] Root => _root.RawData;

    /// <summary>Until when it holds.</summary>
    public DateTimeOffset Ends => new(_root.NotAfter);

    /// <summary>SHA-256 of the root as browsers show it: pairs of digits, to compare by eye.</summary>
    public string Fingerprint => string.Join(':', Convert.ToHexString(_root.GetCertHash(HashAlgorithmName.SHA256)).Chunk(2).Select(pair => new string(pair)));

    /// <summary>Reads the authority, or makes one.</summary>
    /// <exception cref="UserError">The file is damaged.</exception>
    public static HouseholdAuthority OpenOrCreate(DataFolder folder, Household household) => Find(folder) ?? Create(folder, household);

    /// <summary>Reads the authority; null before it was made.</summary>
    /// <exception cref="UserError">The file is damaged.</exception>
    public static HouseholdAuthority? Find(DataFolder folder)
    {
        if (!File.Exists(folder.Authority))
            return null;
        try
        {
            string pem = File.ReadAllText(folder.Authority);
            return new HouseholdAuthority(X509Certificate2.CreateFromPem(pem, pem));
        }
        catch (Exception error) when (error is CryptographicException or AsnContentException)
        {
            throw new UserError($"{folder.Authority} is damaged ({error.Message}). Restore it from a backup, or make another one with './pantry gateway trust --new' and install its root on phones and browsers again.", error);
        }
    }

    /// <summary>Makes an authority for the household's present names and keeps it, in place of an earlier one.</summary>
    public static HouseholdAuthority Create(DataFolder folder, Household household)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN=PantryChain {household.Gateway}, O=PantryChain household", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerAuthentication)], critical: false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(Constraints(DoorCertificate.HostsOf(household).Names));
        X509Certificate2 root = request.CreateSelfSigned(From, To);
        DataFolder.WriteSecret(folder.Authority, root.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n");
        return new HouseholdAuthority(root);
    }

    /// <summary>True for a name that it may speak for.</summary>
    public bool Covers(string name) => _names.Exists(own => name.Equals(own, StringComparison.OrdinalIgnoreCase) || name.EndsWith("." + own, StringComparison.OrdinalIgnoreCase));

    /// <summary>True for an address that it may speak for.</summary>
    public static bool Covers(IPAddress address) => Array.Exists(LocalNetworks, network => network.Contains(address));

    /// <summary>True for a certificate of this authority, and of no earlier one.</summary>
    public bool Signed(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509AuthorityKeyIdentifierExtension>().FirstOrDefault()?.KeyIdentifier is { } issuer
        && _root.Extensions.OfType<X509SubjectKeyIdentifierExtension>().First().SubjectKeyIdentifierBytes.Span.SequenceEqual(issuer.Span);

    /// <summary>Signs a server's certificate.</summary>
    /// <param name="names">Its names.</param>
    /// <param name="addresses">Its addresses.</param>
    /// <param name="from">Real time from which it holds.</param>
    /// <param name="life">How long.</param>
    /// <returns>The certificate with its key, which is a new one.</returns>
    public X509Certificate2 Sign(IEnumerable<string> names, IEnumerable<IPAddress> addresses, DateTimeOffset from, TimeSpan life)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("O=PantryChain gateway", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder alternatives = new();
        foreach (string name in names)
            alternatives.AddDnsName(name);
        foreach (IPAddress address in addresses)
            alternatives.AddIpAddress(address);
        request.CertificateExtensions.Add(alternatives.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerAuthentication)], critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_root, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        DateTimeOffset start = from < From ? From : from > To - life ? To - life : from; // a clock that stands in 1970 is put right later, and the certificate renewed
        using X509Certificate2 signed = request.Create(_root, start, start + life, RandomNumberGenerator.GetBytes(16));
        return signed.CopyWithPrivateKey(key);
    }

    /// <summary>NameConstraints ::= SEQUENCE { permittedSubtrees [0] SEQUENCE OF SEQUENCE { base GeneralName } }; of the names dNSName [2] and iPAddress [7].</summary>
    private static X509Extension Constraints(IEnumerable<string> hosts)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence(PermittedSubtrees))
        {
            foreach (string name in LocalNames.Concat(hosts).Distinct(StringComparer.OrdinalIgnoreCase))
            {
                using (writer.PushSequence())
                    writer.WriteCharacterString(UniversalTagNumber.IA5String, name, DnsName);
            }
            foreach (IPNetwork network in LocalNetworks)
            {
                using (writer.PushSequence())
                    writer.WriteOctetString([.. network.BaseAddress.GetAddressBytes(), .. MaskOf(network)], IpAddress);
            }
        }
        return new X509Extension(NameConstraintsOid, writer.Encode(), critical: true);
    }

    private static byte[] MaskOf(IPNetwork network)
    {
        byte[] mask = new byte[network.BaseAddress.AddressFamily == AddressFamily.InterNetwork ? 4 : 16];
        for (int bit = 0; bit < network.PrefixLength; bit++)
            mask[bit / 8] |= (byte)(0x80 >> (bit % 8));
        return mask;
    }

    private static List<string> NamesOf(X509Certificate2 root)
    {
        X509Extension extension = root.Extensions[NameConstraintsOid] ?? throw new CryptographicException("it has no name constraints");
        AsnReader permitted = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence().ReadSequence(PermittedSubtrees);
        List<string> names = [];
        while (permitted.HasData)
        {
            AsnReader subtree = permitted.ReadSequence();
            if (subtree.PeekTag() == DnsName)
                names.Add(subtree.ReadCharacterString(UniversalTagNumber.IA5String, DnsName));
        }
        return names;
    }
}
