using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using PantryChain.Domain.Identity;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Gateway.Cooperative;

/// <summary>The store said no in its own words: its reason, its next step, its stable code.</summary>
/// <remarks>
/// Anything else that is no answer of the protocol (no connection, a busy store, a proxy's page, a captive portal, a redirect) is an
/// <see cref="HttpRequestException"/> instead. Whether the same call may be granted later says <see cref="IsFinal"/>.
/// </remarks>
internal sealed class StoreRefusal(HttpStatusCode status, string code, string message) : Exception(message)
{
    /// <summary>The HTTP status, 400 to 499.</summary>
    public HttpStatusCode Status { get; } = status;

    /// <summary>The stable code, for example <c>invitation_used</c>.</summary>
    public string Code { get; } = code;

    /// <summary>True when the protocol says that the same call would be refused for ever.</summary>
    public bool IsFinal => StoreCodes.IsFinal(Code);
}

/// <summary>The store's HTTP API as a gateway uses it (protocol, "The store's HTTP API").</summary>
/// <remarks>
/// Every call may throw <see cref="StoreRefusal"/>, or <see cref="HttpRequestException"/> where trying again makes sense; time-outs are such.
/// Thread safe. Owns its connections.
/// </remarks>
internal sealed class StoreClient : IDisposable
{
    private const int LargestCatalogue = 4 * 1024 * 1024; // some ten thousand products; one is read at a time, and the gateway's heap of 64 MiB bears the worst one
    private const int LargestAnswer = 256 * 1024; // everything else: proofs, leaves, an order with hundreds of tags; relays may answer beside the catalogue
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly HttpClient _http;
    private readonly StoreClock? _clock;

    /// <summary>Speaks to the store at <paramref name="store"/>, with the gateway's token once it has one.</summary>
    /// <param name="store">Its address.</param>
    /// <param name="token">The token from joining, or null.</param>
    /// <param name="way">What carries the requests; null for the network.</param>
    /// <param name="clock">Hears what time it is there; null for a store whose time is nobody's business.</param>
    public StoreClient(Uri store, string? token, HttpMessageHandler? way = null, StoreClock? clock = null)
    {
        _clock = clock;
        string root = store.AbsoluteUri.TrimEnd('/') + "/api/v1/";
        // No API of the protocol redirects; following one would carry a signed call, and once a token, wherever a captive portal likes.
        _http = new HttpClient(way ?? new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(5), PooledConnectionLifetime = TimeSpan.FromMinutes(10), AllowAutoRedirect = false })
        {
            BaseAddress = new Uri(root),
            Timeout = Timeout.InfiniteTimeSpan, // Patience counts for the whole answer
        };
        if (token is not null)
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>Addresses of broker, chain and contracts.</summary>
    public Task<CooperativeInfo> CooperativeAsync(CancellationToken stop) => GetAsync("cooperative", StoreJson.Default.CooperativeInfo, stop);

    /// <summary>Asks for a challenge with an invitation.</summary>
    public Task<ChallengeAnswer> ChallengeAsync(string invitation, CancellationToken stop) =>
        PostAsync("join/challenge", new ChallengeRequest(invitation), StoreJson.Default.ChallengeRequest, StoreJson.Default.ChallengeAnswer, stop);

    /// <summary>Applies with an invitation; the same request again gives the same answer.</summary>
    public Task<JoinAnswer> JoinAsync(JoinRequest request, CancellationToken stop) => PostAsync("join", request, StoreJson.Default.JoinRequest, StoreJson.Default.JoinAnswer, stop);

    /// <summary>What is on sale.</summary>
    public Task<IReadOnlyList<CatalogueEntry>> CatalogueAsync(CancellationToken stop) => SendAsync(new HttpRequestMessage(HttpMethod.Get, "catalogue"), StoreJson.Default.IReadOnlyListCatalogueEntry, stop, LargestCatalogue);

    /// <summary>Hands a signed call over; the same id again is the same call.</summary>
    public async Task<RelayAnswer> RelayAsync(RelayRequest request, CancellationToken stop) =>
        Checked(await PostAsync("relay", request, StoreJson.Default.RelayRequest, StoreJson.Default.RelayAnswer, stop), request.Id);

    /// <summary>Where a handed-over call stands, or null when the store does not know it.</summary>
    public async Task<RelayAnswer?> RelayOfAsync(string id, CancellationToken stop) =>
        await FindAsync($"relay/{id}", "call_unknown", StoreJson.Default.RelayAnswer, stop) is { } answer ? Checked(answer, id) : null;

    /// <summary>A block's proof, or null before it is anchored.</summary>
    public Task<BlockProof?> ProofAsync(string blockHash, CancellationToken stop) => FindAsync($"blocks/{blockHash}/proof", "not_anchored", StoreJson.Default.BlockProof, stop);

    /// <summary>The newest block that the store has of this device, or null for none.</summary>
    public Task<HeadMessage?> HeadAsync(CancellationToken stop) => FindAsync("blocks/head", "no_block", StoreJson.Default.HeadMessage, stop);

    /// <summary>The own leaves of the newest published epoch, or null before the first.</summary>
    public Task<OwnLeaves?> LeavesAsync(CancellationToken stop) => FindAsync("leaves", "no_epoch", StoreJson.Default.OwnLeaves, stop);

    /// <summary>An order as the store follows it, or null when it does not know it.</summary>
    public Task<OrderMessage?> OrderAsync(string order, CancellationToken stop) => FindAsync($"orders/{order}", "order_unknown", StoreJson.Default.OrderMessage, stop);

    /// <inheritdoc />
    public void Dispose() => _http.Dispose();

    private async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken stop) =>
        await SendAsync(new HttpRequestMessage(HttpMethod.Get, path), type, stop);

    /// <summary>The answer, or null when the store itself says with <paramref name="absent"/> that there is none; another 404 is somebody else's page.</summary>
    private async Task<T?> FindAsync<T>(string path, string absent, JsonTypeInfo<T> type, CancellationToken stop)
        where T : class
    {
        try
        {
            return await GetAsync(path, type, stop);
        }
        catch (StoreRefusal refusal) when (refusal.Status == HttpStatusCode.NotFound && refusal.Code == absent)
        {
            return null;
        }
    }

    private async Task<TAnswer> PostAsync<TRequest, TAnswer>(
        string path, TRequest request, JsonTypeInfo<TRequest> requestType, JsonTypeInfo<TAnswer> answerType, CancellationToken stop)
    {
        ByteArrayContent content = new(JsonSerializer.SerializeToUtf8Bytes(request, requestType));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return await SendAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = content }, answerType, stop);
    }

    private async Task<T> SendAsync<T>(HttpRequestMessage request, JsonTypeInfo<T> type, CancellationToken stop, int largest = LargestAnswer)
    {
        using CancellationTokenSource bounded = CancellationTokenSource.CreateLinkedTokenSource(stop);
        bounded.CancelAfter(Patience);
        using (request)
        {
            try
            {
                using HttpResponseMessage response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, bounded.Token);
                await response.Content.LoadIntoBufferAsync(largest, bounded.Token);
                byte[] body = await response.Content.ReadAsByteArrayAsync(bounded.Token);
                if (response.Headers.TryGetValues(StoreClock.Header, out IEnumerable<string>? told))
                    _clock?.Hear(told.First());
                if (!response.IsSuccessStatusCode)
                    throw Failure(response, body);
                if (!IsJson(response))
                    throw new HttpRequestException($"{request.RequestUri} answered {Foreign.Short(response.Content.Headers.ContentType?.MediaType ?? "nothing")} instead of JSON: somebody on the way speaks for the store.");
                return JsonSerializer.Deserialize(body, type) ?? throw new HttpRequestException($"{request.RequestUri} answered null.");
            }
            catch (IOException error)
            {
                throw new HttpRequestException($"The answer of {request.RequestUri} broke off: {Foreign.Clean(error.Message)}", error);
            }
            catch (JsonException error)
            {
                throw new HttpRequestException($"{request.RequestUri} answered something that is not this protocol: {Foreign.Clean(error.Message)}", error);
            }
            catch (OperationCanceledException error) when (!stop.IsCancellationRequested)
            {
                throw new HttpRequestException($"{request.RequestUri} did not answer within {Patience.TotalSeconds:0} s.", error);
            }
        }
    }

    /// <summary>The store's own refusal, or that the store did not answer: only <c>application/problem+json</c> with a code is its word.</summary>
    private static Exception Failure(HttpResponseMessage response, byte[] body)
    {
        int status = (int)response.StatusCode;
        Problem problem = IsJson(response) ? ReadProblem(body) : new Problem(null, null, null);
        if (problem.Code is not { Length: > 0 } code)
            return new HttpRequestException($"HTTP {status} without a code of the store's: somebody on the way speaks for it.", null, response.StatusCode);
        string message = Foreign.Clean($"{problem.Title ?? $"HTTP {status}"} {problem.Detail}".TrimEnd());
        bool mayPass = status is not (>= 400 and < 500) || response.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests;
        return mayPass ? new HttpRequestException(message, null, response.StatusCode) : new StoreRefusal(response.StatusCode, code, message);
    }

    private static bool IsJson(HttpResponseMessage response) => response.Content.Headers.ContentType?.MediaType is "application/json" or "application/problem+json";

    /// <summary>An answer about another call, or with a word that the protocol does not know, is none.</summary>
    private static RelayAnswer Checked(RelayAnswer answer, string id) =>
        string.Equals(answer.Id, id, StringComparison.OrdinalIgnoreCase) && answer.Status is "queued" or "sent" or "mined" or "refused"
            ? answer with { Reason = answer.Reason is { } reason ? Foreign.Clean(reason) : null }
            : throw new HttpRequestException($"Asked about call {id}, it answered {Foreign.Short(answer.Status)} about {Foreign.Short(answer.Id)}.");

    private static Problem ReadProblem(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, StoreJson.Default.Problem) ?? new Problem(null, null, null);
        }
        catch (JsonException)
        {
            return new Problem(null, null, null); // a proxy's own page; the status says enough
        }
    }
}
