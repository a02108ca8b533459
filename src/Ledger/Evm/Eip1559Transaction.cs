using System.Numerics;
using PantryChain.Domain.Identity;

namespace PantryChain.Ledger.Evm;

/// <summary>A fee-market transaction (type 2) with an empty access list.</summary>
/// <remarks>Amounts are in wei. Source: EIP-1559, EIP-2718.</remarks>
/// <param name="ChainId">The chain that accepts it.</param>
/// <param name="Nonce">How many transactions the sender made before.</param>
/// <param name="MaxPriorityFeePerGas">Tip per gas.</param>
/// <param name="MaxFeePerGas">Most per gas, tip included.</param>
/// <param name="GasLimit">Most gas.</param>
/// <param name="To">The callee; null creates a contract.</param>
/// <param name="Value">Amount sent along.</param>
/// <param name="Data">Call data, or the code that creates the contract.</param>
public sealed record Eip1559Transaction(
    ulong ChainId, ulong Nonce, BigInteger MaxPriorityFeePerGas, BigInteger MaxFeePerGas, ulong GasLimit, AccountAddress? To, BigInteger Value, ReadOnlyMemory<byte> Data)
{
    private const byte Type = 2;

    /// <summary>What the sender signs.</summary>
    public Hash32 SigningHash() => Keccak256.Hash([Type, .. Rlp.List(Fields())]);

    /// <summary>The signed transaction as it goes to a node.</summary>
    public SignedTransaction Sign(RelayerKey key)
    {
        (Hash32 r, Hash32 s, byte parity) = key.Sign(SigningHash());
        byte[] raw = [Type, .. Rlp.List([.. Fields(), Rlp.Number(parity), Scalar(r), Scalar(s)])];
        return new SignedTransaction(key.Address, Nonce, Keccak256.Hash(raw), raw);
    }

    /// <summary>Reads a signed transaction back.</summary>
    /// <exception cref="FormatException">The bytes are no transaction of this kind, or nobody signed it.</exception>
    public static (Eip1559Transaction Transaction, SignedTransaction Signed) Decode(ReadOnlyMemory<byte> raw)
    {
        if (raw.IsEmpty || raw.Span[0] != Type)
            throw new FormatException("That is not a fee-market transaction (type 2).");
        try
        {
            RlpReader fields = RlpReader.OfList(raw.Span[1..]);
            Eip1559Transaction transaction = new(
                (ulong)fields.Number(), (ulong)fields.Number(), fields.Number(), fields.Number(), (ulong)fields.Number(),
                fields.Bytes() is { IsEmpty: false } to ? new AccountAddress(to) : null, fields.Number(), fields.Bytes().ToArray());
            if (!fields.List().AtEnd)
                throw new FormatException("That transaction has an access list; none is ever written here.");
            byte parity = (byte)fields.Number();
            Hash32 r = AbiWord.Of(fields.Number()), s = AbiWord.Of(fields.Number());
            AccountAddress from = RelayerKey.Recover(transaction.SigningHash(), r, s, parity)
                ?? throw new FormatException("Nobody can have signed that transaction.");
            return (transaction, new SignedTransaction(from, transaction.Nonce, Keccak256.Hash(raw.Span), raw));
        }
        catch (Exception error) when (error is OverflowException or ArgumentException)
        {
            throw new FormatException($"A field of that transaction is too wide ({error.Message})", error);
        }
    }

    private byte[][] Fields() =>
    [
        Rlp.Number(ChainId), Rlp.Number(Nonce), Rlp.Number(MaxPriorityFeePerGas), Rlp.Number(MaxFeePerGas), Rlp.Number(GasLimit),
        Rlp.Bytes(To?.ToArray() ?? []), Rlp.Number(Value), Rlp.Bytes(Data.Span), Rlp.List(),
    ];

    private static byte[] Scalar(Hash32 value) => Rlp.Number(new BigInteger(value.ToArray(), isUnsigned: true, isBigEndian: true));
}

/// <summary>A transaction that any node accepts; sending it twice has one effect.</summary>
/// <param name="From">The sender.</param>
/// <param name="Nonce">Its number at the sender.</param>
/// <param name="Hash">Its identity on chain.</param>
/// <param name="Raw">The bytes for <c>eth_sendRawTransaction</c>.</param>
public sealed record SignedTransaction(AccountAddress From, ulong Nonce, Hash32 Hash, ReadOnlyMemory<byte> Raw);
