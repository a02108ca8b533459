using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace PantryChain.Telemetry.Mqtt;

/// <summary>Our options in MQTTnet's terms.</summary>
internal static class BrokerSettings
{
    /// <summary>Messages that the broker may have sent us without an answer; more wait at the broker, not in our memory.</summary>
    private const ushort MostIncoming = 100;

    /// <summary>What a connection is made with.</summary>
    public static MqttClientOptions Of(MqttOptions options)
    {
        MqttClientOptionsBuilder builder = new MqttClientOptionsBuilder()
            .WithTcpServer(options.Host, options.Port).WithProtocolVersion(MqttProtocolVersion.V500).WithClientId(options.ClientId)
            .WithCleanStart(options.SessionExpiry == TimeSpan.Zero).WithSessionExpiryInterval((uint)options.SessionExpiry.TotalSeconds)
            .WithKeepAlivePeriod(options.KeepAlive).WithReceiveMaximum(MostIncoming).WithTimeout(MqttLink.AnswerWithin);
        if (options.Username is not null)
            builder.WithCredentials(options.Username, options.Password);
        if (options.StatusTopic is not null)
            builder.WithWillTopic(options.StatusTopic).WithWillPayload(Presence.Offline.ToArray()).WithWillRetain(true).WithWillQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce);
        if (options.Tls is { } tls)
            builder.WithTlsOptions(settings => Secure(settings, tls, options.Host));
        return builder.Build();
    }

    /// <summary>A household's own authority publishes no list of revoked certificates, so none is asked for.</summary>
    private static void Secure(MqttClientTlsOptionsBuilder settings, MqttTls tls, string host)
    {
        settings.UseTls().WithTargetHost(host).WithSslProtocols(SslProtocols.Tls12 | SslProtocols.Tls13).WithRevocationMode(X509RevocationMode.NoCheck);
        if (tls.CaFile is not null)
        {
            X509Certificate2Collection authorities = [];
            authorities.ImportFromPemFile(tls.CaFile);
            settings.WithTrustChain(authorities);
        }
        if (tls.CertificateFile is not null)
            settings.WithClientCertificates([X509Certificate2.CreateFromPemFile(tls.CertificateFile, tls.KeyFile)]);
    }
}
