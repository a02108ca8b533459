using Microsoft.Extensions.Logging.Abstractions;
using PantryChain.DeviceDrivers.Shelf;
using PantryChain.Domain.Identity;
using PantryChain.Gateway.Sensing;

namespace PantryChain.Gateway.Tests.Sensing;

public sealed class ThermalBookSpecs : IDisposable
{
    private readonly TempDataFolder _temp = new();

    [Fact]
    public void What_a_scale_learned_about_temperature_outlives_a_restart()
    {
        Open().Keep([(new SlotId(3), new ThermalDrift(1.5, 21.25))]);

        Open().Of(new SlotId(3)).Should().Be(new ThermalDrift(1.5, 21.25));
        Open().Of(new SlotId(4)).Should().BeNull();
    }

    [Fact]
    public void A_damaged_book_is_learned_again()
    {
        File.WriteAllText(_temp.Folder.Temperature, "[{");

        Open().Of(new SlotId(3)).Should().BeNull();
    }

    public void Dispose() => _temp.Dispose();

    private ThermalBook Open() => new(_temp.Folder, NullLogger<ThermalBook>.Instance);
}
