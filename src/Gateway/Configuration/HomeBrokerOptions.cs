using System.Net;
using PantryChain.Ui.Hosting;

namespace PantryChain.Gateway.Configuration;

/// <summary>The family's MQTT broker: one that it has, or the one inside the gateway.</summary>
internal sealed record HomeBrokerOptions
{
    /// <summary>What <see cref="Broker"/> says for the broker inside the gateway.</summary>
    public const string Inside = "embedded";

    /// <summary><c>embedded</c> for the broker inside the gateway; null for the family's own, named by <see cref="Host"/>.</summary>
    public string? Broker { get; set; }

    /// <summary>Host name or address of the family's own broker.</summary>
    /// <value>Default <c>127.0.0.1</c>.</value>
    public string? Host { get; set; }

    /// <summary>TCP port: of the family's own broker, or where the one inside listens.</summary>
    [Within(1, 65_535)]
    public int Port { get; set; } = 1883;

    /// <summary>User name at the family's own broker; null connects without one.</summary>
    public string? Username { get; set; }

    /// <summary>File whose first line is the password there; null connects without one.</summary>
    public string? PasswordFile { get; set; }

    /// <summary>Certificate authority's file (PEM) of the family's own broker; given, the connection is TLS.</summary>
    public string? CaFile { get; set; }

    /// <summary>Where the broker inside listens.</summary>
    /// <value>An IP address, default <c>127.0.0.1</c>: this machine alone. Any other is opened only while there is a user with a password (<c>home-user add</c>).</value>
    public string? Address { get; set; }

    /// <summary>PEM file of the certificate of the broker inside; given, every connection of the household is TLS.</summary>
    public string? CertificateFile { get; set; }

    /// <summary>PEM file of its private key, without a pass phrase.</summary>
    public string? KeyFile { get; set; }

    /// <summary>Whether programs on this machine come into the broker inside without a login, with a home user's rights.</summary>
    /// <value>Default false; true only where <see cref="Address"/> is this machine's own.</value>
    public bool? Anonymous { get; set; }

    /// <summary>True for the broker inside the gateway.</summary>
    internal bool IsInside => Broker == Inside;

    /// <summary>Host of the family's own broker.</summary>
    internal string At => Host ?? "127.0.0.1";

    /// <summary>Refuses what cannot be, and members of the one kind beside the other.</summary>
    /// <exception cref="UserError">The text names file, member and fix.</exception>
    internal void Check(string file)
    {
        GatewayFile.Require(file, "home.broker", Broker is null or Inside, $"\"{Inside}\" is expected, or nothing for a broker of your own at home.host");
        (string Member, bool There)[] outside =
            [("host", Host is not null), ("username", Username is not null), ("passwordFile", PasswordFile is not null), ("caFile", CaFile is not null)];
        (string Member, bool There)[] inside =
            [("address", Address is not null), ("certificateFile", CertificateFile is not null), ("keyFile", KeyFile is not null), ("anonymous", Anonymous is not null)];
        foreach ((string member, bool there) in IsInside ? outside : inside)
            GatewayFile.Require(file, "home." + member, !there, IsInside
                ? $"it belongs to a broker of your own; leave it out beside \"broker\": \"{Inside}\""
                : $"it belongs to \"broker\": \"{Inside}\"; leave it out for a broker of your own");
        GatewayFile.Require(file, "home.address", Address is null || IPAddress.TryParse(Address, out _), "an IP address such as 127.0.0.1 is expected");
        GatewayFile.Require(file, "home.keyFile", (CertificateFile is null) == (KeyFile is null), "certificateFile and keyFile belong together");
        bool stays = Address is null || (IPAddress.TryParse(Address, out IPAddress? at) && IPAddress.IsLoopback(at));
        GatewayFile.Require(file, "home.anonymous", Anonymous is not true || stays,
            "without passwords the broker stays on this machine; leave it out, or set home.address to 127.0.0.1");
    }
}
