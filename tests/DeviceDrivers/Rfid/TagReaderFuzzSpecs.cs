using PantryChain.DeviceDrivers.Rfid;
using PantryChain.DeviceDrivers.Simulation;
using PantryChain.Domain.Sensing;

namespace PantryChain.DeviceDrivers.Tests.Rfid;

/// <summary>Faults in any order: nothing throws, nothing works without bound, no number is made up, and two seconds after the last fault the field is told again.</summary>
public sealed class TagReaderFuzzSpecs
{
    public static TheoryData<string> Kinds => ReaderRig.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void After_any_sequence_of_faults_the_field_is_told_within_two_seconds(string kind)
    {
        for (int seed = 1; seed <= 30; seed++)
        {
            using ReaderRig rig = ReaderRig.Of(kind, (ulong)seed);
            Random random = new(seed);
            SimulatedTag[] tags = [ReaderRig.Tag(1, ReaderRig.Uri), ReaderRig.Tag("A1B2C3D4")];
            foreach (SimulatedTag tag in tags)
                rig.Field.Put(tag);
            for (int step = 0; step < 12; step++)
            {
                Break(rig, random, tags[0]);
                Trial(rig, TimeSpan.FromMilliseconds(random.Next(1, 700)), tags);
                if (random.Next(2) == 0)
                    Mend(rig);
            }
            Mend(rig);
            rig.Field.Take(tags[0]);
            rig.Field.Put(tags[0]);

            rig.Until(() => rig.Seen.Count == 2 && rig.Seen.Any(tag => tag.Item == ReaderRig.Item) && rig.Reader.Health == SlotHealth.Ok, TimeSpan.FromSeconds(2));
        }
    }

    [Theory]
    [InlineData("pn532")]
    [InlineData("mfrc522")]
    public void A_chip_that_answers_with_random_bytes_never_throws_never_works_without_bound_and_names_no_item(string kind)
    {
        for (int seed = 0; seed < 20; seed++)
        {
            SteppedBusClock clock = new();
            using SimulatedI2cBus bus = new(clock);
            bus.Attach(new Noise(kind == "pn532" ? 0x24 : 0x28, seed));
            using ITagReader reader = kind == "pn532" ? new Pn532(bus.CreateDevice(Pn532.Address), clock) : new Mfrc522(bus.CreateDevice(0x28), clock);
            long polls = 0;
            while (clock.Read() < 20_000_000_000)
            {
                long before = bus.Exchanges;
                if (reader.TryPoll(out IReadOnlyList<FoundTag> tags))
                    tags.Should().OnlyContain(tag => tag.Item == null);
                (bus.Exchanges - before).Should().BeLessThan(600);
                clock.Advance(reader.Pause > TimeSpan.Zero ? reader.Pause : TimeSpan.FromMicroseconds(10));
                polls++;
            }
            polls.Should().BeLessThan(20_000);
        }
    }

    /// <summary>Polls for a time; only numbers that lie in the field may be told.</summary>
    private static void Trial(ReaderRig rig, TimeSpan time, SimulatedTag[] tags)
    {
        long end = rig.Clock.Read() + time.Ticks * 100;
        long begun = rig.Polls;
        while (rig.Clock.Read() < end)
        {
            if (!rig.Poll(end))
                continue;
            foreach (FoundTag seen in rig.Seen)
            {
                if (!Array.Exists(tags, tag => tag.Uid == seen.Uid) || (seen.Item is { } item && item != ReaderRig.Item))
                    Assert.Fail($"{seen} was told and does not lie there.");
            }
        }
        (rig.Polls - begun).Should().BeLessThan(20 + (long)time.TotalMilliseconds * 5);
        rig.LongestPoll.Should().BeLessThan(TimeSpan.FromMilliseconds(350), "a poll may run into one held line");
    }

    private static void Break(ReaderRig rig, Random random, SimulatedTag tag)
    {
        switch (random.Next(9))
        {
            case 0:
                rig.Bus.RefuseFor(TimeSpan.FromMilliseconds(random.Next(1, 2_000)));
                break;
            case 1:
                rig.Bus.Refuse(random.Next(1, 30));
                break;
            case 2:
                rig.Bus.HoldFor(TimeSpan.FromMilliseconds(random.Next(1, 500)));
                break;
            case 3:
                rig.Pn532?.Hang();
                rig.Mfrc522?.Hang();
                break;
            case 4:
                rig.Pn532?.LosePower(TimeSpan.FromMilliseconds(random.Next(0, 300)));
                rig.Mfrc522?.LosePower(TimeSpan.FromMilliseconds(random.Next(0, 300)));
                break;
            case 5:
                Garble(rig, random.NextDouble());
                break;
            case 6:
                rig.Field.GarbledAnswers = random.NextDouble();
                break;
            case 7:
                rig.Field.MissedPolls = random.NextDouble();
                break;
            default:
                rig.Field.TearOff(tag, random.Next(0, 4));
                rig.Field.Put(tag, TimeSpan.FromMilliseconds(random.Next(0, 300)));
                break;
        }
    }

    private static void Mend(ReaderRig rig)
    {
        rig.Bus.Refuse(0);
        rig.Bus.RefuseFor(TimeSpan.Zero);
        rig.Bus.HoldFor(TimeSpan.Zero);
        (rig.Field.GarbledAnswers, rig.Field.MissedPolls) = (0, 0);
        Garble(rig, 0);
    }

    private static void Garble(ReaderRig rig, double share)
    {
        if (rig.Pn532 is not null)
            rig.Pn532.GarbledFrames = share;
        if (rig.Mfrc522 is not null)
            rig.Mfrc522.GarbledReads = share * share;
    }

    /// <summary>A chip that answers anything: sometimes not at all, sometimes with pieces of frames.</summary>
    private sealed class Noise(int address, int seed) : ISimulatedI2cChip
    {
        private readonly Random _random = new(seed);

        public int Address => address;

        public bool TryWrite(ReadOnlySpan<byte> bytes, long busNanoseconds) => _random.Next(10) > 0;

        public bool TryRead(Span<byte> bytes, long busNanoseconds)
        {
            _random.NextBytes(bytes);
            if (_random.Next(3) == 0)
                bytes[0] = 1;
            if (bytes.Length > 6 && _random.Next(3) > 0)
                ((ReadOnlySpan<byte>)(_random.Next(3) == 0 ? Pn532Frame.Ack : [0x00, 0x00, 0xFF, 0x03, 0xFD, 0xD5])).CopyTo(bytes[1..]);
            return _random.Next(10) > 0;
        }
    }
}
