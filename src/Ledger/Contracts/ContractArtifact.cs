using System.Collections.Frozen;
using System.Text.Json;
using PantryChain.Domain.Identity;
using PantryChain.Ledger.Evm;

namespace PantryChain.Ledger.Contracts;

/// <summary>A compiled contract as it is committed in <c>Solidity/artifacts</c>: code to deploy and signatures to call.</summary>
/// <remarks>Immutable and thread safe. Each artifact is read once per process.</remarks>
public sealed class ContractArtifact
{
    private static readonly FrozenDictionary<string, Lazy<ContractArtifact>> All = typeof(ContractArtifact).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
        .ToFrozenDictionary(name => Path.GetFileNameWithoutExtension(name), name => new Lazy<ContractArtifact>(() => Read(name)));

    private static readonly Lazy<RevertReasons> LazyReasons = new(() => new RevertReasons(All.Values.SelectMany(artifact => artifact.Value.Errors)));

    private const string Folder = "artifacts/";

    private ContractArtifact(string name, byte[] bytecode, IReadOnlyList<(string Type, string Signature)> entries)
    {
        (Name, Bytecode) = (name, bytecode);
        Functions = Signatures("function");
        Errors = Signatures("error");
        Events = Signatures("event");

        IReadOnlySet<string> Signatures(string type) => entries.Where(entry => entry.Type == type).Select(entry => entry.Signature).ToFrozenSet();
    }

    /// <summary>Every custom error of every contract: what a revert may say.</summary>
    public static RevertReasons Reasons => LazyReasons.Value;

    /// <summary>The contract's name.</summary>
    public string Name { get; }

    /// <summary>The code that creates it; constructor arguments follow.</summary>
    public ReadOnlyMemory<byte> Bytecode { get; }

    /// <summary>Signatures of its functions, such as <c>accept((bytes32,address,uint32,uint128,uint128,uint32,bytes32,uint64))</c>.</summary>
    public IReadOnlySet<string> Functions { get; }

    /// <summary>Signatures of its custom errors.</summary>
    public IReadOnlySet<string> Errors { get; }

    /// <summary>Signatures of its events.</summary>
    public IReadOnlySet<string> Events { get; }

    /// <summary>The artifact of a contract.</summary>
    /// <exception cref="KeyNotFoundException">There is no such contract.</exception>
    public static ContractArtifact Of(string name) => All[name].Value;

    /// <summary>Code and constructor arguments: the data of the transaction that creates the contract.</summary>
    public EvmCall Create(AbiWriter arguments) => new(null, (byte[])[.. Bytecode.Span, .. arguments.ToArray()]);

    private static ContractArtifact Read(string resource)
    {
        using Stream stream = typeof(ContractArtifact).Assembly.GetManifestResourceStream(resource)!;
        using JsonDocument json = JsonDocument.Parse(stream);
        return new ContractArtifact(
            json.RootElement.GetProperty("contract").GetString()!,
            Hex.Decode(json.RootElement.GetProperty("bytecode").GetString()),
            [.. json.RootElement.GetProperty("abi").EnumerateArray().Where(entry => entry.TryGetProperty("name", out _)).Select(Signature)]);
    }

    private static (string Type, string Signature) Signature(JsonElement entry) =>
        (entry.GetProperty("type").GetString()!, entry.GetProperty("name").GetString() + Tuple(entry.GetProperty("inputs")));

    private static string Tuple(JsonElement inputs) => $"({string.Join(',', inputs.EnumerateArray().Select(TypeOf))})";

    private static string TypeOf(JsonElement input)
    {
        string type = input.GetProperty("type").GetString()!;
        return type.StartsWith("tuple", StringComparison.Ordinal) ? Tuple(input.GetProperty("components")) + type["tuple".Length..] : type;
    }
}
