namespace PantryChain.DeviceDrivers.Rfid;

/// <summary>How long a tag may be missed before it counts as gone.</summary>
public sealed record TagPresenceOptions
{
    /// <summary>Bus time without a sighting.</summary>
    /// <value>Default 1 s: at 20 polls a second of which 30 % miss the tag, so many misses in a row come about once in 60 years (0.3^20).</value>
    public TimeSpan RemovedAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Polls without a sighting that said something; a reader that is away says nothing.</summary>
    /// <value>Default 8.</value>
    public int LeastMisses { get; init; } = 8;

    /// <summary>Bus time after which a tag that another slot sees has moved there.</summary>
    /// <value>Default 300 ms. A tag that both readers go on seeing stays where it was first.</value>
    public TimeSpan MovedAfter { get; init; } = TimeSpan.FromMilliseconds(300);
}
