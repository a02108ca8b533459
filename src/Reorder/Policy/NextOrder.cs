using PantryChain.Reorder.Patterns;

namespace PantryChain.Reorder.Policy;

/// <summary>The order after one that is placed now: when it can be placed at the soonest, and whether what stands then lasts until it comes.</summary>
/// <remarks>
/// The contract takes one order per pack used up and one at a time, so the next can be placed only once this one has ended and one more pack is used up. Until that order comes the household lives
/// on what stands now and what is ordered now: the pack that is open when the next one is due must already stand there.
/// </remarks>
internal readonly ref struct NextOrder
{
    private readonly ReadOnlySpan<Arrival> _onceEnded, _onceUsed;
    private readonly double _endedDays, _toNextCycle;

    private NextOrder(ReadOnlySpan<Arrival> onceEnded, ReadOnlySpan<Arrival> onceUsed, double endedDays, double toNextCycle)
    {
        _onceEnded = onceEnded;
        _onceUsed = onceUsed;
        (_endedDays, _toNextCycle) = (endedDays, toNextCycle);
    }

    /// <summary>Works out when it would come.</summary>
    /// <param name="s">The situation; its pattern is known.</param>
    /// <param name="rate">How fast it goes.</param>
    /// <param name="reviewDays">Days until the question is asked again.</param>
    /// <param name="room">Twice as long as the lead time's table.</param>
    public static NextOrder Of(in ReorderSituation s, ShelfForecast rate, double reviewDays, Span<Arrival> room)
    {
        const double farthest = 365.0;
        double ended = Math.Min(farthest, DeliveryWait.ArrivalDays(s) + s.SettlingDays), toNext = s.Pattern!.Value.PacksToNextCycle;
        double used = Math.Min(farthest, toNext / Math.Max(1e-9, rate.PacksPerDay));
        int half = room.Length / 2;
        return new NextOrder(After(s, ended, reviewDays, room[..half]), After(s, used, reviewDays, room[half..]), ended, toNext);
    }

    /// <summary>Whether <paramref name="packs"/> last until the next order comes, but for a chance of <paramref name="level"/>.</summary>
    public bool IsCovered(in ReorderSituation s, ShelfForecast rate, double packs, double level)
    {
        double longest = (_endedDays + _onceEnded[^1].Days) * s.DemandMultiplier;
        ShelfForecast usual = ReorderPolicy.UsualRate(s.Pattern!.Value); // it reaches over several packs
        bool endedInTime = Horizon.UpperBound(usual, packs, longest) < level || Horizon.Risk(s, _onceEnded, usual, packs, _endedDays) <= level;
        return endedInTime && IsCoveredOnceUsed(s, rate, packs, level);
    }

    /// <summary>The same where only the pack that must be used up first counts.</summary>
    public bool IsCoveredOnceUsed(in ReorderSituation s, ShelfForecast rate, double packs, double level) =>
        Horizon.UpperBound(rate, packs - _toNextCycle, _onceUsed[^1].Days * s.DemandMultiplier) < level || Horizon.Risk(s, _onceUsed, rate, packs - _toNextCycle, 0.0) <= level;

    /// <summary>Whether a pack will be used up before the next review, so that the order which may be placed for the last one can be placed no more.</summary>
    public bool MayLapse(in ReorderSituation s, ShelfForecast rate, double reviewDays, double level) =>
        rate.ChanceOfUsingMore(_toNextCycle, reviewDays * s.DemandMultiplier) >= level;

    /// <summary>Arrivals of an order that is placed at the review after <paramref name="days"/>, counted from those days on.</summary>
    private static ReadOnlySpan<Arrival> After(in ReorderSituation s, double days, double reviewDays, Span<Arrival> into)
    {
        int count = Horizon.Fill(s, days + reviewDays, into);
        for (int i = 0; i < count; i++)
            into[i] = into[i] with { Days = Math.Max(0.0, into[i].Days - days) };
        return into[..count];
    }
}
