using System.Reflection;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;

namespace PantryChain.Ledger.Tests.Contracts;

public sealed class ContractArtifactSpecs
{
    public static TheoryData<string> Names =>
        ["P256Verifier", "Bamtol", "Bamnamu", "MemberAccount", "MemberAccounts", "DeviceRegistry", "CotAnchor", "RewardDistributor", "OrderEscrow"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_contract_is_embedded_with_code_and_signatures(string name)
    {
        ContractArtifact artifact = ContractArtifact.Of(name);

        artifact.Name.Should().Be(name);
        artifact.Bytecode.Length.Should().BeInRange(1_000, 49_152, "EIP-3860 refuses longer creation code");
        artifact.Functions.Should().NotBeEmpty();
    }

    [Fact]
    public void Structs_stand_in_signatures_as_their_fields() => ContractArtifact.Of("OrderEscrow").Functions.Should()
        .Contain($"setMandate({AbiStructs.MandateTuple})").And.Contain($"accept({AbiStructs.OrderTuple})");

    [Fact]
    public void Every_event_that_is_decoded_is_one_that_the_escrow_writes()
    {
        IEnumerable<object?> written = ContractArtifact.Of("OrderEscrow").Events.Select(signature => (object?)AbiSignature.Topic(signature));

        IEnumerable<object?> decoded = typeof(EscrowEvent).GetFields(BindingFlags.Static | BindingFlags.NonPublic)
            .Where(field => field.Name.EndsWith("Topic", StringComparison.Ordinal)).Select(field => field.GetValue(null));

        decoded.Should().BeSubsetOf(written).And.HaveCount(10);
    }
}
