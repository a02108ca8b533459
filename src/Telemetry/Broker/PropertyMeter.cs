namespace PantryChain.Telemetry.Broker;

/// <summary>Reads from a PUBLISH of MQTT 5 on its way in how many bytes of properties it has, before MQTTnet makes an object of each.</summary>
/// <remarks>A user property of five bytes becomes about a hundred, so a packet within its bound could become twenty of it.</remarks>
internal struct PropertyMeter
{
    private const int LongestLength = 4;

    private int _at, _head, _lengthBytes;
    private byte _qos;

    /// <summary>Begins with a packet.</summary>
    /// <param name="type">Its first byte.</param>
    public static PropertyMeter Of(byte type) => new() { _qos = (byte)((type >> 1) & 3) };

    /// <summary>Bytes of properties, as far as their length was read.</summary>
    public int Properties { get; private set; }

    /// <summary>Takes the next bytes of the body: a topic with its length, an id when it wants an answer, the properties' length (MQTT 5 section 3.3).</summary>
    public void Follow(ReadOnlySpan<byte> bytes)
    {
        for (int i = 0; i < bytes.Length && _lengthBytes < LongestLength; i++, _at++)
        {
            if (_at < 2)
                _head = _at == 0 ? bytes[i] << 8 : 2 + (_head | bytes[i]) + (_qos > 0 ? 2 : 0);
            if (_at < 2 || _at < _head)
                continue;
            Properties |= (bytes[i] & 0x7F) << (7 * _lengthBytes++);
            if ((bytes[i] & 0x80) == 0)
                _lengthBytes = LongestLength;
        }
    }
}
