using System.ComponentModel.DataAnnotations;

namespace PantryChain.Telemetry.Series;

/// <summary>Where an InfluxDB is and how to get in.</summary>
public sealed record InfluxOptions
{
    /// <summary>Its address, for example <c>http://influx.local:8086/</c>.</summary>
    public required Uri Url { get; init; }

    /// <summary>Database (1.x, 3.x) or bucket (2.x).</summary>
    /// <value>1 to 64 of <c>a-z A-Z 0-9 _ -</c>; default <c>pantrychain</c>.</value>
    public string Database { get; init; } = "pantrychain";

    /// <summary>The organization of a 2.x server, whose own interface is used then; null speaks the interface of 1.x, which 3.x has, too.</summary>
    public string? Organization { get; init; }

    /// <summary>API token (2.x, 3.x), or null.</summary>
    public string? Token { get; init; }

    /// <summary>How long an answer may take.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Checks every value.</summary>
    /// <exception cref="ValidationException">A value is not usable; the message names it.</exception>
    public void Validate()
    {
        if (!Url.IsAbsoluteUri || (Url.Scheme != Uri.UriSchemeHttp && Url.Scheme != Uri.UriSchemeHttps))
            throw new ValidationException($"InfluxDB: Url '{Url}' is no http or https address.");
        if (Database is not { Length: >= 1 and <= 64 } || !Database.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-'))
            throw new ValidationException($"InfluxDB: Database '{Database}' must have 1 to 64 of a-z, A-Z, 0-9, _ and -.");
        if (Organization is { Length: 0 or > 64 })
            throw new ValidationException("InfluxDB: Organization must have 1 to 64 letters.");
    }
}
