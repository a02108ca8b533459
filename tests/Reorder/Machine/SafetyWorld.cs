using PantryChain.Domain.Identity;
using PantryChain.Domain.Learning;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Reorder.Machine;
using PantryChain.Reorder.Policy;

namespace PantryChain.Reorder.Tests.Machine;

/// <summary>
/// One household's random life against a chain that believes everything: disk, memory that is lost in crashes, members who change their minds, prices that
/// move, news that comes twice. It keeps its own books of what was allowed and notes every breach; policy, planner and desk with its machine are the shipped ones.
/// </summary>
internal sealed class SafetyWorld
{
    private const int PeriodDays = 30;
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.FromHours(9));
    private static readonly LeadTime Lead = new(new Dictionary<int, double> { [2] = 1.0 });
    private static readonly ProductRules Rules = new() { Minimum = Mass.FromGrams(400) };
    private static readonly ConsumptionPattern Use = new(default, 5, 0.33, 20.0, 1.0, 2.0, 3.0, 0.4, 0.7, PatternStage.Confirmed);

    private static readonly ReorderTrigger[] ChainNews =
    [
        ReorderTrigger.Opened, ReorderTrigger.Accepted, ReorderTrigger.Shipped, ReorderTrigger.Settled, ReorderTrigger.Cancelled, ReorderTrigger.Refunded,
    ];

    private readonly ReorderPolicy _policy;
    private readonly ReorderPlanner _planner;
    private readonly Shelf[] _shelves = [new(Gtin.Restricted(1)), new(Gtin.Restricted(2)), new(Gtin.Restricted(3))];
    private readonly ReorderCandidate[] _candidates = new ReorderCandidate[3];
    private readonly ReorderAdvice[] _advice = new ReorderAdvice[3];
    private ulong _random;
    private int _day;
    private ulong _funds, _household; // won

    public SafetyWorld(int seed, ReorderPolicy policy, ReorderPlanner planner)
    {
        (_policy, _planner, _random) = (policy, planner, unchecked((ulong)(seed + 1) * 0x9E3779B97F4A7C15));
        (_funds, _household) = ((ulong)Next(40) * 1000, (ulong)Next(40) * 1000);
        foreach (Shelf shelf in _shelves)
        {
            shelf.Start();
            GiveMandate(shelf);
        }
    }

    public string? Breach { get; private set; }

    public int Orders { get; private set; }

    public int Crashes { get; private set; }

    public int Repeats { get; private set; }

    public int Refusals { get; private set; }

    public void Live()
    {
        Shelf shelf = _shelves[Next(3)];
        switch (Next(16))
        {
            case < 5: Review(); break;
            case 5 or 6: Tell(shelf, ReorderTrigger.Approve, Late(shelf)); break;
            case 7: Tell(shelf, Next(2) == 0 ? ReorderTrigger.Decline : ReorderTrigger.Withdraw, Late(shelf)); break;
            case 8: Tell(shelf, Next(2) == 0 ? ReorderTrigger.Pause : ReorderTrigger.Resume, shelf.Memory.Number); break;
            case 9: Tell(shelf, Next(2) == 0 ? ReorderTrigger.Veto : ReorderTrigger.Arrived, Late(shelf)); break;
            case 10 or 11: HearChain(shelf); break;
            case 12: Repeat(shelf); break;
            case 13: Crash(); break;
            case 14: ChangeTerms(shelf); break;
            default: PassTime(shelf); break;
        }
    }

    private void Review()
    {
        for (int i = 0; i < 3; i++)
            _candidates[i] = new ReorderCandidate(_shelves[i].Gtin, default, SituationOf(_shelves[i])) { SubstituteFor = i == 1 ? _shelves[0].Gtin : default };
        _planner.Plan(_candidates, _advice);
        for (int i = 0; i < 3; i++)
        {
            if (_advice[i].Quantity == 0)
                continue;
            ReorderTrigger trigger = Next(4) switch { 0 => ReorderTrigger.Shadow, 1 => ReorderTrigger.Propose, _ => ReorderTrigger.Decide };
            ReorderProcess process = _shelves[i].Memory;
            ReorderReason why = new(default, 0, 0, default, 0);
            Tell(_shelves[i], trigger, process.NextNumber, new ReorderIntent(process.NextNumber, process.Gtin, _advice[i].Quantity, _shelves[i].Cycles, Now, why));
        }
    }

    private ReorderSituation SituationOf(Shelf shelf) => new(
        Now, Mass.FromGrams(1000), Mass.FromGrams(shelf.Grams), SensorTrusted: true, Use with { Cycles = shelf.Cycles }, Lead, shelf.Mandate,
        shelf.Price == 0 ? null : Bamtol.FromWon(shelf.Price), Bamtol.FromWon(shelf.BudgetLeft(Period)), Bamtol.FromWon(_funds), Tier: 1,
        shelf.LastOrdered, shelf.Memory.UnderWay, shelf.Memory.Paused)
    {
        Rules = Rules, HouseholdBudgetLeft = Bamtol.FromWon(_household),
    };

    /// <summary>Disk first, then effects; a crash may come between any two.</summary>
    private void Tell(Shelf shelf, ReorderTrigger trigger, uint number, ReorderIntent? intent = null) =>
        Tell(shelf, new ReorderStep(shelf.Gtin, number, trigger, Now, intent));

    private void Tell(Shelf shelf, ReorderStep step)
    {
        if (Next(16) == 0)
        {
            Crash(); // before it reaches the disk: as if it had never happened
            return;
        }
        bool paused = shelf.Memory.Paused;
        try
        {
            if (!shelf.Desk.Advance(step))
            {
                Repeats++;
                return;
            }
        }
        catch (InvalidOperationException)
        {
            Refusals++;
            return;
        }
        if (paused && (step.Trigger is ReorderTrigger.Propose or ReorderTrigger.Decide or ReorderTrigger.Ask or ReorderTrigger.Approve))
            Note($"{step.Trigger} while paused");
        if (Next(16) == 0)
        {
            Crash(); // after the disk, before anything is done
            return;
        }
        Work(shelf);
    }

    /// <summary>What the gateway's drain does with what is open.</summary>
    private void Work(Shelf shelf)
    {
        foreach ((_, uint number) in shelf.Desk.Open(ReorderEffect.PlaceOrder))
        {
            Place(shelf);
            shelf.Desk.Done(ReorderEffect.PlaceOrder, shelf.Gtin, number);
        }
    }

    /// <summary>As a gateway does: the last look, then the chain, which keeps orders by (product, number).</summary>
    private void Place(Shelf shelf)
    {
        uint number = shelf.Memory.Number;
        if (shelf.Chain.ContainsKey(number))
            return;
        ReorderAdvice last = _policy.Confirm(shelf.Memory.Intent!.Quantity, SituationOf(shelf));
        if (last.Quantity == 0)
        {
            Tell(shelf, ReorderTrigger.OrderRefused, number);
            return;
        }
        Book(shelf, number, last.Quantity);
        if (Next(16) == 0)
            Crash(); // after the effects
    }

    private void Book(Shelf shelf, uint number, uint quantity)
    {
        ulong cost = quantity * shelf.Price;
        if (shelf.Mandate is not { } mandate)
            Note("an order without a mandate");
        else if (mandate.ValidUntil.At <= Now)
            Note("an order after the mandate's end");
        else if (quantity > mandate.MaxQuantity || Bamtol.FromWon(shelf.Price).CompareTo(mandate.MaxUnitPrice) > 0)
            Note($"{quantity} packs at {shelf.Price} won, allowed are {mandate.MaxQuantity} at {mandate.MaxUnitPrice}");
        if (shelf.Price == 0 || cost > shelf.BudgetLeft(Period) || cost > _funds || cost > _household)
            Note($"{cost} won with {shelf.BudgetLeft(Period)} of the budget, {_household} of the household's and {_funds} in the account");
        shelf.Spend(Period, cost);
        (_funds, _household) = (_funds - Math.Min(_funds, cost), _household - Math.Min(_household, cost));
        shelf.Chain[number] = true;
        shelf.LastOrdered = Math.Max(shelf.LastOrdered ?? 0, shelf.Memory.Intent!.Cycle);
        Orders++;
        if (shelf.Open > 1)
            Note("two open orders of one product");
        if (_shelves[0].Open + _shelves[1].Open > 1)
            Note("two open orders of one need");
    }

    /// <summary>The chain only speaks of orders that it has, of old ones too, and ends each only once.</summary>
    private void HearChain(Shelf shelf)
    {
        if (shelf.Chain.Count == 0)
            return;
        uint number = shelf.Chain.Keys.ElementAt(Next(shelf.Chain.Count));
        ReorderTrigger news = ChainNews[Next(ChainNews.Length)];
        if (news >= ReorderTrigger.Settled)
            shelf.Chain[number] = false;
        else if (!shelf.Chain[number])
            return;
        Tell(shelf, news, number);
        if (shelf.Memory.Number == number && shelf.Memory.UnderWay && !shelf.Chain[number])
            shelf.Owed = news; // told again until it sticks, as the chain's log is read again
    }

    private void Repeat(Shelf shelf)
    {
        if (shelf.Owed is { } owed && shelf.Memory.UnderWay)
            Tell(shelf, owed, shelf.Memory.Number);
        else if (shelf.Disk.Count > 0)
            Tell(shelf, shelf.Disk[Next(shelf.Disk.Count)]);
    }

    private void Crash()
    {
        Crashes++;
        foreach (Shelf shelf in _shelves)
            shelf.Start();
        foreach (Shelf shelf in _shelves)
            Work(shelf);
    }

    private void ChangeTerms(Shelf shelf)
    {
        switch (Next(4))
        {
            case 0: shelf.Price = (ulong)Next(5) * 1000; break; // 0: nobody offers it
            case 1: shelf.Mandate = null; break;
            case 2: (_funds, _household) = ((ulong)Next(40) * 1000, (ulong)Next(40) * 1000); break;
            default: GiveMandate(shelf); break;
        }
    }

    private void GiveMandate(Shelf shelf) => shelf.Mandate = new Mandate(
        default, shelf.Gtin, (uint)Next(4), Bamtol.FromWon((ulong)(1 + Next(4)) * 1000), Bamtol.FromWon(Shelf.Budget), PeriodDays, MinCycles: 0, MinTier: 0,
        default, default, Start.AddDays(_day + Next(40)), Nonce: (ulong)_day);

    private void PassTime(Shelf shelf)
    {
        _day += Next(8);
        shelf.Cycles++;
        shelf.Grams = Next(3) * 400;
    }

    private uint Late(Shelf shelf) => shelf.Memory.Number - (uint)(Next(5) == 0 && shelf.Memory.Number > 0 ? 1 : 0);

    private DateTimeOffset Now => Start.AddDays(_day);

    private int Period => _day / PeriodDays;

    private void Note(string breach) => Breach ??= $"{breach} on day {_day}";

    /// <summary>xorshift64* (Vigna, ACM TOMS 42, 2016): a hundred thousand lives need no better one.</summary>
    private int Next(int below)
    {
        _random ^= _random >> 12;
        _random ^= _random << 25;
        _random ^= _random >> 27;
        return (int)(unchecked(_random * 2685821657736338717UL) >> 33) % below;
    }

    private sealed class Shelf(Gtin gtin)
    {
        public const ulong Budget = 9000;

        private ulong _spent;
        private int _period;

        public Gtin Gtin => gtin;

        public ReorderDesk Desk { get; private set; } = null!;

        public ReorderProcess Memory => Desk[gtin];

        public List<ReorderStep> Disk { get; } = [];

        public SortedList<uint, bool> Chain { get; } = []; // number -> still open

        public Mandate? Mandate { get; set; }

        public ulong Price { get; set; } = 2000;

        public int Grams { get; set; } = 300;

        public uint Cycles { get; set; } = 1;

        public uint? LastOrdered { get; set; }

        public ReorderTrigger? Owed { get; set; }

        public int Open => Chain.Values.Count(open => open);

        public ulong BudgetLeft(int period) => period == _period ? Budget - Math.Min(Budget, _spent) : Budget;

        /// <summary>A life of the gateway begins: the desk as it is shipped, over what the disk has.</summary>
        public void Start() => Desk = new ReorderDesk([(gtin, [.. Disk])], Disk.Add);

        public void Spend(int period, ulong amount) => (_period, _spent) = (period, amount + (period == _period ? _spent : 0));
    }
}
