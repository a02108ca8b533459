using PantryChain.Domain.Identity;

namespace PantryChain.Reorder.Machine;

/// <summary>Where every product's restocking stands, and what is to be done for it: the machine with its memory.</summary>
/// <remarks>
/// A step is stored before it counts; after a crash the stored steps give the same state again, and what may have been lost is begun again. Effects are keyed by product and
/// number, stay open until they are done or no longer wanted, and are done by who looks at <see cref="Open"/>. Thread safe: the sensing thread, pages and drains all come here.
/// Never waits for a network.
/// </remarks>
public sealed class ReorderDesk
{
    private readonly Action<ReorderStep> _keep;
    private readonly ReorderMachine _machine;
    private readonly Dictionary<Gtin, ReorderProcess> _processes = [];
    private readonly Dictionary<Gtin, uint> _shadows = [];
    private readonly HashSet<(ReorderEffect Effect, Gtin Gtin, uint Number)> _open = [];
    private readonly HashSet<(Gtin, uint)> _vetoed = [], _decided = [], _approved = [], _asked = [];
    private readonly Lock _lock = new();
    private Action<ReorderStep> _advanced = _ => { };

    /// <summary>Replays what is kept and begins again what may have been lost.</summary>
    /// <param name="kept">The household's products with their stored steps, oldest first.</param>
    /// <param name="keep">Stores a step, durably; one that it refuses by an exception was not taken.</param>
    public ReorderDesk(IEnumerable<(Gtin Gtin, IReadOnlyList<ReorderStep> Steps)> kept, Action<ReorderStep> keep)
    {
        _keep = keep;
        _machine = new ReorderMachine(
            (effect, process) => _open.Add((effect, process.Gtin, process.Number)), (effect, process) => _open.Remove((effect, process.Gtin, process.Number)));
        foreach ((Gtin gtin, IReadOnlyList<ReorderStep> steps) in kept)
        {
            _processes[gtin] = _machine.Replay(gtin, steps);
            _machine.Resume(_processes[gtin]);
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

    /// <summary>What is to be done now: product and number of the intent that it is for.</summary>
    public IReadOnlyList<(Gtin Gtin, uint Number)> Open(ReorderEffect effect)
    {
        lock (_lock)
            return [.. _open.Where(open => open.Effect == effect).Select(open => (open.Gtin, open.Number))];
    }

    /// <summary>Notes that an effect has left its own durable trace, so that nothing is left to do; after a restart it is looked at once more.</summary>
    public void Done(ReorderEffect effect, Gtin gtin, uint number)
    {
        lock (_lock)
            _open.Remove((effect, gtin, number));
    }

    /// <summary>Stores a step and takes it: its effects begin and end. False for old news, which changes nothing.</summary>
    /// <exception cref="InvalidOperationException">The machine has no such edge.</exception>
    public bool Advance(ReorderStep step)
    {
        lock (_lock)
        {
            ReorderProcess process = _processes[step.Gtin];
            if (_machine.Foretell(process, step) == process)
                return false;
            _keep(step);
            _processes[step.Gtin] = _machine.Take(process, step);
            Note_NeedsLock(step);
        }
        _advanced(step);
        return true;
    }

    /// <summary>As <see cref="Advance"/>, but false instead of an exception when the machine has no such edge: for people, who may press late.</summary>
    public bool TryAdvance(ReorderStep step)
    {
        lock (_lock)
        {
            ReorderProcess process = _processes[step.Gtin];
            if (step.Number != (ReorderMachine.Begins(step.Trigger) ? process.NextNumber : process.Number) || !_machine.CanTake(process, step.Trigger))
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
