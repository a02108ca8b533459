using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;
using PantryChain.Domain.Identity;

namespace PantryChain.Ledger.Evm;

/// <summary>Values as JSON-RPC writes them: quantities without leading zeros, everything else as <c>0x</c> text of its bytes.</summary>
internal static class JsonRpcValues
{
    public static string Quantity(ulong value) => "0x" + value.ToString("x", CultureInfo.InvariantCulture);

    public static JsonObject Json(EvmCall call)
    {
        JsonObject json = new() { ["data"] = Hex.Encode(call.Data.Span) };
        if (call.To is { } to)
            json["to"] = to.ToString();
        if (call.From is { } from)
            json["from"] = from.ToString();
        return json;
    }

    public static JsonObject Json(LogFilter filter)
    {
        JsonObject query = new()
        {
            ["fromBlock"] = Quantity(filter.FromBlock),
            ["toBlock"] = filter.ToBlock is { } last ? Quantity(last) : "latest",
            ["topics"] = new JsonArray([.. filter.Topics.Select(any => any is null ? null : (JsonNode)Texts(any))]),
        };
        if (filter.Addresses.Count > 0)
            query["address"] = Texts(filter.Addresses);
        return query;
    }

    public static Hash32 Word(JsonElement text) => Hash32.Parse(text.GetString()!);

    public static byte[] Bytes(JsonElement text) => Hex.Decode(text.GetString());

    public static ulong Number(JsonElement text) => checked((ulong)Big(text));

    public static BigInteger Big(JsonElement text) => text.GetString() is { Length: > 2 and <= 66 } digits && digits.StartsWith("0x", StringComparison.Ordinal)
        ? BigInteger.Parse("0" + digits[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)
        : throw new FormatException($"'{Foreign.Short(text.GetRawText())}' is not a quantity");

    /// <summary>A block; null when the node does not have it.</summary>
    public static EvmBlock? Block(JsonElement block)
    {
        if (block.ValueKind == JsonValueKind.Null)
            return null;
        BigInteger fee = block.TryGetProperty("baseFeePerGas", out JsonElement text) ? Big(text) : BigInteger.Zero;
        return new EvmBlock(
            Number(block.GetProperty("number")), Word(block.GetProperty("hash")), Word(block.GetProperty("parentHash")),
            DateTimeOffset.FromUnixTimeSeconds(checked((long)Number(block.GetProperty("timestamp")))), fee);
    }

    /// <summary>A receipt; null while the transaction waits or is unknown.</summary>
    public static TransactionReceipt? Receipt(Hash32 transaction, JsonElement receipt)
    {
        if (receipt.ValueKind == JsonValueKind.Null)
            return null;
        AccountAddress? created = receipt.TryGetProperty("contractAddress", out JsonElement address) && address.ValueKind == JsonValueKind.String
            ? AccountAddress.Parse(address.GetString()!) : null;
        return new TransactionReceipt(
            transaction, Number(receipt.GetProperty("blockNumber")), Word(receipt.GetProperty("blockHash")), Number(receipt.GetProperty("status")) == 1,
            Number(receipt.GetProperty("gasUsed")), created, Logs(receipt.GetProperty("logs")));
    }

    public static IReadOnlyList<EvmLog> Logs(JsonElement array) => [.. array.EnumerateArray().Select(log => new EvmLog(
        AccountAddress.Parse(log.GetProperty("address").GetString()!),
        [.. log.GetProperty("topics").EnumerateArray().Select(topic => Hash32.Parse(topic.GetString()!))],
        Bytes(log.GetProperty("data")),
        Number(log.GetProperty("blockNumber")),
        Word(log.GetProperty("blockHash")),
        Word(log.GetProperty("transactionHash")),
        checked((uint)Number(log.GetProperty("logIndex")))))];

    private static JsonArray Texts<T>(IEnumerable<T> values) where T : struct => new([.. values.Select(value => (JsonNode)value.ToString()!)]);
}
