using PantryChain.Domain.Sensing;

namespace PantryChain.DeviceDrivers.Rfid;

/// <summary>The tags that one reader has seen lately and what their memories said, so that a memory is read once and not at every poll.</summary>
internal sealed class KnownTags(TagCounters counters)
{
    /// <summary>Attempts to read a memory before the tag is told without an item.</summary>
    public const int Attempts = 3;

    private const long ReadAgainAfter = 1_000_000_000; // bus time
    private const int Most = 32; // far more than fit into a field
    private const long ForgottenAfter = 2_000_000_000; // bus time; longer than a removal takes to be told, so that a rewritten tag is read anew

    private readonly List<Entry> _tags = [];

    /// <summary>The entry of a tag that is seen now, a new one if need be.</summary>
    public Entry See(ReadOnlySpan<byte> uid, byte sak, long now)
    {
        foreach (Entry known in _tags)
        {
            if (!known.Bytes.AsSpan().SequenceEqual(uid))
                continue;
            known.SeenAt = now;
            return known;
        }
        _tags.RemoveAll(known => now - known.SeenAt > ForgottenAfter);
        if (_tags.Count == Most)
            _tags.RemoveAt(0);
        Entry entry = new(uid.ToArray(), now);
        if (!Iso14443A.IsType2(sak))
        {
            (entry.Settled, entry.ReadFrom) = (true, long.MaxValue);
            counters.Count(TagCause.OtherKinds);
        }
        _tags.Add(entry);
        return entry;
    }

    /// <summary>Forgets what has not been seen for a while; called when a tag is looked for.</summary>
    public void Forget(long now)
    {
        for (int i = _tags.Count - 1; i >= 0; i--)
        {
            if (now - _tags[i].SeenAt > ForgottenAfter)
                _tags.RemoveAt(i);
        }
    }

    /// <summary>Keeps what a memory said.</summary>
    public void Settle(Entry tag, TagWord word, string uri)
    {
        (tag.Settled, tag.ReadFrom) = (true, long.MaxValue);
        if (word == TagWord.Uri && ItemUri.TryParse(uri, out Sgtin item, out _))
        {
            tag.Item = item;
            counters.Count(TagCause.Items);
            return;
        }
        counters.Count(word switch
        {
            TagWord.Blank => TagCause.Blank,
            TagWord.Malformed => TagCause.Malformed,
            TagWord.Locked => TagCause.Locked,
            _ => TagCause.Foreign,
        });
    }

    /// <summary>One attempt failed; after the last one the tag is told without an item, and asked again now and then.</summary>
    public void Fail(Entry tag, long now)
    {
        counters.Count(TagCause.Torn);
        tag.ReadFrom = ++tag.Failed < Attempts ? now : now + ReadAgainAfter;
        if (tag.Failed < Attempts || tag.Settled)
            return;
        tag.Settled = true;
        counters.Count(TagCause.Unreadable);
    }

    internal sealed class Entry(byte[] bytes, long now)
    {
        public byte[] Bytes { get; } = bytes;

        public TagUid Uid { get; } = new(bytes);

        public Sgtin? Item { get; set; }

        /// <summary>It may be told: its memory was read, says nothing, or could not be read for now.</summary>
        public bool Settled { get; set; }

        /// <summary>Bus time from which its memory is to be read.</summary>
        public long ReadFrom { get; set; }

        public int Failed { get; set; }

        public long SeenAt { get; set; } = now;

        public FoundTag ToFound() => new(Uid, Item);
    }
}

/// <summary>One reading of a memory, four pages at a time, no further than the answer needs.</summary>
internal sealed class MemoryReading
{
    private readonly byte[] _bytes = new byte[Type2Memory.MostBytes];
    private int _length;

    public byte NextPage => (byte)(Type2Memory.ContainerPage + _length / Type2Memory.PageBytes);

    public void Restart() => _length = 0;

    public TagWord Accept(ReadOnlySpan<byte> pages, out string uri)
    {
        int taken = Math.Min(pages.Length, _bytes.Length - _length);
        pages[..taken].CopyTo(_bytes.AsSpan(_length));
        _length += taken;
        return Type2Memory.Read(_bytes.AsSpan(0, _length), out uri);
    }
}
