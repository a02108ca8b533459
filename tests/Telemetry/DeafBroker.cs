using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PantryChain.Telemetry.Tests;

/// <summary>What no real broker does on demand: takes connections, subscriptions and pings of MQTT 5 and acknowledges messages only when told to.</summary>
internal sealed class DeafBroker : IAsyncDisposable
{
    private readonly TcpListener _door = new(IPAddress.Loopback, 0);
    private readonly ConcurrentQueue<(int Connection, string Payload)> _published = new();
    private readonly ConcurrentBag<NetworkStream> _streams = [];
    private readonly Task _accepting;
    private int _taken, _closed;

    public DeafBroker()
    {
        _door.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>True once it acknowledges what comes from then on.</summary>
    public bool Acknowledges { get; set; }

    public int Port => ((IPEndPoint)_door.LocalEndpoint).Port;

    public int Taken => Volatile.Read(ref _taken);

    /// <summary>Connections that the other side has closed.</summary>
    public int Closed => Volatile.Read(ref _closed);

    public IEnumerable<string> PublishedOn(int connection) => _published.Where(one => one.Connection == connection).Select(one => one.Payload);

    /// <summary>DISCONNECT with a reason to everybody (MQTT 5, section 3.14), who then hang up.</summary>
    public async Task SendAwayAsync(byte reason)
    {
        foreach (NetworkStream stream in _streams)
            await stream.WriteAsync(new byte[] { 0xE0, 2, reason, 0 });
    }

    public async ValueTask DisposeAsync()
    {
        _door.Stop();
        foreach (NetworkStream stream in _streams)
            await stream.DisposeAsync();
        await _accepting.InTimeAsync();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _door.AcceptTcpClientAsync(), Interlocked.Increment(ref _taken));
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // stopped
        }
    }

    private async Task ServeAsync(TcpClient client, int connection)
    {
        using TcpClient closing = client;
        NetworkStream stream = client.GetStream();
        _streams.Add(stream);
        try
        {
            while (true)
            {
                byte kind = await ByteAsync(stream);
                byte[] body = new byte[await LengthAsync(stream)];
                await stream.ReadExactlyAsync(body);
                if (Answer(connection, kind, body) is { } answer)
                    await stream.WriteAsync(answer);
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            Interlocked.Increment(ref _closed);
        }
    }

    private byte[]? Answer(int connection, byte kind, byte[] body) => (kind >> 4) switch
    {
        1 => [0x20, 3, 0, 0, 0], // CONNECT: CONNACK
        3 => Publish(connection, body),
        8 => [0x90, 4, body[0], body[1], 0, 1], // SUBSCRIBE to one filter: SUBACK
        12 => [0xD0, 0], // PINGREQ: PINGRESP
        _ => null,
    };

    private byte[]? Publish(int connection, byte[] body)
    {
        int id = 2 + BinaryPrimitives.ReadUInt16BigEndian(body), payload = id + 3 + body[id + 2];
        _published.Enqueue((connection, Encoding.UTF8.GetString(body.AsSpan(payload))));
        return Acknowledges ? [0x40, 2, body[id], body[id + 1]] : null;
    }

    private static async Task<byte> ByteAsync(Stream stream)
    {
        byte[] one = new byte[1];
        await stream.ReadExactlyAsync(one);
        return one[0];
    }

    private static async Task<int> LengthAsync(Stream stream)
    {
        int length = 0, shift = 0;
        byte part;
        do
        {
            part = await ByteAsync(stream);
            length |= (part & 0x7F) << shift;
            shift += 7;
        }
        while (part >= 0x80);
        return length;
    }
}
