using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using PantryChain.DeviceDrivers.Rfid;
using PantryChain.DeviceDrivers.Simulation;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Sensing;

namespace PantryChain.Bench;

/// <summary>How soon tags that come and go are told, and how soon readers are back after a storm on the bus: simulated chips, in bus time.</summary>
internal static class RfidBench
{
    private const string Uri = "urn:epc:id:sgtin:0614141.812345.6789";
    private const long Second = 1_000_000_000;

    private static readonly string[] Kinds = ["PN532 I2C", "PN532 SPI", "MFRC522 I2C", "MFRC522 SPI"];
    private static readonly SlotId Slot = new(1);

    private static readonly Option<int> Runs = new("--runs") { Description = "Comings and goings per line.", DefaultValueFactory = _ => 300 };

    public static Command Create()
    {
        Command command = new("rfid", "Tags on simulated readers: how soon comings and goings are told, false ones, recovery after refused exchanges; in bus time.") { Runs };
        command.SetAction(parsed => Run(parsed.GetValue(Runs)));
        return command;
    }

    private static int Run(int runs)
    {
        bool held = true;
        Console.WriteLine("reader       missed   coming told, ms        going told, ms         false in    back after a storm, ms   processor");
        Console.WriteLine("             polls    median   p95    max    median   p95    max    tag-hour    median    max            per poll");
        foreach (string kind in Kinds)
        {
            foreach (double missed in new[] { 0, 0.3 })
                held &= Line(kind, missed, runs);
        }
        Console.WriteLine($"Targets: coming p95 at most 500 ms, going at most 1500 ms, none false, back within 2000 ms: {(held ? "held" : "NOT held")}.");
        return held ? 0 : 1;
    }

    private static bool Line(string kind, double missed, int runs)
    {
        List<double> came = [], went = [], back = [];
        for (int run = 1; run <= runs; run++)
        {
            using Rig rig = new(kind, missed, (ulong)run);
            rig.Run(Second / 2 + run * 7_000_000L);
            TimeSpan phase = TimeSpan.FromMilliseconds(run * 17 % 50 + 0.5); // anywhere between two polls
            rig.Field.Put(rig.Tag, phase);
            came.Add(rig.Until(change => change.Present) - phase.TotalMilliseconds);
            rig.Run(Second + run * 3_000_000L);
            rig.Field.Take(rig.Tag, phase);
            went.Add(rig.Until(change => !change.Present) - phase.TotalMilliseconds);
            if (kind.EndsWith("I2C", StringComparison.Ordinal))
                back.Add(rig.Storm(TimeSpan.FromMilliseconds(20 + run * 37 % 5_000)));
        }
        (long falseOnes, double microseconds) = Rest(kind, missed);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{kind,-12} {missed,5:P0}   {Of(came, 50),6:F0} {Of(came, 95),6:F0} {came.Max(),6:F0}    {Of(went, 50),6:F0} {Of(went, 95),6:F0} {went.Max(),6:F0}    {falseOnes,8}    {(back.Count > 0 ? $"{Of(back, 50),6:F0} {back.Max(),6:F0}" : "     -      -")}            {microseconds,5:F1} µs"));
        return Of(came, 95) <= 500 && went.Max() <= 1_500 && falseOnes == 0 && back.DefaultIfEmpty().Max() <= 2_000;
    }

    /// <summary>Two tags at rest for half an hour: every change after the first two is false.</summary>
    private static (long FalseOnes, double MicrosecondsPerPoll) Rest(string kind, double missed)
    {
        using Rig rig = new(kind, missed, seed: 99);
        rig.Field.Put(rig.Tag);
        rig.Field.Put(new SimulatedTag(TagOf(0)));
        long began = Stopwatch.GetTimestamp();
        rig.Run(1_800 * Second);
        return (rig.Changes.Count - 2, Stopwatch.GetElapsedTime(began).TotalMicroseconds / rig.Told);
    }

    private static double Of(List<double> values, int percent) => values.Count == 0 ? 0 : values.Order().ElementAt((values.Count * percent + 99) / 100 - 1);

    private static TagUid TagOf(ulong number) => TagUid.TryParse($"04A1B2{number:X8}", out TagUid uid) ? uid : default;

    private sealed class Rig : IDisposable
    {
        private readonly SteppedBusClock _clock = new();
        private readonly SimulatedI2cBus _bus;
        private readonly ITagReader _reader;
        private readonly TagPresence _presence = new();

        public Rig(string kind, double missed, ulong seed)
        {
            Field = new SimulatedTagField(_clock, seed) { MissedPolls = missed };
            _bus = new SimulatedI2cBus(_clock);
            Tag = new SimulatedTag(TagOf(seed), Uri);
            SimulatedPn532 pn532 = new(_clock, Field, seed);
            _bus.Attach(pn532);
            SimulatedMfrc522 mfrc522 = new(_clock, Field, 0x2C, seed);
            _bus.Attach(mfrc522);
            _reader = kind switch
            {
                "PN532 I2C" => new Pn532(_bus.CreateDevice(Pn532.Address), _clock),
                "PN532 SPI" => new Pn532(pn532.ToSpi(), _clock),
                "MFRC522 I2C" => new Mfrc522(_bus.CreateDevice(0x2C), _clock),
                _ => new Mfrc522(mfrc522.ToSpi(), _clock),
            };
        }

        public SimulatedTagField Field { get; }

        public SimulatedTag Tag { get; }

        public List<TagChange> Changes { get; } = [];

        public long Told { get; private set; }

        public void Run(long nanoseconds)
        {
            for (long end = _clock.Read() + nanoseconds; _clock.Read() < end;)
                Poll();
        }

        /// <summary>Milliseconds from now until a change is told; 10 000 when none is.</summary>
        public double Until(Predicate<TagChange> change)
        {
            Changes.Clear();
            long began = _clock.Read();
            long told = began;
            while (!Changes.Exists(change) && told - began < 10 * Second)
                told = Poll();
            return (told - began) / 1e6;
        }

        public double Storm(TimeSpan time)
        {
            _bus.RefuseFor(time);
            long end = _clock.Read() + time.Ticks * 100, before = Told, told = end;
            while (Told == before && told - end < 10 * Second)
                told = Poll();
            return (told - end) / 1e6;
        }

        public void Dispose()
        {
            _reader.Dispose();
            _bus.Dispose();
        }

        private long Poll()
        {
            bool said = _reader.TryPoll(out IReadOnlyList<FoundTag> tags);
            long now = _clock.Read();
            if (said)
            {
                Told++;
                _presence.Observe(Slot, tags, now, Changes);
            }
            _clock.Advance(_reader.Pause > TimeSpan.Zero ? _reader.Pause : TimeSpan.FromMicroseconds(10));
            return now;
        }
    }
}
