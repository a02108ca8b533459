using System.Text;
using PantryChain.Domain.Identity;
using PantryChain.Ledger.Evm;

namespace PantryChain.Ledger.Contracts;

/// <summary>One contract of a store as it stands on chain.</summary>
/// <param name="Contract">Its name.</param>
/// <param name="At">Its address.</param>
/// <param name="Problem">What is not as this program knows it, or null.</param>
public sealed record ContractFinding(string Contract, AccountAddress At, string? Problem);

/// <summary>What was found at a store's addresses.</summary>
/// <param name="Findings">All nine contracts, those that others deployed among them.</param>
/// <param name="Roles">Who holds which office, read out of the code: custodian, anchorer and attestor, publisher.</param>
/// <param name="Terms">What was fixed when it was deployed, read out of the code: seconds and whole amounts by name.</param>
public sealed record ContractReport(
    IReadOnlyList<ContractFinding> Findings, IReadOnlyDictionary<string, AccountAddress> Roles, IReadOnlyDictionary<string, UInt128> Terms)
{
    /// <summary>True when every contract is what this program was built with and they name each other.</summary>
    public bool IsKnown => Findings.All(finding => finding.Problem is null);

    /// <summary>What is not, in words.</summary>
    public IEnumerable<string> Problems => Findings.Where(finding => finding.Problem is not null).Select(finding => $"{finding.Contract} at {finding.At}: {finding.Problem}.");
}

/// <summary>Compares the code at a store's addresses with the committed artifacts, immutables apart, and reads from it who may do what.</summary>
/// <remarks>
/// An address that answers to the right calls may still be anything: whoever founded the store chose the code. The node that answers is believed;
/// ask one that the store does not run to be sure. Not thread safe.
/// </remarks>
public sealed class ContractInspection(IEvmClient client, ContractSet contracts)
{
    private static readonly (string Contract, string Immutable, string Role)[] Offices =
        [("Bamtol", "custodian", "custodian"), ("CotAnchor", "anchorer", "anchorer"), ("DeviceRegistry", "attestor", "attestor"), ("RewardDistributor", "publisher", "publisher")];

    private static readonly (string Contract, string Immutable, string Term)[] Fixed =
    [
        ("Bamnamu", "_cap", "cap"), ("RewardDistributor", "emissionPerEpoch", "emissionPerEpoch"), ("RewardDistributor", "epochSeconds", "epochSeconds"),
        ("RewardDistributor", "holdSeconds", "holdSeconds"), ("OrderEscrow", "_veto", "veto"), ("OrderEscrow", "_accept", "accept"), ("OrderEscrow", "_ship", "ship"),
        ("OrderEscrow", "_deliver", "deliver"), ("OrderEscrow", "_confirm", "confirm"),
    ];

    private readonly List<ContractFinding> _findings = [];
    private readonly Dictionary<(string Contract, string Immutable), Hash32> _values = [];

    /// <summary>Asks the node for all code and compares it.</summary>
    /// <exception cref="EvmException">The node does not answer.</exception>
    public async Task<ContractReport> RunAsync(CancellationToken cancellation)
    {
        Hash32 accounts = contracts.Accounts.ToWord(), anchor = contracts.Anchor.ToWord(), devices = contracts.Devices.ToWord();
        await CheckAsync("MemberAccounts", contracts.Accounts, [], cancellation);
        AccountAddress implementation = AddressIn("MemberAccounts", "implementation");
        await CheckAsync("MemberAccount", implementation, [], cancellation);
        AccountAddress verifier = AddressIn("MemberAccount", "_verifier");
        (string, Hash32) byVerifier = ("_verifier", verifier.ToWord());
        await CheckAsync("P256Verifier", verifier, [], cancellation);
        await CheckAsync("CotAnchor", contracts.Anchor, [byVerifier, ("devices", devices)], cancellation);
        (string, Hash32) attestor = ("attestor", AddressIn("CotAnchor", "anchorer").ToWord());
        await CheckAsync("DeviceRegistry", contracts.Devices, [byVerifier, ("_accounts", accounts), ("anchor", anchor), attestor], cancellation);
        await CheckAsync("Bamtol", contracts.Bamtol, [], cancellation);
        await CheckAsync("RewardDistributor", contracts.Rewards, [("devices", devices), ("bamnamu", contracts.Bamnamu.ToWord())], cancellation);
        await CheckAsync("Bamnamu", contracts.Bamnamu, [("distributor", contracts.Rewards.ToWord())], cancellation);
        (string, Hash32)[] escrow =
        [
            byVerifier, ("bamtol", contracts.Bamtol.ToWord()), ("bamnamu", contracts.Bamnamu.ToWord()), ("anchor", anchor), ("devices", devices), ("rewards", contracts.Rewards.ToWord()),
        ];
        await CheckAsync("OrderEscrow", contracts.Escrow, escrow, cancellation);
        return new ContractReport(
            _findings, Offices.Where(office => _values.ContainsKey((office.Contract, office.Immutable))).ToDictionary(office => office.Role, office => AddressIn(office.Contract, office.Immutable)),
            Fixed.Where(term => _values.ContainsKey((term.Contract, term.Immutable))).ToDictionary(term => term.Term, term => NumberIn(term.Contract, term.Immutable)));
    }

    private async Task CheckAsync(string contract, AccountAddress at, IReadOnlyList<(string Immutable, Hash32 Value)> expected, CancellationToken cancellation)
    {
        ContractArtifact artifact = ContractArtifact.Of(contract);
        string? problem = "its address is not known, because the contract that names it is other code";
        if (!at.IsZero)
        {
            byte[] code = await client.CodeAsync(at, cancellation);
            problem = artifact.Compare(code, out IReadOnlyDictionary<string, Hash32> values) ?? Keep(contract, values, [.. expected, .. Typed(artifact, at)]);
        }
        _findings.Add(new ContractFinding(contract, at, problem));
    }

    private string? Keep(string contract, IReadOnlyDictionary<string, Hash32> values, IReadOnlyList<(string Immutable, Hash32 Value)> expected)
    {
        foreach ((string immutable, Hash32 value) in values)
            _values[(contract, immutable)] = value;
        foreach ((string immutable, Hash32 value) in expected)
            if (values[immutable] != value)
                return $"it was made with {immutable} {values[immutable]}, not {value}";
        return null;
    }

    /// <summary>What OpenZeppelin's EIP712 fixes in the code of whoever checks signatures: with another domain, old signatures would count twice or new ones never.</summary>
    private IEnumerable<(string Immutable, Hash32 Value)> Typed(ContractArtifact artifact, AccountAddress at)
    {
        if (!artifact.Immutables.ContainsKey("_cachedDomainSeparator"))
            return [];
        return
        [
            ("_cachedThis", at.ToWord()), ("_cachedChainId", AbiWord.Of((UInt128)contracts.ChainId)), ("_cachedDomainSeparator", Eip712Domain.PantryChain(contracts.ChainId, at).Separator),
            ("_hashedName", Keccak256.Hash("PantryChain")), ("_hashedVersion", Keccak256.Hash("1")), ("_name", ShortText("PantryChain")), ("_version", ShortText("1")),
        ];
    }

    /// <summary>OpenZeppelin's <c>ShortString</c>: the letters on the left, their number in the last byte.</summary>
    private static Hash32 ShortText(string text)
    {
        Span<byte> word = stackalloc byte[Hash32.Size];
        word.Clear();
        Encoding.ASCII.GetBytes(text, word);
        word[^1] = (byte)text.Length;
        return new Hash32(word);
    }

    private AccountAddress AddressIn(string contract, string immutable) =>
        _values.TryGetValue((contract, immutable), out Hash32 word) ? new AccountAddress(word.ToArray().AsSpan(Hash32.Size - AccountAddress.Size)) : default;

    private UInt128 NumberIn(string contract, string immutable) => new AbiReader(_values[(contract, immutable)].ToArray()).Unsigned();
}
