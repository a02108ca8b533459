using System.Collections.Concurrent;
using Dapper;
using Microsoft.Extensions.Logging;
using PantryChain.Domain.Identity;
using PantryChain.Telemetry.Mqtt;
using PantryChain.Telemetry.Storage;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Telemetry.Home;

/// <summary>Clears what is retained at the home broker and nobody speaks for any more: topics of a name that the gateway had before, of slots that are gone, and of windows where no reader is.</summary>
/// <remarks>
/// The names that this gateway ever had stand in its own file. An old name may have become another gateway's: it is touched only when its status says
/// <c>offline</c> soon after a connection began, as the gateway's own last word or will does, and it is forgotten once it is cleared. Thread safe.
/// </remarks>
public sealed class Leftovers
{
    /// <summary>So long after a connection the will of the gateway's own last life may still come.</summary>
    public static readonly TimeSpan OwnWill = TimeSpan.FromMinutes(3);

    private static readonly string[] Steps = ["CREATE TABLE home_names(name TEXT PRIMARY KEY, cleared INTEGER NOT NULL DEFAULT 0) STRICT"];

    private readonly IMqttLink _link;
    private readonly Topics _topics;
    private readonly SqliteFile _file;
    private readonly IReadOnlySet<SlotId> _slots, _readers;
    private readonly IReadOnlySet<string> _places;
    private readonly TimeProvider _real;
    private readonly ILogger<Leftovers> _log;
    private readonly List<Former> _former;
    private long _connectedAt;

    /// <summary>Notes the gateway's name and subscribes at the home broker.</summary>
    /// <param name="link">The home broker.</param>
    /// <param name="topics">The gateway's topics, by its name of today.</param>
    /// <param name="file">The gateway's file.</param>
    /// <param name="discovery">Home Assistant's discovery prefix.</param>
    /// <param name="there">The slots that there are, those of them with a tag reader, and the places whose air is measured.</param>
    /// <param name="real">Real time, because brokers live in it.</param>
    /// <param name="log">For what was cleared.</param>
    public Leftovers(
        IMqttLink link, Topics topics, SqliteFile file, HomeAssistantOptions discovery, (IReadOnlySet<SlotId> Slots, IReadOnlySet<SlotId> Readers, IReadOnlySet<string> Places) there, TimeProvider real, ILogger<Leftovers> log)
    {
        (_link, _topics, _file, _real, _log) = (link, topics, file, real, log);
        (_slots, _readers, _places) = there;
        file.Migrate("home-names", Steps);
        file.Write((db, transaction) =>
        {
            db.Execute("DELETE FROM home_names WHERE cleared = 1", transaction: transaction);
            db.Execute("INSERT INTO home_names(name) VALUES (@name) ON CONFLICT(name) DO UPDATE SET cleared = 0", new { name = topics.Gateway.Value }, transaction);
        });
        _former = [.. file.Read(db => db.Query<string>("SELECT name FROM home_names").AsList()).Where(name => name != topics.Gateway.Value).Select(name => new Former(new Topics(new GatewayId(name))))];
        link.WhenConnected(Begin);
        link.Subscribe(topics.Base + "/slot/+/+", HearOwn);
        link.Subscribe(topics.Climate("+"), HearPlace);
        foreach (Former former in _former)
        {
            link.Subscribe(former.Topics.Base + "/#", message => Hear(former, message));
            string device = DiscoveryPayloads.DeviceId(former.Topics.Gateway);
            link.Subscribe($"{discovery.Prefix}/device/+/config", message =>
            {
                string id = message.Topic.Split('/')[^2];
                if (id == device || DiscoveryPayloads.IsPart(id, former.Topics.Gateway))
                    Hear(former, message);
            });
        }
    }

    private void Begin()
    {
        Volatile.Write(ref _connectedAt, _real.GetTimestamp());
        foreach (Former former in _former)
            former.IsSilent = false;
    }

    private void HearOwn(MqttMessage message)
    {
        if (!message.Retain || message.Payload.IsEmpty || message.Topic[(_topics.Base.Length + 1)..].Split('/') is not [_, string number, string kind])
            return;
        bool known = ushort.TryParse(number, out ushort slot) && _slots.Contains(new SlotId(slot)) && (kind != "pairing" || _readers.Contains(new SlotId(slot)));
        if (!known)
            _ = ClearAsync([message.Topic]);
    }

    private void HearPlace(MqttMessage message)
    {
        if (message.Retain && !message.Payload.IsEmpty && !_places.Contains(message.Topic.Split('/')[^2]))
            _ = ClearAsync([message.Topic]);
    }

    private void Hear(Former former, MqttMessage message)
    {
        if (message.Topic == former.Topics.Status)
            HearStatus(former, message);
        else if (message.Retain && !message.Payload.IsEmpty)
        {
            former.Kept[message.Topic] = 0;
            if (former.IsSilent)
                _ = ClearAsync([message.Topic]);
        }
    }

    private void HearStatus(Former former, MqttMessage message)
    {
        if (!message.Retain && message.Payload.Span.SequenceEqual(Presence.Online))
            former.IsTaken = true; // somebody connects by that name now
        bool soon = _real.GetElapsedTime(Volatile.Read(ref _connectedAt)) < OwnWill;
        if (former.IsSilent || former.IsTaken || !soon || !message.Payload.Span.SequenceEqual(Presence.Offline))
            return;
        former.IsSilent = true;
        _ = ClearAllAsync(former);
    }

    // The status goes last: while it is there, an interrupted clearing is taken up again at the next connection.
    private async Task ClearAllAsync(Former former)
    {
        if (!await ClearAsync([.. former.Kept.Keys, former.Topics.Status]))
            return;
        _file.Write((db, transaction) => db.Execute("UPDATE home_names SET cleared = 1 WHERE name = @name", new { name = former.Topics.Gateway.Value }, transaction));
        _log.LogInformation("Cleared what the home broker kept of this gateway's former name {Name}", former.Topics.Gateway.Value);
    }

    private async Task<bool> ClearAsync(IReadOnlyList<string> topics)
    {
        try
        {
            await Task.WhenAll(topics.Select(topic => _link.PublishAsync(new MqttMessage(topic, ReadOnlyMemory<byte>.Empty, Retain: true))));
            return true;
        }
        catch (MqttRefusedException error)
        {
            _log.LogWarning("{Why} What is retained there stays: clear it with 'mosquitto_sub --remove-retained -W 2 -t {Topic}' and a login that may", error.Message, topics[0]);
        }
        catch (OperationCanceledException)
        {
            // the link stops: it is found again at the next start
        }
        return false;
    }

    /// <summary>A name that the gateway had, and what is retained under it.</summary>
    private sealed class Former(Topics topics)
    {
        public Topics Topics => topics;

        public ConcurrentDictionary<string, byte> Kept { get; } = new(StringComparer.Ordinal);

        /// <summary>True once somebody else came up under the name.</summary>
        public bool IsTaken { get; set; }

        /// <summary>True once its status said <c>offline</c> on this connection.</summary>
        public bool IsSilent { get; set; }
    }
}
