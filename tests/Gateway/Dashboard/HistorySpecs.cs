using PantryChain.Domain.Events;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Gateway.Dashboard;
using PantryChain.Telemetry.Journaling;
using PantryChain.Telemetry.Series;
using PantryChain.Telemetry.Storage;
using PantryChain.Ui.Components;

namespace PantryChain.Gateway.Tests.Dashboard;

public sealed class HistorySpecs
{
    [Fact]
    public void An_event_fills_the_hour_that_the_series_lacks_and_no_other()
    {
        using TempDataFolder temp = new();
        using SqliteFile file = SqliteFile.Open(temp.Folder.Database);
        Journal journal = new(file);
        ThingEvent known = journal.Append(Samples.Used(Samples.Morning.AddMinutes(20), level: 2_900));
        ThingEvent gap = journal.Append(Samples.Used(Samples.Morning.AddHours(1).AddMinutes(20), level: 2_500));

        IReadOnlyList<StockPoint> points = History.Merge([known, gap], [Level(1, 0, 3_000, 3), Level(2, 0, 1_000, 4), Level(1, 2, 2_400, 3)]);

        points.Should().Equal(
            new StockPoint(Samples.Morning, Mass.FromGrams(4_000), Mass.FromGrams(5)),
            new StockPoint(gap.SeenAt, Mass.FromGrams(3_500), Mass.FromGrams(Math.Sqrt(17))),
            new StockPoint(Samples.Morning.AddHours(2), Mass.FromGrams(3_400), Mass.FromGrams(5)));
    }

    private static LevelPoint Level(ushort slot, int hour, double grams, double sigma) =>
        new(new SlotId(slot), Samples.Morning.AddHours(hour), Mass.FromGrams(grams), Mass.FromGrams(sigma));
}
