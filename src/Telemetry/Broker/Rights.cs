using PantryChain.Telemetry.Mqtt;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Telemetry.Broker;

/// <summary>What a user of the embedded broker may read and write, as topic filters.</summary>
/// <param name="Reads">What may be delivered to it.</param>
/// <param name="Writes">Where it may publish, its will included.</param>
public sealed record Rights(IReadOnlyList<string> Reads, IReadOnlyList<string> Writes)
{
    /// <summary>Every topic of the household; the broker's own (<c>$...</c>) are nobody's.</summary>
    public static Rights Everything { get; } = new(["#"], ["#"]);

    /// <summary>No topic at all: a user that is no more.</summary>
    public static Rights Nothing { get; } = new([], []);

    /// <summary>What Home Assistant needs: it reads what the gateway tells, may ask it, and says that it is there.</summary>
    /// <param name="topics">The gateway's topics.</param>
    /// <param name="discovery">Home Assistant's discovery prefix.</param>
    public static Rights OfHome(Topics topics, string discovery) => new([Topics.Product + "/#", discovery + "/#"], [topics.AnyRequest, discovery + "/status"]);

    /// <summary>True when messages on a topic may be delivered.</summary>
    public bool MayRead(string topic) => Reads.Any(filter => TopicFilter.Matches(filter, topic));

    /// <summary>True when messages on a topic may be taken.</summary>
    public bool MayWrite(string topic) => !topic.StartsWith('$') && Writes.Any(filter => TopicFilter.Matches(filter, topic));

    /// <summary>True when a subscription could ever deliver something; what it delivers is asked again for each topic.</summary>
    public bool MayAsk(string filter) => !filter.StartsWith('$') && Reads.Any(readable => TopicFilter.Overlap(readable, filter));
}
