using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace PantryChain.Gateway.Cooperative;

/// <summary>The store said no, and will say no again: its reason, its next step, its stable code.</summary>
/// <remarks>Anything that may pass by itself (no connection, a busy store) is an <see cref="HttpRequestException"/> instead.</remarks>
internal sealed class StoreRefusal(HttpStatusCode status, string code, string message) : Exception(message)
{
    /// <summary>The HTTP status, 400 to 499.</summary>
    public HttpStatusCode Status { get; } = status;

    /// <summary>The stable code, for example <c>invitation_used</c>; empty when the store gave none.</summary>
    public string Code { get; } = code;
}

/// <summary>The store's HTTP API as a gateway uses it (protocol, "The store's HTTP API").</summary>
/// <remarks>
/// Every call may throw <see cref="StoreRefusal"/>, or <see cref="HttpRequestException"/> where trying again makes sense; time-outs are such.
/// Thread safe. Owns its connections.
/// </remarks>
internal sealed class StoreClient : IDisposable
{
    private const int LargestAnswer = 4 * 1024 * 1024; // a catalogue of some ten thousand products; more is no answer of a store

    private readonly HttpClient _http;

    /// <summary>Speaks to the store at <paramref name="store"/>, with the gateway's token once it has one.</summary>
    public StoreClient(Uri store, string? token)
    {
        string root = store.AbsoluteUri.TrimEnd('/') + "/api/v1/";
        _http = new HttpClient(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(5), PooledConnectionLifetime = TimeSpan.FromMinutes(10) })
        {
            BaseAddress = new Uri(root),
            Timeout = TimeSpan.FromSeconds(20),
            MaxResponseContentBufferSize = LargestAnswer,
        };
        if (token is not null)
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>Addresses of broker, chain and contracts.</summary>
    public Task<CooperativeInfo> CooperativeAsync(CancellationToken stop) => GetAsync("cooperative", StoreJson.Default.CooperativeInfo, stop);

    /// <summary>Applies with an invitation; the same request again gives the same answer.</summary>
    public Task<JoinAnswer> JoinAsync(JoinRequest request, CancellationToken stop) => PostAsync("join", request, StoreJson.Default.JoinRequest, StoreJson.Default.JoinAnswer, stop);

    /// <summary>What is on sale.</summary>
    public Task<IReadOnlyList<CatalogueEntry>> CatalogueAsync(CancellationToken stop) => GetAsync("catalogue", StoreJson.Default.IReadOnlyListCatalogueEntry, stop);

    /// <summary>Hands a signed call over; the same id again is the same call.</summary>
    public Task<RelayAnswer> RelayAsync(RelayRequest request, CancellationToken stop) => PostAsync("relay", request, StoreJson.Default.RelayRequest, StoreJson.Default.RelayAnswer, stop);

    /// <summary>Where a handed-over call stands, or null when the store does not know it.</summary>
    public Task<RelayAnswer?> RelayOfAsync(string id, CancellationToken stop) => FindAsync($"relay/{id}", StoreJson.Default.RelayAnswer, stop);

    /// <summary>A block's proof, or null before it is anchored.</summary>
    public Task<BlockProof?> ProofAsync(string blockHash, CancellationToken stop) => FindAsync($"blocks/{blockHash}/proof", StoreJson.Default.BlockProof, stop);

    /// <summary>The own leaves of the newest published epoch, or null before the first.</summary>
    public Task<OwnLeaves?> LeavesAsync(CancellationToken stop) => FindAsync("leaves", StoreJson.Default.OwnLeaves, stop);

    /// <summary>An order as the store follows it, or null when it does not know it.</summary>
    public Task<OrderMessage?> OrderAsync(string order, CancellationToken stop) => FindAsync($"orders/{order}", StoreJson.Default.OrderMessage, stop);

    /// <inheritdoc />
    public void Dispose() => _http.Dispose();

    private async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken stop) =>
        await SendAsync(new HttpRequestMessage(HttpMethod.Get, path), type, stop);

    private async Task<T?> FindAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken stop)
        where T : class
    {
        try
        {
            return await GetAsync(path, type, stop);
        }
        catch (StoreRefusal refusal) when (refusal.Status == HttpStatusCode.NotFound)
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

    private async Task<T> SendAsync<T>(HttpRequestMessage request, JsonTypeInfo<T> type, CancellationToken stop)
    {
        using (request)
        {
            try
            {
                using HttpResponseMessage response = await _http.SendAsync(request, stop);
                byte[] body = await response.Content.ReadAsByteArrayAsync(stop);
                if (!response.IsSuccessStatusCode)
                    throw Failure(response, body);
                return JsonSerializer.Deserialize(body, type) ?? throw new HttpRequestException($"{request.RequestUri} answered null.");
            }
            catch (JsonException error)
            {
                throw new HttpRequestException($"{request.RequestUri} answered something that is not this protocol: {error.Message}", error);
            }
            catch (TaskCanceledException error) when (!stop.IsCancellationRequested)
            {
                throw new HttpRequestException($"{request.RequestUri} did not answer within {_http.Timeout.TotalSeconds:0} s.", error);
            }
        }
    }

    private static Exception Failure(HttpResponseMessage response, byte[] body)
    {
        int status = (int)response.StatusCode;
        bool mayPass = status >= 500 || response.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests;
        Problem problem = ReadProblem(body);
        string message = $"{problem.Title ?? $"HTTP {status}"} {problem.Detail}".TrimEnd();
        return mayPass ? new HttpRequestException(message, null, response.StatusCode) : new StoreRefusal(response.StatusCode, problem.Code ?? "", message);
    }

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
