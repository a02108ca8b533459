using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using PantryChain.Domain.Identity;
using PantryChain.Gateway.Commands;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Dashboard;
using PantryChain.Gateway.Home;
using PantryChain.Gateway.Sensing;
using PantryChain.Rehearsal.Parts;
using PantryChain.Telemetry.Broker;
using PantryChain.Telemetry.Mqtt;
using PantryChain.Telemetry.Wire;
using PantryChain.Ui.Texts;

namespace PantryChain.Gateway.Tests.Home;

/// <summary>The home broker inside the gateway, as a family without any other meets it.</summary>
public sealed class HomeBrokerSpecs
{
    private static readonly Topics Topics = new(new GatewayId("haneul"));

    [Fact]
    public async Task A_user_that_was_added_hears_the_shelves_and_is_answered_and_a_removed_one_is_out()
    {
        await using GatewayWorld world = World(LoopbackPort.Free());
        await world.StartAsync();
        (int code, string output, _) = await CommandAsync(world, "add", "home-assistant");
        string password = output.Split('\n')[0].Split(" is ")[1].Split('.')[0];
        await using MqttLink family = Link(world, "home-assistant", password);
        ConcurrentQueue<string> states = new(), answers = new(), lost = new();
        family.Subscribe(Topics.AnySlotState, message => states.Enqueue(message.Topic));
        family.Subscribe(Topics.AnyResponse, message => answers.Enqueue(Encoding.UTF8.GetString(message.Payload.Span)));
        family.WhenLost(lost.Enqueue);
        family.Start();

        await Wait.Until(() => states.Contains(Topics.SlotState(new SlotId(1))), "the milk slot's state");
        await family.PublishAsync(new MqttMessage(Topics.Request("rename"), """{"slot":1,"name":"Milk by the door","transaction":1}"""u8.ToArray()));
        await Wait.Until(() => !answers.IsEmpty, "an answer");
        JsonElement health = await HealthAsync(world), broker = health.GetProperty("homeBroker");

        code.Should().Be(0);
        answers.Should().ContainSingle().Which.Should().Contain("\"ok\"");
        (broker.GetProperty("clients").GetInt32(), broker.GetProperty("trouble").GetString(), health.GetProperty("home").GetString()).Should().Be((1, null, "connected"));
        (await CommandAsync(world, "remove", "home-assistant")).Code.Should().Be(0);
        await Wait.Until(() => lost.Any(cause => cause.Contains("user name or password", StringComparison.Ordinal)), "the removed user to be out");
    }

    [Fact]
    public async Task With_its_port_in_use_the_broker_says_the_next_step_and_the_walk_goes_on()
    {
        using TcpListener other = new(IPAddress.Loopback, 0);
        other.Start();
        int port = ((IPEndPoint)other.LocalEndpoint).Port;
        await using GatewayWorld world = World(port);
        await world.StartAsync();

        await Wait.Until(() => world.Get<ShelfBoard>().Readings.All(reading => reading.Stable), "the shelves to settle");
        JsonElement health = await HealthAsync(world);
        JsonElement cause = health.GetProperty("causes").EnumerateArray().Single(one => one.GetProperty("cause").GetString() == "home_broker_unwell");

        cause.GetProperty("what").GetString().Should().Contain("Another program has the home broker's port");
        cause.GetProperty("next").GetString().Should().Contain("home.port");
        health.GetProperty("homeBroker").GetProperty("trouble").GetString().Should().Contain($"Port {port} is in use");
        health.GetProperty("homeBroker").GetProperty("listens").ValueKind.Should().Be(JsonValueKind.Null);
        await Wait.Until(() => world.Get<HomeStation>().IsConnected, "the gateway's own link");
    }

    [Fact]
    public void Every_fault_of_the_broker_has_words_and_a_next_step_of_its_own_in_both_languages()
    {
        foreach (Language language in Enum.GetValues<Language>())
        {
            HomeBrokerWords words = new(language);
            string[] faults = Enum.GetNames<BrokerFault>();

            faults.Count(fault => HasHangul(words.What(fault)) && HasHangul(words.Next(fault))).Should().Be(language == Language.Korean ? faults.Length : 0);
            faults.Select(words.What).Should().OnlyHaveUniqueItems().And.OnlyContain(text => text.EndsWith('.'));
            faults.Select(words.Next).Should().OnlyHaveUniqueItems().And.OnlyContain(text => text.EndsWith('.'));
        }

        static bool HasHangul(string text) => text.Any(letter => letter is >= '\uAC00' and <= '\uD7A3');
    }

    [Fact]
    public async Task Retained_states_and_users_survive_a_kill_of_the_gateway()
    {
        await using GatewayWorld world = World(LoopbackPort.Free());
        await world.StartAsync();
        await File.WriteAllTextAsync(world.Folder.Inside("password"), "a phrase for everybody\n");
        await CommandAsync(world, "add", "family", "--password-file", world.Folder.Inside("password"), "--read", "#", "--write", "family/#");
        await using (MqttLink before = Link(world, "family", "a phrase for everybody"))
        {
            before.Start();
            await before.PublishAsync(new MqttMessage("family/note", "milk!"u8.ToArray(), Retain: true));
            await Wait.Until(() => world.Get<EmbeddedBroker>().Unwritten == 0, "the broker to write");
        }

        await world.KillAsync();
        await world.StartAsync();
        await using MqttLink after = Link(world, "family", "a phrase for everybody");
        ConcurrentQueue<string> notes = new();
        after.Subscribe("family/note", message => notes.Enqueue(Encoding.UTF8.GetString(message.Payload.Span)));
        after.Start();

        await Wait.Until(() => notes.Contains("milk!"), "the note");
    }

    [Theory]
    [InlineData("add", "a/b", "cannot be a user's name")]
    [InlineData("add", "", "cannot be a user's name")]
    [InlineData("remove", "nobody", "home-user list")]
    [InlineData("add", "kim", "no topic filter", "--read", "a/#/b")]
    [InlineData("add", "kim", "no topic filter", "--write", "$SYS/#")]
    [InlineData("add", "kim", "holds no password", "--password-file", "/does/not/exist")]
    public async Task A_user_that_cannot_be_is_refused_with_the_next_step_and_nothing_changes(string verb, string name, string expected, params string[] more)
    {
        await using GatewayWorld world = World(LoopbackPort.Free());
        await world.StartAsync();
        await CommandAsync(world, "add", "there");
        string before = await File.ReadAllTextAsync(world.Folder.HomeUsers);

        (int code, _, string error) = await CommandAsync(world, [verb, name, .. more]);

        (code, await File.ReadAllTextAsync(world.Folder.HomeUsers)).Should().Be((CommandLine.BadInput, before));
        error.Should().Contain(expected);
    }

    [Fact]
    public async Task Users_are_listed_with_what_they_may_and_their_file_is_its_owners_alone_and_holds_no_password()
    {
        await using GatewayWorld world = World(LoopbackPort.Free());
        await world.StartAsync();
        string[] empty = (await CommandAsync(world, "list")).Output.Split('\n');
        string password = (await CommandAsync(world, "add", "kim")).Output.Split('\n')[0].Split(" is ")[1].Split('.')[0];
        await CommandAsync(world, "add", "node-red", "--read", "#", "--write", "kitchen/#", "--write", "hall/+");

        string list = (await CommandAsync(world, "list")).Output;

        empty[0].Should().Contain("home-user add NAME");
        list.Should().Contain("kim: reads pantrychain/#, homeassistant/#; writes pantrychain/v1/haneul/request/+, homeassistant/status").And.Contain("node-red: reads #; writes kitchen/#, hall/+");
        password.Should().HaveLength(20);
        (await File.ReadAllTextAsync(world.Folder.HomeUsers)).Should().NotContain(password).And.Contain("pbkdf2-sha512$");
        File.GetUnixFileMode(world.Folder.HomeUsers).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Theory]
    [InlineData("""{"broker":"mosquitto"}""", "home.broker")]
    [InlineData("""{"broker":"embedded","host":"10.0.0.2"}""", "home.host")]
    [InlineData("""{"broker":"embedded","caFile":"ca.pem"}""", "home.caFile")]
    [InlineData("""{"host":"10.0.0.2","address":"0.0.0.0"}""", "home.address")]
    [InlineData("""{"broker":"embedded","address":"everywhere"}""", "home.address")]
    [InlineData("""{"broker":"embedded","certificateFile":"a.pem"}""", "home.keyFile")]
    [InlineData("""{"broker":"embedded","address":"0.0.0.0","anonymous":true}""", "home.anonymous")]
    [InlineData("""{"broker":"embedded","port":0}""", "home.port")]
    public void What_cannot_be_a_home_broker_is_refused_with_its_member(string home, string member)
    {
        HomeBrokerOptions options = JsonSerializer.Deserialize(home, ConfigurationJson.Default.HomeBrokerOptions)!;

        Action check = () => GatewayFile.Check(Samples.Options with { Home = options }, "gateway.json");

        check.Should().Throw<UserError>().WithMessage($"gateway.json: {member}: *");
    }

    [Theory]
    [InlineData("""{}""", false, "127.0.0.1")]
    [InlineData("""{"host":"10.0.0.2","username":"pantry","passwordFile":"home.password"}""", false, "10.0.0.2")]
    [InlineData("""{"broker":"embedded"}""", true, "127.0.0.1")]
    public void A_file_that_names_a_broker_goes_on_as_it_was(string home, bool inside, string host)
    {
        HomeBrokerOptions options = JsonSerializer.Deserialize(home, ConfigurationJson.Default.HomeBrokerOptions)!;

        GatewayFile.Check(Samples.Options with { Home = options }, "gateway.json");

        (options.IsInside, options.At, options.Port).Should().Be((inside, host, 1883));
    }

    [Fact]
    public async Task The_doctor_looks_at_users_certificate_and_port()
    {
        using TempDataFolder temp = new();
        using TcpListener other = new(IPAddress.Loopback, 0);
        other.Start();
        int busy = ((IPEndPoint)other.LocalEndpoint).Port, free = LoopbackPort.Free();
        await File.WriteAllTextAsync(temp.Inside("broker.pem"), "no certificate");

        Findings quiet = await LookAsync(temp.Folder, new HomeBrokerOptions { Broker = "embedded", Port = free });
        Findings crowded = await LookAsync(temp.Folder, new HomeBrokerOptions { Broker = "embedded", Port = busy, CertificateFile = "broker.pem", KeyFile = "broker.key" });
        Findings open = await LookAsync(temp.Folder, new HomeBrokerOptions { Broker = "embedded", Port = free, Address = "0.0.0.0" });

        quiet.All.Select(finding => finding.State).Should().Equal("absent", "ok");
        crowded.All.Where(finding => finding.State == "wrong").Select(finding => finding.Fix).Should().SatisfyRespectively(
            certificate => certificate.Should().Contain("home.certificateFile"), port => port.Should().Contain("home.port"));
        open.All.Single(finding => finding.State == "wrong").Fix.Should().Contain("home-user add");
        open.All.Single(finding => finding.State == "absent").Fix.Should().Contain("TLS");
    }

    private static async Task<Findings> LookAsync(DataFolder folder, HomeBrokerOptions home)
    {
        Findings findings = new();
        Household household = GatewayFile.Check(Samples.Options with { Home = home, Dashboard = new DashboardOptions { Port = LoopbackPort.Free() } }, "gateway.json");
        await DoctorHomeBroker.LookAsync(folder, household, home, findings, CancellationToken.None);
        return findings;
    }

    private static GatewayWorld World(int port) => new(speed: 60)
    {
        Household = GatewayFile.Check(Samples.Options with { Home = new HomeBrokerOptions { Broker = HomeBrokerOptions.Inside, Port = port } }, "gateway.json"),
    };

    private static Task<(int Code, string Output, string Error)> CommandAsync(GatewayWorld world, params string[] args) => new Commands.Console(world).RunAsync(HomeUserCommand.Create(), args);

    private static MqttLink Link(GatewayWorld world, string user, string password) => new(
        new MqttOptions { Host = "127.0.0.1", Port = world.Household.Options.Home!.Port, ClientId = user, Username = user, Password = password, RetryMost = TimeSpan.FromSeconds(1) }, NullLogger<MqttLink>.Instance);

    private static async Task<JsonElement> HealthAsync(GatewayWorld world)
    {
        using HttpClient http = new() { BaseAddress = world.Address };
        return (await JsonDocument.ParseAsync(await http.GetStreamAsync(new Uri("health", UriKind.Relative)))).RootElement.Clone();
    }
}
