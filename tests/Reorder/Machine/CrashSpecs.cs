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
    private sealed class Life
    {
        private readonly Random _random;
        private readonly List<ReorderStep> _disk = [];
        private readonly Dictionary<uint, bool> _chain = []; // number -> still open
        private ReorderDesk _desk;

        public Life(int seed)
        {
            _random = new Random(seed);
            _desk = Start();
        }

        private ReorderProcess Memory => _desk[Milk];

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
            uint number = begins ? Memory.NextNumber : Memory.Number - Math.Min(late, Memory.Number);
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
            bool paused = Memory.Paused;
            ReorderState before = Memory.State;
            try
            {
                if (!_desk.Advance(step))
                    Repeats++;
            }
            catch (InvalidOperationException)
            {
                Illegal++;
                return;
            }
            if (step.Trigger is ReorderTrigger.Settled or ReorderTrigger.Cancelled or ReorderTrigger.Refunded)
                _chain[step.Number] = false;
            if (paused && Memory.State == ReorderState.Ordering && before != ReorderState.Ordering)
                OrdersBegunWhilePaused++;
            if (_random.Next(5) == 0)
                Crash(); // after the disk, before anything is done
            Work();
            if (_random.Next(5) == 0)
                Crash(); // after it was done
        }

        private void Crash()
        {
            Crashes++;
            _desk = Start();
        }

        private ReorderDesk Start() => new([(Milk, [.. _disk])], _disk.Add);

        /// <summary>What the gateway's drain does with what is open: it looks for the order's trace, and leaves one.</summary>
        private void Work()
        {
            foreach ((_, uint number) in _desk.Open(ReorderEffect.PlaceOrder))
            {
                _chain.TryAdd(number, true); // the same number is the same order
                if (_random.Next(5) > 0)
                    _desk.Done(ReorderEffect.PlaceOrder, Milk, number);
            }
            MostOpenAtOnce = Math.Max(MostOpenAtOnce, _chain.Values.Count(open => open));
        }
    }
}
