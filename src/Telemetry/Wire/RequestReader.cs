using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using PantryChain.Domain.Identity;

namespace PantryChain.Telemetry.Wire;

/// <summary>Reads requests. What a verb does not know, what stands there twice and what is of another kind is named, and nothing is guessed: a half understood request may mean the opposite.</summary>
/// <remarks>Never throws. The transaction is found even in a request that cannot be carried out, as far as it can be read. Used once, by one thread.</remarks>
public sealed class RequestReader
{
    /// <summary>Largest request, in bytes.</summary>
    public const int MaxBytes = 8_192;

    /// <summary>Largest <c>transaction</c>, in bytes of its JSON text.</summary>
    public const int MaxTransactionBytes = 1_024;

    private const int Depth = 8; // of a transaction; everything else is flat

    private readonly string _verb;
    private readonly IReadOnlyList<RequestMember> _known;
    private readonly Dictionary<string, object> _members = new(StringComparer.Ordinal);
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private string? _transaction, _wrong;

    private RequestReader(string verb, IReadOnlyList<RequestMember> known) => (_verb, _known) = (verb, known);

    /// <summary>Reads a request.</summary>
    /// <param name="verb">The topic's last level.</param>
    /// <param name="known">The members that the verb knows, without <c>transaction</c>.</param>
    /// <param name="payload">What arrived.</param>
    /// <param name="request">The request, or null.</param>
    /// <param name="transaction">Its transaction as JSON text, for the answer; null where there is none or it cannot be read.</param>
    /// <param name="why">What is wrong and what to send instead, or null.</param>
    public static bool TryRead(
        string verb, IReadOnlyList<RequestMember> known, ReadOnlySpan<byte> payload, [NotNullWhen(true)] out GatewayRequest? request, out string? transaction,
        [NotNullWhen(false)] out string? why)
    {
        RequestReader reader = new(verb, known);
        why = reader.WhyUnreadable(payload) ?? reader.WhyNot(payload);
        transaction = reader._transaction;
        request = why is null ? new GatewayRequest(verb, transaction, reader._members) : null;
        return why is null;
    }

    /// <summary>How a request of the verb is written, as a sentence.</summary>
    private string Usage => _known.Count == 0
        ? $"Send an empty JSON object, {{}}; of members '{_verb}' takes '{GatewayRequest.TransactionMember}' alone."
        : $"Send one JSON object with {string.Join(", ", _known.Select(member => $"'{member.Name}'"))} and, if you like, '{GatewayRequest.TransactionMember}'; '{_verb}' takes nothing else.";

    private string? WhyUnreadable(ReadOnlySpan<byte> payload) =>
        payload.IsEmpty ? $"The request is empty. {Usage}"
        : payload.Length > MaxBytes ? $"The request has {payload.Length} bytes; {MaxBytes} are looked at, at most. {Usage}"
        : !Utf8.IsValid(payload) ? $"The request is not UTF-8. {Usage}"
        : null;

    private string? WhyNot(ReadOnlySpan<byte> payload)
    {
        Utf8JsonReader json = new(payload, new JsonReaderOptions { MaxDepth = Depth });
        try
        {
            json.Read();
            if (json.TokenType != JsonTokenType.StartObject)
                return $"The request is JSON, but no object. {Usage}";
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
                Take(ref json, payload);
            json.Read(); // throws where something follows the object
        }
        catch (JsonException error)
        {
            return $"The request is not JSON, or nested too deeply, from byte {error.BytePositionInLine} of line {error.LineNumber + 1} on. {Usage}";
        }
        return _wrong ?? _known.Where(member => member.IsNeeded && !_members.ContainsKey(member.Name))
            .Select(member => $"'{member.Name}' is missing: {Expected(member.Kind)}. {Usage}").FirstOrDefault();
    }

    private void Take(ref Utf8JsonReader json, ReadOnlySpan<byte> payload)
    {
        string name = Text(ref json) ?? "\uFFFD";
        json.Read();
        int start = (int)json.TokenStartIndex;
        Utf8JsonReader value = json;
        json.Skip();
        ReadOnlySpan<byte> raw = payload[start..(int)json.BytesConsumed];
        if (!_seen.Add(name))
            _wrong ??= $"'{Foreign.Short(name)}' stands there twice. Send it once.";
        else if (name == GatewayRequest.TransactionMember)
            TakeTransaction(raw);
        else if (_known.FirstOrDefault(member => member.Name == name) is not { } known)
            _wrong ??= $"There is no member '{Foreign.Short(name)}'. {Usage}";
        else if (Value(known.Kind, ref value, raw) is { } held)
            _members[name] = held;
        else
            _wrong ??= $"'{name}' cannot be {Foreign.Short(Encoding.UTF8.GetString(raw))}: {Expected(known.Kind)}.";
    }

    private void TakeTransaction(ReadOnlySpan<byte> raw)
    {
        if (raw.Length > MaxTransactionBytes)
            _wrong ??= $"'{GatewayRequest.TransactionMember}' has {raw.Length} bytes; {MaxTransactionBytes} are sent back, at most. Send a shorter one.";
        else
            _transaction = Encoding.UTF8.GetString(raw);
    }

    private static object? Value(MemberKind kind, ref Utf8JsonReader value, ReadOnlySpan<byte> raw) => (kind, value.TokenType) switch
    {
        (MemberKind.Slot, JsonTokenType.Number) => Utf8Parser.TryParse(raw, out ushort slot, out int read) && read == raw.Length && slot > 0 ? new SlotId(slot) : null,
        (MemberKind.Whole, JsonTokenType.Number) => Utf8Parser.TryParse(raw, out long whole, out int read) && read == raw.Length ? whole : null,
        (MemberKind.Number, JsonTokenType.Number) => value.TryGetDouble(out double number) && double.IsFinite(number) ? number : null,
        (MemberKind.Flag, JsonTokenType.True or JsonTokenType.False) => value.TokenType == JsonTokenType.True,
        (MemberKind.Text, JsonTokenType.String) => Text(ref value),
        _ => null,
    };

    /// <summary>A name or text; null for half a character (a lone surrogate), which JSON can spell and .NET cannot hold.</summary>
    private static string? Text(ref Utf8JsonReader json)
    {
        try
        {
            return json.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static string Expected(MemberKind kind) => kind switch
    {
        MemberKind.Slot => "the number of a slot is expected, such as 4, without quotation marks",
        MemberKind.Text => "text is expected, in quotation marks",
        MemberKind.Whole => "a whole number is expected, without quotation marks and fraction",
        MemberKind.Number => "a number is expected, without quotation marks",
        _ => "true or false is expected, without quotation marks",
    };
}
