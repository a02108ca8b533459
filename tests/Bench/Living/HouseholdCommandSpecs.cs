using System.CommandLine;
using PantryChain.Bench.Living;

namespace PantryChain.Bench.Tests.Living;

public sealed class HouseholdCommandSpecs
{
    [Theory]
    [InlineData("--days 0", "--days 0 is out of range. Use 1 to 730.")]
    [InlineData("--days 731", "--days 731 is out of range. Use 1 to 730.")]
    [InlineData("--world moon", "There is no world 'moon'. Use --world with default, drinking, alone, sleeping, shopping.")]
    [InlineData("--speed 0.1", "--speed 0.1 is out of range. Use 0.5 to 60 days a minute.")]
    [InlineData("--speed NaN", "--speed NaN is out of range. Use 0.5 to 60 days a minute.")]
    [InlineData("--replay nowhere.csv", "--replay and --household belong together: './pantry bench household --replay FILE --household ID'.")]
    [InlineData("--household 84", "--replay and --household belong together: './pantry bench household --replay FILE --household ID'.")]
    [InlineData("--replay nowhere.csv --household 84", "nowhere.csv does not exist. Name a CSV file with the columns household,product,class_id,date.")]
    [InlineData("--data .", ". exists already. Name a folder with --data that does not, or remove it.")]
    public async Task What_cannot_be_lived_gets_a_sentence_with_the_next_step_and_exit_code_2(string words, string sentence)
    {
        StringWriter errors = new();

        int code = await HouseholdBench.Create().Parse(words.Split(' ')).InvokeAsync(new InvocationConfiguration { Error = errors });

        (code, errors.ToString().TrimEnd()).Should().Be((2, sentence));
    }

    [Fact]
    public async Task A_household_that_the_file_does_not_have_is_told_with_some_that_it_has()
    {
        string file = Path.GetTempFileName();
        StringWriter errors = new();
        await File.WriteAllTextAsync(file, "household,product,class_id,date\n7,milk,12,2013-01-02\n");

        int code = await HouseholdBench.Create().Parse(["--replay", file, "--household", "84"]).InvokeAsync(new InvocationConfiguration { Error = errors });

        File.Delete(file);
        (code, errors.ToString().TrimEnd()).Should().Be((2, $"{file} has no household '84'. It has 7: name one with --household."));
    }

    [Fact]
    public void Help_names_every_world_and_what_is_unusual_in_it()
    {
        string help = HouseholdBench.Create().Options.Single(option => option.Name == "--world").Description!;

        LivedWorld.All.Should().OnlyContain(world => help.Contains($"{world.Name} ({world.Says})", StringComparison.Ordinal));
    }
}
