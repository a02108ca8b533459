using MQTTnet;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using PantryChain.Telemetry.Mqtt;

namespace PantryChain.Telemetry.Broker;

/// <summary>Who gets what: sessions, subscriptions, retained messages and what waits, all within <see cref="BrokerLimits"/>.</summary>
/// <remarks>MQTTnet's server keeps sessions without bound and in memory alone, so it is left the wire and never sees a delivery. Thread safe.</remarks>
internal sealed class PostOffice
{
    private const int MostUnwritten = 4_096;

    private readonly BrokerLimits _limits;
    private readonly TimeProvider _real;
    private readonly Lock _lock = new();
    private readonly SessionBook _sessions;
    private readonly RetainedLetters _retained;

    /// <summary>An office without anybody.</summary>
    public PostOffice(BrokerLimits limits, TimeProvider real)
    {
        (_limits, _real, _retained) = (limits, real, new RetainedLetters(limits));
        _sessions = new SessionBook(limits, Counts, real);
    }

    /// <summary>Why something was refused.</summary>
    public BrokerCounts Counts { get; } = new();

    /// <summary>Sessions, retained topics and waiting bytes.</summary>
    public (int Sessions, int Retained, long WaitingBytes) Figures
    {
        get
        {
            lock (_lock)
                return (_sessions.All.Count, _retained.Count, _sessions.Waiting);
        }
    }

    /// <summary>Changes that are not in the file yet.</summary>
    public int Unwritten
    {
        get
        {
            lock (_lock)
                return _sessions.Changes.Count;
        }
    }

    /// <summary>Puts back what the file kept; before anybody connects.</summary>
    public void Restore(KeptPost kept, Func<string, Rights?> rightsOf)
    {
        lock (_lock)
        {
            foreach ((Letter letter, bool isOwn) in kept.Retained)
                _retained.TrySet(letter, isOwn);
            _sessions.Restore(kept, rightsOf);
        }
    }

    /// <summary>Begins or goes on with a session; the connection that had it before gets nothing more.</summary>
    /// <returns>The session, and whether it was there before.</returns>
    public (BrokerSession Session, bool Present) Arrive(Arrival arrival, ClientChannel channel)
    {
        lock (_lock)
            return _sessions.Arrive(arrival, channel);
    }

    /// <summary>A connection ended; what it had not acknowledged waits again, or the session ends with it.</summary>
    public void Leave(BrokerSession session, ClientChannel channel)
    {
        lock (_lock)
        {
            if (session.Channel == channel)
                _sessions.Leave(session);
        }
    }

    /// <summary>Subscribes, and has what is retained there delivered as far as there is room.</summary>
    /// <param name="session">Who asks.</param>
    /// <param name="asked">What it asks for.</param>
    /// <param name="at">How many filters stand before this one in its packet: the same filter a thousand times is a thousand times the work.</param>
    public MqttSubscribeReasonCode Subscribe(BrokerSession session, MqttTopicFilter asked, int at = 0)
    {
        if (at >= _limits.Subscriptions)
            return Refuse(BrokerRefusal.Subscriptions, MqttSubscribeReasonCode.QuotaExceeded);
        string filter = asked.Topic ?? "";
        if (TopicRules.OfFilter(filter, _limits) != TopicFault.None)
            return Refuse(BrokerRefusal.Topic, MqttSubscribeReasonCode.TopicFilterInvalid);
        if (filter.StartsWith("$share/", StringComparison.Ordinal))
            return Refuse(BrokerRefusal.Subscribe, MqttSubscribeReasonCode.SharedSubscriptionsNotSupported);
        if (!session.Rights.MayAsk(filter))
            return Refuse(BrokerRefusal.Subscribe, MqttSubscribeReasonCode.NotAuthorized);
        Wish wish = new(filter, (byte)Math.Min(1, (int)asked.QualityOfServiceLevel), asked.NoLocal, asked.RetainAsPublished);
        lock (_lock)
        {
            bool isNew = !session.Wishes.ContainsKey(filter);
            if (isNew && session.Wishes.Count >= _limits.Subscriptions)
                return Refuse(BrokerRefusal.Subscriptions, MqttSubscribeReasonCode.QuotaExceeded);
            session.Wishes[filter] = wish;
            _sessions.Note(session, wasKept: false);
            if (asked.RetainHandling == MqttRetainHandling.SendAtSubscribe
                || (isNew && asked.RetainHandling == MqttRetainHandling.SendAtSubscribeIfNewSubscriptionOnly))
            {
                foreach (Letter letter in _retained.Matching(filter).Where(letter => session.Rights.MayRead(letter.Topic)))
                {
                    if (!_sessions.Deliver(session, letter, Math.Min(wish.Qos, letter.Qos), retain: true))
                        break; // it is full: looking for more is work for nothing
                }
            }
        }
        return (MqttSubscribeReasonCode)wish.Qos;
    }

    /// <summary>Unsubscribes; false when there was no such subscription.</summary>
    public bool Unsubscribe(BrokerSession session, string filter)
    {
        lock (_lock)
        {
            bool was = session.Wishes.Remove(filter);
            if (was)
                _sessions.Note(session, wasKept: false);
            return was;
        }
    }

    /// <summary>Takes a message and gives it to all who want it and may have it.</summary>
    /// <returns>The answer, and whether whoever sent it does not speak MQTT.</returns>
    public (MqttPubAckReasonCode Answer, bool IsMalformed) Publish(BrokerSession sender, MqttApplicationMessage message)
    {
        TopicFault fault = TopicRules.OfTopic(message.Topic, _limits);
        if (fault == TopicFault.Malformed || (message.ResponseTopic is { } reply && TopicRules.OfTopic(reply, _limits) == TopicFault.Malformed))
            return (Refuse(BrokerRefusal.Malformed, MqttPubAckReasonCode.TopicNameInvalid), true);
        if (fault == TopicFault.TooLong)
            return (Refuse(BrokerRefusal.Topic, MqttPubAckReasonCode.TopicNameInvalid), false);
        if (!sender.Rights.MayWrite(message.Topic))
            return (Refuse(BrokerRefusal.Publish, MqttPubAckReasonCode.NotAuthorized), false);
        Letter letter = Letter.Of(message, _real.GetUtcNow());
        lock (_lock)
        {
            if (message.Retain)
            {
                if (!_retained.TrySet(letter, sender.IsOwn))
                    return (Refuse(BrokerRefusal.Retained, MqttPubAckReasonCode.QuotaExceeded), false);
                _sessions.Changes.Retained[letter.Topic] = letter.IsEmpty ? null : (letter, sender.IsOwn);
            }
            foreach (BrokerSession session in _sessions.All)
                Offer(session, letter, message.Retain, sender);
        }
        return (MqttPubAckReasonCode.Success, false);
    }

    /// <summary>The next PUBLISH of a connection, or null when nothing may be sent now; a connection that lost its session gets nothing more.</summary>
    public MqttPublishPacket? Next(BrokerSession session, ClientChannel channel)
    {
        lock (_lock)
        {
            DateTimeOffset now = _real.GetUtcNow();
            while (session.Channel == channel && session.TryNext(out Parcel? parcel, out ushort id))
            {
                if (parcel.Qos == 0)
                    _sessions.Sent(parcel);
                bool deliverable = (parcel.Letter.Expires is not { } expires || expires > now) && parcel.Letter.Size <= channel.LargestPacket;
                if (deliverable)
                    return parcel.Letter.For(id, parcel.Qos, parcel.Retain, parcel.WasSent, now);
                _sessions.Done(session, id);
            }
            return null;
        }
    }

    /// <summary>A client has a message.</summary>
    public void Acknowledge(BrokerSession session, ClientChannel channel, ushort id)
    {
        lock (_lock)
        {
            if (session.Channel == channel)
                _sessions.Done(session, id);
        }
        channel.Wake(); // there is room in its window
    }

    /// <summary>Ends sessions whose clients were away too long, and retained messages that expired.</summary>
    public void Sweep()
    {
        lock (_lock)
        {
            _sessions.Sweep(_real.GetUtcNow());
            foreach (string topic in _retained.TakeExpired(_real.GetUtcNow()))
                _sessions.Changes.Retained[topic] = null;
        }
    }

    /// <summary>Ends the sessions of users who are no more; gives the others' rights anew.</summary>
    /// <returns>Connections to close.</returns>
    public IReadOnlyList<ClientChannel> Review(Func<string, Rights?> rightsOf)
    {
        List<ClientChannel> closed = [];
        lock (_lock)
        {
            foreach (BrokerSession session in _sessions.All.Where(session => !session.IsOwn).ToList())
            {
                if (rightsOf(session.User) is { } rights)
                {
                    session.Rights = rights;
                    continue;
                }
                session.Rights = Rights.Nothing; // its connection has a moment left, and perhaps a will
                if (session.Channel is { } channel)
                    closed.Add(channel);
                _sessions.End(session);
            }
        }
        return closed;
    }

    /// <summary>Takes what is to be written.</summary>
    public PendingChanges TakeChanges()
    {
        lock (_lock)
        {
            PendingChanges taken = _sessions.Changes;
            _sessions.Changes = new PendingChanges();
            return taken;
        }
    }

    /// <summary>Gives back what could not be written.</summary>
    public void GiveBack(PendingChanges unwritten)
    {
        lock (_lock)
        {
            _sessions.Changes.TakeBack(unwritten);
            if (_sessions.Changes.Count <= MostUnwritten)
                return;
            _sessions.ChangeAll(); // a disk that stays full must not make a list of all that ever came and went
            foreach ((Letter letter, bool isOwn) in _retained.All)
                _sessions.Changes.Retained[letter.Topic] = (letter, isOwn);
        }
    }

    private void Offer(BrokerSession session, Letter letter, bool retain, BrokerSession sender)
    {
        int qos = -1;
        bool asPublished = false;
        foreach (Wish wish in session.Wishes.Values)
        {
            if ((wish.NoLocal && session == sender) || !TopicFilter.Matches(wish.Filter, letter.Topic))
                continue;
            qos = Math.Max(qos, wish.Qos);
            asPublished |= wish.AsPublished;
        }
        if (qos >= 0 && session.Rights.MayRead(letter.Topic))
            _sessions.Deliver(session, letter, (byte)Math.Min(qos, (int)letter.Qos), retain && asPublished);
    }

    private T Refuse<T>(BrokerRefusal why, T answer)
    {
        Counts.Add(why);
        return answer;
    }
}
