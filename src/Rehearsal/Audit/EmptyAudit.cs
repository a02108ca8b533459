using Dapper;
using Microsoft.Data.Sqlite;
using PantryChain.DeviceDrivers.Simulation;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Rehearsal.World;
using PantryChain.Reorder.Machine;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Rehearsal.Audit;

/// <summary>How often each product was out although it was ordered without asking, whether the household knew before, and how much stood
/// there for it.</summary>
/// <remarks>
/// Reads only: the simulated household says what truly lay on the shelf, the gateway's stored steps say what the household was told. A
/// product counts from the moment
/// its first automatic order was decided; before that, the household shops for itself.
/// </remarks>
/// <param name="gatewayDatabase">The gateway's file.</param>
/// <param name="truth">The simulated household.</param>
/// <param name="offers">What the page offered over empty shelves, as far as somebody looked.</param>
internal sealed class EmptyAudit(string gatewayDatabase, SimulatedHousehold truth, Offers offers)
{
    /// <summary>Below this part of a pack there is nothing to take.</summary>
    public const double EmptyBelow = 0.02;

    /// <summary>How finely the shelf is looked at.</summary>
    public static readonly TimeSpan Look = TimeSpan.FromMinutes(10);

    /// <summary>What is found about one product; all but its name and number are null before its first automatic order.</summary>
    /// <param name="Product">Its English name.</param>
    /// <param name="Gtin">Its number.</param>
    /// <param name="Since">Household time of the decision for its first automatic order.</param>
    /// <param name="Days">Household days from then on.</param>
    /// <param name="EmptyShare">Share of that time below two hundredths of a pack.</param>
    /// <param name="ToldBefore">Share of the empty spells at whose beginning a proposal stood on the page or an order was under way; null
    /// without a spell.</param>
    /// <param name="MeanPacks">Mean of what truly lay there, in packs.</param>
    /// <param name="EmptySpells">How often it ran out.</param>
    /// <param name="LongestUntoldDays">The longest time that it was out with neither a proposal, nor an order under way, nor an act offered
    /// on the page.</param>
    internal sealed record Result(
        string Product, string Gtin, DateTimeOffset? Since = null, double? Days = null, double? EmptyShare = null, double? ToldBefore = null, double? MeanPacks = null,
        int? EmptySpells = null, double? LongestUntoldDays = null);

    /// <summary>Looks at all products up to household time <paramref name="now"/>.</summary>
    public IReadOnlyList<Result> Run(IReadOnlyList<Shelved> shelves, DateTimeOffset now)
    {
        using SqliteConnection gateway = SqliteFile.OpenReader(gatewayDatabase);
        return [.. shelves.GroupBy(shelf => shelf.Gtin).Select(product => Of(gateway, [.. product], now))];
    }

    /// <summary>When the first order of a product was decided without asking, or null.</summary>
    public static DateTimeOffset? FirstAutomatic(SqliteConnection gateway, Gtin gtin) => gateway.ExecuteScalar<long?>(
        "SELECT min(s.at) FROM orders o JOIN reorder_steps s ON s.gtin = o.gtin AND s.number = o.number WHERE o.automatic = 1 AND o.gtin = @gtin AND s.trigger = @decide",
        new { gtin = (long)gtin.Value, decide = (long)ReorderTrigger.Decide }) is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;

    private Result Of(SqliteConnection gateway, IReadOnlyList<Shelved> shelves, DateTimeOffset now)
    {
        Shelved product = shelves[0];
        Result none = new(product.NameEn, product.Gtin.ToString());
        if (FirstAutomatic(gateway, product.Gtin) is not { } since || since >= now)
            return none;
        Telling told = Telling.Read(gateway, product.Gtin);
        EmptyCount count = new();
        for (DateTimeOffset at = since; at < now; at += Look)
            count.See(shelves.Sum(shelf => truth.LevelAt(shelf.Slot.Slot, at).Grams) / product.Slot.Pack.Grams, told.IsTold(at), () => offers.IsOffered(product.Gtin, at));
        return none with
        {
            Since = since, Days = Math.Round((now - since).TotalDays, 2), EmptyShare = Math.Round(count.EmptyShare, 4), MeanPacks = Math.Round(count.MeanPacks, 3),
            ToldBefore = count.Spells == 0 ? null : Math.Round((double)count.ToldSpells / count.Spells, 3), EmptySpells = count.Spells,
            LongestUntoldDays = Math.Round(count.LongestUntold * Look.TotalDays, 2),
        };
    }

    /// <summary>When something stood on the page: the fold of the gateway's stored steps.</summary>
    private sealed class Telling(IReadOnlyList<(DateTimeOffset At, ReorderState State)> states)
    {
        private int _next;
        private ReorderState _state = ReorderState.Watching;

        public static Telling Read(SqliteConnection gateway, Gtin gtin)
        {
            List<(DateTimeOffset, ReorderState)> states = [];
            ReorderState state = ReorderState.Watching;
            ReorderMachine machine = new();
            foreach ((long at, long trigger) in gateway.Query<(long, long)>("SELECT at, trigger FROM reorder_steps WHERE gtin = @gtin ORDER BY id", new { gtin = (long)gtin.Value }))
            {
                if (machine.Next(state, (ReorderTrigger)trigger) is { } next)
                    states.Add((DateTimeOffset.FromUnixTimeMilliseconds(at), state = next));
            }
            return new Telling(states);
        }

        /// <summary>True while a proposal waits or an order is under way; ask forwards in time.</summary>
        public bool IsTold(DateTimeOffset at)
        {
            for (; _next < states.Count && states[_next].At <= at; _next++)
                _state = states[_next].State;
            return _state is not (ReorderState.Watching or ReorderState.Paused);
        }
    }
}

/// <summary>Looks at a shelf, one after the other at the same distance, counted.</summary>
internal sealed class EmptyCount
{
    private long _looks, _empty, _untold;
    private double _packs;
    private bool _isEmpty;

    /// <summary>Share of the looks at which there was nothing to take.</summary>
    public double EmptyShare => _looks == 0 ? 0 : (double)_empty / _looks;

    /// <summary>Mean stock.</summary>
    public double MeanPacks => _looks == 0 ? 0 : _packs / _looks;

    /// <summary>Rows of empty looks.</summary>
    public int Spells { get; private set; }

    /// <summary>Those at whose first look the household knew.</summary>
    public int ToldSpells { get; private set; }

    /// <summary>The longest row of empty looks at which the household knew of nothing and was offered nothing.</summary>
    public long LongestUntold { get; private set; }

    /// <summary>Takes in one look.</summary>
    /// <param name="packs">What lies there.</param>
    /// <param name="isTold">True while a proposal waits or an order is under way.</param>
    /// <param name="isOffered">Whether the page offers an act about it; asked only over an empty shelf of which nothing was told.</param>
    public void See(double packs, bool isTold, Func<bool> isOffered)
    {
        bool empty = packs < EmptyAudit.EmptyBelow;
        if (empty && !_isEmpty)
        {
            Spells++;
            ToldSpells += isTold ? 1 : 0;
        }
        _untold = empty && !isTold && !isOffered() ? _untold + 1 : 0;
        LongestUntold = Math.Max(LongestUntold, _untold);
        (_isEmpty, _looks, _packs) = (empty, _looks + 1, _packs + packs);
        _empty += empty ? 1 : 0;
    }
}
