using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography.X509Certificates;

namespace PantryChain.Telemetry.Mqtt;

/// <summary>How to reach a broker and how to behave there.</summary>
public sealed record MqttOptions
{
    /// <summary>Name or address of the broker.</summary>
    public required string Host { get; init; }

    /// <summary>Its port.</summary>
    /// <value>1 to 65 535; default 1883.</value>
    public int Port { get; init; } = 1883;

    /// <summary>Client id, unique at this broker; a second client with the same id throws the first one out.</summary>
    public required string ClientId { get; init; }

    /// <summary>User name, or null for none.</summary>
    public string? Username { get; init; }

    /// <summary>Password, or null for none.</summary>
    public string? Password { get; init; }

    /// <summary>Topic of the retained <c>online</c> / <c>offline</c>, or null for no presence.</summary>
    public string? StatusTopic { get; init; }

    /// <summary>How long the broker keeps our subscriptions and queued messages while we are away; zero starts clean every time.</summary>
    /// <value>0 to 136 years; default zero.</value>
    public TimeSpan SessionExpiry { get; init; }

    /// <summary>Longest silence before either side checks whether the other is there.</summary>
    /// <value>5 s to 18 h; default 30 s (real time).</value>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>First pause before connecting again; it doubles with every failure, and a random half of it is left out so that a street of gateways does not come back at once.</summary>
    /// <value>10 ms to <see cref="RetryMost"/>; default 250 ms (real time).</value>
    public TimeSpan RetryFirst { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Longest pause before connecting again.</summary>
    /// <value>Up to 1 h; default 30 s (real time).</value>
    public TimeSpan RetryMost { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Most messages that are sent and not yet acknowledged; a broker may allow fewer (MQTT 5 receive maximum).</summary>
    /// <value>1 to 10 000; default 100.</value>
    public int Window { get; init; } = 100;

    /// <summary>TLS settings, or null for a plain connection.</summary>
    public MqttTls? Tls { get; init; }

    /// <summary>Checks every range.</summary>
    /// <exception cref="ValidationException">A value is out of its range; the message names it.</exception>
    public void Validate()
    {
        Require(!string.IsNullOrWhiteSpace(Host), "Host is empty: name the broker");
        Require(Port is >= 1 and <= 65_535, $"Port {Port} is not between 1 and 65535");
        Require(ClientId is { Length: >= 1 and <= 64 }, "ClientId must have 1 to 64 characters");
        Require(Password is null || Username is not null, "Password needs a Username");
        Require(SessionExpiry >= TimeSpan.Zero && SessionExpiry.TotalSeconds <= uint.MaxValue, "SessionExpiry must be zero or positive, up to 136 years");
        Require(KeepAlive.TotalSeconds is >= 5 and <= 65_535, "KeepAlive must be 5 s to 18 h");
        Require(RetryFirst >= TimeSpan.FromMilliseconds(10) && RetryFirst <= RetryMost, "RetryFirst must be 10 ms up to RetryMost");
        Require(RetryMost <= TimeSpan.FromHours(1), "RetryMost must be at most 1 h");
        Require(Window is >= 1 and <= 10_000, $"Window {Window} is not between 1 and 10000");
        Tls?.Validate();
    }

    internal static void Require(bool holds, string message)
    {
        if (!holds)
            throw new ValidationException($"MQTT: {message}.");
    }
}

/// <summary>TLS 1.2 or newer towards a broker.</summary>
public sealed record MqttTls
{
    /// <summary>PEM file of the authorities that may vouch for the broker, or null for the system's own.</summary>
    public string? CaFile { get; init; }

    /// <summary>PEM file of our certificate, or null when the broker asks for none.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>PEM file of our private key, without a pass phrase.</summary>
    public string? KeyFile { get; init; }

    internal void Validate()
    {
        MqttOptions.Require((CertificateFile is null) == (KeyFile is null), "a client certificate needs its key file and the other way round");
        foreach (string file in new[] { CaFile, CertificateFile, KeyFile }.OfType<string>())
            MqttOptions.Require(File.Exists(file), $"{file} does not exist: check the path");
        if (CertificateFile is not null)
            X509Certificate2.CreateFromPemFile(CertificateFile, KeyFile).Dispose();
    }
}
