using System.Collections.Concurrent;
using System.ComponentModel.DataAnnotations;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using PantryChain.Domain.Identity;
using PantryChain.Telemetry.Mqtt;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Telemetry.Home;

/// <summary>Announces the gateway and its shelf slots to Home Assistant, again whenever it comes back, and takes back what no longer exists.</summary>
/// <remarks>Device-based discovery: https://www.home-assistant.io/integrations/mqtt/#device-discovery-payload. Thread safe.</remarks>
public sealed class HomeAssistant : IDisposable
{
    private static readonly TimeSpan AfterRefusal = TimeSpan.FromSeconds(10); // a broker that refuses needs a person

    private readonly IMqttLink _link;
    private readonly Topics _topics;
    private readonly HomeAssistantOptions _options;
    private readonly StateDrain _states;
    private readonly TimeProvider _real;
    private readonly ILogger<HomeAssistant> _log;
    private readonly Signal _changed = new();
    private readonly ConcurrentDictionary<string, byte> _seen = new(StringComparer.Ordinal);
    private volatile IReadOnlyList<ShelfDevice> _shelves = [];
    private volatile IReadOnlyList<PlaceDevice> _places = [];
    private volatile bool _born;

    /// <summary>Subscribes at the home broker.</summary>
    public HomeAssistant(IMqttLink link, Topics topics, HomeAssistantOptions options, StateDrain states, TimeProvider real, ILogger<HomeAssistant> log)
    {
        options.Validate();
        (_link, _topics, _options, _states, _real, _log) = (link, topics, options, states, real, log);
        link.Subscribe($"{options.Prefix}/status", Birth);
        link.Subscribe($"{options.Prefix}/device/+/config", Remember);
        link.WhenConnected(_changed.Set);
    }

    /// <summary>Says which slots there are now; devices of other slots of this gateway are taken back.</summary>
    /// <param name="shelves">The slots.</param>
    /// <param name="places">The places whose air is measured, for good; devices of other places are taken back.</param>
    public void Announce(IReadOnlyList<ShelfDevice> shelves, IReadOnlyList<PlaceDevice>? places = null)
    {
        _places = places ?? [];
        _shelves = shelves;
        _changed.Set();
    }

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await _changed.WaitAsync(cancellation);
            await _link.WaitConnectedAsync(cancellation);
            if (_born)
                await GreetAsync(cancellation);
            try
            {
                await PublishAllAsync();
            }
            catch (MqttRefusedException error)
            {
                _log.LogWarning("{Why} Home Assistant does not see the shelves", error.Message);
                await Task.Delay(AfterRefusal, _real, cancellation);
            }
        }
    }

    /// <inheritdoc />
    public void Dispose() => _changed.Dispose();

    private void Birth(MqttMessage message)
    {
        // A retained birth is old news: what we announced is retained as well.
        if (message.Retain || !message.Payload.Span.SequenceEqual(Presence.Online))
            return;
        _born = true;
        _changed.Set();
    }

    private void Remember(MqttMessage message)
    {
        string id = message.Topic[$"{_options.Prefix}/device/".Length..^"/config".Length];
        if (!DiscoveryPayloads.IsPart(id, _topics.Gateway) || message.Payload.IsEmpty)
            return;
        _seen[id] = 0;
        if (_shelves.Count > 0 && !Wanted().Contains(id))
            _changed.Set();
    }

    // A whole street must not answer at once when its power returns; Home Assistant asks for a small random delay.
    private async Task GreetAsync(CancellationToken cancellation)
    {
        _born = false;
        await Task.Delay(_options.BirthDelay * Random.Shared.NextDouble(), _real, cancellation);
        _states.TellAgain();
    }

    private async Task PublishAllAsync()
    {
        IReadOnlyList<ShelfDevice> shelves = _shelves;
        if (shelves.Count == 0)
            return;
        HashSet<string> wanted = Wanted();
        List<Task> sent = [PublishAsync(DiscoveryPayloads.DeviceId(_topics.Gateway), DiscoveryPayloads.Gateway(_topics, _options))];
        sent.AddRange(shelves.Select(shelf =>
            PublishAsync(DiscoveryPayloads.DeviceId(_topics.Gateway, shelf.Slot), DiscoveryPayloads.Shelf(_topics, _options, shelf))));
        sent.AddRange(_places.Select(place => PublishAsync(DiscoveryPayloads.DeviceId(_topics.Gateway, place.Place), DiscoveryPayloads.Climate(_topics, _options, place))));
        foreach (string id in _seen.Keys.Where(id => !wanted.Contains(id)))
        {
            sent.Add(PublishAsync(id, null));
            _seen.TryRemove(id, out _);
        }
        await Task.WhenAll(sent);
    }

    private Task<bool> PublishAsync(string id, JsonObject? payload) => _link.PublishOnceAsync(
        new MqttMessage($"{_options.Prefix}/device/{id}/config", payload is null ? default : Encoding.UTF8.GetBytes(payload.ToJsonString()), Retain: true),
        _link.Connections);

    private HashSet<string> Wanted() =>
        [.. _shelves.Select(shelf => DiscoveryPayloads.DeviceId(_topics.Gateway, shelf.Slot)), .. _places.Select(place => DiscoveryPayloads.DeviceId(_topics.Gateway, place.Place))];
}

/// <summary>A shelf slot as Home Assistant shows it.</summary>
/// <param name="Slot">The slot.</param>
/// <param name="Name">What the household calls it, for example <c>Milk</c>.</param>
/// <param name="Model">The sensor, for example <c>HX711 20 kg</c>.</param>
public sealed record ShelfDevice(SlotId Slot, string Name, string Model)
{
    /// <summary>The causes that its converter counts; each becomes a diagnostic sensor that is off until somebody switches it on.</summary>
    public IReadOnlyList<string> Causes { get; init; } = [];

    /// <summary>The same of the tag reader under it; null without one.</summary>
    public IReadOnlyList<string>? ReaderCauses { get; init; }

    /// <summary>Whether the slot's product is ordered, so that ordering can be paused.</summary>
    public bool CanOrder { get; init; }

    /// <summary>Whether a thermometer is beside the cell.</summary>
    public bool HasThermometer { get; init; }
}

/// <summary>A fridge, a freezer or a room as Home Assistant shows it.</summary>
/// <param name="Place">Its name in topics.</param>
/// <param name="Name">What the household calls it.</param>
/// <param name="Model">The sensor.</param>
/// <param name="HasHumidity">Whether its sensor measures humidity.</param>
/// <param name="CanBeWarm">Whether it can be too warm.</param>
public sealed record PlaceDevice(string Place, string Name, string Model, bool HasHumidity, bool CanBeWarm);

/// <summary>How Home Assistant is spoken to.</summary>
public sealed record HomeAssistantOptions
{
    /// <summary>Its discovery prefix.</summary>
    /// <value>Default <c>homeassistant</c>.</value>
    public string Prefix { get; init; } = "homeassistant";

    /// <summary>Longest random delay before everything is announced again after its birth message.</summary>
    /// <value>0 to 5 min of real time; default 10 s.</value>
    public TimeSpan BirthDelay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether the gateway has a lamp or a buzzer.</summary>
    public bool HasAttention { get; init; }

    /// <summary>Whether the gateway has a battery-backed clock.</summary>
    public bool HasBatteryClock { get; init; }

    /// <summary>Whether the gateway has a status display.</summary>
    public bool HasDisplay { get; init; }

    /// <summary>Version of this program.</summary>
    public string SoftwareVersion { get; init; } = typeof(HomeAssistantOptions).Assembly.GetName().Version?.ToString(3) ?? "0";

    /// <summary>Address of the household's dashboard, or null.</summary>
    public Uri? Dashboard { get; init; }

    /// <summary>Checks every range.</summary>
    /// <exception cref="ValidationException">A value is out of its range; the message names it.</exception>
    public void Validate()
    {
        if (Prefix.Length == 0 || Prefix.AsSpan().ContainsAny("+#/ "))
            throw new ValidationException($"Home Assistant: prefix '{Prefix}' is not one topic level.");
        if (BirthDelay < TimeSpan.Zero || BirthDelay > TimeSpan.FromMinutes(5))
            throw new ValidationException($"Home Assistant: BirthDelay {BirthDelay} is not between 0 and 5 min.");
    }
}
