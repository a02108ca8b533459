using PantryChain.Telemetry.Mqtt;

namespace PantryChain.Telemetry.Broker;

/// <summary>The newest retained message of each topic, in two budgets: what strangers to the gateway leave never crowds out what the gateway tells.</summary>
/// <remarks>Guarded by the <see cref="PostOffice"/>'s lock.</remarks>
internal sealed class RetainedLetters(BrokerLimits limits)
{
    private readonly Dictionary<string, (Letter Letter, bool IsOwn)> _byTopic = new(StringComparer.Ordinal);
    private long _ownBytes, _othersBytes;
    private int _own;

    /// <summary>All of them, and whether the gateway left them.</summary>
    public IEnumerable<(Letter Letter, bool IsOwn)> All => _byTopic.Values;

    /// <summary>How many topics.</summary>
    public int Count => _byTopic.Count;

    /// <summary>How many bytes, about.</summary>
    public long Bytes => _ownBytes + _othersBytes;

    /// <summary>Leaves a message, or takes one away; false when there is no room, and then what was there stays.</summary>
    public bool TrySet(Letter letter, bool isOwn)
    {
        bool known = _byTopic.TryGetValue(letter.Topic, out (Letter Letter, bool IsOwn) before);
        if (!letter.IsEmpty)
        {
            bool same = known && before.IsOwn == isOwn;
            long bytes = (isOwn ? _ownBytes : _othersBytes) + letter.Size - (same ? before.Letter.Size : 0);
            int topics = (isOwn ? _own : Count - _own) + (same ? 0 : 1);
            if (bytes > limits.RetainedBytes || topics > (isOwn ? 2 : 1) * limits.RetainedTopics)
                return false;
        }
        if (known)
            Weigh(before, -1);
        _byTopic.Remove(letter.Topic);
        if (!letter.IsEmpty)
            Weigh(_byTopic[letter.Topic] = (letter, isOwn), 1);
        return true;
    }

    /// <summary>What a new subscription gets.</summary>
    public IEnumerable<Letter> Matching(string filter) => _byTopic.Where(kept => TopicFilter.Matches(filter, kept.Key)).Select(kept => kept.Value.Letter);

    /// <summary>Takes out what expired.</summary>
    public IReadOnlyList<string> TakeExpired(DateTimeOffset now)
    {
        List<string> expired = [.. _byTopic.Where(kept => kept.Value.Letter.Expires <= now).Select(kept => kept.Key)];
        foreach (string topic in expired)
        {
            _byTopic.Remove(topic, out (Letter, bool) gone);
            Weigh(gone, -1);
        }
        return expired;
    }

    private void Weigh((Letter Letter, bool IsOwn) one, int sign)
    {
        if (one.IsOwn)
            (_ownBytes, _own) = (_ownBytes + (sign * one.Letter.Size), _own + sign);
        else
            _othersBytes += sign * one.Letter.Size;
    }
}
