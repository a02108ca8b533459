namespace PantryChain.Store.Following;

/// <summary>How many blocks to ask a node's log for at once: halved when the node refuses, doubled again while it answers, never back to what it refused just now.</summary>
/// <remarks>Pure. Not thread safe.</remarks>
/// <param name="most">Largest stretch.</param>
internal sealed class LogStretch(ulong most)
{
    /// <summary>Answers in a row after which a refused size is tried again: nodes change their limits, and full blocks pass.</summary>
    private const int Forgiving = 32;

    private readonly ulong _most = most;
    private ulong _refused = ulong.MaxValue;
    private int _answers;

    /// <summary>Blocks to ask for, at least 1.</summary>
    public ulong Size { get; private set; } = most;

    /// <summary>A stretch was answered.</summary>
    public void Answered()
    {
        if (++_answers >= Forgiving)
            (_refused, _answers) = (ulong.MaxValue, 0);
        ulong larger = Math.Min(Size * 2, _most);
        if (larger < _refused)
            Size = larger;
    }

    /// <summary>A stretch of <paramref name="asked"/> blocks was too much; false when it was a single block, which no stretch can be smaller than.</summary>
    public bool Refused(ulong asked)
    {
        (_refused, _answers) = (asked, 0);
        Size = Math.Max(1, asked / 2);
        return asked > 1;
    }
}
