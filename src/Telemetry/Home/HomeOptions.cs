using System.ComponentModel.DataAnnotations;

namespace PantryChain.Telemetry.Home;

/// <summary>How events and states are told to the home broker.</summary>
public sealed record HomeOptions
{
    /// <summary>
    /// How much acknowledged history a killed broker may forget; that much is sent again after every new connection. It must be longer than the broker's
    /// own interval of writing to disk (mosquitto: <c>autosave_interval</c>, 1 800 s unless configured) by twice the link's keep-alive.
    /// </summary>
    /// <value>1 s to 7 days of real time; default 35 minutes, which covers mosquitto's default.</value>
    public TimeSpan ResendWindow { get; init; } = TimeSpan.FromMinutes(35);

    /// <summary>Most events that are sent and not yet acknowledged.</summary>
    /// <value>1 to 10 000; default 200.</value>
    public int Batch { get; init; } = 200;

    /// <summary>Shortest time between two states of a slot; only the newest in between is told.</summary>
    /// <value>0 to 1 min of real time; default 200 ms.</value>
    public TimeSpan StatePace { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Checks every range.</summary>
    /// <exception cref="ValidationException">A value is out of its range; the message names it.</exception>
    public void Validate()
    {
        if (ResendWindow < TimeSpan.FromSeconds(1) || ResendWindow > TimeSpan.FromDays(7))
            throw new ValidationException($"Home: ResendWindow {ResendWindow} is not between 1 s and 7 days.");
        if (Batch is < 1 or > 10_000)
            throw new ValidationException($"Home: Batch {Batch} is not between 1 and 10000.");
        if (StatePace < TimeSpan.Zero || StatePace > TimeSpan.FromMinutes(1))
            throw new ValidationException($"Home: StatePace {StatePace} is not between 0 and 1 min.");
    }
}
