using PantryChain.Domain.Sensing;
using PantryChain.Gateway.Sensing;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Gateway.Tests.Sensing;

public sealed class TagBookSpecs : IDisposable
{
    private static readonly TagUid First = new([0x04, 1, 2, 3, 4, 5, 6]), Second = new([0x04, 1, 2, 3, 4, 5, 7]);

    private readonly TempDataFolder _temp = new();
    private SqliteFile _file;

    public TagBookSpecs() => _file = SqliteFile.Open(_temp.Folder.Database);

    public void Dispose()
    {
        _file.Dispose();
        _temp.Dispose();
    }

    [Fact]
    public void A_bound_tag_is_known_after_a_restart()
    {
        new TagBook(_file).Bind(First, Samples.Milk, Samples.Morning);

        TagBook later = AfterRestart();

        later.ProductOf(First).Should().Be(Samples.Milk);
        later.ProductOf(Second).Should().BeNull();
        later.All().Should().Equal(new BoundTag(First, Samples.Milk, Samples.Morning.ToUniversalTime()));
    }

    [Fact]
    public void A_tag_that_moves_to_another_product_is_bound_anew()
    {
        TagBook book = new(_file);
        book.Bind(First, Samples.Milk, Samples.Morning);
        book.Bind(First, Samples.Rice, Samples.Morning.AddDays(1));

        book.ProductOf(First).Should().Be(Samples.Rice);
        AfterRestart().All().Should().ContainSingle().Which.Gtin.Should().Be(Samples.Rice);
    }

    [Fact]
    public void A_tag_that_was_let_go_stays_unknown()
    {
        TagBook book = new(_file);
        book.Bind(First, Samples.Milk, Samples.Morning);

        bool[] answers = [book.Unbind(First), book.Unbind(First)];

        answers.Should().Equal(true, false);
        book.ProductOf(First).Should().BeNull();
        AfterRestart().All().Should().BeEmpty();
    }

    [Fact]
    public void No_tag_and_no_product_are_refused()
    {
        TagBook book = new(_file);

        new Action[] { () => book.Bind(default, Samples.Milk, Samples.Morning), () => book.Bind(First, default, Samples.Morning) }
            .Should().AllSatisfy(bind => bind.Should().Throw<ArgumentException>());
        book.All().Should().BeEmpty();
    }

    private TagBook AfterRestart()
    {
        _file.Dispose();
        _file = SqliteFile.Open(_temp.Folder.Database);
        return new TagBook(_file);
    }
}
