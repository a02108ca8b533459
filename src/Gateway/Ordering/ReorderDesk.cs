using PantryChain.Domain.Identity;
using PantryChain.Reorder.Machine;

namespace PantryChain.Gateway.Ordering;

/// <summary>Where every product's restocking stands: the machine with its memory.</summary>
/// <remarks>
/// A step is stored before it counts; after a crash the stored steps give the same state again. Thread safe: the sensing thread, pages and drains all
/// come here. Never waits for a network.
/// </remarks>
internal sealed class ReorderDesk
{
    private readonly StepBook _book;
    private readonly ILogger<ReorderDesk> _log;
    private readonly Dictionary<Gtin, ReorderProcess> _processes = [];
    private readonly Dictionary<Gtin, uint> _shadows = [];
    private readonly HashSet<(Gtin, uint)> _vetoed = [], _decided = [], _approved = [], _asked = [];
    private readonly Lock _lock = new();
    private Action<ReorderStep> _advanced = _ => { };

    /// <summary>Replays the stored steps of <paramref name="products"/>.</summary>
    public ReorderDesk(StepBook book, IEnumerable<Gtin> products, ILogger<ReorderDesk> log)
    {
        (_book, _log) = (book, log);
        foreach (Gtin gtin in products)
        {
            IReadOnlyList<ReorderStep> steps = book.Of(gtin);
            _processes[gtin] = ReorderProcess.Replay(gtin, steps);
            foreach (ReorderStep step in steps)
                Note_NeedsLock(step);
        }
    }

    /// <summary>All products' processes as they stand now.</summary>
    public IReadOnlyList<ReorderProcess> Processes
    {
        get
        {
            lock (_lock)
                return [.. _processes.Values];
        }
    }

    /// <summary>The process of a product that the household keeps.</summary>
    public ReorderProcess this[Gtin gtin]
    {
        get
        {
            lock (_lock)
                return _processes[gtin];
        }
    }

    /// <summary>The process of a product, or null when the household does not keep it.</summary>
    public ReorderProcess? Find(Gtin gtin)
    {
        lock (_lock)
            return _processes.GetValueOrDefault(gtin);
    }

    /// <summary>Has <paramref name="handler"/> called after each stored step, outside the lock; it must return at once. Only while the program is put together.</summary>
    public void WhenAdvanced(Action<ReorderStep> handler) => _advanced += handler;

    /// <summary>Packs used up when a shadow of the product was last shown; null before the first.</summary>
    public uint? LastShadow(Gtin gtin)
    {
        lock (_lock)
            return _shadows.TryGetValue(gtin, out uint cycle) ? cycle : null;
    }

    /// <summary>True once the member used the veto on an intent.</summary>
    public bool IsVetoed(Gtin gtin, uint number)
    {
        lock (_lock)
            return _vetoed.Contains((gtin, number));
    }

    /// <summary>True once the member said yes to an intent.</summary>
    public bool WasApproved(Gtin gtin, uint number)
    {
        lock (_lock)
            return _approved.Contains((gtin, number));
    }

    /// <summary>True when the member began an intent.</summary>
    public bool WasAsked(Gtin gtin, uint number)
    {
        lock (_lock)
            return _asked.Contains((gtin, number));
    }

    /// <summary>True when an intent was decided without asking.</summary>
    public bool WasDecided(Gtin gtin, uint number)
    {
        lock (_lock)
            return _decided.Contains((gtin, number));
    }

    /// <summary>Stores a step and takes it; old news changes nothing. False when it was old news.</summary>
    /// <exception cref="InvalidOperationException">The machine has no such edge.</exception>
    public bool Advance(ReorderStep step)
    {
        lock (_lock)
        {
            ReorderTransition transition = ReorderMachine.Advance(_processes[step.Gtin], step);
            if (!transition.IsNews && step.Trigger != ReorderTrigger.Veto) // a veto leaves the state alone and still must not be forgotten
                return false;
            _book.Append(step);
            _processes[step.Gtin] = transition.Process;
            Note_NeedsLock(step);
        }
        _log.LogInformation("{Product} #{Number}: {Trigger} {Note}", step.Gtin, step.Number, step.Trigger, step.Note);
        _advanced(step);
        return true;
    }

    /// <summary>As <see cref="Advance"/>, but false instead of an exception when the machine has no such edge: for people, who may press late.</summary>
    public bool TryAdvance(ReorderStep step)
    {
        lock (_lock)
        {
            ReorderProcess process = _processes[step.Gtin];
            bool begins = ReorderMachine.Begins(step.Trigger);
            if (step.Number != (begins ? process.NextNumber : process.Number) || !ReorderTable.TryFind(process.State, step.Trigger, out _))
                return false;
        }
        try
        {
            return Advance(step);
        }
        catch (InvalidOperationException)
        {
            return false; // somebody else was quicker between the two locks
        }
    }

    private void Note_NeedsLock(ReorderStep step)
    {
        if (step is { Trigger: ReorderTrigger.Shadow, Intent: { } shadow })
            _shadows[step.Gtin] = shadow.Cycle;
        if (step.Trigger == ReorderTrigger.Veto)
            _vetoed.Add((step.Gtin, step.Number));
        if (step.Trigger == ReorderTrigger.Decide)
            _decided.Add((step.Gtin, step.Number));
        if (step.Trigger == ReorderTrigger.Ask)
            _asked.Add((step.Gtin, step.Number));
        if (step.Trigger == ReorderTrigger.Approve)
            _approved.Add((step.Gtin, step.Number));
    }
}
