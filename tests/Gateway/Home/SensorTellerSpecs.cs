using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Sensing;
using PantryChain.Gateway.Home;
using PantryChain.Gateway.Sensing;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Gateway.Tests.Home;

public sealed class SensorTellerSpecs : IDisposable
{
    private static readonly SlotId Restless = new(1), Quiet = new(2);

    private readonly TempDataFolder _temp = new();
    private readonly SqliteFile _file;
    private readonly SetTime _time = new(Samples.Morning);
    private readonly ShelfBoard _board;
    private readonly SensorBoard _sensors = new();
    private readonly SensorTeller _teller;

    public SensorTellerSpecs()
    {
        _file = SqliteFile.Open(_temp.Folder.Database);
        _board = new ShelfBoard(Samples.Household, _time);
        _teller = new SensorTeller(Samples.Household, _board, _sensors, new SlotNames(_file, Samples.Household), _time);
    }

    public void Dispose()
    {
        _file.Dispose();
        _temp.Dispose();
    }

    [Fact]
    public void Every_slot_is_told_once_a_minute_however_restless_its_neighbours_are()
    {
        _sensors.Show([new ConverterReport("cells", "simulated", [Restless, Quiet], null, [])], []);
        Dictionary<SlotId, List<DateTimeOffset>> told = new() { [Restless] = [], [Quiet] = [] };
        List<DateTimeOffset> all = [];

        for (int second = 0; second < 600; second++, _time.Now += TimeSpan.FromSeconds(1))
        {
            Show(Restless, second / 7 % 2 == 0 ? SlotHealth.Ok : SlotHealth.Disconnected); // news every 7 seconds
            Show(Quiet, SlotHealth.Ok);
            var due = _teller.Due();
            foreach ((SlotId slot, _) in due.Slots)
                told[slot].Add(_time.Now);
            if (due.All is not null)
                all.Add(_time.Now);
        }

        told[Quiet].Should().HaveCount(10);
        told[Quiet].Zip(told[Quiet].Skip(1), (one, next) => next - one).Should().OnlyContain(silence => silence <= TimeSpan.FromSeconds(61));
        told[Restless].Should().HaveCount(86, "news is told at once");
        all.Should().HaveCount(86);
    }

    [Fact]
    public void A_slot_whose_driver_was_never_open_is_told_as_soon_as_it_is()
    {
        Show(Quiet, SlotHealth.Stale);
        _teller.Due().Slots.Should().BeEmpty();

        _sensors.Show([new ConverterReport("cells", "hx711", [Quiet], "Unplugged. Plug it in.", [])], []);

        _teller.Due().Slots.Should().ContainSingle().Which.Slot.Should().Be(Quiet);
    }

    private void Show(SlotId slot, SlotHealth health) => _board.Show(new StockReading(slot, _time.Now, Mass.FromGrams(500), Mass.FromGrams(1), Stable: true, health));
}
