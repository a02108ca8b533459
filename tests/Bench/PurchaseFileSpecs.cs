namespace PantryChain.Bench.Tests;

public sealed class PurchaseFileSpecs
{
    private const string Header = "household,product,class_id,date\n";

    private static IReadOnlyList<Purchase> Read(string text) => PurchaseFile.Read(new StringReader(text), "list.csv");

    [Fact]
    public void Quoted_commas_blank_lines_and_windows_line_ends_are_read() =>
        Read("\uFEFFhousehold,product,class_id,date\r\n\r\n7,\"rice, \"\"round\"\"\",12,2013-01-02\r\n   \r\n8,milk,,2013-01-03\r\n").Should().Equal(
            new Purchase("7", "12", new DateOnly(2013, 1, 2).DayNumber), new Purchase("8", "milk", new DateOnly(2013, 1, 3).DayNumber));

    [Fact]
    public void Columns_may_stand_in_any_order_and_the_product_stands_in_for_a_class() =>
        Read("date,price,product,household\n2013-01-02,3.50,\"salt\nfine\",h1\n").Should().Equal(new Purchase("h1", "salt\nfine", new DateOnly(2013, 1, 2).DayNumber));

    [Theory]
    [InlineData("", "list.csv is empty*first line must name the columns*")]
    [InlineData("household,product,class_id\n", "list.csv, line 1: no column named date*")]
    [InlineData("household,date\n", "list.csv, line 1: no column named class_id or product*")]
    [InlineData(Header, "list.csv holds no purchase*")]
    [InlineData(Header + "1,milk,4,2013-02-30\n", "list.csv, line 2: '2013-02-30' is not a date*2013-04-05*")]
    [InlineData(Header + "\n\"1\n2\",milk,4,2013-02-03\n1,milk,4,05/04/2013\n", "list.csv, line 5: '05/04/2013' is not a date*")]
    [InlineData(Header + "1,rice, round,4,2013-02-03\n", "list.csv, line 2: 5 fields where the header has 4*Quote*")]
    [InlineData(Header + ",milk,4,2013-02-03\n", "list.csv, line 2: the household is empty*")]
    [InlineData(Header + "1,,,2013-02-03\n", "list.csv, line 2: the class_id and product is empty*")]
    [InlineData(Header + "1,\"milk,4,2013-02-03\n", "list.csv, line 2: a quoted field does not end*")]
    public void What_cannot_be_read_is_told_with_file_line_and_what_to_do(string text, string message)
    {
        Action reading = () => Read(text);

        reading.Should().Throw<FormatException>().WithMessage(message);
    }
}
