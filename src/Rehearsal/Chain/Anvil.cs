using System.Net.Http.Json;
using System.Text.Json;
using PantryChain.Rehearsal.Parts;

namespace PantryChain.Rehearsal.Chain;

/// <summary>One life of the keeper's anvil: born at a port of its own, so that a caller of a dead one can never reach its half-replayed successor.</summary>
internal sealed class Anvil(AnvilPart part) : IAsyncDisposable
{
    // Long enough for the largest snapshot; an anvil that is alive answers everything else in milliseconds.
    private readonly HttpClient _http = new() { BaseAddress = part.Url, Timeout = TimeSpan.FromSeconds(60) };

    /// <summary>The process.</summary>
    public AnvilPart Part => part;

    /// <summary>Its whole answer without id: an object with <c>result</c> or <c>error</c>.</summary>
    /// <exception cref="HttpRequestException">It is dead.</exception>
    public async Task<JsonElement> AskAsync(string method, JsonElement parameters, CancellationToken cancellation)
    {
        try
        {
            using HttpResponseMessage response = await _http.PostAsJsonAsync((Uri?)null, new { jsonrpc = "2.0", id = 1, method, @params = parameters }, cancellation);
            JsonElement answer = await response.Content.ReadFromJsonAsync<JsonElement>(cancellation);
            return answer.TryGetProperty("error", out JsonElement error)
                ? JsonSerializer.SerializeToElement(new { error })
                : JsonSerializer.SerializeToElement(new { result = answer.GetProperty("result") });
        }
        catch (Exception error) when (error is IOException or JsonException or ObjectDisposedException || (error is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            throw new HttpRequestException($"anvil died while it was asked for {method}.", error);
        }
    }

    /// <summary>Its result.</summary>
    /// <exception cref="HttpRequestException">It is dead.</exception>
    /// <exception cref="InvalidOperationException">It answered with an error.</exception>
    public async Task<JsonElement> ResultAsync(string method, JsonElement parameters)
    {
        JsonElement answer = await AskAsync(method, parameters, CancellationToken.None);
        return answer.TryGetProperty("result", out JsonElement result) ? result : throw new InvalidOperationException($"anvil refused {method}: {answer}");
    }

    /// <summary>Kills it.</summary>
    public async ValueTask DisposeAsync()
    {
        await part.DisposeAsync();
        _http.Dispose();
    }
}
