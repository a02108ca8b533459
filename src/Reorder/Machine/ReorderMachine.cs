using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using Stateless;
using Stateless.Reflection;

namespace PantryChain.Reorder.Machine;

/// <summary>Station 7's machine: every legal step of a product's restocking, and what the gateway begins and ends with it.</summary>
/// <remarks>
/// Configured once and shared by all products: the state is the process that is handed in. Its entry and exit actions begin and end the effects; <see cref="Foretell"/> and
/// <see cref="Replay"/> take the same way with the effects off. Not thread safe: <see cref="ReorderDesk"/> holds the lock.
/// </remarks>
public sealed class ReorderMachine
{
    private static readonly Action<ReorderEffect, ReorderProcess> Nothing = (_, _) => { };

    private readonly StateMachine<ReorderState, ReorderTrigger> _machine;
    private readonly Action<ReorderEffect, ReorderProcess> _begin, _end;
    private ReorderProcess _process = ReorderProcess.New(default);
    private ReorderState _state;
    private ReorderStep? _step;
    private bool _silent;

    /// <summary>Configures the machine.</summary>
    /// <param name="begin">Begins an effect, keyed by the process's product and number; asked twice it is the same. It hands its work on: it may neither throw nor take a step.</param>
    /// <param name="end">Ends one that is no longer wanted, whether it was begun or not.</param>
    public ReorderMachine(Action<ReorderEffect, ReorderProcess>? begin = null, Action<ReorderEffect, ReorderProcess>? end = null)
    {
        (_begin, _end) = (begin ?? Nothing, end ?? Nothing);
        _machine = new StateMachine<ReorderState, ReorderTrigger>(() => _state, state => _state = state, FiringMode.Queued);
        _machine.OnUnhandledTrigger((state, trigger) => throw new InvalidOperationException($"A reorder that is {state} cannot take {trigger}."));
        _machine.OnTransitioned(Apply);
        ConfigureRest();
        ConfigureOrder();
    }

    /// <summary>What the machine consists of, for drawings.</summary>
    internal StateMachineInfo Info => _machine.GetInfo();

    /// <summary>True for what begins an intent of its own.</summary>
    public static bool Begins(ReorderTrigger trigger) => trigger is ReorderTrigger.Shadow or ReorderTrigger.Propose or ReorderTrigger.Decide or ReorderTrigger.Ask;

    /// <summary>How an order or a proposal ends by a step, or <see cref="ReorderOutcome.None"/> for a step that ends none.</summary>
    public static ReorderOutcome OutcomeOf(ReorderState from, ReorderTrigger trigger) => (from, trigger) switch
    {
        (_, ReorderTrigger.Decline) => ReorderOutcome.Declined,
        (_, ReorderTrigger.Withdraw) or (ReorderState.Proposed, ReorderTrigger.Pause) => ReorderOutcome.Withdrawn,
        (_, ReorderTrigger.OrderRefused) => ReorderOutcome.Failed,
        (_, ReorderTrigger.Settled) => ReorderOutcome.Settled,
        (_, ReorderTrigger.Cancelled) => ReorderOutcome.Cancelled,
        (_, ReorderTrigger.Refunded) => ReorderOutcome.Refunded,
        _ => ReorderOutcome.None,
    };

    /// <summary>Where a trigger leads from a state while nothing is held back, or null when it is illegal there.</summary>
    public ReorderState? Next(ReorderState from, ReorderTrigger trigger) =>
        Info.States.Single(state => (ReorderState)state.UnderlyingState == from).FixedTransitions
            .FirstOrDefault(edge => (ReorderTrigger)edge.Trigger.UnderlyingTrigger == trigger) is { } edge ? (ReorderState)edge.DestinationState.UnderlyingState : null;

    /// <summary>True when a process can take a trigger.</summary>
    public bool CanTake(ReorderProcess process, ReorderTrigger trigger)
    {
        (_process, _state) = (process, process.State);
        return _machine.CanFire(trigger);
    }

    /// <summary>The process after a step, without effects; the same value when the step is known already.</summary>
    /// <exception cref="InvalidOperationException">There is no such edge, or the step is another product's or skips a number.</exception>
    public ReorderProcess Foretell(ReorderProcess process, ReorderStep step) => Fire(process, step, silent: true);

    /// <summary>Takes a step that is stored already: its effects begin and end.</summary>
    /// <exception cref="InvalidOperationException">As <see cref="Foretell"/>.</exception>
    public ReorderProcess Take(ReorderProcess process, ReorderStep step) => Fire(process, step, silent: false);

    /// <summary>The process after stored steps, without effects: see <see cref="Resume"/>.</summary>
    /// <exception cref="InvalidOperationException">The steps were not made by this machine.</exception>
    public ReorderProcess Replay(Gtin gtin, IEnumerable<ReorderStep> steps) => steps.Aggregate(ReorderProcess.New(gtin), Foretell);

    /// <summary>Begins again what a crash may have lost right after the last step.</summary>
    public void Resume(ReorderProcess process)
    {
        (_process, _state) = (process, process.State);
        _machine.Activate();
        _machine.Deactivate();
    }

    private void ConfigureRest()
    {
        _machine.Configure(ReorderState.Watching)
            .OnEntry(() => End(ReorderEffect.CancelOrder))
            .PermitReentry(ReorderTrigger.Shadow)
            .Permit(ReorderTrigger.Propose, ReorderState.Proposed)
            .Permit(ReorderTrigger.Decide, ReorderState.Ordering)
            .Permit(ReorderTrigger.Ask, ReorderState.Ordering)
            .Permit(ReorderTrigger.Pause, ReorderState.Paused);
        _machine.Configure(ReorderState.Paused)
            .OnEntry(() => End(ReorderEffect.CancelOrder))
            .Permit(ReorderTrigger.Resume, ReorderState.Watching);
        _machine.Configure(ReorderState.Proposed)
            .Permit(ReorderTrigger.Approve, ReorderState.Ordering)
            .Permit(ReorderTrigger.Decline, ReorderState.Watching)
            .Permit(ReorderTrigger.Withdraw, ReorderState.Watching)
            .Permit(ReorderTrigger.Pause, ReorderState.Paused);
    }

    /// <summary>An order's life. What the chain told before and tells again is taken in without a change of state.</summary>
    private void ConfigureOrder()
    {
        StateMachine<ReorderState, ReorderTrigger>.StateConfiguration ordering = UnderWay(ReorderState.Ordering)
            .OnEntryFrom(ReorderTrigger.Decide, () => Begin(ReorderEffect.PlaceOrder))
            .OnEntryFrom(ReorderTrigger.Ask, () => Begin(ReorderEffect.PlaceOrder))
            .OnEntryFrom(ReorderTrigger.Approve, () => Begin(ReorderEffect.PlaceOrder))
            .OnActivate(() => Begin(_process.Vetoed ? ReorderEffect.CancelOrder : ReorderEffect.PlaceOrder))
            .OnExit(() => End(ReorderEffect.PlaceOrder))
            .Permit(ReorderTrigger.Opened, ReorderState.Open)
            .Permit(ReorderTrigger.Accepted, ReorderState.Accepted)
            .Permit(ReorderTrigger.Shipped, ReorderState.Shipped);
        Ends(CanBeCalledOff(ordering), ReorderTrigger.OrderRefused);

        CanBeCalledOff(ResumesVeto(UnderWay(ReorderState.Open)))
            .InternalTransition(ReorderTrigger.Opened, Apply)
            .Permit(ReorderTrigger.Accepted, ReorderState.Accepted)
            .Permit(ReorderTrigger.Shipped, ReorderState.Shipped);
        CanBeCalledOff(ResumesVeto(UnderWay(ReorderState.Accepted)))
            .InternalTransition(ReorderTrigger.Opened, Apply)
            .InternalTransition(ReorderTrigger.Accepted, Apply)
            .Permit(ReorderTrigger.Shipped, ReorderState.Shipped)
            .Permit(ReorderTrigger.Arrived, ReorderState.Settling);
        UnderWay(ReorderState.Shipped)
            .InternalTransition(ReorderTrigger.Opened, Apply)
            .InternalTransition(ReorderTrigger.Accepted, Apply)
            .InternalTransition(ReorderTrigger.Shipped, Apply)
            .Permit(ReorderTrigger.Arrived, ReorderState.Settling);
        UnderWay(ReorderState.Settling)
            .OnEntryFrom(ReorderTrigger.Arrived, () => Begin(ReorderEffect.ReleaseOrder))
            .OnEntryFrom(ReorderTrigger.ReleaseRefused, () => Begin(ReorderEffect.ReleaseOrder))
            .OnActivate(() => Begin(ReorderEffect.ReleaseOrder))
            .OnExit(() => End(ReorderEffect.ReleaseOrder))
            .InternalTransition(ReorderTrigger.Opened, Apply)
            .InternalTransition(ReorderTrigger.Accepted, Apply)
            .InternalTransition(ReorderTrigger.Shipped, Apply)
            .InternalTransition(ReorderTrigger.Arrived, Apply)
            .PermitReentry(ReorderTrigger.ReleaseRefused);
    }

    /// <summary>
    /// What holds while an order is under way: the chain may end it at any moment in any of three ways, and a pause stops only the next order
    /// (un-pausing must never place one by surprise: openfoodnetwork #2549).
    /// </summary>
    private StateMachine<ReorderState, ReorderTrigger>.StateConfiguration UnderWay(ReorderState state) =>
        Ends(Ends(Ends(
            _machine.Configure(state).InternalTransition(ReorderTrigger.Pause, Apply).InternalTransition(ReorderTrigger.Resume, Apply),
            ReorderTrigger.Settled), ReorderTrigger.Cancelled), ReorderTrigger.Refunded);

    private StateMachine<ReorderState, ReorderTrigger>.StateConfiguration Ends(
        StateMachine<ReorderState, ReorderTrigger>.StateConfiguration state, ReorderTrigger trigger) =>
        state.PermitIf(trigger, ReorderState.Watching, () => !_process.Held, "watched").PermitIf(trigger, ReorderState.Paused, () => _process.Held, "held");

    private StateMachine<ReorderState, ReorderTrigger>.StateConfiguration CanBeCalledOff(StateMachine<ReorderState, ReorderTrigger>.StateConfiguration state) =>
        state.PermitReentry(ReorderTrigger.Veto).OnEntryFrom(ReorderTrigger.Veto, () => Begin(ReorderEffect.CancelOrder));

    private StateMachine<ReorderState, ReorderTrigger>.StateConfiguration ResumesVeto(StateMachine<ReorderState, ReorderTrigger>.StateConfiguration state) =>
        state.OnActivate(() =>
        {
            if (_process.Vetoed)
                Begin(ReorderEffect.CancelOrder);
        });

    private ReorderProcess Fire(ReorderProcess process, ReorderStep step, bool silent)
    {
        if (_step is not null)
            throw new InvalidOperationException($"An effect of {_step.Trigger} may not take {step.Trigger} itself: it hands its work on.");
        if (step.Gtin != process.Gtin)
            throw new InvalidOperationException($"A step of {step.Gtin} cannot advance {process.Gtin}.");
        if (IsOldNews(process, step))
            return process;
        if (step.Number != (Begins(step.Trigger) ? process.NextNumber : process.Number))
            throw new InvalidOperationException($"Step {step.Trigger} has number {step.Number}, but the newest intent of {process.Gtin} is {process.Number}.");
        (_process, _state, _step, _silent) = (process, process.State, step, silent);
        try
        {
            _machine.Fire(step.Trigger);
            return _process;
        }
        finally
        {
            (_step, _silent) = (null, false);
        }
    }

    private void Begin(ReorderEffect effect)
    {
        if (!_silent)
            _begin(effect, _process);
    }

    private void End(ReorderEffect effect)
    {
        if (!_silent)
            _end(effect, _process);
    }

    private void Apply(StateMachine<ReorderState, ReorderTrigger>.Transition edge)
    {
        ReorderStep step = _step!;
        bool becomesOrder = step.Trigger is ReorderTrigger.Propose or ReorderTrigger.Decide or ReorderTrigger.Ask;
        bool moves = edge.Destination != edge.Source;
        ReorderOutcome outcome = OutcomeOf(edge.Source, step.Trigger);
        _process = _process with
        {
            State = edge.Destination,
            Held = edge.Destination != ReorderState.Paused && (step.Trigger == ReorderTrigger.Pause || (_process.Held && step.Trigger != ReorderTrigger.Resume)),
            Number = step.Number,
            Intent = becomesOrder ? step.Intent ?? throw new InvalidOperationException($"Step {step.Trigger} needs its intent.") : _process.Intent,
            Order = becomesOrder ? default : step.Order.IsNone ? _process.Order : step.Order,
            Vetoed = step.Trigger == ReorderTrigger.Veto || (_process.Vetoed && outcome == ReorderOutcome.None && !becomesOrder),
            Since = moves ? step.At : _process.Since,
            Approvals = step.Trigger == ReorderTrigger.Approve ? _process.Approvals + 1 : _process.Approvals,
            RefusedReleases = becomesOrder ? 0 : step.Trigger == ReorderTrigger.ReleaseRefused ? _process.RefusedReleases + 1 : _process.RefusedReleases,
            LastOutcome = outcome == ReorderOutcome.None ? _process.LastOutcome : outcome,
            Note = step.Note ?? (moves ? null : _process.Note),
        };
    }

    /// <summary>News arrives by message, by log and by answer, so often twice: what belongs to an ended intent, or was done already, is known.</summary>
    private static bool IsOldNews(ReorderProcess process, ReorderStep step)
    {
        if (step.Trigger is ReorderTrigger.Pause or ReorderTrigger.Resume)
            return step.Trigger == ReorderTrigger.Pause == process.Paused;
        if (Begins(step.Trigger))
            return step.Number <= process.Number;
        if (step.Number < process.Number)
            return true;
        return step.Number == process.Number && step.Number > 0 && (!process.UnderWay || (step.Trigger == ReorderTrigger.Approve && process.State > ReorderState.Proposed));
    }
}
