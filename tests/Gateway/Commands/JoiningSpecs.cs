using PantryChain.Gateway.Commands;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Cooperative;

namespace PantryChain.Gateway.Tests.Commands;

/// <summary>What joining a store elsewhere tells a newcomer before anything is signed.</summary>
public sealed class JoiningSpecs
{
    [Theory]
    [InlineData("http://127.0.0.1:8545/", "broker.example", "chain.publicRpcUrl")]
    [InlineData("https://node.example/", "127.0.0.1", "broker.publicHost")]
    [InlineData("https://node.example/", "localhost", "broker.publicHost")]
    public void A_store_elsewhere_that_names_this_machine_is_refused_with_the_member_that_the_cooperative_must_set(string node, string broker, string member)
    {
        using StringWriter output = new();

        UserError refusal = Assert.Throws<UserError>(() => JoinCommand.CheckReach(new Uri("https://store.example/"), Info(node, broker, tls: true), output));

        refusal.Message.Should().Contain(member).And.Contain("Ask the cooperative");
    }

    [Theory]
    [InlineData("http://store.example/", true, "http://store.example/ is spoken to without TLS")]
    [InlineData("https://store.example/", false, "broker.example is spoken to without TLS")]
    [InlineData("https://store.example/", true, "")]
    public void A_connection_in_the_clear_is_told(string store, bool tls, string warning)
    {
        using StringWriter output = new();

        JoinCommand.CheckReach(new Uri(store), Info("https://node.example/", "broker.example", tls), output);

        if (warning.Length == 0)
            output.ToString().Should().BeEmpty();
        else
            output.ToString().Should().StartWith("Warning: " + warning);
    }

    [Fact]
    public void A_rehearsal_on_this_machine_or_at_a_tunnel_s_end_may_name_it()
    {
        using StringWriter output = new();

        JoinCommand.CheckReach(new Uri("http://127.0.0.1:8460/"), Info("http://127.0.0.1:8545/", "127.0.0.1", tls: false), output);

        output.ToString().Should().BeEmpty();
    }

    [Fact]
    public void The_next_command_names_the_folder_unless_it_is_the_usual_one()
    {
        CommandLine.Next(new DataFolder("/var/lib/pantry"), "run").Should().Be("'./pantry gateway run --data /var/lib/pantry'");
        CommandLine.Next(new DataFolder(".pantry/gateway"), "run").Should().Be("'./pantry gateway run'");
        CommandLine.Named(new DataFolder("/var/lib/pantry"), "It moved. Run './pantry gateway calibrate 3', or './pantry gateway init --data /x'.")
            .Should().Be("It moved. Run './pantry gateway calibrate 3 --data /var/lib/pantry', or './pantry gateway init --data /x'.");
    }

    private static CooperativeInfo Info(string node, string broker, bool tls) =>
        new("Store", 1, Rehearsal: false, new Uri(node), new ContractAddresses("", "", "", "", "", "", ""), new BrokerAddress(broker, 8883, tls), 86_400, 86_400);
}
