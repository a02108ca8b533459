namespace PantryChain.Rehearsal.Running;

/// <summary>What <c>up</c> was asked for.</summary>
/// <param name="Speed">Simulated days per minute.</param>
/// <param name="Once">End when one automatic order is settled.</param>
/// <param name="Headless">Plain lines instead of a live screen.</param>
/// <param name="Data">The run folder.</param>
/// <param name="Json">Where the summary goes, or null.</param>
/// <param name="Replay">A file of purchases, or null for the default household.</param>
/// <param name="Household">The household in that file.</param>
/// <param name="Seed">Where all chance comes from.</param>
/// <param name="ClerkByHand">True when a person accepts and ships at the desk.</param>
/// <param name="GatewayPort">The dashboard's port, or null for a free one.</param>
/// <param name="StorePort">The store's port, or null for a free one.</param>
/// <param name="Faults">A fault script, <c>none</c>, or null for the run folder's own or the built-in one.</param>
/// <param name="HomeBroker">Which broker the home has, or null for the run folder's own, or the usual one.</param>
internal sealed record UpOptions(
    double Speed, bool Once, bool Headless, string Data, string? Json, string? Replay, string? Household, ulong Seed, bool ClerkByHand, int? GatewayPort, int? StorePort,
    string? Faults = null, string? HomeBroker = null)
{
    /// <summary>The broker inside the gateway.</summary>
    public const string Embedded = "embedded";

    /// <summary>A mosquitto beside it.</summary>
    public const string Mosquitto = "mosquitto";

    /// <summary>Household seconds per real second.</summary>
    public double ClockSpeed => Speed * 86_400 / 60;
}
