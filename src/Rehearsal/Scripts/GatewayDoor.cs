using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace PantryChain.Rehearsal.Scripts;

/// <summary>The member's way into the gateway: its pages and forms (protocol, "The gateway's pages").</summary>
internal sealed class GatewayDoor : IDisposable
{
    private readonly CookieContainer _cookies = new();
    private readonly HttpClient _http;
    private readonly string _tokenFile;
    private readonly string _pinFile;

    /// <summary>A door at a port.</summary>
    /// <param name="port">The dashboard's port.</param>
    /// <param name="tokenFile">File with the token for reading.</param>
    /// <param name="pinFile">File with the member's PIN.</param>
    public GatewayDoor(int port, string tokenFile, string pinFile)
    {
        (_tokenFile, _pinFile) = (tokenFile, pinFile);
        _http = new HttpClient(new HttpClientHandler { CookieContainer = _cookies, AllowAutoRedirect = false })
        {
            BaseAddress = new Uri($"http://127.0.0.1:{port}/"), Timeout = TimeSpan.FromSeconds(10),
        };
    }

    /// <summary>The dashboard's address.</summary>
    public Uri Address => _http.BaseAddress!;

    /// <summary>Everything the gateway tells a script that only reads.</summary>
    public async Task<GatewayState> StateAsync(CancellationToken cancellation)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "api/state");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", (await File.ReadAllTextAsync(_tokenFile, cancellation)).Trim());
        using HttpResponseMessage response = await _http.SendAsync(request, cancellation);
        response.EnsureSuccessStatusCode();
        return new GatewayState(await response.Content.ReadFromJsonAsync<JsonElement>(cancellation));
    }

    /// <summary>Sends one of the member's forms, logging in first where that is needed.</summary>
    /// <exception cref="HttpRequestException">The gateway refused; the text says why.</exception>
    public async Task SubmitAsync(string path, Dictionary<string, string> fields, CancellationToken cancellation)
    {
        fields["form"] = await FormAsync(cancellation);
        await PostAsync(path, fields, cancellation);
    }

    /// <summary>The member's PIN.</summary>
    public async Task<string> PinAsync(CancellationToken cancellation) => (await File.ReadAllLinesAsync(_pinFile, cancellation))[0].Trim();

    /// <inheritdoc />
    public void Dispose() => _http.Dispose();

    private async Task<string> FormAsync(CancellationToken cancellation)
    {
        if (await OwnFormAsync(cancellation) is { } form)
            return form;
        await PostAsync("login", new Dictionary<string, string> { ["pin"] = await PinAsync(cancellation) }, cancellation);
        return await OwnFormAsync(cancellation) ?? throw new HttpRequestException("The gateway did not keep the login.");
    }

    /// <summary>The hidden field of a logged-in member's forms, null before the login.</summary>
    private async Task<string?> OwnFormAsync(CancellationToken cancellation)
    {
        using HttpResponseMessage response = await _http.GetAsync("api/state", cancellation);
        if (response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
            return null;
        response.EnsureSuccessStatusCode();
        JsonElement state = await response.Content.ReadFromJsonAsync<JsonElement>(cancellation);
        return state.GetProperty("loggedIn").GetBoolean() ? state.GetProperty("form").GetString() : null;
    }

    private async Task PostAsync(string path, Dictionary<string, string> fields, CancellationToken cancellation)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(fields) };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        using HttpResponseMessage response = await _http.SendAsync(request, cancellation);
        if (response.StatusCode == HttpStatusCode.SeeOther || response.IsSuccessStatusCode)
            return;
        string said = await response.Content.ReadAsStringAsync(cancellation);
        throw new HttpRequestException(string.Create(CultureInfo.InvariantCulture, $"The gateway refused {path} ({(int)response.StatusCode}): {said}"), null, response.StatusCode);
    }
}
