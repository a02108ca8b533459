namespace PantryChain.Telemetry.Broker;

/// <summary>A client whose CONNECT was accepted.</summary>
/// <param name="Id">User and client id.</param>
/// <param name="User">Its user; empty without a login.</param>
/// <param name="Rights">What the user may do.</param>
/// <param name="IsOwn">True for the gateway itself.</param>
/// <param name="CleanStart">Whether it wants to forget what was before.</param>
/// <param name="Expiry">How long its session is kept without it.</param>
/// <param name="Window">Its Receive Maximum, or 0.</param>
internal sealed record Arrival(string Id, string User, Rights Rights, bool IsOwn, bool CleanStart, TimeSpan Expiry, int Window);
