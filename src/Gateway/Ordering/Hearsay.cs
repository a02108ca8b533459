using PantryChain.Gateway.Cooperative;
using PantryChain.Ledger.Evm;

namespace PantryChain.Gateway.Ordering;

/// <summary>What the escrow itself says of something that the log tells.</summary>
internal enum Truth : byte
{
    /// <summary>It is there and matters.</summary>
    Stands,

    /// <summary>It was there, or is of no matter any more.</summary>
    Over,

    /// <summary>It never was there.</summary>
    Never,

    /// <summary>The nodes differ, and none can be outvoted.</summary>
    Disputed,
}

/// <summary>What the log tells of and the escrow has not confirmed yet: a log is a word of whoever tells it, and a word is asked about before anything is kept or signed.</summary>
/// <remarks>
/// So much is asked in one look, what most nodes tell first, and no more is heard while much is waiting. What the nodes deny may be a block that they have not heard of, so it is
/// asked about once more after the time that a block takes to reach all; who alone told it then is a node that differs. One caller at a time.
/// </remarks>
internal sealed class Hearsay<TId, T>(TimeProvider time)
    where TId : struct
{
    /// <summary>How many are asked about in one look.</summary>
    public const int MostQuestions = 32;

    private const int Most = 512;

    private static readonly TimeSpan BlocksWay = TimeSpan.FromSeconds(15); // real time

    private readonly Dictionary<TId, Rumour> _heard = [];

    /// <summary>True while so much is waiting that the log is not read on.</summary>
    public bool IsFull => _heard.Count >= Most;

    /// <summary>Hears of something; true when it is new.</summary>
    public bool Hear(TId id, T what, ToldLog told)
    {
        if (!_heard.TryGetValue(id, out Rumour? before))
        {
            _heard[id] = new Rumour(what, told.By, told.ByMost, time.GetTimestamp(), Denied: false);
            return true;
        }
        if (told.By.Count > before.By.Count)
            _heard[id] = before with { By = told.By, ByMost = told.ByMost, Denied = false };
        return false;
    }

    /// <summary>Asks about what is waiting.</summary>
    /// <param name="ask">Asks the escrow.</param>
    /// <param name="stop">Ends it.</param>
    /// <returns>What stands and what nodes differ about; both are waiting no more.</returns>
    /// <exception cref="EvmException">No node answers; what was not asked about waits on.</exception>
    public async Task<IReadOnlyList<(TId Id, T What, Truth Truth)>> JudgeAsync(Func<TId, T, CancellationToken, Task<Truth>> ask, CancellationToken stop)
    {
        List<(TId, T, Truth)> judged = [];
        List<KeyValuePair<TId, Rumour>> due = [.. _heard.Where(heard => !heard.Value.Denied || time.GetElapsedTime(heard.Value.Since) >= BlocksWay)
            .OrderByDescending(heard => heard.Value.ByMost).ThenBy(heard => heard.Value.Since).Take(MostQuestions)];
        foreach ((TId id, Rumour rumour) in due)
        {
            Truth truth = await ask(id, rumour.What, stop);
            if (truth == Truth.Never && !rumour.Denied)
            {
                _heard[id] = rumour with { Denied = true };
                continue;
            }
            _heard.Remove(id);
            if (truth == Truth.Never && !rumour.ByMost)
            {
                foreach (ChainNode liar in rumour.By)
                    liar.Differs();
            }
            if (truth is Truth.Stands or Truth.Disputed)
                judged.Add((id, rumour.What, truth));
        }
        return judged;
    }

    private sealed record Rumour(T What, IReadOnlyList<ChainNode> By, bool ByMost, long Since, bool Denied);
}
