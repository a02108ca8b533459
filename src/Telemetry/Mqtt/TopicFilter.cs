namespace PantryChain.Telemetry.Mqtt;

/// <summary>Topic filters of MQTT 5, section 4.7.</summary>
/// <remarks>MQTTnet's own comparer (5.2) does not let <c>+</c> match an empty level.</remarks>
internal static class TopicFilter
{
    /// <summary>True when <paramref name="topic"/> is one of those that <paramref name="filter"/> asks for; both are well formed.</summary>
    public static bool Matches(ReadOnlySpan<char> filter, ReadOnlySpan<char> topic)
    {
        // 4.7.2: a wildcard at the start does not match the broker's own topics.
        if (topic.StartsWith('$') && !filter.StartsWith('$'))
            return false;
        while (true)
        {
            bool moreWanted = TakeLevel(ref filter, out ReadOnlySpan<char> wanted);
            if (wanted is "#")
                return true;
            bool more = TakeLevel(ref topic, out ReadOnlySpan<char> level);
            if (wanted is not "+" && !wanted.SequenceEqual(level))
                return false;
            if (!more)
                return !moreWanted || filter is "#"; // 4.7.1.2: "a/#" matches "a" too
            if (!moreWanted)
                return false;
        }
    }

    /// <summary>True when some topic is asked for by both filters; both are well formed.</summary>
    public static bool Overlap(ReadOnlySpan<char> one, ReadOnlySpan<char> other)
    {
        while (true)
        {
            bool moreOfOne = TakeLevel(ref one, out ReadOnlySpan<char> first), moreOfOther = TakeLevel(ref other, out ReadOnlySpan<char> second);
            if (first is "#" || second is "#")
                return true;
            if (first is not "+" && second is not "+" && !first.SequenceEqual(second))
                return false;
            if (!moreOfOne || !moreOfOther)
                return (!moreOfOne || one is "#") && (!moreOfOther || other is "#");
        }
    }

    /// <summary>Takes the first level off; true when another one follows.</summary>
    private static bool TakeLevel(ref ReadOnlySpan<char> rest, out ReadOnlySpan<char> level)
    {
        int slash = rest.IndexOf('/');
        level = slash < 0 ? rest : rest[..slash];
        rest = slash < 0 ? [] : rest[(slash + 1)..];
        return slash >= 0;
    }
}
