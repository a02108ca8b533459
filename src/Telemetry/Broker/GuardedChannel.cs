using System.Buffers;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using MQTTnet.Channel;
using MQTTnet.Exceptions;

namespace PantryChain.Telemetry.Broker;

/// <summary>A connection's bytes, stopped before MQTTnet makes room for a packet that claims too much or is no CONNECT where one is due.</summary>
/// <remarks>MQTTnet allocates what a packet's head claims, up to 256 MB, before it knows who is there. It reads the head byte by byte, so whoever stands between sees the claim first.</remarks>
internal sealed class GuardedChannel(IMqttChannel inner, int strangersPacket) : IMqttChannel
{
    private const int Connect = 0x10, Publish = 3, LongestLength = 4, MostOthers = 65_536, MostProperties = 16_384;

    private bool _first = true, _inHead;
    private byte _type;
    private int _lengthBytes, _length, _left;
    private PropertyMeter _meter;

    /// <summary>Largest PUBLISH that is let through, without its head; other packets end at 64 KiB.</summary>
    public int Most { get; set; } = strangersPacket;

    /// <summary>True for a client of MQTT 5, whose messages may have properties: 16 KiB at most.</summary>
    public bool HasProperties { get; set; }

    /// <summary>True once a packet claimed more.</summary>
    public bool IsOversized { get; private set; }

    /// <inheritdoc />
    public X509Certificate2 ClientCertificate => inner.ClientCertificate;

    /// <inheritdoc />
    public EndPoint RemoteEndPoint => inner.RemoteEndPoint;

    /// <inheritdoc />
    public EndPoint LocalEndPoint => inner.LocalEndPoint;

    /// <inheritdoc />
    public bool IsSecureConnection => inner.IsSecureConnection;

    /// <inheritdoc />
    public Task ConnectAsync(CancellationToken cancellationToken) => inner.ConnectAsync(cancellationToken);

    /// <inheritdoc />
    public Task DisconnectAsync(CancellationToken cancellationToken) => inner.DisconnectAsync(cancellationToken);

    /// <inheritdoc />
    public async Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        int read = await inner.ReadAsync(buffer, offset, count, cancellationToken);
        Follow(buffer.AsSpan(offset, read));
        return read;
    }

    /// <inheritdoc />
    public Task WriteAsync(ReadOnlySequence<byte> buffer, bool isEndOfPacket, CancellationToken cancellationToken) => inner.WriteAsync(buffer,
        isEndOfPacket, cancellationToken);

    /// <inheritdoc />
    public void Dispose() => inner.Dispose();

    /// <summary>MQTT 5 section 2.1: a byte of type, up to four of length with seven bits each, then the body.</summary>
    private void Follow(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_left > 0)
            {
                int body = Math.Min(_left, bytes.Length);
                FollowBody(bytes[..body]);
                _left -= body;
                bytes = bytes[body..];
                continue;
            }
            if (_inHead)
                TakeLength(bytes[0]);
            else
                TakeType(bytes[0]);
            bytes = bytes[1..];
        }
    }

    private void FollowBody(ReadOnlySpan<byte> bytes)
    {
        if (!IsPublish || !HasProperties || _length <= MostProperties)
            return;
        _meter.Follow(bytes);
        if (_meter.Properties > MostProperties)
            Refuse($"A message claims {_meter.Properties} bytes of properties.");
    }

    private void TakeType(byte type)
    {
        if (_first && type != Connect)
            throw new MqttProtocolViolationException("The first packet is no CONNECT.");
        (_first, _inHead, _lengthBytes, _length, _type, _meter) = (false, true, 0, 0, type, PropertyMeter.Of(type));
    }

    private void TakeLength(byte part)
    {
        _length |= (part & 0x7F) << (7 * _lengthBytes++);
        if (_length > (IsPublish ? Most : Math.Min(Most, MostOthers)))
            Refuse($"A packet claims {_length} bytes.");
        if ((part & 0x80) == 0)
            (_inHead, _left) = (false, _length);
        else if (_lengthBytes == LongestLength)
            throw new MqttProtocolViolationException("A packet's length does not end.");
    }

    private bool IsPublish => _type >> 4 == Publish;

    private void Refuse(string why)
    {
        IsOversized = true;
        throw new MqttProtocolViolationException(why);
    }
}
