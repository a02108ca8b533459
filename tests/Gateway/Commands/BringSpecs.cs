using System.CommandLine;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Gateway.Commands;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Ordering;
using PantryChain.Gateway.Tests.Ordering;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Tests.Contracts;
using PantryChain.Rehearsal.Parts;

namespace PantryChain.Gateway.Tests.Commands;

/// <summary>The store is dead, and somebody brings the signed call with a key of their own to a real chain.</summary>
public sealed class BringSpecs(RehearsalChain chain) : IClassFixture<RehearsalChain>, IDisposable
{
    private const int Never = 1_000;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_veto_comes_through_and_a_second_bringing_is_refused_before_it_costs_anything()
    {
        using ChainHousehold household = await ChainHousehold.ReadyAsync(chain);
        await using OrderWorld world = await OrderWorld.StartAsync(chain, household, Never);
        await world.OpenAsync();
        Die(world);
        await world.VetoAsync();
        await world.BringAsync(() => true, passes: 3);
        PlacedOrder order = world.Orders.Newest(1)[0];
        string file = Save(world.Files.About(order.Id.Value));

        (int code, string output, _) = await BringAsync(file);
        (int again, string said, _) = await BringAsync(file);

        code.Should().Be(0, output);
        output.Should().Contain("cancelBySignature").And.Contain("on chain in block");
        (await chain.Escrow.OrderAsync(order.Id, default)).State.Should().Be(OrderState.Cancelled);
        again.Should().Be(1);
        said.Should().Contain("EscrowWrongState").And.Contain("nothing was paid");
    }

    [Fact]
    public async Task A_file_without_an_end_is_refused_with_words_and_not_read_to_its_end()
    {
        (int code, _, string said) = await BringAsync("/dev/zero");

        code.Should().Be(CommandLine.BadInput);
        said.Should().Contain("longer than").And.Contain("calls --out");
    }

    [Fact]
    public async Task A_revocation_comes_through()
    {
        using ChainHousehold household = await ChainHousehold.ReadyAsync(chain);
        await using OrderWorld world = await OrderWorld.StartAsync(chain, household, Never);
        Die(world);
        await world.SignRevocationAsync();

        (int code, string output, _) = await BringAsync(Save(world.Files.About(household.Terms.Mandate.Value)));
        await world.BringAsync(() => world.Relays.UnderWay().Count > 0);

        code.Should().Be(0, output);
        (await chain.Escrow.MandateAsync(household.Terms.Mandate, default)).Revoked.Should().BeTrue();
        world.Mandates.NewestOf(Samples.Milk)!.Revoked!.Status.Should().Be(RelayStatus.Mined, "the chain tells the gateway, whoever brought it");
    }

    [Fact]
    public async Task A_refund_comes_through()
    {
        using ChainHousehold household = await ChainHousehold.ReadyAsync(chain);
        await using OrderWorld world = await OrderWorld.StartAsync(chain, household, Never);
        world.Sells = false;
        await world.OpenAsync();
        Die(world);
        OrderWindows windows = await chain.Escrow.WindowsAsync(default);
        await chain.AdvanceAsync(windows.Veto + windows.Accept);
        await world.BringAsync(() => true, passes: 3);

        (int code, string output, _) = await BringAsync(Save(world.Files.About(world.Orders.Newest(1)[0].Id.Value)));

        code.Should().Be(0, output);
        (await chain.Cash.BalanceAsync(household.Account, default)).Should().Be(Bamtol.FromWon(50_000));
    }

    [Theory]
    [InlineData("""{"schema":"pantrychain.call/1"}""", "is no signed call")]
    [InlineData("[]", "is no signed call")]
    [InlineData("<html>", "is no signed call")]
    [InlineData("null", "is no signed call")]
    public async Task What_is_no_call_is_refused_with_the_next_step(string content, string said)
    {
        string file = Path.Combine(_folder.Path, "bad.json");
        await File.WriteAllTextAsync(file, content);

        (int code, _, string error) = await BringAsync(file);

        code.Should().Be(CommandLine.BadInput);
        error.Should().Contain(said).And.Contain("calls --out");
    }

    [Fact]
    public async Task A_call_of_another_chain_or_of_no_known_contract_is_not_sent()
    {
        CallFile call = new(CallFile.Name, Samples.Hash(1).ToString(), "cancel", 1, Samples.Address(1).ToString(), "0x01020304", Samples.Hash(2).ToString(), null, "kept", null, new CallWords("", ""));

        (int other, _, string chainError) = await BringAsync(Save([call]));
        (int unknown, _, string contractError) = await BringAsync(Save([call with { ChainId = chain.Contracts.ChainId }]));

        (other, unknown).Should().Be((CommandLine.BadInput, CommandLine.BadInput));
        chainError.Should().Contain("signed for chain 1");
        contractError.Should().Contain("none of the cooperative's contracts");
    }

    private static void Die(OrderWorld world) => world.Interfere = _ => Results.StatusCode(502);

    private string Save(IReadOnlyList<CallFile> calls)
    {
        calls.Should().NotBeEmpty();
        string file = Path.Combine(_folder.Path, "call.json");
        File.WriteAllText(file, calls.Count == 1 ? JsonSerializer.Serialize(calls[0], CallJson.Default.CallFile) : JsonSerializer.Serialize(calls, CallJson.Default.IReadOnlyListCallFile));
        return file;
    }

    private async Task<(int Code, string Output, string Error)> BringAsync(string file)
    {
        string key = Path.Combine(_folder.Path, "anybody.key");
        if (!File.Exists(key))
        {
            await File.WriteAllTextAsync(key, AnvilPart.Keys[^1]);
            File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
        RootCommand root = [BringCommand.Create()];
        StringWriter output = new();
        try
        {
            int code = await root.Parse(["bring", file, "--node", chain.Url.ToString(), "--key", key, "--yes"])
                .InvokeAsync(new InvocationConfiguration { Output = output, Error = output, EnableDefaultExceptionHandler = false });
            return (code, output.ToString(), "");
        }
        catch (UserError refusal)
        {
            return (CommandLine.BadInput, output.ToString(), refusal.Message);
        }
    }
}
