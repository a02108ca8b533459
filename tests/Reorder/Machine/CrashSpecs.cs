using FsCheck;
using FsCheck.Fluent;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Reorder.Machine;

namespace PantryChain.Reorder.Tests.Machine;

/// <summary>Random lives of a gateway: any trigger at any time, late and repeated, with a crash before or after any effect.</summary>
public sealed class CrashSpecs
{
    private static readonly Gtin Milk = Gtin.Restricted(1);
    private static readonly ReorderTrigger[] Triggers = Enum.GetValues<ReorderTrigger>();

    [Fact]
    public void No_life_has_two_open_orders_or_one_begun_while_paused() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).Select(seed => seed).ToArbitrary(), seed =>
        {
            Life life = new(seed);
            for (int moment = 0; moment < 120; moment++)
                life.Live();
            return life is { MostOpenAtOnce: <= 1, OrdersBegunWhilePaused: 0 };
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void Lives_are_not_boring() // or the property above would say nothing
    {
        Life[] lives = [.. Enumerable.Range(0, 200).Select(seed => new Life(seed))];
        foreach (Life life in lives)
            for (int moment = 0; moment < 120; moment++)
                life.Live();

        lives.Sum(life => life.OrdersPlaced).Should().BeGreaterThan(500);
        lives.Sum(life => life.Crashes).Should().BeGreaterThan(500);
        lives.Sum(life => life.Repeats).Should().BeGreaterThan(500);
        lives.Sum(life => life.Illegal).Should().BeGreaterThan(500);
    }

    /// <summary>A gateway's disk and memory beside a chain that keeps orders by (product, number).</summary>
    private sealed class Life(int seed)
    {
        private readonly Random _random = new(seed);
        private readonly List<ReorderStep> _disk = [];
        private readonly Dictionary<uint, bool> _chain = []; // number -> still open
        private ReorderProcess _memory = ReorderProcess.New(Milk);

        public int MostOpenAtOnce { get; private set; }

        public int OrdersBegunWhilePaused { get; private set; }

        public int OrdersPlaced => _chain.Count;

        public int Crashes { get; private set; }

        public int Repeats { get; private set; }

        public int Illegal { get; private set; }

        public void Live()
        {
            ReorderTrigger trigger = Triggers[_random.Next(Triggers.Length)];
            bool begins = ReorderMachine.Begins(trigger);
            uint late = (uint)_random.Next(4) / 3; // now and then news of the intent before
            uint number = begins ? _memory.NextNumber : _memory.Number - Math.Min(late, _memory.Number);
            if (!Possible(trigger, number))
                return;
            Tell(ReorderMachineSpecs.Step(number, trigger) with { Intent = begins ? ReorderMachineSpecs.Intent(number) : null });
        }

        /// <summary>The chain only ends what it has, and refuses only what it never got.</summary>
        private bool Possible(ReorderTrigger trigger, uint number) => trigger switch
        {
            ReorderTrigger.Opened or ReorderTrigger.Accepted or ReorderTrigger.Shipped => _chain.ContainsKey(number),
            ReorderTrigger.Settled or ReorderTrigger.Cancelled or ReorderTrigger.Refunded => _chain.ContainsKey(number),
            ReorderTrigger.OrderRefused => !_chain.ContainsKey(number),
            _ => true,
        };

        private void Tell(ReorderStep step)
        {
            ReorderTransition transition;
            try
            {
                transition = ReorderMachine.Advance(_memory, step);
            }
            catch (InvalidOperationException)
            {
                Illegal++;
                return;
            }
            if (step.Trigger is ReorderTrigger.Settled or ReorderTrigger.Cancelled or ReorderTrigger.Refunded)
                _chain[step.Number] = false;
            if (!transition.IsNews)
                Repeats++;
            else
                _disk.Add(step);
            if (_memory.Paused && transition.Process.State == ReorderState.Ordering && _memory.State != ReorderState.Ordering)
                OrdersBegunWhilePaused++;
            if (_random.Next(5) == 0)
                Crash(); // after the disk, before the effects
            else
            {
                _memory = transition.Process;
                Perform(transition.Effects);
            }
            if (_random.Next(5) == 0)
                Crash(); // after the effects
        }

        private void Crash()
        {
            Crashes++;
            _memory = ReorderProcess.Replay(Milk, _disk);
            Perform(ReorderMachine.Resume(_memory));
        }

        private void Perform(IReadOnlyList<ReorderEffect> effects)
        {
            if (!effects.Contains(ReorderEffect.PlaceOrder))
                return;
            _chain.TryAdd(_memory.Number, true); // the same number is the same order
            MostOpenAtOnce = Math.Max(MostOpenAtOnce, _chain.Values.Count(open => open));
        }
    }
}
