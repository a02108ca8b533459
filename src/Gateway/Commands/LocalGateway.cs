using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using PantryChain.Domain.Identity;
using PantryChain.Gateway.Configuration;

namespace PantryChain.Gateway.Commands;

/// <summary>The gateway that runs on this machine, as commands speak to it: its own pages, with the local token.</summary>
internal sealed class LocalGateway : IDisposable
{
    private const string NotRunning = "The gateway does not run. Start it with './pantry gateway run', then try again.";

    private readonly HttpClient _http;

    /// <summary>The gateway of a data folder.</summary>
    public LocalGateway(DataFolder folder, Household household)
    {
        _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{household.Options.Dashboard.Port}/"), Timeout = TimeSpan.FromSeconds(90) };
        if (File.Exists(folder.LocalToken))
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", File.ReadAllText(folder.LocalToken).Trim());
    }

    /// <summary>The gateway of the data folder that a command line names.</summary>
    /// <exception cref="UserError">There is no gateway.json, or it is wrong.</exception>
    public static LocalGateway Open(System.CommandLine.ParseResult parsed)
    {
        DataFolder folder = CommandLine.FolderOf(parsed);
        return new LocalGateway(folder, GatewayFile.Read(folder));
    }

    /// <summary>A JSON answer, or null when no gateway runs here.</summary>
    public async Task<JsonElement?> GetAsync(string path, CancellationToken stop)
    {
        try
        {
            using HttpResponseMessage response = await _http.GetAsync(new Uri(path, UriKind.Relative), stop);
            response.EnsureSuccessStatusCode();
            using JsonDocument document = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(stop));
            return document.RootElement.Clone();
        }
        catch (Exception error) when (error is HttpRequestException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Asks for something to be done.</summary>
    /// <exception cref="UserError">No gateway runs here, or it says what is wrong.</exception>
    public async Task DoAsync(string path, CancellationToken stop)
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Post, path, stop);
    }

    /// <summary>Asks for an answer.</summary>
    /// <exception cref="UserError">No gateway runs here, or it says what is wrong.</exception>
    public async Task<T> AskAsync<T>(HttpMethod method, string path, JsonTypeInfo<T> type, CancellationToken stop)
    {
        using HttpResponseMessage response = await SendAsync(method, path, stop);
        try
        {
            return JsonSerializer.Deserialize(await response.Content.ReadAsByteArrayAsync(stop), type) ?? throw new JsonException("the answer is empty");
        }
        catch (JsonException error)
        {
            throw new UserError($"Another version of the gateway runs here ({error.Message.Split('\n')[0].TrimEnd('.')}). Restart it, then try again.", error);
        }
    }

    /// <summary>A text that goes on and on; the caller disposes it.</summary>
    /// <exception cref="UserError">No gateway runs here, or it says what is wrong.</exception>
    public async Task<Stream> StreamAsync(string path, CancellationToken stop)
    {
        HttpResponseMessage response = await SendAsync(HttpMethod.Get, path, stop);
        return await response.Content.ReadAsStreamAsync(stop);
    }

    /// <inheritdoc />
    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, CancellationToken stop)
    {
        using HttpRequestMessage request = new(method, new Uri(path, UriKind.Relative));
        request.Headers.Accept.ParseAdd("application/json");
        HttpResponseMessage response;
        try
        {
            response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
        }
        catch (HttpRequestException error)
        {
            throw new UserError(NotRunning, error);
        }
        catch (TaskCanceledException error) when (error.InnerException is TimeoutException)
        {
            throw new UserError("The gateway runs but does not answer. Its log says why; restart it, then try again.", error);
        }
        if (response.IsSuccessStatusCode)
            return response;
        using (response)
            throw new UserError(await WhyAsync(response, stop));
    }

    private static async Task<string> WhyAsync(HttpResponseMessage response, CancellationToken stop) => (int)response.StatusCode switch
    {
        401 => "The running gateway does not know this folder's keys/local.token. Name its folder with --data, or restart it after './pantry gateway init'.",
        404 => "The gateway that runs here is an older version, which cannot do this. Restart it.",
        409 => Foreign.Clean(await response.Content.ReadAsStringAsync(stop)),
        int code => $"The gateway answered {code}. Its log says why; try again.",
    };
}
