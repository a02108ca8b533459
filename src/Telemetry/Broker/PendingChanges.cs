namespace PantryChain.Telemetry.Broker;

/// <summary>A session as the file keeps it.</summary>
/// <param name="User">Whose it is.</param>
/// <param name="Expiry">How long it is kept without its client.</param>
/// <param name="LeftAt">Since when its client is away; null while it is there.</param>
/// <param name="Wishes">Its subscriptions.</param>
internal sealed record KeptSession(string User, TimeSpan Expiry, DateTimeOffset? LeftAt, IReadOnlyList<Wish> Wishes);

/// <summary>What differs from the broker's file: gathered while clients talk, written together now and then.</summary>
/// <remarks>A message that comes and is acknowledged between two writes costs the SD card nothing. Guarded by the <see cref="PostOffice"/>'s lock.</remarks>
internal sealed class PendingChanges
{
    /// <summary>True when this is all there is, and what else the file holds goes.</summary>
    public bool IsWhole { get; set; }

    /// <summary>Retained messages by topic; null for one that was taken away.</summary>
    public Dictionary<string, (Letter Letter, bool IsOwn)?> Retained { get; } = new(StringComparer.Ordinal);

    /// <summary>Sessions by id; null for one that ended.</summary>
    public Dictionary<string, KeptSession?> Sessions { get; } = new(StringComparer.Ordinal);

    /// <summary>Sessions that ended, also when one of the same id began since: what waited for them goes from the file first.</summary>
    public HashSet<string> Ended { get; } = new(StringComparer.Ordinal);

    /// <summary>Messages of kept sessions; null for one that was acknowledged.</summary>
    public Dictionary<(string Session, long Number), Parcel?> Parcels { get; } = [];

    /// <summary>How many; 0 when the file is as it should be.</summary>
    public int Count => Retained.Count + Sessions.Count + Parcels.Count;

    /// <summary>A message that waits for a kept session.</summary>
    public void Keep(string session, Parcel parcel) => Parcels[(session, parcel.Number)] = parcel;

    /// <summary>A message that waits no more: the file need not hear of it when it has not heard of it yet.</summary>
    public void Drop(string session, long number)
    {
        if (Parcels.TryGetValue((session, number), out Parcel? unsaved) && unsaved is not null)
            Parcels.Remove((session, number));
        else
            Parcels[(session, number)] = null;
    }

    /// <summary>A session that ended, with all that waited for it.</summary>
    public void End(string session)
    {
        foreach ((string, long) key in Parcels.Keys.Where(key => key.Session == session).ToList())
            Parcels.Remove(key);
        Sessions[session] = null;
        Ended.Add(session);
    }

    /// <summary>Takes back what could not be written; what changed meanwhile counts.</summary>
    public void TakeBack(PendingChanges unwritten)
    {
        IsWhole |= unwritten.IsWhole;
        foreach ((string topic, (Letter, bool)? change) in unwritten.Retained)
            Retained.TryAdd(topic, change);
        foreach (((string, long) key, Parcel? change) in unwritten.Parcels)
        {
            if (!Ended.Contains(key.Item1))
                Parcels.TryAdd(key, change);
        }
        foreach ((string id, KeptSession? change) in unwritten.Sessions)
            Sessions.TryAdd(id, change);
        Ended.UnionWith(unwritten.Ended);
    }
}
