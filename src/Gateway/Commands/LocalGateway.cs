using System.Net.Http.Headers;
using System.Text.Json;
using PantryChain.Gateway.Configuration;

namespace PantryChain.Gateway.Commands;

/// <summary>The gateway that runs on this machine, as commands speak to it: its own pages, with the local token.</summary>
internal sealed class LocalGateway : IDisposable
{
    private readonly HttpClient _http;

    /// <summary>The gateway of a data folder.</summary>
    public LocalGateway(DataFolder folder, Household household)
    {
        _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{household.Options.Dashboard.Port}/"), Timeout = TimeSpan.FromSeconds(60) };
        if (File.Exists(folder.LocalToken))
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", File.ReadAllText(folder.LocalToken).Trim());
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
        try
        {
            using HttpResponseMessage response = await _http.PostAsync(new Uri(path, UriKind.Relative), null, stop);
            if (!response.IsSuccessStatusCode)
                throw new UserError(await response.Content.ReadAsStringAsync(stop));
        }
        catch (HttpRequestException error)
        {
            throw new UserError("The gateway does not run. Start it with './pantry gateway run', then try again.", error);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _http.Dispose();
}
