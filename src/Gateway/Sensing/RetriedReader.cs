using PantryChain.DeviceDrivers.Rfid;
using PantryChain.Domain.Sensing;
using PantryChain.Gateway.Configuration;

namespace PantryChain.Gateway.Sensing;

/// <summary>A tag reader that may be away: opened when it can be, and again, ever more slowly, after its bus was lost.</summary>
/// <remarks>Belongs to the reader thread alone. A chip that only stays silent is brought back by its own driver.</remarks>
internal sealed class RetriedReader(ShelfReader reader, Func<OpenedReader> open, Func<long> busTime, ILogger log) : IDisposable
{
    private const long FirstPause = 1_000_000_000, LongestPause = 60_000_000_000, Grace = 3_000_000_000; // ns

    private OpenedReader? _opened;
    private string? _away;
    private long _retryAt;
    private long _pause = FirstPause;
    private long _openedAt;
    private bool? _wasOk;

    /// <summary>The slot that it looks at.</summary>
    public ShelfReader Reader => reader;

    /// <summary>How long to wait before the next poll.</summary>
    public TimeSpan Pause => _opened?.Reader.Pause ?? TimeSpan.FromMicroseconds(Math.Max(0, _retryAt - busTime()) / 1_000.0);

    /// <summary>Looks once, when it is time to; false when that says nothing about the field.</summary>
    public bool TryPoll(out IReadOnlyList<FoundTag> tags)
    {
        tags = [];
        if (_opened is null && !TryOpen())
            return false;
        try
        {
            bool told = _opened!.Reader.TryPoll(out tags);
            if (!told && _opened.HasLostItsBus())
                Lose($"The bus of {reader.Where} is gone. Check the adapter; it is opened again by itself.");
            Tell();
            return told;
        }
        catch (IOException error)
        {
            Lose(error.Message);
            return false;
        }
    }

    /// <summary>How it is now.</summary>
    /// <param name="doubts">All doubts of the household; those of this slot are taken.</param>
    public ReaderReport Report(IReadOnlyList<TagDoubt> doubts)
    {
        SlotHealth health = _opened?.Reader.Health ?? SlotHealth.Disconnected;
        return new ReaderReport(reader.Slot, reader.Word, reader.Where, health, _away ?? Complaint(health), _opened?.Reader.Tallies ?? [],
            [.. doubts.Where(doubt => doubt.Slot == reader.Slot || doubt.OtherSlot == reader.Slot)]);
    }

    /// <inheritdoc />
    public void Dispose() => _opened?.Dispose();

    private bool TryOpen()
    {
        if (busTime() < _retryAt)
            return false;
        try
        {
            (_opened, _away, _openedAt, _wasOk) = (open(), null, busTime(), null);
            return true;
        }
        catch (Exception error) when (error is IOException or ArgumentException)
        {
            Wait(error.Message);
            return false;
        }
    }

    private void Lose(string why)
    {
        _opened?.Dispose();
        _opened = null;
        Wait(why);
    }

    private void Wait(string why)
    {
        if (_away is null)
            log.LogWarning("Tag reader of slot {Slot} ({Kind}): {Why} It is tried again; weighing goes on", reader.Slot, reader.Word, why);
        (_away, _retryAt, _pause) = (why, busTime() + _pause, Math.Min(2 * _pause, LongestPause));
    }

    /// <summary>Says in the log once that a reader answers, and once that it does not, or not any more.</summary>
    private void Tell()
    {
        if (_opened is null)
            return;
        bool ok = _opened.Reader.Health == SlotHealth.Ok;
        bool early = !ok && _wasOk is null && busTime() - _openedAt < Grace;
        if (ok == _wasOk || early)
            return;
        _wasOk = ok;
        _pause = ok ? FirstPause : _pause;
        if (ok)
            log.LogInformation("Tag reader of slot {Slot} ({Kind}, {Where}) answers", reader.Slot, reader.Word, reader.Where);
        else
            log.LogWarning("Tag reader of slot {Slot}: {Why}", reader.Slot, Complaint(_opened.Reader.Health));
    }

    private string? Complaint(SlotHealth health) => health switch
    {
        SlotHealth.Ok => null,
        SlotHealth.Stale => $"The {reader.Word} at {reader.Where} stopped answering. Check its plug and supply; it is brought back by itself.",
        _ when reader.Kind == ReaderKind.Pn532 =>
            $"No pn532 answers at {reader.Where}. Check SDA, SCL and 3.3 V, and that the board's switches say {(reader.Place is null ? "SPI" : "I2C")}.",
        _ when reader.Place is null => $"No mfrc522 answers at {reader.Where}. Check MOSI, MISO, SCK, SDA (chip select) and 3.3 V.",
        _ => $"No mfrc522 answers at {reader.Where}. Check SDA, SCL, 3.3 V and its address pins; the common blue boards are wired for SPI only.",
    };
}

/// <summary>A reader that is open, and what holds it.</summary>
internal sealed class OpenedReader(ITagReader reader, BusLease? lease = null) : IDisposable
{
    private const string BusFailed = "bus_failed"; // the drivers' cause for an adapter that is gone

    private long _failures;

    /// <summary>The driver.</summary>
    public ITagReader Reader => reader;

    /// <summary>True when the bus broke, under this chip or under a neighbour, and has to be opened anew.</summary>
    public bool HasLostItsBus()
    {
        if (lease is null)
            return false;
        if (reader.Health != SlotHealth.Ok)
        {
            long failures = reader.Tallies.FirstOrDefault(tally => tally.Cause == BusFailed).Count;
            if (failures > _failures)
                lease.Break();
            _failures = failures;
        }
        return !lease.IsCurrent;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        reader.Dispose();
        lease?.Dispose();
    }
}
