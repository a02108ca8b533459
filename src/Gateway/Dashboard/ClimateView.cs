using PantryChain.Domain.Identity;
using PantryChain.Gateway.Climate;
using PantryChain.Gateway.Configuration;

namespace PantryChain.Gateway.Dashboard;

/// <summary>Fridges, freezers and rooms as the pages show them.</summary>
/// <remarks>Public only because Razor components are. Thread safe; every call looks anew.</remarks>
public sealed class ClimateView
{
    private static readonly TimeSpan Charted = TimeSpan.FromDays(7), Listed = TimeSpan.FromDays(365), Mentioned = TimeSpan.FromDays(3); // household time

    private readonly Household _household;
    private readonly ClimateBoard _board;
    private readonly ClimateBook _book;
    private readonly TimeProvider _time;

    internal ClimateView(Household household, ClimateBoard board, ClimateBook book, TimeProvider time) => (_household, _board, _book, _time) = (household, board, book, time);

    internal DateTimeOffset Now => _time.GetUtcNow();

    internal DateTimeOffset ChartFrom => Now - Charted;

    internal IReadOnlyList<PlaceReport> Places => _board.Places;

    internal IReadOnlyList<ClimateHour> Hours(ClimatePlace place) => _book.Hours(place.Name, ChartFrom);

    /// <summary>A place's warm spells, newest first, with the one that lasts.</summary>
    internal IReadOnlyList<WarmSpell> Spells(PlaceReport place) =>
        [.. place is { IsWarm: true, Open: { } open } ? (WarmSpell[])[open] : [], .. _book.Spells(place.Place.Name, Now - Listed)];

    /// <summary>The newest spell long enough to put a product's food in doubt, while it lasts and for three household days after; null for none.</summary>
    internal (ClimatePlace Place, WarmSpell Spell)? StoodWarm(Gtin gtin)
    {
        foreach (PlaceReport report in Places.Where(report => report.Place.Slots.Any(slot => _household.FindSlot(slot)!.Holds(gtin))))
        {
            if (report is { IsWarm: true, Open: { DoubtsFood: true } open })
                return (report.Place, open);
            if (_book.Spells(report.Place.Name, Now - Mentioned).FirstOrDefault(spell => spell.DoubtsFood) is { } ended)
                return (report.Place, ended);
        }
        return null;
    }
}

/// <summary>The page of fridges, freezers and rooms.</summary>
internal static class ClimatePages
{
    /// <summary>Where it is.</summary>
    public const string Path = "/climate";

    /// <summary>Maps it.</summary>
    public static void MapClimate(this WebApplication app) => app.MapGet(Path, IResult (HttpContext http, ClimateView view) =>
        view.Places.Count == 0 ? Refusal.NotFound(http) : new Microsoft.AspNetCore.Http.HttpResults.RazorComponentResult<Pages.ClimatePage>(new { View = view }));

    /// <summary>One sentence for every page while something is too warm; null otherwise.</summary>
    public static string? Notice(ClimateBoard board, Ui.Texts.Language language)
    {
        ClimateWords say = new(language);
        string warm = string.Join(" ", board.Places.Where(report => report.IsWarm).Select(report => say.Warm(report.Place, report.Open!)));
        return warm.Length == 0 ? null : warm;
    }
}
