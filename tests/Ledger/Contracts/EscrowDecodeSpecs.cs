using FsCheck;
using FsCheck.Fluent;
using PantryChain.Domain.Identity;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;

namespace PantryChain.Ledger.Tests.Contracts;

/// <summary>Whatever stands in a log, reading it gives an event, nothing, or a refusal that a follower sets aside; never a fault of the machine.</summary>
public sealed class EscrowDecodeSpecs
{
    private static readonly Gen<byte[]> Word = Gen.OneOf(
        Gen.ArrayOf(Gen.Choose(0, 255).Select(value => (byte)value), 32), // anything
        Gen.Choose(0, 20).Select(size => Number(size)), // a number of any width
        Gen.Constant(new byte[32]), Gen.Constant(Enumerable.Repeat((byte)255, 32).ToArray()));

    [Fact]
    public void Any_log_of_an_orders_life_is_read_or_refused_as_unreadable() => Prop.ForAll(
        Gen.Choose(0, EscrowEvent.OrderTopics.Count - 1).ToArbitrary(), Gen.ArrayOf(Word, 3).ToArbitrary(), Gen.Sized(size => Gen.ArrayOf(Word, size % 14)).ToArbitrary(), (kind, indexed, data) =>
        {
            byte[] bytes = [.. data.SelectMany(word => word)];
            return IsReadOrRefused(new EvmLog(
                default, [EscrowEvent.OrderTopics[kind], .. indexed.Select(word => new Hash32(word))], bytes.AsMemory(0, bytes.Length - Math.Min(bytes.Length, indexed[0][0] % 7)), 1, default, default, 0));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(20_000));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    public void A_log_with_too_few_topics_is_refused(int kind) =>
        FluentActions.Invoking(() => EscrowEvent.Decode(new EvmLog(default, [EscrowEvent.OrderTopics[kind]], default, 1, default, default, 0))).Should().Throw<FormatException>();

    [Theory]
    [InlineData(0UL)]
    [InlineData(1UL)]
    [InlineData(8801115114032UL)] // the last digit is wrong
    [InlineData(ulong.MaxValue)]
    public void An_order_for_a_number_that_is_no_product_is_refused(ulong gtin)
    {
        byte[] data = new AbiWriter().Unsigned(gtin).Word(Hash32.Zero).Word(Hash32.Zero).Address(default).Unsigned(1).Unsigned(1).Unsigned(0).Unsigned(1).Word(Hash32.Zero).Unsigned(9).ToArray();
        EvmLog log = new(default, [EscrowEvent.OrderTopics[0], default, default, default], data, 1, default, default, 0);

        FluentActions.Invoking(() => EscrowEvent.Decode(log)).Should().Throw<FormatException>();
    }

    private static bool IsReadOrRefused(EvmLog log)
    {
        try
        {
            EscrowEvent.Decode(log);
            return true;
        }
        catch (Exception error) when (error is FormatException or OverflowException or ArgumentException)
        {
            return true;
        }
    }

    private static byte[] Number(int bytes)
    {
        byte[] word = new byte[32];
        Array.Fill(word, (byte)0x7f, 32 - bytes, bytes);
        return word;
    }
}
