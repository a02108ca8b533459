using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using PantryChain.Domain.Identity;
using PantryChain.Rehearsal.Parts;
using PantryChain.Telemetry.Mqtt;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Telemetry.Tests;

/// <summary>Who may do what at the cooperative's broker, and how a link gets in.</summary>
public sealed class BrokerAccessSpecs
{
    private static readonly string[] Users = ["kim-1", "lee-2", "store"];
    private static readonly Topics Lee = new(new GatewayId("lee-2"));

    [Fact]
    public async Task A_gateway_may_publish_below_its_own_base_and_nowhere_else()
    {
        await using HomeBroker broker = await HomeBroker.StartAsync(AccessAsync);
        MqttLink kim = await broker.ConnectedAsync(Login(broker, "kim-1"));

        Func<Task> own = () => kim.PublishAsync(new MqttMessage(HomeBroker.Topics.Block, "x"u8.ToArray())).InTimeAsync();
        Func<Task> foreign = () => kim.PublishAsync(new MqttMessage(Lee.Block, "x"u8.ToArray())).InTimeAsync();

        await own.Should().NotThrowAsync();
        await foreign.Should().ThrowAsync<MqttRefusedException>().WithMessage("*user 'kim-1'*lee-2/block*Check its ACL file*");
    }

    [Fact]
    public async Task A_gateway_does_not_hear_its_neighbour_but_the_store_hears_both()
    {
        await using HomeBroker broker = await HomeBroker.StartAsync(AccessAsync);
        MqttLink kim = broker.Link(Login(broker, "kim-1")), store = broker.Link(Login(broker, "store"));
        Listener nosy = new(kim, "pantrychain/v1/#"), desk = new(store, Topics.AnyBlock);
        kim.Start();
        store.Start();
        await Task.WhenAll(kim.WaitConnectedAsync(default), store.WaitConnectedAsync(default)).InTimeAsync();
        MqttLink lee = await broker.ConnectedAsync(Login(broker, "lee-2"));

        await Eventually.BeTrueAsync(() =>
        {
            _ = lee.PublishAsync(new MqttMessage(Lee.Block, "lee"u8.ToArray()));
            _ = kim.PublishAsync(new MqttMessage(HomeBroker.Topics.Block, "kim"u8.ToArray()));
            _ = store.PublishAsync(new MqttMessage(HomeBroker.Topics.BlockState, "for kim"u8.ToArray()));
            _ = store.PublishAsync(new MqttMessage(Lee.BlockState, "for lee"u8.ToArray()));
            return desk.Texts.Distinct().Count() == 2 && !nosy.Messages.IsEmpty;
        }, "blocks of both at the store");

        nosy.Texts.Should().OnlyContain(text => text == "for kim");
    }

    [Theory]
    [InlineData("pantrychain/v1/kim-1/junk/1")]
    [InlineData("pantrychain/v1/kim-1/block/state")] // the store's word
    [InlineData("pantrychain/v1/kim-1/order/0x01")]
    [InlineData("pantrychain/v1/kim-1/block/1")]
    [InlineData("pantrychain/v1/kim-1/request/tare")]
    [InlineData("pantrychain/v1/lee-2/status")]
    [InlineData("homeassistant/device/x/config")]
    [InlineData("junk")]
    public async Task A_household_leaves_nothing_at_the_broker_but_its_block_and_its_status(string topic)
    {
        await using HomeBroker broker = await HomeBroker.StartAsync(AccessAsync);
        MqttLink kim = await broker.ConnectedAsync(Login(broker, "kim-1"));

        Func<Task> junk = () => kim.PublishAsync(new MqttMessage(topic, new byte[1_000], Retain: true)).InTimeAsync();
        Func<Task> status = () => kim.PublishAsync(new MqttMessage(HomeBroker.Topics.Status, "online"u8.ToArray(), Retain: true)).InTimeAsync();

        await junk.Should().ThrowAsync<MqttRefusedException>();
        await status.Should().NotThrowAsync();
    }

    [Fact]
    public async Task A_message_above_the_largest_block_is_not_taken_and_the_next_one_is()
    {
        await using HomeBroker broker = await HomeBroker.StartAsync(AccessAsync);
        MqttLink kim = await broker.ConnectedAsync(Login(broker, "kim-1")), store = await broker.ConnectedAsync(Login(broker, "store"));
        Listener desk = new(store, Topics.AnyBlock);
        await Eventually.BeTrueAsync(() =>
        {
            _ = kim.PublishAsync(new MqttMessage(HomeBroker.Topics.Block, "first"u8.ToArray())); // what comes before the broker has the subscription is nobody's
            return desk.Texts.Contains("first");
        }, "the store listened");

        _ = kim.PublishAsync(new MqttMessage(HomeBroker.Topics.Block, new byte[150_001]));
        MqttLink again = await broker.ConnectedAsync(Login(broker, "lee-2"));
        await again.PublishAsync(new MqttMessage(Lee.Block, "second"u8.ToArray())).InTimeAsync();

        await Eventually.BeTrueAsync(() => desk.Texts.Contains("second"), "the neighbour's block");
        desk.Messages.Should().OnlyContain(message => message.Payload.Length <= 150_000);
    }

    [Fact]
    public void The_store_s_page_tells_operators_what_is_tested_here()
    {
        string page = File.ReadAllText(RepositoryFile("docs", "store.md"));

        foreach (string line in (CooperativeBroker.Bounds + "\n" + CooperativeBroker.Access).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            page.Should().Contain(line);
    }

    private static string RepositoryFile(params string[] parts)
    {
        DirectoryInfo folder = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "PantryChain.sln")))
            folder = folder.Parent!;
        return Path.Combine([folder.FullName, .. parts]);
    }

    [Theory]
    [InlineData("store")]
    [InlineData("lee-2")]
    [InlineData("pantrychain-store-store")]
    public async Task A_gateway_that_names_anothers_client_id_throws_nobody_out(string clientId)
    {
        await using HomeBroker broker = await HomeBroker.StartAsync(AccessAsync);
        MqttLink store = await broker.ConnectedAsync(Login(broker, "store")), lee = await broker.ConnectedAsync(Login(broker, "lee-2"));
        Listener desk = new(store, Topics.AnyBlock);

        for (int i = 0; i < 3; i++)
        {
            MqttLink thief = await broker.ConnectedAsync(Login(broker, "kim-1") with { ClientId = clientId });
            await thief.PublishAsync(new MqttMessage(HomeBroker.Topics.Block, "kim"u8.ToArray())).InTimeAsync();
            await thief.DisposeAsync();
        }
        await lee.PublishAsync(new MqttMessage(Lee.Block, "lee"u8.ToArray())).InTimeAsync();

        await Eventually.BeTrueAsync(() => desk.Texts.Contains("lee"), "the neighbour's block at the store, over the connections of before");
        store.Connections.Should().Be(1);
        lee.Connections.Should().Be(1);
    }

    [Fact]
    public async Task A_copied_login_takes_over_its_own_session_only_and_that_is_told_in_words()
    {
        await using HomeBroker broker = await HomeBroker.StartAsync(AccessAsync);
        MqttLink store = await broker.ConnectedAsync(Login(broker, "store")), kim = broker.Link(Login(broker, "kim-1"));
        TaskCompletionSource<string> told = new();
        kim.WhenLost(cause =>
        {
            if (cause.Contains("another client", StringComparison.OrdinalIgnoreCase))
                told.TrySetResult(cause);
        });
        kim.Start();
        await kim.WaitConnectedAsync(default).InTimeAsync();

        await broker.ConnectedAsync(Login(broker, "kim-1") with { ClientId = "a copy" }); // both come again and again, as two gateways from one card do

        (await told.Task.InTimeAsync()).Should().Contain("kim-1").And.Contain("stop the copy");
        kim.Loss!.Kind.Should().Be(MqttLossKind.TakenOver);
        store.Connections.Should().Be(1);
    }

    [Fact]
    public async Task A_wrong_password_is_told_in_words()
    {
        await using HomeBroker broker = await HomeBroker.StartAsync(AccessAsync);
        TaskCompletionSource<string> told = new();
        MqttLink link = broker.Link(Login(broker, "kim-1") with { Password = "guess" });
        link.WhenLost(cause => told.TrySetResult(cause));

        link.Start();

        (await told.Task.InTimeAsync()).Should().Contain("does not a").And.Contain("password");
        link.Loss!.Kind.Should().Be(MqttLossKind.NotAuthorised);
    }

    [Fact]
    public async Task A_link_with_TLS_and_a_client_certificate_gets_in()
    {
        using TempFolder folder = new();
        int port = LoopbackPort.Free();
        Certificates.Write(folder.Path);
        await using MosquittoPart broker = await TlsBrokerAsync(folder, port);
        MqttOptions options = new()
        {
            Host = "localhost", Port = port, ClientId = "kim-1",
            Tls = new MqttTls { CaFile = folder.Inside("ca.pem"), CertificateFile = folder.Inside("client.pem"), KeyFile = folder.Inside("client.key") },
        };
        await using MqttLink link = new(options, new Log<MqttLink>());
        Listener heard = new(link, "numbers");

        link.Start();
        for (int n = 0; n < 200; n++)
            _ = link.PublishAsync(new MqttMessage("numbers", Encoding.UTF8.GetBytes($"{n}")));

        await Eventually.BeTrueAsync(() => heard.Messages.Count == 200, "all messages over TLS");
        heard.Texts.Should().Equal(Enumerable.Range(0, 200).Select(n => $"{n}"));
    }

    [Fact]
    public async Task A_broker_whose_certificate_nobody_vouches_for_is_not_talked_to()
    {
        using TempFolder folder = new(), other = new();
        int port = LoopbackPort.Free();
        Certificates.Write(folder.Path);
        Certificates.Write(other.Path);
        await using MosquittoPart broker = await TlsBrokerAsync(folder, port);
        TaskCompletionSource<string> told = new();
        MqttOptions options = new() { Host = "localhost", Port = port, ClientId = "kim-1", Tls = new MqttTls { CaFile = other.Inside("ca.pem") } };
        await using MqttLink link = new(options, new Log<MqttLink>());
        link.WhenLost(cause => told.TrySetResult(cause));

        link.Start();

        (await told.Task.InTimeAsync()).Should().Contain("TLS").And.Contain("CA file");
        link.Connections.Should().Be(0);
    }

    private static MqttOptions Login(HomeBroker broker, string user) => broker.Options(user) with { Username = user, Password = $"{user} secret" };

    private static async Task<MosquittoPart> TlsBrokerAsync(TempFolder folder, int port)
    {
        MosquittoPart broker = new(folder.Inside("broker"))
        {
            Extra = $"listener {port} 127.0.0.1\ncafile {folder.Inside("ca.pem")}\ncertfile {folder.Inside("server.pem")}\nkeyfile {folder.Inside("server.key")}\nrequire_certificate true",
        };
        await broker.StartAsync();
        return broker;
    }

    // The files that the cooperative's store writes: $7$ is PBKDF2-SHA512, the access list is the one of docs/store.md.
    private static async Task<BrokerAccess> AccessAsync(string folder)
    {
        BrokerAccess access = new(Path.Combine(folder, "passwords"), Path.Combine(folder, "acl")) { UserIsClient = true };
        await File.WriteAllLinesAsync(access.PasswordFile, Users.Select(user => $"{user}:{Hash($"{user} secret")}"));
        await File.WriteAllTextAsync(access.AclFile, CooperativeBroker.Access);
        return access;
    }

    private static string Hash(string password)
    {
        byte[] salt = RandomNumberGenerator.GetBytes(12);
        byte[] key = Rfc2898DeriveBytes.Pbkdf2(password, salt, 101, HashAlgorithmName.SHA512, 64);
        return $"$7$101${Convert.ToBase64String(salt)}${Convert.ToBase64String(key)}";
    }

    /// <summary>An authority, a broker's and a client's certificate, as PEM files.</summary>
    internal static class Certificates
    {
        private static readonly DateTimeOffset From = TimeProvider.System.GetUtcNow().AddHours(-1);

        public static void Write(string folder)
        {
            using ECDsa caKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            CertificateRequest request = new("CN=Test authority", caKey, HashAlgorithmName.SHA256);
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
            using X509Certificate2 authority = request.CreateSelfSigned(From, From.AddDays(2));
            File.WriteAllText(Path.Combine(folder, "ca.pem"), authority.ExportCertificatePem());
            Leaf(folder, "server", authority);
            Leaf(folder, "client", authority);
        }

        private static void Leaf(string folder, string name, X509Certificate2 authority)
        {
            using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA256);
            SubjectAlternativeNameBuilder names = new();
            names.AddDnsName("localhost");
            names.AddIpAddress(IPAddress.Loopback);
            request.CertificateExtensions.Add(names.Build());
            using X509Certificate2 leaf = request.Create(authority, From, From.AddDays(1), RandomNumberGenerator.GetBytes(8));
            File.WriteAllText(Path.Combine(folder, $"{name}.pem"), leaf.ExportCertificatePem());
            File.WriteAllText(Path.Combine(folder, $"{name}.key"), key.ExportPkcs8PrivateKeyPem());
        }
    }
}
