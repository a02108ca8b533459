namespace PantryChain.Gateway.Configuration;

/// <summary>A lamp and a buzzer in the kitchen that ask for attention: the lamp shines while something is wrong and flashes while a question waits, the buzzer sounds when something goes wrong.</summary>
/// <remarks>Each is a line that is high for on: an LED with its resistor, an active buzzer on a board with a transistor.</remarks>
internal sealed record AttentionOptions
{
    /// <summary>Label of the GPIO chip.</summary>
    /// <value>Default the header of whichever Raspberry Pi this is.</value>
    public string? Chip { get; set; }

    /// <summary>Line of the lamp.</summary>
    /// <value>On a Raspberry Pi the BCM number; default none.</value>
    public int? LampLine { get; set; }

    /// <summary>Line of the buzzer.</summary>
    /// <value>On a Raspberry Pi the BCM number; default none.</value>
    public int? BuzzerLine { get; set; }

    /// <summary>Household time from which the buzzer is silent.</summary>
    /// <value>Default 21:00.</value>
    public TimeOnly QuietFrom { get; set; } = new(21, 0);

    /// <summary>Household time from which it may sound again; what began meanwhile sounds then, if it still lasts.</summary>
    /// <value>Default 07:00; the same as <see cref="QuietFrom"/> for a buzzer that is never silent.</value>
    public TimeOnly QuietUntil { get; set; } = new(7, 0);

    /// <summary>The lines that are used.</summary>
    internal IEnumerable<int> Lines => new[] { LampLine, BuzzerLine }.OfType<int>();
}
