using System.Globalization;
using PantryChain.DeviceDrivers.Simulation;
using PantryChain.Rehearsal.World;

namespace PantryChain.Rehearsal.Scripts;

/// <summary>Turns what changed between two looks at the gateway into sentences.</summary>
internal sealed class Story(HouseholdPlan plan, FaultScript faults, TimeProvider household, Action<string> tell, bool goesOn)
{
    private const int EvidencePacks = MemberScript.MinCycles;

    private bool _silent = goesOn;
    private readonly Dictionary<string, string> _orders = [];
    private readonly HashSet<string> _proposals = [];
    private readonly HashSet<string> _automatic = [];
    private readonly HashSet<string> _proven = [];
    private readonly Dictionary<ScriptedFault, int> _begun = [];
    private readonly Dictionary<string, DateTimeOffset?> _away = [];
    private long _tier;
    private bool _used;
    private bool _earned;

    /// <summary>Tells what is new; the first look at a household that goes on is only remembered.</summary>
    public void Follow(GatewayState state)
    {
        Compare(state);
        _silent = false;
    }

    private void Compare(GatewayState state)
    {
        if (!_used && (_used = state.Events > 0))
            Say("The shelves are watched; the first change is in the journal.");
        foreach (SlotRow slot in state.Slots)
        {
            Watch($"Slot {slot.Slot}'s cell", "its readings count again", slot.IsWeighing);
            if (slot.Reader is { } reader)
                Watch($"Slot {slot.Slot}'s tag reader", "it is back", reader == "Ok");
        }
        TellFaults();
        if (!_earned && state.Bamnamu is > 0 and { } earned && (_earned = true))
            Say(string.Create(CultureInfo.InvariantCulture, $"Use and a settled order earned {earned:0.##} Bamnamu."));
        if (state.Tier > _tier)
            Say($"The household's standing rose to tier {_tier = state.Tier}.");
        foreach (ProductState product in state.Products.Where(product => product.Cycles >= EvidencePacks && _proven.Add(product.Gtin.ToString())))
            Say($"{product.Cycles} packs of {Name(product.Gtin)} are used up: evidence enough for an order.");
        foreach (ProposalState proposal in state.Proposals.Where(proposal => _proposals.Add(proposal.Id)))
            Say($"The gateway proposes {proposal.Quantity} x {Name(proposal.Gtin)}.");
        foreach (ProductState product in state.Products.Where(product => product.IsAutomatic && _automatic.Add(product.Gtin.ToString())))
            Say($"{Name(product.Gtin)} is ordered without asking from now on.");
        foreach (OrderRow order in state.Orders.Where(order => !order.State.Equals("none", StringComparison.OrdinalIgnoreCase)).Where(order => !_orders.TryGetValue(order.Order, out string? known) || known != order.State))
            Say($"{(order.Automatic ? "Automatic order" : "Approved order")} {order.Order[..10]} of {order.Quantity} x {Name(order.Gtin)}: {(_orders[order.Order] = order.State).ToLowerInvariant()}.");
    }

    /// <summary>Tells what the script begins; single frames are too many to tell.</summary>
    private void TellFaults()
    {
        TimeSpan elapsed = household.GetUtcNow() - plan.Origin;
        foreach (ScriptedFault fault in faults.Entries.Where(fault => !fault.IsMoment))
        {
            int begun = fault.BegunBy(elapsed);
            if (begun > _begun.GetValueOrDefault(fault))
                Say($"Fault script: {fault}.");
            _begun[fault] = begun;
        }
    }

    /// <summary>Tells once it is over how long somebody was away; a start is no fault.</summary>
    private void Watch(string who, string back, bool isWell)
    {
        DateTimeOffset now = household.GetUtcNow();
        if (!_away.TryGetValue(who, out DateTimeOffset? since))
        {
            if (isWell)
                _away[who] = null;
            return;
        }
        if (isWell && since is { } from)
            Say(string.Create(CultureInfo.InvariantCulture, $"{who} did not answer for {Length(now - from)}; {back}."));
        _away[who] = isWell ? null : since ?? now;
    }

    private static string Length(TimeSpan time) => string.Create(CultureInfo.InvariantCulture,
        $"{(time.TotalDays >= 2 ? time.TotalDays : time.TotalHours >= 2 ? time.TotalHours : time.TotalMinutes):0} {(time.TotalDays >= 2 ? "days" : time.TotalHours >= 2 ? "hours" : "minutes")}");

    /// <summary>Says a sentence with the household day in front.</summary>
    private void Say(string sentence)
    {
        if (!_silent)
            tell(string.Create(CultureInfo.InvariantCulture, $"day {Math.Max(0, (household.GetUtcNow() - plan.Origin).TotalDays),5:F1}  {sentence}"));
    }

    private string Name(Domain.Identity.Gtin gtin) => plan.Shelves.FirstOrDefault(shelf => shelf.Gtin == gtin)?.NameEn ?? gtin.ToString();
}
