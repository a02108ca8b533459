using PantryChain.DeviceDrivers.Climate;
using PantryChain.DeviceDrivers.LoadCells;
using PantryChain.Domain.Identity;
using PantryChain.Gateway.Configuration;

namespace PantryChain.Gateway.Climate;

/// <summary>How a place is now.</summary>
/// <param name="Place">The place.</param>
/// <param name="Health">How its sensor is.</param>
/// <param name="Reading">The newest reading that is believed, or null.</param>
/// <param name="At">Household time of it, or of the last one there was; null before the first.</param>
/// <param name="Problem">What is wrong with the sensor and the next step, or null.</param>
/// <param name="Tallies">What happened to it since the start, by cause.</param>
/// <param name="Open">The spell that lasts, told or not.</param>
/// <param name="IsWarm">True while it has been too warm for long enough to be told; it stays so while the sensor is lost.</param>
internal sealed record PlaceReport(
    ClimatePlace Place, ClimateHealth Health, ClimateReading? Reading, DateTimeOffset? At, string? Problem, IReadOnlyList<Tally> Tallies, WarmSpell? Open, bool IsWarm)
{
    /// <summary>True while its sensor says nothing that could be trusted.</summary>
    public bool IsLost => Health is not (ClimateHealth.Ok or ClimateHealth.Waiting);
}

/// <summary>How all places are, and the temperature beside each slot's cell: the climate's station writes, everybody reads.</summary>
/// <remarks>Thread safe; reports are replaced whole and never changed.</remarks>
internal sealed class ClimateBoard(Household household)
{
    private volatile IReadOnlyList<PlaceReport> _places = [.. household.Climate.Select(place => new PlaceReport(place, ClimateHealth.Waiting, null, null, null, [], null, false))];
    private volatile Dictionary<SlotId, double> _cells = [];

    /// <summary>All places, in the order of the configuration.</summary>
    public IReadOnlyList<PlaceReport> Places => _places;

    /// <summary>The newest temperature beside a slot's cell in °C as its sensor has it, or null: the scale judges it itself.</summary>
    public double? BesideCell(SlotId slot) => _cells.TryGetValue(slot, out double celsius) ? celsius : null;

    /// <summary>Puts the newest up.</summary>
    public void Show(IReadOnlyList<PlaceReport> places, Dictionary<SlotId, double> cells) => (_places, _cells) = (places, cells);
}
