using System.Globalization;
using System.Text.Json;
using PantryChain.Domain.Chain;
using PantryChain.Ledger.Blocks;
using PantryChain.Ledger.Contracts;

namespace PantryChain.Ledger.Tests;

/// <summary>docs/protocol.md says what the code does.</summary>
public sealed class ProtocolDocumentSpecs
{
    private static readonly string Protocol = File.ReadAllText(Vectors.PathOf("docs", "protocol.md"));

    public static TheoryData<string> Types =>
    [
        TypedMessages.ExecuteType, TypedMessages.DeviceClaimType, JoinMessage.Type, BlockHash.Type, TypedMessages.OrderType, TypedMessages.CancelType, TypedMessages.DeliveryType,
        TypedMessages.MandateType,
    ];

    public static TheoryData<string> Faults =>
        [.. Enum.GetValues<BlockFault>().Where(fault => fault != BlockFault.None).Select(fault => JsonNamingPolicy.SnakeCaseLower.ConvertName(fault.ToString()))];

    [Theory]
    [MemberData(nameof(Types))]
    public void Every_signed_type_string_stands_in_the_protocol(string type) => Protocol.Should().Contain(type);

    [Theory]
    [MemberData(nameof(Faults))]
    public void Every_reason_to_reject_a_block_stands_in_the_protocol(string reason) => Protocol.Should().Contain($"`{reason}`");

    [Fact]
    public void The_most_events_of_a_block_stand_in_the_protocol() =>
        Protocol.Should().Contain(string.Create(CultureInfo.InvariantCulture, $"at most {ThingBlock.MostEvents:N0} events (`ThingBlock.MostEvents`"));
}
