namespace PantryChain.DeviceDrivers.Rfid;

/// <summary>How far a command to a PN532 is.</summary>
internal enum Pn532Progress
{
    /// <summary>Under way; go on at <see cref="Pn532Link.WaitUntil"/>.</summary>
    Busy,

    /// <summary>Answered.</summary>
    Done,

    /// <summary>Given up and broken off; the counters say why.</summary>
    Failed,
}

/// <summary>One command to a PN532 and its answer: send, acknowledgement, answer, each bounded by bus time and by a number of attempts.</summary>
/// <remarks>Every step is one exchange on the bus and none waits; the time between the steps belongs to others on the bus.</remarks>
internal sealed class Pn532Link(IPn532Port port, TagCounters counters)
{
    private const int Attempts = 3; // as libnfc sends
    private const long AckPatience = 25_000_000; // UM0701-02 §6.2.2: within 15 ms
    private const int BytesOfAck = 6;

    private readonly byte[] _frame = new byte[Pn532Frame.Longest];
    private readonly byte[] _answer = new byte[Pn532Frame.Longest];
    private Step _step;
    private int _frameBytes;
    private int _answerBytes;
    private int _answerStart;
    private int _answerLength;
    private byte _code;
    private int _troubles;
    private long _patience;
    private long _deadline;

    private enum Step
    {
        Send,
        Ack,
        Answer,
        AskAgain,
        Abort,
    }

    /// <summary>Bus time before which there is nothing to do.</summary>
    public long WaitUntil { get; set; }

    /// <summary>Answer code and what follows, after <see cref="Pn532Progress.Done"/>.</summary>
    public ReadOnlySpan<byte> Answer => _answer.AsSpan(_answerStart, _answerLength);

    /// <summary>Lays a command down to be sent.</summary>
    /// <param name="command">Code and parameters.</param>
    /// <param name="answerBytes">Data bytes that the answer usually has.</param>
    /// <param name="patience">How long the chip may work on it, in nanoseconds.</param>
    public void Begin(ReadOnlySpan<byte> command, int answerBytes, long patience)
    {
        _frameBytes = Pn532Frame.Write(command, _frame);
        _code = (byte)(command[0] + 1);
        _answerBytes = Math.Min(answerBytes + 8, Pn532Frame.Longest); // front, length, direction, check sum, back
        (_patience, _step, _troubles) = (patience, Step.Send, 0);
    }

    /// <summary>Does the next step if it is time to.</summary>
    public Pn532Progress Advance()
    {
        long now = port.Now();
        if (now < WaitUntil)
            return Pn532Progress.Busy;
        Pn532Progress progress;
        try
        {
            progress = Act(now);
        }
        catch (IOException error)
        {
            counters.Count(error);
            progress = Trouble(_step);
        }
        WaitUntil = port.Now() + port.Quiet;
        return progress;
    }

    private Pn532Progress Act(long now)
    {
        switch (_step)
        {
            case Step.Send:
                port.Write(_frame.AsSpan(0, _frameBytes));
                (_step, _deadline) = (Step.Ack, now + AckPatience);
                return Pn532Progress.Busy;
            case Step.Ack:
                return port.TryRead(_answer.AsSpan(0, BytesOfAck)) ? Acknowledge(now) : StillWaiting(now);
            case Step.Answer:
                return port.TryRead(_answer.AsSpan(0, _answerBytes)) ? Take() : StillWaiting(now);
            case Step.AskAgain:
                counters.Count(TagCause.AskedAgain);
                port.Write(Pn532Frame.Nack);
                (_step, _answerBytes) = (Step.Answer, Pn532Frame.Longest); // the answer may have been longer than expected
                return Pn532Progress.Busy;
            default:
                port.Write(Pn532Frame.Ack);
                return Pn532Progress.Failed;
        }
    }

    private Pn532Progress Acknowledge(long now)
    {
        if (Pn532Frame.Read(_answer.AsSpan(0, BytesOfAck), out _) != Pn532FrameKind.Ack)
        {
            counters.Count(TagCause.Garbled);
            return Trouble(Step.Send);
        }
        (_step, _deadline) = (Step.Answer, now + _patience);
        return Pn532Progress.Busy;
    }

    private Pn532Progress Take()
    {
        switch (Pn532Frame.Read(_answer.AsSpan(0, _answerBytes), out ReadOnlySpan<byte> data))
        {
            case Pn532FrameKind.Data when data[0] == _code:
                _answer.AsSpan().Overlaps(data, out _answerStart);
                _answerLength = data.Length;
                return Pn532Progress.Done;
            case Pn532FrameKind.Error:
                counters.Count(TagCause.Refused);
                return Pn532Progress.Failed;
            default:
                counters.Count(TagCause.Garbled);
                return Trouble(Step.AskAgain);
        }
    }

    private Pn532Progress StillWaiting(long now)
    {
        if (now < _deadline)
            return Pn532Progress.Busy;
        counters.Count(TagCause.Unanswered);
        _step = Step.Abort;
        return Pn532Progress.Busy;
    }

    /// <summary>Tries the step again, or breaks the command off when it was tried often enough.</summary>
    private Pn532Progress Trouble(Step again)
    {
        bool over = ++_troubles >= Attempts || _step == Step.Abort;
        if (over && _step is Step.Abort or Step.Send)
            return Pn532Progress.Failed;
        _step = over ? Step.Abort : again;
        return Pn532Progress.Busy;
    }
}
