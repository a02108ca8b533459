namespace PantryChain.Telemetry.Broker;

/// <summary>What is wrong with a topic or filter.</summary>
internal enum TopicFault : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It is no topic, or no filter, at all: whoever sends it does not speak MQTT.</summary>
    Malformed,

    /// <summary>It is longer or deeper than a household needs.</summary>
    TooLong,
}

/// <summary>Topics and filters as MQTT 5 sections 1.5.4 and 4.7 want them, within our bounds.</summary>
/// <remarks>MQTTnet decodes broken UTF-8 to U+FFFD without a word, so that character stands for it.</remarks>
internal static class TopicRules
{
    private const char Replacement = '\uFFFD';

    /// <summary>Judges a topic to publish on.</summary>
    public static TopicFault OfTopic(string? topic, BrokerLimits limits) =>
        string.IsNullOrEmpty(topic) || topic.AsSpan().ContainsAny('+', '#') || !IsText(topic) ? TopicFault.Malformed : OfSize(topic, limits);

    /// <summary>Judges a filter to subscribe to.</summary>
    public static TopicFault OfFilter(string? filter, BrokerLimits limits)
    {
        if (string.IsNullOrEmpty(filter) || !IsText(filter))
            return TopicFault.Malformed;
        TopicFault size = OfSize(filter, limits);
        if (size != TopicFault.None)
            return size;
        string[] levels = filter.Split('/');
        for (int i = 0; i < levels.Length; i++)
        {
            bool whole = !levels[i].AsSpan().ContainsAny('+', '#') || levels[i] is "+" || (levels[i] is "#" && i == levels.Length - 1);
            if (!whole)
                return TopicFault.Malformed;
        }
        return TopicFault.None;
    }

    /// <summary>True for a text without what MQTT forbids: U+0000, control characters, halves of characters.</summary>
    public static bool IsText(string text)
    {
        foreach (char letter in text)
        {
            if (letter == Replacement || char.IsControl(letter))
                return false;
        }
        return true;
    }

    private static TopicFault OfSize(string topic, BrokerLimits limits) =>
        topic.Length > limits.TopicLength || topic.AsSpan().Count('/') >= limits.TopicLevels ? TopicFault.TooLong : TopicFault.None;
}
