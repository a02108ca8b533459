namespace PantryChain.Telemetry.Broker;

/// <summary>All sessions with what waits for them, and what of it differs from the broker's file.</summary>
/// <remarks>Guarded by the <see cref="PostOffice"/>'s lock.</remarks>
internal sealed class SessionBook(BrokerLimits limits, BrokerCounts counts, TimeProvider real)
{
    private readonly Dictionary<string, BrokerSession> _sessions = new(StringComparer.Ordinal);
    private long _number;

    /// <summary>All of them.</summary>
    public IReadOnlyCollection<BrokerSession> All => _sessions.Values;

    /// <summary>Bytes that wait for all of them.</summary>
    public long Waiting { get; private set; }

    /// <summary>What is not in the file yet.</summary>
    public PendingChanges Changes { get; set; } = new();

    /// <summary>Puts back what the file kept.</summary>
    public void Restore(KeptPost kept, Func<string, Rights?> rightsOf)
    {
        _number = kept.LastNumber;
        foreach ((string id, KeptSession session) in kept.Sessions)
        {
            if (rightsOf(session.User) is not { } rights)
            {
                Changes.End(id);
                continue;
            }
            BrokerSession back = _sessions[id] = new BrokerSession(id, session.User, rights, isOwn: false)
            {
                Expiry = session.Expiry, LeftAt = session.LeftAt ?? real.GetUtcNow(),
            };
            foreach (Wish wish in session.Wishes.Take(limits.Subscriptions))
                back.Wishes[wish.Filter] = wish;
        }
        foreach ((string id, Parcel parcel) in kept.Parcels)
        {
            parcel.WasSent = true;
            if (_sessions.TryGetValue(id, out BrokerSession? session))
                TryEnqueue(session, parcel);
        }
    }

    /// <summary>Begins or goes on with a session.</summary>
    /// <returns>The session, and whether it was there before.</returns>
    public (BrokerSession Session, bool Present) Arrive(Arrival arrival, ClientChannel channel)
    {
        if (arrival.CleanStart && _sessions.TryGetValue(arrival.Id, out BrokerSession? old))
            End(old);
        bool present = _sessions.TryGetValue(arrival.Id, out BrokerSession? session);
        session ??= _sessions[arrival.Id] = new BrokerSession(arrival.Id, arrival.User, arrival.Rights, arrival.IsOwn);
        session.Channel?.Wake(); // it gets nothing more
        session.Rewind();
        (session.Rights, session.Expiry, session.LeftAt, session.Channel) = (arrival.Rights, arrival.Expiry, null, channel);
        session.Window = arrival.Window is > 0 and int asked ? Math.Min(asked, limits.Window) : limits.Window;
        Recount();
        Note(session, wasKept: present);
        MakeRoom(session);
        return (session, present);
    }

    /// <summary>A connection ended; what it had not acknowledged waits again, or the session ends with it.</summary>
    public void Leave(BrokerSession session)
    {
        (session.Channel, session.LeftAt) = (null, real.GetUtcNow());
        if (session.Expiry == TimeSpan.Zero)
        {
            End(session);
            return;
        }
        session.Rewind();
        Recount();
        Note(session, wasKept: true);
    }

    /// <summary>Ends a session with all that waits for it.</summary>
    public void End(BrokerSession session)
    {
        _sessions.Remove(session.Id);
        session.Channel?.Wake();
        session.Channel = null;
        Recount();
        Changes.End(session.Id);
    }

    /// <summary>Ends those whose clients were away too long.</summary>
    public void Sweep(DateTimeOffset now)
    {
        foreach (BrokerSession session in _sessions.Values.Where(session => session.LeftAt is { } left && now - left >= session.Expiry).ToList())
            End(session);
    }

    /// <summary>Has a message wait for a client, within its bound and everybody's; false when there is no room.</summary>
    public bool Deliver(BrokerSession session, Letter letter, byte qos, bool retain)
    {
        if (session.Channel is null && qos == 0)
            return false;
        Parcel parcel = new(++_number, letter, qos, retain);
        bool taken = TryEnqueue(session, parcel);
        if (taken && qos > 0 && session.Expiry > TimeSpan.Zero)
            Changes.Keep(session.Id, parcel);
        session.Channel?.Wake();
        return taken;
    }

    /// <summary>A message without an answer is on its way.</summary>
    public void Sent(Parcel parcel) => Waiting -= parcel.Letter.Size;

    /// <summary>A client has a message, or never will.</summary>
    public void Done(BrokerSession session, ushort id)
    {
        if (session.Done(id) is not { } parcel)
            return;
        Waiting -= parcel.Letter.Size;
        if (session.Expiry > TimeSpan.Zero)
            Changes.Drop(session.Id, parcel.Number);
    }

    /// <summary>Notes a session's subscriptions and times for the file.</summary>
    public void Note(BrokerSession session, bool wasKept)
    {
        if (session.Expiry > TimeSpan.Zero)
            Changes.Sessions[session.Id] = new KeptSession(session.User, session.Expiry, session.LeftAt, [.. session.Wishes.Values]);
        else if (wasKept)
            Changes.End(session.Id);
    }

    /// <summary>Has everything written anew the next time.</summary>
    public void ChangeAll()
    {
        Changes = new PendingChanges { IsWhole = true };
        foreach (BrokerSession session in _sessions.Values.Where(session => session.Expiry > TimeSpan.Zero))
        {
            Note(session, wasKept: false);
            foreach (Parcel parcel in session.All.Where(parcel => parcel.Qos > 0))
                Changes.Keep(session.Id, parcel);
        }
    }

    private bool TryEnqueue(BrokerSession session, Parcel parcel)
    {
        bool hasShare = session.IsOwn || (session.Channel is not null && session.Bytes < limits.Share); // nobody starves for another's stuck reader
        if (session.Bytes + parcel.Letter.Size > limits.WaitingPerClient || (!hasShare && Waiting + parcel.Letter.Size > limits.Waiting))
        {
            counts.Add(BrokerRefusal.Dropped);
            return false;
        }
        session.Enqueue(parcel);
        Waiting += parcel.Letter.Size;
        return true;
    }

    private void Recount() => Waiting = _sessions.Values.Sum(session => session.Bytes);

    private void MakeRoom(BrokerSession arrived)
    {
        List<BrokerSession> away = [.. _sessions.Values.Where(session => session.User == arrived.User
            && session.Channel is null).OrderBy(session => session.LeftAt)];
        foreach (BrokerSession oldest in away.Take(Math.Max(0, away.Count + 1 - limits.SessionsPerUser)))
        {
            counts.Add(BrokerRefusal.Sessions);
            End(oldest);
        }
    }
}
