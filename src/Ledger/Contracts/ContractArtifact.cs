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

    private ContractArtifact(
        string name, byte[] bytecode, byte[] runtime, IReadOnlyDictionary<string, IReadOnlyList<int>> immutables, IReadOnlyList<(string Type, string Signature)> entries)
    {
        (Name, Bytecode, Runtime, Immutables) = (name, bytecode, runtime, immutables);
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

    /// <summary>The code that stands on chain afterwards, with zeros where its constructor writes immutables.</summary>
    public ReadOnlyMemory<byte> Runtime { get; }

    /// <summary>Where each immutable stands in <see cref="Runtime"/>: whole words of 32 bytes.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<int>> Immutables { get; }

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

    /// <summary>Compares code from the chain with this contract's and reads the immutables out of it.</summary>
    /// <param name="code">What <c>eth_getCode</c> answered.</param>
    /// <param name="values">The immutables by name; those that could be read when it is other code.</param>
    /// <returns>Null when it is this contract, else what is different.</returns>
    public string? Compare(ReadOnlySpan<byte> code, out IReadOnlyDictionary<string, Hash32> values)
    {
        Dictionary<string, Hash32> read = [];
        values = read;
        if (code.Length != Runtime.Length)
            return code.IsEmpty ? "there is no contract at this address" : $"its code has {code.Length} bytes, this program's {Name} has {Runtime.Length}";
        byte[] masked = code.ToArray();
        string? why = null;
        foreach ((string name, IReadOnlyList<int> places) in Immutables)
        {
            read[name] = new Hash32(code.Slice(places[0], Hash32.Size));
            foreach (int place in places)
            {
                if (!code.Slice(place, Hash32.Size).SequenceEqual(code.Slice(places[0], Hash32.Size)))
                    why = $"it carries two values of {name}";
                masked.AsSpan(place, Hash32.Size).Clear();
            }
        }
        int same = masked.AsSpan().CommonPrefixLength(Runtime.Span);
        return same < masked.Length ? $"its code differs from byte {same} on" : why;
    }

    private static ContractArtifact Read(string resource)
    {
        using Stream stream = typeof(ContractArtifact).Assembly.GetManifestResourceStream(resource)!;
        using JsonDocument json = JsonDocument.Parse(stream);
        return new ContractArtifact(
            json.RootElement.GetProperty("contract").GetString()!,
            Hex.Decode(json.RootElement.GetProperty("bytecode").GetString()),
            Hex.Decode(json.RootElement.GetProperty("runtime").GetString()),
            json.RootElement.GetProperty("immutables").EnumerateObject().ToFrozenDictionary(
                one => one.Name, IReadOnlyList<int> (one) => [.. one.Value.EnumerateArray().Select(at => at.GetInt32())]),
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
