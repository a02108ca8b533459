using System.Diagnostics.CodeAnalysis;
using PantryChain.Domain.Identity;

namespace PantryChain.Telemetry.Wire;

/// <summary>The topics of one gateway, as docs/protocol.md lists them.</summary>
/// <param name="gateway">Whose topics.</param>
public sealed class Topics(GatewayId gateway)
{
    /// <summary>First level of all our topics, of whatever version.</summary>
    public const string Product = "pantrychain";

    /// <summary>What every topic of version 1 begins with.</summary>
    public const string Root = Product + "/v1/";

    /// <summary>Filter for the blocks of all gateways, for the store.</summary>
    public const string AnyBlock = Root + "+/block";

    /// <summary>Whose topics these are.</summary>
    public GatewayId Gateway { get; } = gateway;

    /// <summary><c>pantrychain/v1/GATEWAY</c>.</summary>
    public string Base { get; } = Root + gateway.Value;

    /// <summary>Retained <c>online</c> or <c>offline</c> of the gateway.</summary>
    public string Status => Base + "/status";

    /// <summary>Sealed blocks, gateway to store.</summary>
    public string Block => Base + "/block";

    /// <summary>Retained answer of the store to blocks.</summary>
    public string BlockState => Base + "/block/state";

    /// <summary>Filter for the states of all orders of this gateway.</summary>
    public string AnyOrder => Base + "/order/+";

    /// <summary>Filter for all requests to this gateway.</summary>
    public string AnyRequest => Base + "/request/+";

    /// <summary>Filter for the states of all slots, to find what was retained before.</summary>
    public string AnySlotState => Base + "/slot/+/state";

    /// <summary>Filter for the events of all slots, those that are told again included: for readers that count.</summary>
    public string AnySlotEvent => Base + "/slot/+/event/#";

    /// <summary>Retained state of a slot.</summary>
    public string SlotState(SlotId slot) => $"{Base}/slot/{slot}/state";

    /// <summary>Events of a slot; slot 0 for the gateway's own.</summary>
    public string SlotEvent(SlotId slot) => $"{Base}/slot/{slot}/event";

    /// <summary>Events of a slot that were told before, for readers that may have missed them.</summary>
    public string SlotReplay(SlotId slot) => $"{Base}/slot/{slot}/event/replayed";

    /// <summary>Retained <c>online</c> or <c>offline</c> of a slot.</summary>
    public string SlotStatus(SlotId slot) => $"{Base}/slot/{slot}/status";

    /// <summary>Retained state of a slot's newest pairing window.</summary>
    public string SlotPairing(SlotId slot) => $"{Base}/slot/{slot}/pairing";

    /// <summary>Retained state of one order, store to gateway.</summary>
    public string Order(OrderId order) => $"{Base}/order/{order}";

    /// <summary>Retained: how all converters and readers are.</summary>
    public string Diagnostics => Base + "/diagnostics";

    /// <summary>Retained: how a slot's sensors are.</summary>
    public string SlotDiagnostics(SlotId slot) => $"{Base}/slot/{slot}/diagnostics";

    /// <summary>Retained: how warm a place is.</summary>
    public string Climate(string place) => $"{Base}/climate/{place}/state";

    /// <summary>All answers, under which those that cannot be sent are told.</summary>
    public string AnyResponse => Base + "/response/+";

    /// <summary>Where requests of a verb arrive.</summary>
    public string Request(string verb) => $"{Base}/request/{verb}";

    /// <summary>Where requests of a verb are answered.</summary>
    public string Response(string verb) => $"{Base}/response/{verb}";

    /// <summary>The gateway and the rest of a topic of version 1, for example <c>block</c>; false for any other topic.</summary>
    public static bool TryParse(string topic, out GatewayId gateway, [NotNullWhen(true)] out string? rest)
    {
        (gateway, rest) = (default, null);
        if (!topic.StartsWith(Root, StringComparison.Ordinal) || topic.IndexOf('/', Root.Length) is var slash && slash < 0)
            return false;
        string name = topic[Root.Length..slash];
        if (name is not { Length: >= 3 and <= 32 } || name.AsSpan().ContainsAnyExcept("abcdefghijklmnopqrstuvwxyz0123456789_-"))
            return false;
        (gateway, rest) = (new GatewayId(name), topic[(slash + 1)..]);
        return true;
    }

    /// <summary>The verb of a request topic of this gateway; false for any other topic.</summary>
    public bool TryParseRequest(string topic, [NotNullWhen(true)] out string? verb) => TryRest(topic, "/request/", out verb);

    /// <summary>True for a topic below <see cref="Base"/> on which this gateway or its store speak, or are spoken to; others there are free for its clients.</summary>
    public bool IsSpoken(string topic) => topic == Base
        || (topic.StartsWith(Base + "/", StringComparison.Ordinal) && topic[(Base.Length + 1)..].Split('/')[0] is "status" or "slot" or "climate" or "diagnostics" or "request" or "block" or "order");

    /// <summary>The order of an order's topic of this gateway; false for any other topic.</summary>
    public bool TryParseOrder(string topic, out OrderId order)
    {
        bool parsed = TryRest(topic, "/order/", out string? text) & Hash32.TryParse(text, out Hash32 hash);
        order = new OrderId(hash);
        return parsed;
    }

    private bool TryRest(string topic, string before, [NotNullWhen(true)] out string? rest)
    {
        rest = null;
        if (topic.Length <= Base.Length + before.Length || !topic.StartsWith(Base + before, StringComparison.Ordinal))
            return false;
        rest = topic[(Base.Length + before.Length)..];
        return !rest.Contains('/');
    }
}
