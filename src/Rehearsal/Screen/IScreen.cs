namespace PantryChain.Rehearsal.Screen;

/// <summary>Where a rehearsal shows itself.</summary>
internal interface IScreen : IAsyncDisposable
{
    /// <summary>Says one thing that happened.</summary>
    void Tell(string line);

    /// <summary>Shows the present figures.</summary>
    void Show(Figures figures);
}

/// <summary>The figures of a rehearsal at one moment.</summary>
/// <param name="At">Household time, local.</param>
/// <param name="Day">Household days since day 0.</param>
/// <param name="Dashboard">Where the household's dashboard is.</param>
/// <param name="Desk">Where the store's desk is.</param>
/// <param name="Events">Events in the journal.</param>
/// <param name="Anchored">Blocks on chain.</param>
/// <param name="Bamtol">The member's money in won.</param>
/// <param name="Bamnamu">The member's Bamnamu.</param>
/// <param name="Tier">The household's standing.</param>
/// <param name="Orders">Orders by state.</param>
internal sealed record Figures(
    DateTimeOffset At, double Day, Uri Dashboard, Uri Desk, long Events, long Anchored, decimal? Bamtol, decimal? Bamnamu, long Tier, IReadOnlyDictionary<string, int> Orders);
