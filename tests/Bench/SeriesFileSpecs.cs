namespace PantryChain.Bench.Tests;

/// <summary>A recording's own times, whatever way its logger wrote them.</summary>
public sealed class SeriesFileSpecs : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"series-{Guid.NewGuid():N}.csv");

    [Theory]
    [InlineData("unix_ts", "1700000000,1|1700000002,2|1700000004,3|1700003604,4")]
    [InlineData("Timestamp", "1700000000000,1|1700000002000,2|1700000004000,3|1700003604000,4")]
    [InlineData("time", "1700000000000000000,1|1700000002000000000,2|1700000004000000000,3|1700003604000000000,4")]
    [InlineData("created_at", "2023-11-14T22:13:20Z,1|2023-11-14T22:13:22Z,2|2023-11-15T07:13:24+09:00,3|2023-11-14T23:13:24Z,4")]
    [InlineData("date time", "2023-11-14 22:13:20,1|2023-11-14 22:13:22,2|2023-11-14 22:13:24,3|2023-11-14 23:13:24,4")]
    [InlineData("Zeit", "14.11.2023 22:13:20,1|14.11.2023 22:13:22,2|14.11.2023 22:13:24,3|14.11.2023 23:13:24,4")]
    [InlineData("seconds", "0,1|2,2|4,3|3604,4")]
    [InlineData("millis", "500,1|2500,2|4500,3|3604500,4")]
    public void Times_are_the_files_own(string column, string rows)
    {
        Recording read = Read($"{column},grams", rows);

        read.Seconds.Should().NotBeNull();
        read.Seconds!.Zip([0.0, 2, 4, 3604]).Should().OnlyContain(pair => Math.Abs(pair.First - pair.Second) < 1e-3);
        read.Period.Should().BeApproximately(2, 1e-3);
        read.Said.Should().Contain(sentence => sentence.Contains("1 gap of 24 s", StringComparison.Ordinal)).And.Contain(sentence => sentence.Contains(column, StringComparison.Ordinal));
    }

    [Fact]
    public void Lines_out_of_order_and_twice_are_put_in_order_and_said()
    {
        Recording read = Read("ts,grams", "6,4|0,1|2,2|2,20|4,3|8,5");

        read.Values.Should().Equal(1, 20, 3, 4, 5);
        read.Seconds.Should().Equal(0, 2, 4, 6, 8);
        read.Said.Should().Contain(sentence => sentence.Contains("sorted", StringComparison.Ordinal)).And.Contain(sentence => sentence.Contains("the last of them counts", StringComparison.Ordinal));
    }

    [Fact]
    public void A_column_may_be_named_and_one_that_is_not_there_is_told()
    {
        Read("when_it_was,grams", "0,1|5,2|10,3", time: "when_it_was").Seconds.Should().Equal(0, 5, 10);

        FluentActions.Invoking(() => Read("a,grams", "0,1", time: "b")).Should().Throw<FormatException>().WithMessage("*no column 'b'*--time*");
    }

    [Theory]
    [InlineData("x,grams", "0,1|5,2", null, "--time")]
    [InlineData("time,grams", "yesterday,1|today,2", null, "no time that can be read")]
    [InlineData("time,grams", "0,1|5,2", 3.0, "--period")]
    [InlineData("time,grams", "2023-11-14 22:13:20,1|2023-11-14 22:13:25,2", null, "UTC")]
    [InlineData("time,grams", "0,1|,2|10,3|15,4|20,5", null, "1 lines have no readable time")]
    public void What_was_done_without_knowing_is_said(string header, string rows, double? period, string said) =>
        Read(header, rows, period: period).Said.Should().Contain(sentence => sentence.Contains(said, StringComparison.Ordinal));

    [Theory]
    [InlineData("date,time,grams", "2023-11-14,23:59:58,1|2023-11-15,00:00:00,2|2023-11-15,00:00:02,3|2023-11-15,01:00:02,4")]
    [InlineData("Uhrzeit;Datum;grams", "23:59:58;14.11.2023;1|00:00:00;15.11.2023;2|00:00:02;15.11.2023;3|01:00:02;15.11.2023;4")]
    public void A_date_beside_a_time_of_day_belongs_to_it(string header, string rows)
    {
        Recording read = Read(header, rows);

        read.Seconds.Should().Equal(0, 2, 4, 3604);
        read.Values.Should().Equal(1, 2, 3, 4);
        read.Said.Should().NotContain(sentence => sentence.Contains("sorted", StringComparison.Ordinal));
    }

    [Fact]
    public void Grams_that_are_read_as_kilograms_are_weighed_and_break_nothing()
    {
        string[] rows = [.. Enumerable.Range(0, 400).Select(i => $"{2 * i},{(i < 200 ? 1000 : 800) + i % 3}")];
        File.WriteAllText(_file, "ts,grams\n" + string.Join('\n', rows) + "\n");

        SeriesReport.Run(new SeriesRequest(_file, "grams", "kg", null, null, null, 0), json: true).Should().Be(0);
    }

    [Fact]
    public void Semicolons_part_columns_where_commas_are_decimals() => Read("time;grams", "0;1,5|5;2,25", time: null).Values.Should().Equal(1.5, 2.25);

    public void Dispose() => File.Delete(_file);

    private Recording Read(string header, string rows, string? time = null, double? period = null)
    {
        File.WriteAllText(_file, header + "\n" + rows.Replace('|', '\n') + "\n");
        return SeriesFile.Read(new SeriesRequest(_file, "grams", "g", null, time, period, 0));
    }
}
