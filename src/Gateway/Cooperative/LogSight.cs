using PantryChain.Ledger.Evm;

namespace PantryChain.Gateway.Cooperative;

/// <summary>One event of the log, and who tells it.</summary>
/// <param name="Log">The event.</param>
/// <param name="By">The nodes that tell exactly this.</param>
/// <param name="ByMost">True when they are more than half of those that tell their log.</param>
internal sealed record ToldLog(EvmLog Log, IReadOnlyList<ChainNode> By, bool ByMost);

/// <summary>A stretch of the log as all nodes together tell it, in the chain's order.</summary>
internal sealed record LogSight(IReadOnlyList<ToldLog> Logs)
{
    /// <summary>Puts what nodes tell together. Two logs are one only when all of them is the same: a place in the log that one node gives another content hides nothing.</summary>
    public static LogSight Of(IReadOnlyList<(ChainNode Node, IReadOnlyList<EvmLog> Logs)> told) => new(
        [.. told.SelectMany(each => each.Logs.Select(log => (each.Node, Log: log))).GroupBy(each => ContentOf(each.Log))
            .Select(group => new ToldLog(group.First().Log, [.. group.Select(each => each.Node).Distinct()], group.Select(each => each.Node).Distinct().Count() * 2 > told.Count))
            .OrderBy(each => each.Log.Block).ThenBy(each => each.Log.Index)]);

    private static string ContentOf(EvmLog log) => $"{log.Block} {log.Transaction} {log.Index} {log.Address} {string.Join(' ', log.Topics)} {Convert.ToHexString(log.Data.Span)}";
}
