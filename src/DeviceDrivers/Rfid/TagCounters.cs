using PantryChain.DeviceDrivers.Bus;
using PantryChain.DeviceDrivers.LoadCells;

namespace PantryChain.DeviceDrivers.Rfid;

/// <summary>What a reader counts; the names that are published stand beside each, what to do about them in <c>docs/sensing.md</c>.</summary>
internal enum TagCause
{
    /// <summary>Looks at the field that said something.</summary>
    Polls,

    /// <summary>Those of them that saw no tag.</summary>
    EmptyPolls,

    /// <summary>Tags whose memory named an item.</summary>
    Items,

    /// <summary>Tags with an empty memory.</summary>
    Blank,

    /// <summary>Tags whose memory holds something that names no item.</summary>
    Foreign,

    /// <summary>Tags whose memory breaks the format.</summary>
    Malformed,

    /// <summary>Tags whose memory asks for a password.</summary>
    Locked,

    /// <summary>Tags given up after several attempts to read them.</summary>
    Unreadable,

    /// <summary>Tags of another kind than Type 2: their number is told, their memory is not read.</summary>
    OtherKinds,

    /// <summary>Attempts to read a memory that ended in the middle: the tag left, or lies at the edge of the field.</summary>
    Torn,

    /// <summary>Several tags answered at once and were told apart.</summary>
    Collisions,

    /// <summary>Frames with a wrong check sum, on the bus or in the air.</summary>
    Garbled,

    /// <summary>Frames that were asked for again.</summary>
    AskedAgain,

    /// <summary>Commands without an answer in time.</summary>
    Unanswered,

    /// <summary>Commands that the chip did not know or could not do.</summary>
    Refused,

    /// <summary>Exchanges that nobody acknowledged.</summary>
    NotAcknowledged,

    /// <summary>Exchanges in which a line was held low for too long.</summary>
    BusTimedOut,

    /// <summary>Other failures of the bus.</summary>
    BusFailed,

    /// <summary>Times the chip was set up: once at the start, then for every time it was brought back.</summary>
    Starts,

    /// <summary>Starts of a chip that calls itself something else than the original.</summary>
    Clones,
}

/// <summary>How often each cause occurred; written by the reader's thread, read at any time.</summary>
internal sealed class TagCounters
{
    private static readonly string[] Names =
    [
        "polls", "empty_polls", "items", "blank", "foreign", "malformed", "locked", "unreadable", "other_kinds", "torn", "collisions", "garbled", "asked_again", "unanswered", "refused",
        "not_acknowledged", "bus_timed_out", "bus_failed", "starts", "clones",
    ];

    private readonly long[] _counts = new long[Names.Length];

    public long this[TagCause cause] => Volatile.Read(ref _counts[(int)cause]);

    public void Count(TagCause cause) => Volatile.Write(ref _counts[(int)cause], _counts[(int)cause] + 1);

    public void Count(IOException failure) => Count(BusErrors.FailureOf(failure) switch
    {
        BusFailure.NotAcknowledged => TagCause.NotAcknowledged,
        BusFailure.TimedOut => TagCause.BusTimedOut,
        _ => TagCause.BusFailed,
    });

    public IReadOnlyList<Tally> ToTallies() => [.. Names.Select((name, i) => new Tally(name, Volatile.Read(ref _counts[i])))];
}
