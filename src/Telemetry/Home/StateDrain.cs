using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using PantryChain.Domain.Identity;
using PantryChain.Telemetry.Mqtt;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Telemetry.Home;

/// <summary>Keeps the retained states at the home broker at their newest: slots' states, diagnostics, and whether each slot is online.</summary>
/// <remarks>Conflated: what is overtaken before it was sent is never sent. Everything is told again on every new connection. Thread safe.</remarks>
public sealed class StateDrain : IDisposable
{
    /// <summary>User property <c>schema</c> of a slot's state.</summary>
    public const string Schema = "pantrychain.slot-state/1";

    /// <summary>User property <c>schema</c> of a slot's diagnostics.</summary>
    public const string SlotDiagnosticsSchema = "pantrychain.slot-diagnostics/1";

    /// <summary>User property <c>schema</c> of a gateway's diagnostics.</summary>
    public const string DiagnosticsSchema = "pantrychain.diagnostics/1";

    /// <summary>User property <c>schema</c> of a slot's pairing window.</summary>
    public const string PairingSchema = "pantrychain.pairing/1";

    /// <summary>User property <c>schema</c> of a place's climate.</summary>
    public const string ClimateSchema = "pantrychain.climate/1";

    private static readonly TimeSpan AfterRefusal = TimeSpan.FromSeconds(10); // a broker that refuses needs a person

    private readonly IMqttLink _link;
    private readonly Topics _topics;
    private readonly HomeOptions _options;
    private readonly TimeProvider _real;
    private readonly ILogger<StateDrain> _log;
    private readonly ConcurrentDictionary<string, MqttMessage> _newest = new(StringComparer.Ordinal);
    private readonly Dictionary<string, MqttMessage> _told = new(StringComparer.Ordinal);
    private readonly Signal _changed = new();
    private volatile bool _forget;

    /// <summary>For the given home broker.</summary>
    public StateDrain(IMqttLink link, Topics topics, HomeOptions options, TimeProvider real, ILogger<StateDrain> log)
    {
        options.Validate();
        (_link, _topics, _options, _real, _log) = (link, topics, options, real, log);
        link.WhenConnected(TellAgain);
    }

    /// <summary>The slot's newest state; returns at once.</summary>
    public void Show(SlotId slot, SlotState state) =>
        Put(new MqttMessage(_topics.SlotState(slot), WireCodec.Encode(state), Retain: true, Schema, WireCodec.ContentType));

    /// <summary>How the slot's sensors are; returns at once.</summary>
    public void Show(SlotId slot, SlotDiagnostics diagnostics) =>
        Put(new MqttMessage(_topics.SlotDiagnostics(slot), WireCodec.Encode(diagnostics), Retain: true, SlotDiagnosticsSchema, WireCodec.ContentType));

    /// <summary>How all sensors of the gateway are; returns at once.</summary>
    public void Show(GatewayDiagnostics diagnostics) =>
        Put(new MqttMessage(_topics.Diagnostics, WireCodec.Encode(diagnostics), Retain: true, DiagnosticsSchema, WireCodec.ContentType));

    /// <summary>How warm a place is; returns at once.</summary>
    public void Show(string place, ClimateState state) =>
        Put(new MqttMessage(_topics.Climate(place), WireCodec.Encode(state), Retain: true, ClimateSchema, WireCodec.ContentType));

    /// <summary>Whether the slot's sensor answers; returns at once.</summary>
    public void ShowOnline(SlotId slot, bool online) => Put(Presence.Message(_topics.SlotStatus(slot), online));

    /// <summary>How a slot's pairing window stands; returns at once.</summary>
    public void ShowPairing(SlotId slot, PairingNotice notice) =>
        Put(new MqttMessage(_topics.SlotPairing(slot), WireCodec.Encode(notice), Retain: true, PairingSchema, WireCodec.ContentType));

    /// <summary>Has everything told again, for a reader that comes back.</summary>
    public void TellAgain()
    {
        _forget = true;
        _changed.Set();
    }

    /// <summary>Runs until cancelled; turns around as soon as a state changes or a connection is there.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await _changed.WaitAsync(cancellation);
            await _link.WaitConnectedAsync(cancellation);
            TimeSpan pause = _options.StatePace;
            try
            {
                await TellAsync();
            }
            catch (MqttRefusedException error)
            {
                _log.LogWarning("{Why} States are tried again", error.Message);
                pause = AfterRefusal;
                _changed.Set();
            }
            await Task.Delay(pause, _real, cancellation);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _changed.Dispose();

    private void Put(MqttMessage message)
    {
        _newest[message.Topic] = message;
        _changed.Set();
    }

    private async Task TellAsync()
    {
        if (_forget)
        {
            _forget = false;
            _told.Clear();
        }
        long connection = _link.Connections;
        List<(MqttMessage Message, Task<bool> Done)> sent = [.. _newest.Values.Where(IsNew).Select(message => (message, _link.PublishOnceAsync(message, connection)))];
        foreach ((MqttMessage message, Task<bool> done) in sent)
        {
            if (await done)
                _told[message.Topic] = message;
        }
    }

    private bool IsNew(MqttMessage message) =>
        !_told.TryGetValue(message.Topic, out MqttMessage? told) || !told.Payload.Span.SequenceEqual(message.Payload.Span);
}
