using System.Text.Json;
using System.Text.Json.Serialization;

namespace PantryChain.Domain.Identity;

/// <summary>Writes an identity as its text and reads it back; what does not parse is a <see cref="JsonException"/>.</summary>
internal abstract class IdentityJson<T> : JsonConverter<T>
{
    /// <inheritdoc />
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        try
        {
            return Parse(reader.GetString() ?? "");
        }
        catch (Exception error) when (error is FormatException or InvalidOperationException)
        {
            throw new JsonException(error.Message, error);
        }
    }

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value?.ToString());

    /// <summary>Reads what <c>ToString</c> wrote, the default value included.</summary>
    protected abstract T Parse(string text);
}

internal sealed class GtinJson : IdentityJson<Gtin>
{
    private static readonly string None = default(Gtin).ToString();

    protected override Gtin Parse(string text) => text == None ? default : Gtin.Parse(text);
}

internal sealed class Hash32Json : IdentityJson<Hash32>
{
    protected override Hash32 Parse(string text) => Hash32.Parse(text);
}

internal sealed class AccountAddressJson : IdentityJson<AccountAddress>
{
    protected override AccountAddress Parse(string text) => AccountAddress.Parse(text);
}

internal sealed class GatewayIdJson : IdentityJson<GatewayId>
{
    protected override GatewayId Parse(string text) => text.Length == 0 ? default : new GatewayId(text);
}
