using Dapper;
using Microsoft.Extensions.Logging;
using PantryChain.Domain.Events;
using PantryChain.Telemetry.Mqtt;
using PantryChain.Telemetry.Storage;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Rehearsal.Audit;

/// <summary>A listener at the home broker that misses nothing: a persistent session, every event on the disk before it is acknowledged.</summary>
internal sealed class Recorder : IAsyncDisposable
{
    private readonly SqliteFile _file;
    private readonly MqttLink _link;

    /// <summary>A recorder; <see cref="StartAsync"/> makes it listen.</summary>
    public Recorder(string path, int port, string user, string passwordFile, ILoggerFactory logs)
    {
        _file = SqliteFile.Open(path);
        _file.Migrate("recorder", ["CREATE TABLE heard(seq INTEGER PRIMARY KEY, payload BLOB NOT NULL, times INTEGER NOT NULL) STRICT"]);
        _link = new MqttLink(new MqttOptions
        {
            Host = "127.0.0.1", Port = port, ClientId = user, Username = user, Password = File.ReadLines(passwordFile).First(),
            SessionExpiry = TimeSpan.FromDays(30), RetryFirst = TimeSpan.FromMilliseconds(50), RetryMost = TimeSpan.FromSeconds(1),
        }, logs.CreateLogger<MqttLink>());
        _link.Subscribe(Topics.Root + "+/slot/+/event/#", Keep);
    }

    /// <summary>Connects; messages that waited in the session come at once.</summary>
    public Task StartAsync(CancellationToken cancellation)
    {
        _link.Start();
        return _link.WaitConnectedAsync(cancellation);
    }

    /// <summary>Everything heard, by number.</summary>
    public IReadOnlyDictionary<ulong, ThingEvent> Heard() => _file
        .Read(db => db.Query<(long Seq, byte[] Payload)>("SELECT seq, payload FROM heard ORDER BY seq").AsList())
        .ToDictionary(row => (ulong)row.Seq, row => WireCodec.TryDecode(row.Payload, out ThingEvent? seen, out string? why) ? seen : throw new StorageException($"The recorder's event {row.Seq} is broken: {why}."));

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _link.DisposeAsync();
        _file.Dispose();
    }

    private void Keep(MqttMessage message)
    {
        if (WireCodec.TryDecode(message.Payload.Span, out ThingEvent? seen, out _))
            _file.Write((db, transaction) => db.Execute(
                "INSERT INTO heard(seq, payload, times) VALUES (@seq, @payload, 1) ON CONFLICT(seq) DO UPDATE SET times = times + 1",
                new { seq = (long)seen.Seq, payload = message.Payload.ToArray() }, transaction));
    }
}
