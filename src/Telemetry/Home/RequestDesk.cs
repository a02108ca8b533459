using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using PantryChain.Domain.Identity;
using PantryChain.Telemetry.Mqtt;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Telemetry.Home;

/// <summary>Takes requests from <c>.../request/VERB</c>, one after the other, and answers each on <c>.../response/VERB</c> and on the asker's own response topic (MQTT 5, section 4.10).</summary>
/// <remarks>
/// What cannot be carried out is answered, too, with what is wrong; it is counted and has changed nothing. Retained requests are refused: they would be carried
/// out again at every start. Thread safe.
/// </remarks>
public sealed class RequestDesk
{
    /// <summary>User property <c>schema</c> of an answer.</summary>
    public const string Schema = "pantrychain.response/1";

    /// <summary>Most requests that wait, and most refusals that are on their way; what comes beyond is only counted.</summary>
    public const int MaxWaiting = 64;

    private readonly IMqttLink _link;
    private readonly Topics _topics;
    private readonly string _discovery;
    private readonly Refusals _refusals;
    private readonly ILogger<RequestDesk> _log;
    private readonly ConcurrentDictionary<string, Verb> _verbs = new(StringComparer.Ordinal);
    private readonly Channel<(GatewayRequest Request, Verb Verb, Asker Asker)> _waiting = Channel.CreateBounded<(GatewayRequest, Verb, Asker)>(MaxWaiting);
    private int _refusing;

    /// <summary>Subscribes at the home broker.</summary>
    public RequestDesk(IMqttLink link, Topics topics, HomeAssistantOptions assistant, Refusals refusals, ILogger<RequestDesk> log)
    {
        (_link, _topics, _discovery, _refusals, _log) = (link, topics, assistant.Prefix, refusals, log);
        link.Subscribe(topics.AnyRequest, Receive, asPublished: true);
    }

    /// <summary>Says who carries out a verb: <c>tare</c>, <c>calibrate</c>, <c>rename</c>, <c>pair</c>, <c>pause</c>.</summary>
    /// <param name="verb">The last level of the topic.</param>
    /// <param name="members">All members that it knows, but <c>transaction</c>.</param>
    /// <param name="handler">Carries it out: answers null, or what is wrong and the next step; what it throws is told to the asker as an error.</param>
    public void Handle(string verb, IReadOnlyList<RequestMember> members, Func<GatewayRequest, CancellationToken, Task<string?>> handler) => _verbs[verb] = new Verb(members, handler);

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await foreach ((GatewayRequest request, Verb verb, Asker asker) in _waiting.Reader.ReadAllAsync(cancellation))
        {
            string? wrong = await CarryOutAsync(request, verb, cancellation);
            if (wrong is not null)
                _refusals.Refuse(_topics.Request(request.Verb), wrong);
            await AnswerAsync(asker, new GatewayResponse(request.Transaction, wrong));
        }
    }

    private void Receive(MqttMessage message)
    {
        if (!_topics.TryParseRequest(message.Topic, out string? name) || (message.Retain && message.Payload.IsEmpty)) // nothing, retained: somebody clears a retained request
            return;
        Verb? verb = _verbs.GetValueOrDefault(name);
        bool reads = RequestReader.TryRead(name, verb?.Members ?? [], message.Payload.Span, out GatewayRequest? request, out string? transaction, out string? why);
        string? noReply = ReplyTopic.WhyNot(message, name, _topics, _verbs.Keys, _discovery);
        Asker asker = new(name, noReply is null ? message.ReplyTo : null, message.Correlation.Length <= ReplyTopic.MostCorrelation ? message.Correlation : default);
        if (noReply is not null)
            Refuse(asker, transaction, noReply);
        else if (verb is null)
            Refuse(asker, transaction, $"There is no verb '{Foreign.Short(name)}'. Use one of: {string.Join(", ", _verbs.Keys.Order())}.");
        else if (!reads)
            Refuse(asker, transaction, why!);
        else if (message.Retain)
            Refuse(asker, transaction, "The request is retained, so it would be carried out again at every start. Clear it (an empty retained message on its topic) and send it without the retain flag.");
        else if (!_waiting.Writer.TryWrite((request!, verb, asker)))
            Refuse(asker, transaction, $"{MaxWaiting} requests wait already. Send it again in a minute.");
    }

    private void Refuse(Asker asker, string? transaction, string why)
    {
        _refusals.Refuse(_verbs.ContainsKey(asker.Verb) ? _topics.Request(asker.Verb) : _topics.AnyRequest, why);
        if (Interlocked.Increment(ref _refusing) <= MaxWaiting)
            _ = RefuseAsync(asker, new GatewayResponse(transaction, why));
        else
            Interlocked.Decrement(ref _refusing);
    }

    private async Task RefuseAsync(Asker asker, GatewayResponse answer)
    {
        try
        {
            await AnswerAsync(asker, answer);
        }
        catch (OperationCanceledException)
        {
            // the link stops: nobody is answered any more
        }
        finally
        {
            Interlocked.Decrement(ref _refusing);
        }
    }

    private async Task AnswerAsync(Asker asker, GatewayResponse answer)
    {
        MqttMessage usual = new(_topics.Response(asker.Verb), WireCodec.Encode(answer), Schema: Schema, ContentType: WireCodec.ContentType) { Correlation = asker.Correlation };
        Task sent = SendAsync(usual);
        if (asker.ReplyTo is { } own && own != usual.Topic)
            await SendAsync(usual with { Topic = own });
        await sent;
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
            _refusals.Refuse(_topics.AnyResponse, error.Message); // the asker's own topic is invented
        }
    }

    private async Task<string?> CarryOutAsync(GatewayRequest request, Verb verb, CancellationToken cancellation)
    {
        try
        {
            return await verb.Handler(request, cancellation);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            _log.LogError(error, "Request {Verb} failed", request.Verb);
            return error.Message;
        }
    }

    private sealed record Verb(IReadOnlyList<RequestMember> Members, Func<GatewayRequest, CancellationToken, Task<string?>> Handler);

    /// <summary>Where an answer goes: always to the verb's response topic, and to the asker's own when one was named.</summary>
    private sealed record Asker(string Verb, string? ReplyTo, ReadOnlyMemory<byte> Correlation);
}
