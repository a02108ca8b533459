using System.Net;
using System.Security.Cryptography.X509Certificates;
using PantryChain.Gateway.Commands;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Member;

namespace PantryChain.Gateway.Tests.Member;

public sealed class HouseholdAuthoritySpecs : IDisposable
{
    private static readonly DateTimeOffset Spring = new(2027, 4, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly IPAddress Home = IPAddress.Parse("192.168.0.7");

    private readonly TempDataFolder _temp = new();
    private readonly SetTime _time = new(Spring);
    private readonly List<IPAddress> _addresses = [Home];

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void The_pages_certificate_is_trusted_by_the_root_for_names_and_addresses_of_the_machine()
    {
        HouseholdAuthority authority = HouseholdAuthority.OpenOrCreate(_temp.Folder, Samples.Household);

        X509Certificate2 served = Door(authority).Current;

        Trusts(authority, served, Spring).Should().BeTrue();
        served.MatchesHostname("localhost").Should().BeTrue();
        served.MatchesHostname(Dns.GetHostName().Split('.')[0] + ".local").Should().BeTrue();
        served.MatchesHostname("192.168.0.7").Should().BeTrue();
        served.MatchesHostname("192.168.0.8").Should().BeFalse();
        (served.NotAfter - served.NotBefore).TotalDays.Should().BeLessThanOrEqualTo(397);
        authority.Fingerprint.Should().MatchRegex("^([0-9A-F]{2}:){31}[0-9A-F]{2}$");
        using X509Certificate2 root = X509CertificateLoader.LoadCertificate(authority.Root);
        root.HasPrivateKey.Should().BeFalse("phones get the root without its key");
    }

    [Fact]
    public void A_stolen_authority_poses_as_no_site_of_the_internet()
    {
        HouseholdAuthority authority = HouseholdAuthority.OpenOrCreate(_temp.Folder, Samples.Household);

        Trusts(authority, authority.Sign(["bank.example"], [], Spring, TimeSpan.FromDays(30)), Spring).Should().BeFalse();
        Trusts(authority, authority.Sign([], [IPAddress.Parse("198.51.100.1")], Spring, TimeSpan.FromDays(30)), Spring).Should().BeFalse();
        Trusts(authority, authority.Sign(["pantry.local"], [], Spring, TimeSpan.FromDays(30)), Spring).Should().BeTrue();
        (authority.Covers("bank.example"), authority.Covers("x.local"), authority.Covers("notlocal")).Should().Be((false, true, false));
    }

    [Fact]
    public void It_renews_itself_before_its_end_and_when_an_address_comes_and_not_otherwise()
    {
        HouseholdAuthority authority = HouseholdAuthority.OpenOrCreate(_temp.Folder, Samples.Household);
        DoorCertificate door = Door(authority);
        string first = door.Current.Thumbprint;
        _time.Now += TimeSpan.FromDays(300);
        string later = door.Current.Thumbprint, afterRestart = Door(authority).Current.Thumbprint;
        _addresses.Add(IPAddress.Parse("10.0.0.3"));
        _time.Now += TimeSpan.FromMinutes(2);
        X509Certificate2 moved = door.Current;
        _time.Now += TimeSpan.FromDays(340);

        (later, afterRestart).Should().Be((first, first));
        moved.MatchesHostname("10.0.0.3").Should().BeTrue();
        door.Current.NotAfter.Should().BeAfter(_time.Now.UtcDateTime.AddDays(300));
        Trusts(authority, door.Current, _time.Now).Should().BeTrue("the root stays the same");
    }

    [Fact]
    public void A_clock_that_starts_in_1970_spoils_no_root_and_no_certificate_for_long()
    {
        _time.Now = DateTimeOffset.UnixEpoch;
        HouseholdAuthority authority = HouseholdAuthority.OpenOrCreate(_temp.Folder, Samples.Household);
        DoorCertificate door = Door(authority);
        _ = door.Current;
        _time.Now = Spring;

        Trusts(authority, door.Current, Spring).Should().BeTrue();
    }

    [Fact]
    public void Keys_are_their_owners_alone_and_a_damaged_file_says_the_next_step()
    {
        _ = Door(HouseholdAuthority.OpenOrCreate(_temp.Folder, Samples.Household)).Current;

        foreach (string path in new[] { _temp.Folder.Authority, _temp.Folder.DoorCertificate })
            File.GetUnixFileMode(path).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllText(_temp.Folder.DoorCertificate, "torn");
        Door(HouseholdAuthority.Find(_temp.Folder)!).Current.Should().NotBeNull("it is made anew");
        File.WriteAllText(_temp.Folder.Authority, "torn");
        FluentActions.Invoking(() => HouseholdAuthority.Find(_temp.Folder)).Should().Throw<UserError>().WithMessage("*damaged*trust --new*");
    }

    [Fact]
    public void The_doctor_says_when_an_end_is_near_and_when_a_name_is_not_covered()
    {
        Household open = GatewayFile.Check(Samples.Options with { Dashboard = new DashboardOptions { Address = "0.0.0.0" } }, "gateway.json");
        Findings missing = Look(open, Spring);
        HouseholdAuthority authority = HouseholdAuthority.OpenOrCreate(_temp.Folder, open);
        _ = Door(authority).Current;
        Household named = GatewayFile.Check(Samples.Options with { Dashboard = new DashboardOptions { Address = "0.0.0.0", Hosts = ["pantry.example"] } }, "gateway.json");

        missing.AnythingWrong.Should().BeTrue();
        Look(open, Spring).AnythingWrong.Should().BeFalse();
        Look(open, Spring).ToText().Should().Contain(authority.Fingerprint);
        Look(named, Spring).ToText().Should().Contain("does not cover pantry.example");
        Look(open, Spring.AddDays(390)).ToText().Should().Contain("the pages' certificate ends");
        Look(open, authority.Ends.AddDays(-100)).ToText().Should().Contain("ends within a year");
    }

    private Findings Look(Household household, DateTimeOffset now)
    {
        Findings findings = new();
        DoctorNetwork.LookAtTrust(_temp.Folder, household, findings, now);
        return findings;
    }

    private DoorCertificate Door(HouseholdAuthority authority) => new(authority, _temp.Folder, DoorCertificate.HostsOf(Samples.Household), _time, () => _addresses);

    private static bool Trusts(HouseholdAuthority authority, X509Certificate2 served, DateTimeOffset at)
    {
        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificate(authority.Root));
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = at.UtcDateTime;
        chain.ChainPolicy.ApplicationPolicy.Add(new System.Security.Cryptography.Oid("1.3.6.1.5.5.7.3.1"));
        return chain.Build(served);
    }
}
