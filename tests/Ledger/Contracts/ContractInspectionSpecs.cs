using PantryChain.Domain.Identity;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;

namespace PantryChain.Ledger.Tests.Contracts;

public sealed class ContractInspectionSpecs(RehearsalChain chain) : IClassFixture<RehearsalChain>
{
    [Fact]
    public async Task Contracts_deployed_from_the_artifacts_are_known_with_their_roles_and_terms()
    {
        ContractReport report = await InspectAsync(chain.Contracts);

        report.Problems.Should().BeEmpty();
        report.Findings.Should().HaveCount(9).And.OnlyHaveUniqueItems(finding => finding.Contract);
        report.Roles.Should().BeEquivalentTo(new Dictionary<string, AccountAddress>
        {
            ["custodian"] = chain.Store.From, ["anchorer"] = chain.Store.From, ["attestor"] = chain.Store.From, ["publisher"] = chain.Store.From,
        });
        report.Terms["veto"].Should().Be(86_400);
        report.Terms["epochSeconds"].Should().Be((UInt128)chain.Rules.EpochLength.TotalSeconds);
        report.Terms["emissionPerEpoch"].Should().Be(chain.Rules.EmissionPerEpoch.Units);
    }

    [Fact]
    public async Task An_escrow_with_the_same_calls_and_one_other_instruction_is_refused_by_name()
    {
        AccountAddress malicious = await DeployedAsync(await CodeAsync(chain.Contracts.Escrow), code => code[^40] ^= 1);

        ContractReport report = await InspectAsync(chain.Contracts with { Escrow = malicious });

        report.IsKnown.Should().BeFalse();
        report.Findings.Single(finding => finding.Problem is not null).Contract.Should().Be("OrderEscrow");
        report.Problems.Single().Should().Contain($"OrderEscrow at {malicious}").And.Contain("differs from byte");
    }

    [Theory]
    [InlineData("bamtol")]
    [InlineData("_verifier")]
    [InlineData("devices")]
    public async Task An_escrow_made_over_other_parts_is_refused_though_its_code_is_the_same(string immutable)
    {
        AccountAddress malicious = await DeployedAsync(await CodeAsync(chain.Contracts.Escrow), code =>
        {
            foreach (int place in ContractArtifact.Of("OrderEscrow").Immutables[immutable])
                code[place + 30] ^= 1;
        });

        ContractReport report = await InspectAsync(chain.Contracts with { Escrow = malicious });

        report.Problems.Should().ContainSingle().Which.Should().Contain("OrderEscrow").And.Contain($"made with {immutable}");
    }

    [Fact]
    public async Task Known_code_that_checks_signatures_for_another_address_is_refused()
    {
        AccountAddress copy = await DeployedAsync(await CodeAsync(chain.Contracts.Escrow), _ => { });

        (await InspectAsync(chain.Contracts with { Escrow = copy })).Problems.Should().ContainSingle().Which.Should().Contain("made with _cachedThis");
    }

    [Fact]
    public async Task A_value_that_differs_between_its_places_is_no_immutable()
    {
        AccountAddress malicious = await DeployedAsync(await CodeAsync(chain.Contracts.Escrow), code => code[ContractArtifact.Of("OrderEscrow").Immutables["bamtol"][^1] + 31] ^= 1);

        (await InspectAsync(chain.Contracts with { Escrow = malicious })).Problems.Should().ContainSingle().Which.Should().Contain("two values of bamtol");
    }

    [Fact]
    public async Task The_code_behind_accounts_and_the_verifier_are_looked_at_too()
    {
        byte[] factory = await CodeAsync(chain.Contracts.Accounts);
        AccountAddress account = await DeployedAsync(await CodeAsync(Implementation(factory)), code => code[^40] ^= 1);
        AccountAddress accounts = await DeployedAsync(factory, code =>
        {
            foreach (int place in ContractArtifact.Of("MemberAccounts").Immutables["implementation"])
                account.ToWord().ToArray().CopyTo(code, place);
        });

        ContractReport report = await InspectAsync(chain.Contracts with { Accounts = accounts });

        report.Findings.Where(finding => finding.Problem is not null).Select(finding => finding.Contract).Should().Contain("MemberAccount").And.Contain("P256Verifier").And.Contain("DeviceRegistry");
    }

    [Fact]
    public async Task An_address_without_code_is_said_to_have_none() =>
        (await InspectAsync(chain.Contracts with { Bamtol = chain.Seller.From })).Problems.Should().Contain(problem => problem.StartsWith("Bamtol at", StringComparison.Ordinal) && problem.Contains("no contract"));

    [Fact]
    public async Task A_masked_artifact_is_what_its_own_deployment_left_on_chain()
    {
        ContractArtifact.Of("OrderEscrow").Compare(await CodeAsync(chain.Contracts.Escrow), out IReadOnlyDictionary<string, Hash32> values).Should().BeNull();
        values["bamtol"].Should().Be(chain.Contracts.Bamtol.ToWord());
    }

    private Task<ContractReport> InspectAsync(ContractSet contracts) => new ContractInspection(chain.Client, contracts).RunAsync(default);

    private Task<byte[]> CodeAsync(AccountAddress at) => chain.Client.CodeAsync(at, default);

    private static AccountAddress Implementation(byte[] factory) =>
        new(factory.AsSpan(ContractArtifact.Of("MemberAccounts").Immutables["implementation"][0] + Hash32.Size - AccountAddress.Size, AccountAddress.Size));

    /// <summary>Puts code on chain as any deployer can: eleven bytes of creation code that return what follows them.</summary>
    private async Task<AccountAddress> DeployedAsync(byte[] code, Action<byte[]> change)
    {
        byte[] changed = [.. code];
        change(changed);
        // PUSH2 length, DUP1, PUSH1 12, PUSH1 0, CODECOPY, PUSH1 0, RETURN: yellow paper, appendix H
        byte[] create = [0x61, (byte)(changed.Length >> 8), (byte)(changed.Length & 0xff), 0x80, 0x60, 0x0c, 0x5f, 0x39, 0x5f, 0xf3, 0x00, 0x00, .. changed];
        return (await chain.DoAsync(new EvmCall(null, create))).Created!.Value;
    }
}
