namespace PantryChain.DeviceDrivers.Simulation;

/// <summary>What lies over one reader's antenna: tags that come and go at bus times, are missed, or are torn off in the middle of a reading.</summary>
/// <remarks>Which moments a tag is deaf in is fixed by the seed, not by how often it is asked. Thread safe.</remarks>
public sealed class SimulatedTagField(SimulatedBusClock clock, ulong seed = 1)
{
    private const long Slice = 40_000_000; // shorter than readers' polls, so that one miss says nothing about the next

    private readonly List<Stay> _stays = [];
    private readonly Lock _lock = new();

    /// <summary>Share of time slices in which a tag does not hear that it is looked for, 0 to 1.</summary>
    public double MissedPolls { get; set; }

    /// <summary>Share of answers from tags that lose a bit in the air, 0 to 1.</summary>
    public double GarbledAnswers { get; set; }

    /// <summary>Tags that lie there beside those put down here, as somebody else knows; asked at every look, with what comes and goes in its own time.</summary>
    public Func<IReadOnlyList<SimulatedTag>>? Others { get; init; }

    /// <summary>Answers of tags so far.</summary>
    public long Answers { get; private set; }

    /// <summary>Puts a tag down, now or later.</summary>
    public void Put(SimulatedTag tag, TimeSpan after = default)
    {
        ArgumentNullException.ThrowIfNull(tag);
        lock (_lock)
            _stays.Add(new Stay(tag, At(after)));
    }

    /// <summary>Takes a tag away, now or later.</summary>
    public void Take(SimulatedTag tag, TimeSpan after = default)
    {
        lock (_lock)
        {
            foreach (Stay stay in _stays.Where(stay => stay.Tag == tag && stay.Until == long.MaxValue))
                stay.Until = At(after);
        }
    }

    /// <summary>Takes a tag away as soon as its memory was read so often: torn off in the middle of a reading.</summary>
    public void TearOff(SimulatedTag tag, int afterReads)
    {
        lock (_lock)
        {
            foreach (Stay stay in _stays.Where(stay => stay.Tag == tag))
                stay.ReadsLeft = afterReads;
        }
    }

    /// <summary>The tags over the antenna at a moment.</summary>
    internal void Find(long now, List<SimulatedTag> tags)
    {
        tags.Clear();
        lock (_lock)
        {
            _stays.RemoveAll(stay => stay.Until < now - 1_000_000_000);
            foreach (Stay stay in _stays)
            {
                if (stay.IsOver(now) && !tags.Contains(stay.Tag))
                    tags.Add(stay.Tag);
            }
        }
        if (Others is { } others)
            tags.AddRange(others());
    }

    internal bool Holds(SimulatedTag tag, long now)
    {
        lock (_lock)
        {
            if (_stays.Exists(stay => stay.Tag == tag && stay.IsOver(now)))
                return true;
        }
        return LiesThere(tag);
    }

    private bool LiesThere(SimulatedTag tag) => Others is { } others && others().Contains(tag);

    /// <summary>Whether a tag hears at this moment that it is looked for.</summary>
    internal bool Hears(SimulatedTag tag, long now) =>
        MissedPolls <= 0 || Chance.Of(seed, (ulong)(now / Slice), (ulong)tag.Uid.Hex.Aggregate(17L, (hash, letter) => (hash * 31 + letter) % 1_000_000_007)).NextUnit() >= MissedPolls;

    /// <summary>A reading of a tag's memory begins; false when it is torn off right then.</summary>
    internal bool MayRead(SimulatedTag tag, long now)
    {
        if (LiesThere(tag))
            return true;
        lock (_lock)
        {
            Stay? stay = _stays.Find(stay => stay.Tag == tag && stay.IsOver(now));
            if (stay is null || stay.ReadsLeft == 0)
                return Leave(stay, now);
            stay.ReadsLeft -= stay.ReadsLeft > 0 ? 1 : 0;
            return true;
        }
    }

    /// <summary>Spoils an answer when it is its turn.</summary>
    internal void Send(Span<byte> answer, long now)
    {
        Answers++;
        if (GarbledAnswers <= 0 || answer.IsEmpty)
            return;
        Chance chance = Chance.Of(seed, (ulong)now, (ulong)Answers);
        if (chance.NextUnit() < GarbledAnswers)
            answer[(int)(chance.NextBits() % (ulong)answer.Length)] ^= (byte)(1 << (int)(chance.NextBits() % 8));
    }

    private static bool Leave(Stay? stay, long now)
    {
        if (stay is not null)
            stay.Until = now;
        return false;
    }

    private long At(TimeSpan after) => clock.Read() + after.Ticks * TimeSpan.NanosecondsPerTick;

    private sealed class Stay(SimulatedTag tag, long from)
    {
        public SimulatedTag Tag => tag;

        public long Until { get; set; } = long.MaxValue;

        /// <summary>Readings before it is torn off; negative for never.</summary>
        public int ReadsLeft { get; set; } = -1;

        public bool IsOver(long now) => now >= from && now < Until;
    }
}
