using System.Net;
using System.Net.Sockets;
using MQTTnet;
using PantryChain.Telemetry.Broker;
using PantryChain.Telemetry.Mqtt;

namespace PantryChain.Telemetry.Tests.Broker;

/// <summary>Where the broker inside the gateway listens, and when it does not.</summary>
public sealed class BrokerDoorSpecs
{
    [Fact]
    public async Task It_does_not_leave_the_machine_before_there_is_a_user_with_a_password_and_then_by_itself()
    {
        DrivenClock clock = new();
        await using Inside inside = await Inside.StartAsync(new BrokerOptions { Address = IPAddress.Any }, clock, withUsers: false);
        (inside.Broker.Listens, await IsServedAsync(inside)).Should().Be((null, true));
        inside.Broker.Trouble!.Words.Should().Contain("does not leave this machine without a password").And.Contain("home-user add");

        inside.Users.Save([new BrokerUser("kim", Inside.Hash)]);
        await AdvanceUntilAsync(clock, () => inside.Broker.Listens is not null);

        inside.Broker.Trouble.Should().BeNull();
        (await inside.ClientAsync("kim")).Answer.ResultCode.Should().Be(MqttClientConnectResultCode.Success);

        inside.Users.Save([]);
        await AdvanceUntilAsync(clock, () => inside.Broker.Listens is null);
        inside.Broker.Trouble!.Words.Should().Contain("home-user add");
    }

    [Fact]
    public async Task It_does_not_leave_the_machine_while_everybody_comes_in()
    {
        await using Inside inside = await Inside.StartAsync(new BrokerOptions { Address = IPAddress.Any, Anonymous = Rights.Everything });

        (inside.Broker.Listens, await IsServedAsync(inside)).Should().Be((null, true));
        inside.Broker.Trouble!.Words.Should().Contain("\"anonymous\"");
    }

    [Fact]
    public async Task A_port_in_use_is_told_with_the_next_step_the_gateway_works_and_the_door_opens_when_it_is_free()
    {
        DrivenClock clock = new();
        using TcpListener other = new(IPAddress.Loopback, 0);
        other.Start();
        int port = ((IPEndPoint)other.LocalEndpoint).Port;
        await using Inside inside = await Inside.StartAsync(new BrokerOptions { Port = port }, clock);
        (inside.Broker.Listens, await IsServedAsync(inside)).Should().Be((null, true));
        inside.Broker.Trouble!.Words.Should().Contain($"Port {port} is in use").And.Contain("home.port").And.Contain("systemctl");

        other.Stop();
        await AdvanceUntilAsync(clock, () => inside.Broker.Listens is not null);

        inside.Broker.Trouble.Should().BeNull();
        inside.Port.Should().Be(port);
    }

    [Fact]
    public async Task With_a_certificate_the_households_door_is_TLS_and_plain_connections_are_counted()
    {
        using TempFolder folder = new();
        BrokerAccessSpecs.Certificates.Write(folder.Path);
        await using Inside inside = await Inside.StartAsync(new BrokerOptions { CertificateFile = folder.Inside("server.pem"), KeyFile = folder.Inside("server.key") });
        MqttLink kim = await inside.ConnectedAsync(inside.Login("kim") with { Host = "localhost", Tls = new MqttTls { CaFile = folder.Inside("ca.pem") } });
        using RawClient plain = await RawClient.ConnectAsync(inside.Port);

        await plain.SendAsync([0x10, 0x0A, 0x00, 0x04, (byte)'M', (byte)'Q', (byte)'T', (byte)'T', 0x05, 0x02, 0x00, 0x3C]);
        await plain.EndAsync();

        (kim.Connections, await IsServedAsync(inside)).Should().Be((1, true));
        await Eventually.BeTrueAsync(() => inside.Refused(BrokerRefusal.Tls) == 1, "the plain connection to be counted");
    }

    [Fact]
    public async Task A_certificate_that_cannot_be_used_is_told_with_the_next_step()
    {
        using TempFolder folder = new();
        await File.WriteAllTextAsync(folder.Inside("server.pem"), "no certificate");

        await using Inside inside = await Inside.StartAsync(new BrokerOptions { CertificateFile = folder.Inside("server.pem"), KeyFile = folder.Inside("server.key") });

        (inside.Broker.Listens, await IsServedAsync(inside)).Should().Be((null, true));
        inside.Broker.Trouble!.Words.Should().Contain("certificate cannot be used").And.Contain("home.keyFile");
    }

    /// <summary>True when the gateway's own link works.</summary>
    private static async Task<bool> IsServedAsync(Inside inside)
    {
        MqttLink gateway = inside.Link(new MqttOptions { Host = "127.0.0.1", Port = inside.Broker.OwnPort, ClientId = "gateway", Username = EmbeddedBroker.OwnUser, Password = inside.Broker.OwnPassword });
        gateway.Start();
        await gateway.WaitConnectedAsync(default).InTimeAsync();
        return gateway.IsConnected;
    }

    private static async Task AdvanceUntilAsync(DrivenClock clock, Func<bool> holds)
    {
        await Eventually.BeTrueAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(2));
            return holds();
        }, "the broker's own time");
    }
}
