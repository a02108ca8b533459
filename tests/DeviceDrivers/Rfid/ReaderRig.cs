using PantryChain.DeviceDrivers.Rfid;
using PantryChain.DeviceDrivers.Simulation;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Sensing;

namespace PantryChain.DeviceDrivers.Tests.Rfid;

/// <summary>A reader on a simulated bus in stepped bus time: it is polled when it says so, and every run is the same.</summary>
internal sealed class ReaderRig : IDisposable
{
    public const string Uri = "urn:epc:id:sgtin:0614141.812345.6789";

    public static readonly Sgtin Item = new(Gtin.Parse("80614141123458"), "6789");

    private readonly ITagReader _reader;

    private ReaderRig(string kind, ulong seed)
    {
        Field = new SimulatedTagField(Clock, seed);
        Bus = new SimulatedI2cBus(Clock);
        if (kind.StartsWith("mfrc522", StringComparison.Ordinal))
        {
            Mfrc522 = new SimulatedMfrc522(Clock, Field, address: 0x2C, seed);
            Bus.Attach(Mfrc522);
            _reader = kind == "mfrc522-spi" ? new Mfrc522(Mfrc522.ToSpi(), Clock) : new Mfrc522(Bus.CreateDevice(0x2C), Clock);
            return;
        }
        Pn532 = new SimulatedPn532(Clock, Field, seed);
        Bus.Attach(Pn532);
        _reader = kind == "pn532-spi" ? new Pn532(Pn532.ToSpi(), Clock) : new Pn532(Bus.CreateDevice(DeviceDrivers.Rfid.Pn532.Address), Clock);
    }

    public static TheoryData<string> Kinds => ["pn532", "pn532-spi", "mfrc522", "mfrc522-spi"];

    public SteppedBusClock Clock { get; } = new();

    public SimulatedTagField Field { get; }

    public SimulatedI2cBus Bus { get; }

    public SimulatedPn532? Pn532 { get; }

    public SimulatedMfrc522? Mfrc522 { get; }

    public ITagReader Reader => _reader;

    /// <summary>What the last poll that said something saw.</summary>
    public IReadOnlyList<FoundTag> Seen { get; private set; } = [];

    public long SaidSomething { get; private set; }

    public long Polls { get; private set; }

    public TimeSpan LongestPoll { get; private set; }

    public static ReaderRig Of(string kind, ulong seed = 1) => new(kind, seed);

    public static SimulatedTag Tag(int number, string? uri = null) => Tag($"04A1B2{number:X8}", uri);

    public static SimulatedTag Tag(string hex, string? uri = null)
    {
        TagUid.TryParse(hex, out TagUid uid).Should().BeTrue();
        return uri is null ? new SimulatedTag(uid) : new SimulatedTag(uid, uri);
    }

    public long Told(string cause) => _reader.Tallies.Single(tally => tally.Cause == cause).Count;

    /// <summary>Polls once and waits as long as the reader says, but not beyond the end; true when the poll said something.</summary>
    public bool Poll(long end = long.MaxValue)
    {
        Polls++;
        long before = Clock.Read();
        bool said = _reader.TryPoll(out IReadOnlyList<FoundTag> tags);
        LongestPoll = TimeSpan.FromMicroseconds(Math.Max(LongestPoll.TotalMicroseconds, (Clock.Read() - before) / 1e3));
        if (said)
        {
            SaidSomething++;
            Seen = [.. tags];
        }
        TimeSpan pause = TimeSpan.FromMicroseconds(Math.Min(_reader.Pause.TotalMicroseconds, (end - Clock.Read()) / 1e3));
        Clock.Advance(pause > TimeSpan.Zero ? pause : TimeSpan.FromMicroseconds(10));
        return said;
    }

    public void Run(TimeSpan time)
    {
        long end = Clock.Read() + time.Ticks * 100;
        while (Clock.Read() < end)
            Poll(end);
    }

    /// <summary>Polls until something holds; the bus time that took.</summary>
    public TimeSpan Until(Func<bool> holds, TimeSpan atMost)
    {
        long begin = Clock.Read(), end = begin + atMost.Ticks * 100;
        while (!holds() && Clock.Read() < end)
            Poll();
        holds().Should().BeTrue($"it holds within {atMost.TotalMilliseconds} ms; tallies: {string.Join(", ", _reader.Tallies.Where(tally => tally.Count > 0))}");
        return TimeSpan.FromMicroseconds((Clock.Read() - begin) / 1e3);
    }

    public void Dispose()
    {
        _reader.Dispose();
        Bus.Dispose();
    }
}
