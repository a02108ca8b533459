using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Member;

namespace PantryChain.Gateway.Tests.Member;

public sealed class PinSpecs
{
    [Theory]
    [InlineData("123456", true)] // earlier versions took it
    [InlineData(" 123456789012 ", true)]
    [InlineData("correct horse battery", true)]
    [InlineData("12345", false)]
    [InlineData("12345\n67", false)]
    [InlineData(null, false)]
    public void What_may_have_sealed_a_key_is_read(string? text, bool valid) => Pin.TryParse(text, out _).Should().Be(valid);

    [Theory]
    [InlineData("24681012")]
    [InlineData("70392816")]
    [InlineData("31415926535")]
    [InlineData("correct horse battery")]
    [InlineData("밤나무아래우체통")]
    [InlineData(" 90218374 ")]
    public void A_new_one_has_eight_digits_or_is_a_phrase(string text) => Pin.Choose(text, out _).Should().Be(PinFault.None);

    [Theory]
    [InlineData("", PinFault.TooShort)]
    [InlineData("482913", PinFault.TooShort)]
    [InlineData("4829137", PinFault.TooShort)]
    [InlineData("abcd1234", PinFault.TooShort)]
    [InlineData("밤나무", PinFault.TooShort)]
    [InlineData("00000000", PinFault.Guessable)]
    [InlineData("12345678", PinFault.Guessable)]
    [InlineData("1234567890", PinFault.Guessable)]
    [InlineData("87654321", PinFault.Guessable)]
    [InlineData("90123456", PinFault.Guessable)]
    [InlineData("13579135", PinFault.Guessable)]
    [InlineData("12121212", PinFault.Guessable)]
    [InlineData("12341234", PinFault.Guessable)]
    [InlineData("11223311", PinFault.Guessable)]
    [InlineData("19840229", PinFault.Guessable)]
    [InlineData("29021984", PinFault.Guessable)]
    [InlineData("12252024", PinFault.Guessable)]
    [InlineData("aaaaaaaaaaaa", PinFault.Guessable)]
    [InlineData("abcdefabcdef", PinFault.Guessable)]
    [InlineData("abcdefghijkl", PinFault.Guessable)]
    [InlineData("AbAbAbAbAbAb", PinFault.Guessable)]
    [InlineData("pass\u0000word word", PinFault.Unreadable)]
    public void What_anybody_tries_first_cannot_be_chosen(string text, object fault) => Pin.Choose(text, out _).Should().Be((PinFault)fault);

    [Fact]
    public void Made_up_pins_may_be_chosen()
    {
        for (int i = 0; i < 1_000; i++)
        {
            Pin pin = Pin.Generate();
            Pin.Choose(pin.Digits.ToString(), out _).Should().Be(PinFault.None);
            pin.Digits.Length.Should().Be(8);
        }
    }

    [Fact]
    public void A_pin_never_prints_itself()
    {
        bool parsed = Pin.TryParse("24681012", out Pin pin);

        parsed.Should().BeTrue();
        $"{pin}".Should().NotContain("24681012");
    }

    [Fact]
    public void A_file_without_a_pin_says_what_belongs_into_it()
    {
        using TempDataFolder temp = new();
        File.WriteAllText(temp.Inside("pin"), "short\n");
        File.WriteAllText(temp.Inside("easy"), "12345678\n");

        Action read = () => Pin.ReadFile(temp.Inside("pin")), easy = () => Pin.ReadNewFile(temp.Inside("easy"));

        read.Should().Throw<UserError>().WithMessage("*8 or more digits*");
        easy.Should().Throw<UserError>().WithMessage("*are tried first*");
    }
}
