namespace PantryChain.Domain.Identity;

/// <summary>A thing on the chain of things: <c>keccak256(qx ‖ qy)</c> of its P-256 public key (protocol, "Identity and keys").</summary>
public readonly record struct DeviceId(Hash32 Value)
{
    /// <summary>The hash as <c>0x</c> text.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>An order: the hash of chain id, escrow contract and all terms; the zero value means "no order".</summary>
public readonly record struct OrderId(Hash32 Value)
{
    /// <summary>True for the zero value, "no order".</summary>
    public bool IsNone => Value.IsZero;

    /// <summary>The hash as <c>0x</c> text.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A mandate: the EIP-712 struct hash of its terms.</summary>
public readonly record struct MandateId(Hash32 Value)
{
    /// <summary>The hash as <c>0x</c> text.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A 20-byte EVM address: a member's account, a seller's wallet or a contract.</summary>
/// <remarks><c>default</c> is the zero address, which nobody owns.</remarks>
[System.Text.Json.Serialization.JsonConverter(typeof(AccountAddressJson))]
public readonly record struct AccountAddress
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 20;

    private readonly Hash32 _padded;

    /// <summary>Reads the 20 bytes.</summary>
    /// <exception cref="ArgumentException"><paramref name="bytes"/> is not 20 bytes long.</exception>
    public AccountAddress(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
            throw new ArgumentException($"An address has {Size} bytes, not {bytes.Length}.", nameof(bytes));
        Span<byte> word = stackalloc byte[Hash32.Size];
        word.Clear();
        bytes.CopyTo(word[(Hash32.Size - Size)..]);
        _padded = new Hash32(word);
    }

    /// <summary>True for the zero address.</summary>
    public bool IsZero => _padded.IsZero;

    /// <summary>The address as a left-padded EVM word.</summary>
    public Hash32 ToWord() => _padded;

    /// <summary>Parses 40 hexadecimal digits in any case, with or without <c>0x</c>.</summary>
    /// <exception cref="FormatException">The text is anything else.</exception>
    public static AccountAddress Parse(string text) =>
        TryParse(text, out AccountAddress address) ? address : throw new FormatException($"'{Foreign.Short(text)}' is not an address: 0x and 40 hexadecimal digits are expected.");

    /// <summary>Parses 40 hexadecimal digits in any case, with or without <c>0x</c>; false for anything else.</summary>
    public static bool TryParse(string? text, out AccountAddress address)
    {
        Span<byte> bytes = stackalloc byte[Size];
        bool parsed = Hex.TryDecode(text, bytes);
        address = parsed ? new AccountAddress(bytes) : default;
        return parsed;
    }

    /// <summary>The 20 bytes as a new array.</summary>
    public byte[] ToArray() => _padded.ToArray()[(Hash32.Size - Size)..];

    /// <summary><c>0x</c> and 40 lower-case hexadecimal digits (no mixed-case check sum).</summary>
    public override string ToString() => Hex.Encode(ToArray());
}

/// <summary>One slot of a gateway's shelves, as it stands in topics and in event leaves (<c>uint16</c>).</summary>
/// <remarks>Slots count from 1; <c>default</c> (0) is "no slot", used by events about the whole gateway.</remarks>
public readonly record struct SlotId(ushort Value)
{
    /// <summary>The number in decimal.</summary>
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>A gateway's name at its brokers and its store: 3 to 32 of <c>a-z 0-9 _ -</c>.</summary>
[System.Text.Json.Serialization.JsonConverter(typeof(GatewayIdJson))]
public readonly record struct GatewayId
{
    private readonly string? _value;

    /// <summary>Checks and keeps the name.</summary>
    /// <exception cref="FormatException">The name is too short, too long or has another character.</exception>
    public GatewayId(string value)
    {
        if (value is not { Length: >= 3 and <= 32 } || value.AsSpan().ContainsAnyExcept("abcdefghijklmnopqrstuvwxyz0123456789_-"))
            throw new FormatException($"'{Foreign.Short(value)}' is not a gateway name: use 3 to 32 of a-z, 0-9, _ and -.");
        _value = value;
    }

    /// <summary>The name; empty for <c>default</c>.</summary>
    public string Value => _value ?? "";

    /// <summary>The name; empty for <c>default</c>.</summary>
    public override string ToString() => Value;
}
