using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Ledger.Evm;
using PantryChain.Ledger.Rewards;

namespace PantryChain.Ledger.Contracts;

/// <summary>What a cooperative fixes for ever when it deploys its contracts.</summary>
/// <remarks>The four roles may be one account. Immutable and thread safe.</remarks>
/// <param name="Custodian">Records money coming and going.</param>
/// <param name="Anchorer">Anchors blocks and says what devices are.</param>
/// <param name="Publisher">Publishes epochs.</param>
public sealed record DeploymentTerms(AccountAddress Custodian, AccountAddress Anchorer, AccountAddress Publisher)
{
    /// <summary>Most Bamnamu there can ever be.</summary>
    /// <value>Default 1 000 000 000 BNAM.</value>
    public Bamnamu Cap { get; init; } = Bamnamu.FromTokens(1_000_000_000);

    /// <summary>Epoch length and emission.</summary>
    public RewardRules Rules { get; init; } = new();

    /// <summary>How long a published reward is held before it can be claimed.</summary>
    /// <value>Default 30 days.</value>
    public TimeSpan Hold { get; init; } = TimeSpan.FromDays(30);

    /// <summary>How long each step of an order may take.</summary>
    /// <value>Default: veto 24 h; accept, ship, deliver and confirm 2, 3, 7 and 3 days.</value>
    public OrderWindows Windows { get; init; } = new(
        TimeSpan.FromHours(24), TimeSpan.FromDays(2), TimeSpan.FromDays(3), TimeSpan.FromDays(7), TimeSpan.FromDays(3));
}

/// <summary>Deploys the whole set of contracts in order.</summary>
/// <remarks>
/// Each contract is one effect of the sender, so a deployment that was interrupted goes on where it stopped, and one that is complete only looks
/// its addresses up. Not thread safe.
/// </remarks>
/// <param name="client">The node.</param>
/// <param name="sender">Who pays; its journal remembers what was deployed.</param>
/// <param name="patience">Longest wait for one contract to be mined, in real time.</param>
public sealed class ContractDeployment(IEvmClient client, TransactionSender sender, TimeSpan patience)
{
    /// <summary>Deploys what is not there yet, and names all of it.</summary>
    /// <exception cref="EvmException">The chain is gone or refused; run it again.</exception>
    public async Task<ContractSet> RunAsync(DeploymentTerms terms, CancellationToken cancellation)
    {
        AccountAddress verifier = await DeployAsync("P256Verifier", new AbiWriter(), cancellation);
        AccountAddress accounts = await DeployAsync("MemberAccounts", new AbiWriter().Address(verifier), cancellation);
        AccountAddress bamtol = await DeployAsync("Bamtol", new AbiWriter().Address(terms.Custodian), cancellation);
        AccountAddress anchor = await DeployAsync("CotAnchor", new AbiWriter().Address(accounts).Address(verifier).Address(terms.Anchorer), cancellation);
        AccountAddress devices = await PartOfAsync(anchor, "devices()", cancellation); // the anchor made its registry itself
        AccountAddress rewards = await DeployAsync("RewardDistributor", Rewards(terms, devices), cancellation);
        AccountAddress bamnamu = await PartOfAsync(rewards, "bamnamu()", cancellation); // the distributor made its token itself
        AccountAddress escrow = await DeployAsync("OrderEscrow", Escrow(terms, bamtol, anchor, rewards, verifier), cancellation);
        return new ContractSet(await client.ChainIdAsync(cancellation), bamtol, bamnamu, accounts, devices, anchor, rewards, escrow);
    }

    private async Task<AccountAddress> DeployAsync(string contract, AbiWriter arguments, CancellationToken cancellation)
    {
        EvmCall create = ContractArtifact.Of(contract).Create(arguments);
        TransactionReceipt receipt = await sender.SendAndWaitAsync($"deploy/{contract}", create, patience, cancellation);
        return receipt.Created ?? throw new EvmRefusedException(0, $"{contract} was mined, but its address is missing in the receipt.");
    }

    private Task<AccountAddress> PartOfAsync(AccountAddress contract, string function, CancellationToken cancellation) =>
        client.ReadAsync(new EvmCall(contract, new AbiWriter().ToCall(function)), answer => answer.Address(), cancellation);

    private static AbiWriter Rewards(DeploymentTerms terms, AccountAddress devices) => new AbiWriter()
        .Address(devices).Address(terms.Publisher).Unsigned(terms.Cap.Units).Unsigned(terms.Rules.EmissionPerEpoch.Units)
        .Unsigned(Seconds(terms.Rules.EpochLength)).Unsigned(Seconds(terms.Hold));

    private static AbiWriter Escrow(
        DeploymentTerms terms, AccountAddress bamtol, AccountAddress anchor, AccountAddress rewards, AccountAddress verifier) => new AbiWriter()
        .Address(bamtol).Address(anchor).Address(rewards).Address(verifier)
        .Unsigned(Seconds(terms.Windows.Veto)).Unsigned(Seconds(terms.Windows.Accept)).Unsigned(Seconds(terms.Windows.Ship))
        .Unsigned(Seconds(terms.Windows.Deliver)).Unsigned(Seconds(terms.Windows.Confirm));

    private static uint Seconds(TimeSpan span) => checked((uint)span.TotalSeconds);
}
