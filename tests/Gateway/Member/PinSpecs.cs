using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Member;

namespace PantryChain.Gateway.Tests.Member;

public sealed class PinSpecs
{
    [Theory]
    [InlineData("123456", true)]
    [InlineData(" 123456789012 ", true)]
    [InlineData("12345", false)]
    [InlineData("1234567890123", false)]
    [InlineData("12345a", false)]
    [InlineData("１２３４５６", false)]
    [InlineData(null, false)]
    public void Six_to_twelve_digits_are_a_pin(string? text, bool valid) => Pin.TryParse(text, out _).Should().Be(valid);

    [Fact]
    public void A_pin_never_prints_itself()
    {
        bool parsed = Pin.TryParse("246810", out Pin pin);

        parsed.Should().BeTrue();
        $"{pin}".Should().NotContain("246810");
    }

    [Fact]
    public void A_file_without_a_pin_says_what_belongs_into_it()
    {
        using TempDataFolder temp = new();
        File.WriteAllText(temp.Inside("pin"), "secret\n");

        Action read = () => Pin.ReadFile(temp.Inside("pin"));

        read.Should().Throw<UserError>().WithMessage("*6 to 12 digits*");
    }
}
