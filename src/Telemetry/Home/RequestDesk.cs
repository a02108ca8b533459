using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using PantryChain.Domain.Identity;
using PantryChain.Telemetry.Mqtt;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Telemetry.Home;

/// <summary>Takes requests from <c>.../request/VERB</c>, one after the other, and answers each on <c>.../response/VERB</c>.</summary>
/// <remarks>Retained requests are refused: they would be carried out again at every start. Thread safe.</remarks>
public sealed class RequestDesk
{
    /// <summary>User property <c>schema</c> of an answer.</summary>
    public const string Schema = "pantrychain.response/1";

    /// <summary>Most requests that wait; more are refused.</summary>
    public const int MaxWaiting = 64;

    private readonly IMqttLink _link;
    private readonly Topics _topics;
    private readonly Refusals _refusals;
    private readonly ILogger<RequestDesk> _log;
    private readonly ConcurrentDictionary<string, Func<GatewayRequest, CancellationToken, Task<GatewayResponse>>> _handlers = new(StringComparer.Ordinal);
    private readonly Channel<GatewayRequest> _waiting = Channel.CreateBounded<GatewayRequest>(MaxWaiting);

    /// <summary>Subscribes at the home broker.</summary>
    public RequestDesk(IMqttLink link, Topics topics, Refusals refusals, ILogger<RequestDesk> log)
    {
        (_link, _topics, _refusals, _log) = (link, topics, refusals, log);
        link.Subscribe(topics.AnyRequest, Receive);
    }

    /// <summary>Says who carries out a verb: <c>tare</c>, <c>calibrate</c>, <c>rename</c>, <c>pair</c>, <c>pause</c>.</summary>
    /// <param name="verb">The last level of the topic.</param>
    /// <param name="handler">Answers; what it throws is told to the asker as an error.</param>
    public void Handle(string verb, Func<GatewayRequest, CancellationToken, Task<GatewayResponse>> handler) => _handlers[verb] = handler;

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await foreach (GatewayRequest request in _waiting.Reader.ReadAllAsync(cancellation))
        {
            GatewayResponse response = await AnswerAsync(request, cancellation);
            await SendAsync(new MqttMessage(_topics.Response(request.Verb), WireCodec.Encode(response), Schema: Schema, ContentType: WireCodec.ContentType));
        }
    }

    private void Receive(MqttMessage message)
    {
        if (!_topics.TryParseRequest(message.Topic, out string? verb))
            return;
        string kind = _handlers.ContainsKey(verb) ? message.Topic : _topics.AnyRequest;
        if (message.Retain)
            _refusals.Refuse(kind, "it is retained, and would be carried out again at every start");
        else if (!WireCodec.TryDecodeRequest(verb, message.Payload.Span, out GatewayRequest? request, out string? why))
            _refusals.Refuse(kind, why);
        else if (!_waiting.Writer.TryWrite(request))
            _refusals.Refuse(kind, $"{MaxWaiting} requests wait already");
    }

    // An answer that its asker cannot get any more is dropped: whoever still wants it asks again.
    private async Task SendAsync(MqttMessage response)
    {
        try
        {
            await _link.PublishOnceAsync(response, _link.Connections);
        }
        catch (MqttRefusedException error)
        {
            _log.LogWarning("{Why}", error.Message);
        }
    }

    private async Task<GatewayResponse> AnswerAsync(GatewayRequest request, CancellationToken cancellation)
    {
        if (!_handlers.TryGetValue(request.Verb, out Func<GatewayRequest, CancellationToken, Task<GatewayResponse>>? handler))
        {
            _refusals.Refuse(_topics.AnyRequest, "there is no such verb");
            return GatewayResponse.Failed(request.Transaction, $"There is no verb '{Foreign.Short(request.Verb)}'. Use one of: {string.Join(", ", _handlers.Keys.Order())}.");
        }
        try
        {
            return (await handler(request, cancellation)) with { Transaction = request.Transaction };
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            _log.LogError(error, "Request {Verb} failed", request.Verb);
            return GatewayResponse.Failed(request.Transaction, error.Message);
        }
    }
}
