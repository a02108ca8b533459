using PantryChain.Domain.Identity;

namespace PantryChain.Domain.Tests;

/// <summary>Files that have no end, or more of it than they should.</summary>
public sealed class ForeignFileSpecs : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void A_file_without_an_end_is_refused_after_as_much_as_such_a_file_may_hold()
    {
        Action bytes = () => ForeignFile.ReadBytes("/dev/zero", 1_000), text = () => ForeignFile.ReadText("/dev/zero");

        bytes.Should().Throw<IOException>().WithMessage("*longer than 1000 bytes*");
        text.Should().Throw<IOException>().WithMessage("*longer than*");
    }

    [Fact]
    public void As_much_as_allowed_is_read_and_one_byte_more_is_not()
    {
        File.WriteAllBytes(_path, new byte[1_000]);
        Action more = () => ForeignFile.ReadBytes(_path, 999);

        ForeignFile.ReadBytes(_path, 1_000).Should().HaveCount(1_000);
        more.Should().Throw<IOException>();
    }

    [Fact]
    public void Text_is_read_by_its_byte_order_mark_as_before()
    {
        File.WriteAllText(_path, "집 pantry", System.Text.Encoding.Unicode);

        ForeignFile.ReadText(_path).Should().Be("집 pantry");
    }
}
