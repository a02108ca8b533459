using System.ComponentModel.DataAnnotations;

namespace PantryChain.Telemetry.Series;

/// <summary>How long the gateway's own time series keeps what.</summary>
public sealed record SeriesOptions
{
    /// <summary>How long every minute is kept; afterwards its hour's mean stands for it.</summary>
    /// <value>1 to 3 650 days of household time; default 30.</value>
    public int MinuteDays { get; init; } = 30;

    /// <summary>How long hours are kept.</summary>
    /// <value><see cref="MinuteDays"/> to 36 500 days of household time; default 1 830 (five years: about 44 000 rows per slot).</value>
    public int HourDays { get; init; } = 1_830;

    /// <summary>Checks every range.</summary>
    /// <exception cref="ValidationException">A value is out of its range; the message names it.</exception>
    public void Validate()
    {
        if (MinuteDays is < 1 or > 3_650)
            throw new ValidationException($"Series: MinuteDays {MinuteDays} is not between 1 and 3650.");
        if (HourDays < MinuteDays || HourDays > 36_500)
            throw new ValidationException($"Series: HourDays {HourDays} is not between MinuteDays and 36500.");
    }
}
