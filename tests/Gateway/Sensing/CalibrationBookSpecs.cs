using PantryChain.DeviceDrivers.Shelf;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Sensing;

namespace PantryChain.Gateway.Tests.Sensing;

public sealed class CalibrationBookSpecs : IDisposable
{
    private static readonly SlotId Milk = new(1), Rice = new(2);

    private readonly TempDataFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void The_history_is_there_after_a_restart_with_time_and_mass()
    {
        CalibrationBook book = new(_temp.Folder);
        book.Keep(Milk, Line(400));
        book.Keep(Milk, Line(410));
        book.Keep(Rice, Line(215));
        book.Keep(Milk, Tare(410, 120));

        CalibrationBook later = new(_temp.Folder);

        later.HistoryOf(Milk).Should().Equal(Line(400), Line(410), Tare(410, 120));
        later.HistoryOf(Rice).Should().Equal(Line(215));
        later.Of(Samples.Household.FindSlot(Milk)!, null).Should().Be(Tare(410, 120).Line);
    }

    [Fact]
    public void A_file_of_an_earlier_version_is_read_and_kept_as_the_first_of_the_history()
    {
        File.WriteAllText(_temp.Folder.Calibration, """[{ "slot": 1, "countsPerGram": 400.5, "offsetCounts": 84000, "noiseCounts": 50, "containerMg": 120000 }]""");
        CalibrationBook book = new(_temp.Folder);
        Calibration old = new(400.5, 84_000, 50, new Mass(120_000));

        book.HistoryOf(Milk).Should().Equal(new KeptCalibration(old, CalibrationAct.Calibrated, null, null));
        book.Keep(Milk, Line(410));
        book.Undo(Milk, CalibrationAct.Calibrated, isSimulated: false).Should().BeNull();
        new CalibrationBook(_temp.Folder).Of(Samples.Household.FindSlot(Milk)!, null).Should().Be(old);
    }

    [Fact]
    public void Taking_a_calibration_back_takes_the_tares_on_it_along()
    {
        CalibrationBook book = new(_temp.Folder);
        foreach (KeptCalibration kept in new[] { Line(400), Tare(400, 50), Line(410), Tare(410, 70), Tare(410, 90) })
            book.Keep(Milk, kept);

        book.Undo(Milk, CalibrationAct.Calibrated, isSimulated: false).Should().BeNull();

        book.HistoryOf(Milk).Should().Equal(Line(400), Tare(400, 50));
        new CalibrationBook(_temp.Folder).HistoryOf(Milk).Should().Equal(Line(400), Tare(400, 50));
    }

    [Fact]
    public void Tares_are_taken_back_one_by_one_down_to_the_line_alone()
    {
        CalibrationBook book = new(_temp.Folder);
        foreach (KeptCalibration kept in new[] { Line(400), Tare(400, 50), Tare(400, 70) })
            book.Keep(Milk, kept);

        string?[] answers = [.. Enumerable.Range(0, 3).Select(_ => book.Undo(Milk, CalibrationAct.Tared, isSimulated: false))];

        answers[..2].Should().AllBe(null);
        answers[2].Should().Contain("not tared");
        book.HistoryOf(Milk).Should().Equal(Line(400));
    }

    [Fact]
    public void What_cannot_be_taken_back_stays_and_says_the_next_step()
    {
        CalibrationBook book = new(_temp.Folder);
        book.Keep(Milk, Line(400));
        book.Keep(Rice, Tare(215, 30));
        book.Keep(Rice, Line(216));

        book.Undo(Milk, CalibrationAct.Calibrated, isSimulated: false).Should().Contain("no earlier calibration").And.Contain("./pantry gateway calibrate 1");
        book.Undo(Rice, CalibrationAct.Tared, isSimulated: true).Should().Contain("./pantry gateway calibrate 2 --undo");
        book.Undo(new SlotId(3), CalibrationAct.Calibrated, isSimulated: true).Should().Contain("nothing to take back");
        book.HistoryOf(Milk).Should().Equal(Line(400));
        book.HistoryOf(Rice).Should().Equal(Tare(215, 30), Line(216));
    }

    [Fact]
    public void A_simulated_slot_returns_to_the_calibration_that_it_came_with()
    {
        CalibrationBook book = new(_temp.Folder);
        book.Keep(Milk, Tare(400, 50));

        book.Undo(Milk, CalibrationAct.Tared, isSimulated: true).Should().BeNull();

        new CalibrationBook(_temp.Folder).HistoryOf(Milk).Should().BeEmpty();
    }

    [Fact]
    public void The_history_is_bounded()
    {
        CalibrationBook book = new(_temp.Folder);
        for (int i = 1; i <= CalibrationBook.MostKept + 5; i++)
            book.Keep(Milk, Line(i));

        new CalibrationBook(_temp.Folder).HistoryOf(Milk).Select(kept => kept.Line.CountsPerGram).Should().Equal(Enumerable.Range(6, CalibrationBook.MostKept).Select(i => (double)i));
    }

    [Fact]
    public void The_home_broker_never_pushes_a_members_calibration_out_and_takes_none_back()
    {
        CalibrationBook book = new(_temp.Folder);
        for (int i = 1; i <= CalibrationBook.MostKept; i++)
            book.Keep(Milk, Line(400 + i));
        for (int i = 1; i <= 50; i++)
            book.Keep(Milk, (i % 3 == 0 ? Tare(416, i) : Line(416 + i)) with { FromHome = true });

        IReadOnlyList<KeptCalibration> again = new CalibrationBook(_temp.Folder).HistoryOf(Milk);
        again.Where(kept => !kept.FromHome).Select(kept => kept.Line.CountsPerGram).Should().Equal(Enumerable.Range(401, CalibrationBook.MostKept).Select(slope => (double)slope));
        again.Count(kept => kept.FromHome).Should().Be(CalibrationBook.MostFromHome);
        again[^1].Should().Be(Line(466) with { FromHome = true }, "what was kept last counts");
        new CalibrationBook(_temp.Folder).MembersOf(Samples.Household.FindSlot(Milk)!, null).Should().Be(Line(416).Line);
    }

    [Fact]
    public void A_tare_by_the_member_makes_the_home_brokers_line_nobody_elses()
    {
        CalibrationBook book = new(_temp.Folder);
        foreach (KeptCalibration kept in new[] { Line(400), Line(430) with { FromHome = true }, Tare(430, 50) })
            book.Keep(Milk, kept);

        book.MembersOf(Samples.Household.FindSlot(Milk)!, null).Should().Be(Line(400).Line);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("""[{ "slot": 1, "countsPerGram": 0, "offsetCounts": 1, "noiseCounts": 1, "containerMg": 0 }]""")]
    [InlineData("""[{ "slot": 1, "countsPerGram": 4, "offsetCounts": 1, "noiseCounts": 1, "containerMg": 0, "before": [{ "countsPerGram": 0, "offsetCounts": 1, "noiseCounts": 1, "containerMg": 0 }] }]""")]
    public void A_damaged_file_says_so_and_what_to_do(string text)
    {
        File.WriteAllText(_temp.Folder.Calibration, text);

        Action read = () => _ = new CalibrationBook(_temp.Folder);

        read.Should().Throw<UserError>().WithMessage("*calibration.json is damaged*calibrate SLOT*");
    }

    private static KeptCalibration Line(double slope) => new(new Calibration(slope, 84_000, 50, default, new Mass(70)), CalibrationAct.Calibrated, Samples.Morning, Mass.FromGrams(1000));

    private static KeptCalibration Tare(double slope, double grams) =>
        new(new Calibration(slope, 84_000, 50, Mass.FromGrams(grams)), CalibrationAct.Tared, Samples.Morning, Mass.FromGrams(grams));
}
