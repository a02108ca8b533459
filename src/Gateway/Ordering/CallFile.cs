using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PantryChain.Gateway.Ordering;

/// <summary>A signed call as a file that anybody may bring to the chain (protocol, "Signed calls as files").</summary>
/// <param name="Schema">Always <see cref="Name"/>.</param>
/// <param name="Id">The gateway's id of the call.</param>
/// <param name="Kind">What it is for, the protocol's word.</param>
/// <param name="ChainId">The chain that it is signed for.</param>
/// <param name="To">The contract, as <c>0x</c> text.</param>
/// <param name="Data">Selector and arguments, signature included, as <c>0x</c> text.</param>
/// <param name="About">The order or mandate.</param>
/// <param name="Until">Household time until which its signature holds, or null where none limits it.</param>
/// <param name="State"><c>kept</c>, <c>handed</c>, <c>mined</c> or <c>refused</c>.</param>
/// <param name="Trouble">What holds it up, or why it was refused; null for nothing.</param>
/// <param name="What">What it does, for people.</param>
internal sealed record CallFile(
    string Schema, string Id, string Kind, ulong ChainId, string To, string Data, string About, DateTimeOffset? Until, string State, string? Trouble, CallWords What)
{
    /// <summary>The format's name and version.</summary>
    public const string Name = "pantrychain.call/1";
}

/// <summary>One sentence in both languages.</summary>
internal sealed record CallWords(string Ko, string En);

/// <summary>The format of call files.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(CallFile))]
[JsonSerializable(typeof(IReadOnlyList<CallFile>))]
internal sealed partial class CallJson : JsonSerializerContext
{
    /// <summary>Writes Korean as Korean: the file is for people too.</summary>
    public static CallJson Readable() => new(new JsonSerializerOptions(Default.Options!) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
