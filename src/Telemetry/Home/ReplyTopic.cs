using PantryChain.Domain.Identity;
using PantryChain.Telemetry.Mqtt;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Telemetry.Home;

/// <summary>Which response topics of requests (MQTT 5, section 4.10) are answered.</summary>
/// <remarks>
/// The gateway answers with its own login, so an asker must not be able to speak through it where only the gateway may: at the broker, at another gateway, at
/// Home Assistant, or in the gateway's own name. Everything else is the access list's business; without one the asker may publish there anyway.
/// </remarks>
internal static class ReplyTopic
{
    /// <summary>Longest response topic, in UTF-16 units.</summary>
    public const int Longest = 256;

    /// <summary>Most bytes of correlation data.</summary>
    public const int MostCorrelation = 1_024;

    /// <summary>Null for a request that names no response topic or a good one; else what is wrong with it and the next step.</summary>
    public static string? WhyNot(MqttMessage request, string verb, Topics own, IEnumerable<string> verbs, string discovery)
    {
        if (request.Correlation.Length > MostCorrelation)
            return $"The correlation data has {request.Correlation.Length} bytes; {MostCorrelation} are sent back, at most. Nothing was done: send it again with less.";
        if (request.ReplyTo is not { } topic)
            return null;
        string? because = Forbidden(topic, own, discovery) ?? (topic != own.Response(verb) && verbs.Any(other => topic == own.Response(other)) ? "answers of another verb go there" : null);
        return because is null ? null
            : $"No answer goes to the response topic '{Foreign.Short(topic)}': {because}. Nothing was done: send it again with a topic of your own, such as '{own.Base}/reply/NAME', or without one.";
    }

    private static string? Forbidden(string topic, Topics own, string discovery) =>
        topic.Length is 0 or > Longest ? $"it must have 1 to {Longest} characters"
        : topic.AsSpan().ContainsAny('+', '#') || topic.Any(char.IsControl) ? "it has wildcards or control characters"
        : topic[0] == '$' ? "topics that begin with $ are the broker's"
        : IsBelow(topic, discovery) ? "it is Home Assistant's"
        : !IsBelow(topic, Topics.Product) ? null
        : !IsBelow(topic, own.Base) ? "it is another gateway's"
        : own.IsSpoken(topic) ? "the gateway itself speaks or listens there" : null;

    private static bool IsBelow(string topic, string root) => topic == root || topic.StartsWith(root + "/", StringComparison.Ordinal);
}
