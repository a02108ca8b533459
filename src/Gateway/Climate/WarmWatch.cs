using PantryChain.Gateway.Configuration;

namespace PantryChain.Gateway.Climate;

/// <summary>Watches one place: when was it too warm, for how long, and how warm did it get.</summary>
/// <remarks>
/// A spell begins with a reading above the limit and ends with one half a degree below it, so that a compressor's cycle around the limit is one spell; only time above the limit
/// counts. A time in which nobody measured counts as warm when a reading on either side of it was: a power cut stops fridge and gateway together. Pure and a function of its
/// readings, so a restart that hands it its open spell and its last reading goes on as if there had been none. Not thread safe.
/// </remarks>
/// <param name="limit">When it is too warm.</param>
/// <param name="longestGap">Readings that lie further apart leave a time that nobody saw.</param>
/// <param name="open">The spell that was open, of an earlier life.</param>
/// <param name="last">The last reading of an earlier life.</param>
internal sealed class WarmWatch(WarmLimit limit, TimeSpan longestGap, WarmSpell? open = null, (DateTimeOffset At, double Celsius)? last = null)
{
    /// <summary>°C below the limit at which a spell ends.</summary>
    public const double Hysteresis = 0.5;

    /// <summary>Nothing is concluded over a longer time without a reading: a gateway that lay in a drawer says nothing about a fridge.</summary>
    public static readonly TimeSpan LongestUnseen = TimeSpan.FromDays(3);

    private (DateTimeOffset At, double Celsius)? _last = last;

    /// <summary>The spell that lasts, told or not; null while it is cool.</summary>
    public WarmSpell? Open { get; private set; } = open;

    /// <summary>The newest reading, of an earlier life or of this one.</summary>
    public (DateTimeOffset At, double Celsius)? Last => _last;

    /// <summary>True while it has been too warm for long enough to be told.</summary>
    public bool IsWarm => Open is { } spell && IsWorthTelling(spell);

    /// <summary>Takes a reading; readings of an earlier time than the last one count as of that time.</summary>
    /// <param name="at">Household time.</param>
    /// <param name="celsius">°C.</param>
    /// <returns>The spell that ended with it, if it was worth telling; one that was not is forgotten.</returns>
    public WarmSpell? Take(DateTimeOffset at, double celsius)
    {
        WarmSpell? ended = null;
        bool above = celsius > limit.Above;
        if (_last is { } before)
        {
            at = at < before.At ? before.At : at;
            TimeSpan gap = at - before.At;
            if (gap > LongestUnseen)
                ended = End(before.At);
            else if (Open is { } spell)
                Open = Grown(spell, gap, before.Celsius > limit.Above, above);
            else if (above && gap > longestGap)
                Open = new WarmSpell(before.At, null, celsius, TimeSpan.Zero, gap, limit.Above);
        }
        _last = (at, celsius);
        if (Open is null && above)
            Open = new WarmSpell(at, null, celsius, TimeSpan.Zero, TimeSpan.Zero, limit.Above);
        else if (Open is { } warmed && celsius > warmed.Highest)
            Open = warmed with { Highest = celsius };
        return celsius <= limit.Above - Hysteresis ? End(at) ?? ended : ended;
    }

    private WarmSpell Grown(WarmSpell spell, TimeSpan gap, bool wasAbove, bool isAbove) =>
        gap > longestGap && (wasAbove || isAbove) ? spell with { Unseen = spell.Unseen + gap }
        : wasAbove ? spell with { Above = spell.Above + gap }
        : spell;

    private WarmSpell? End(DateTimeOffset at)
    {
        WarmSpell? ended = IsWarm ? Open! with { Until = at } : null;
        Open = null;
        return ended;
    }

    private bool IsWorthTelling(WarmSpell spell) => spell.Lasted >= limit.After;
}
