using System.Collections.Frozen;

namespace PantryChain.Telemetry.Wire;

/// <summary>What a refusal of the store's HTTP API means for a running gateway.</summary>
public enum RefusalMeaning : byte
{
    /// <summary>It may be granted later, or somebody other than the store spoke: the same call is made again until its window ends.</summary>
    TryAgain,

    /// <summary>The same call would be refused for ever by whoever answered.</summary>
    Final,
}

/// <summary>The codes that a store's API gives to a gateway, and what each means (protocol, "Refusals of the store").</summary>
/// <remarks>
/// A refusal without one of these codes is no word of a store: a proxy, a captive portal or a newer store spoke, and the call is made again. Immutable.
/// </remarks>
public static class StoreCodes
{
    /// <summary>Every documented code.</summary>
    public static IReadOnlyDictionary<string, RefusalMeaning> All { get; } = new Dictionary<string, RefusalMeaning>(StringComparer.Ordinal)
    {
        ["malformed"] = RefusalMeaning.Final,
        ["kind_unknown"] = RefusalMeaning.Final,
        ["target_not_allowed"] = RefusalMeaning.Final,
        ["deadline_too_far"] = RefusalMeaning.Final,
        ["function_not_allowed"] = RefusalMeaning.Final,
        ["not_your_device"] = RefusalMeaning.Final,
        ["not_your_account"] = RefusalMeaning.Final,
        ["not_for_strangers"] = RefusalMeaning.Final,
        ["too_large"] = RefusalMeaning.Final,
        ["id_reused"] = RefusalMeaning.Final,
        ["would_revert"] = RefusalMeaning.TryAgain,
        ["gas_budget_spent"] = RefusalMeaning.TryAgain,
        ["strangers_budget_spent"] = RefusalMeaning.TryAgain,
        ["unauthorized"] = RefusalMeaning.TryAgain,
        ["rate_limited"] = RefusalMeaning.TryAgain,
        ["call_unknown"] = RefusalMeaning.TryAgain,
        ["not_anchored"] = RefusalMeaning.TryAgain,
        ["no_epoch"] = RefusalMeaning.TryAgain,
        ["no_block"] = RefusalMeaning.TryAgain,
        ["order_unknown"] = RefusalMeaning.TryAgain,
        ["not_found"] = RefusalMeaning.TryAgain,
        ["method_not_allowed"] = RefusalMeaning.TryAgain,
        ["not_json"] = RefusalMeaning.TryAgain,
        ["chain_unreachable"] = RefusalMeaning.TryAgain,
        ["database_unreachable"] = RefusalMeaning.TryAgain,
        ["fault"] = RefusalMeaning.TryAgain,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>True for a documented code that would be given again for ever; false for any other text.</summary>
    public static bool IsFinal(string code) => All.TryGetValue(code, out RefusalMeaning meaning) && meaning == RefusalMeaning.Final;
}
