using System.Collections.Concurrent;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using PantryChain.Ui.Hosting;
using PantryChain.Ui.Texts;

namespace PantryChain.Ui.Live;

/// <summary>Keeps open pages fresh: each topic is a part of a page that is sent again, whole, when it changed.</summary>
/// <remarks>
/// Thread safe. A client that reads slowly misses versions in between, never the newest, and holds at most one pending version per topic. HTML is rendered when a client is due
/// and once per topic version and language, however many watch.
/// </remarks>
public sealed class LiveHub(FragmentRenderer renderer, IHostApplicationLifetime lifetime)
{
    /// <summary>Most clients at a time; one more takes the place of an older one (<see cref="LivePlaces"/>) or is asked to come back.</summary>
    public const int MostClients = 64;

    /// <summary>Real time between two looks at what changed: fast enough to feel live, slow enough for a phone and a Pi at any speed of household time.</summary>
    public static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(250);

    /// <summary>Real time after which a silent connection gets a comment, below the usual 30 s of proxies.</summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    /// <summary>Real time after which it is asked again whether a silent connection may watch: so long may a stream outlive its session.</summary>
    public static readonly TimeSpan Recheck = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Part> _parts = new(StringComparer.Ordinal);
    private long _version;
    private readonly LivePlaces _places = new(MostClients);

    /// <summary>Open connections.</summary>
    public int Clients => _places.Count;

    /// <summary>Replaces a topic's part by a component with new parameters, which must not change afterwards.</summary>
    /// <param name="topic">Name of the part: letters, digits and <c>-</c>.</param>
    /// <param name="parameters">The component's parameters by name.</param>
    public void Publish<TComponent>(string topic, IReadOnlyDictionary<string, object?> parameters)
        where TComponent : IComponent =>
        Replace(topic, language => renderer.RenderAsync<TComponent>(language, parameters));

    /// <summary>Says that a topic changed, and nothing more: pages fetch the part themselves, each with its own session (<c>LiveRegion</c> with a <c>Source</c>).</summary>
    /// <param name="topic">Name of the part: letters, digits and <c>-</c>.</param>
    public void Announce(string topic) => Replace(topic, _ => Task.FromResult("changed"));

    /// <summary>Holds one connection open until the client or the host goes, or the client may watch no longer.</summary>
    /// <param name="http">The request.</param>
    /// <param name="isKnown">True for somebody who is logged in.</param>
    /// <param name="mayWatch">Whether the client may still watch.</param>
    internal async Task Serve(HttpContext http, bool isKnown, Func<HttpContext, Task<bool>> mayWatch)
    {
        using CancellationTokenSource gone = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        if (!_places.TryTake(new LivePlace(http.Connection.RemoteIpAddress, isKnown, gone), out LivePlace? place))
        {
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            http.Response.Headers.RetryAfter = "10";
            return;
        }
        try
        {
            await Stream(http, mayWatch, gone.Token);
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
        {
            // the page was closed, the host stops, or another client has the place now
        }
        finally
        {
            _places.GiveBack(place);
        }
    }

    private void Replace(string topic, Func<Language, Task<string>> render)
    {
        if (topic.Length == 0 || topic.AsSpan().ContainsAnyExcept("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"))
            throw new ArgumentException($"'{topic}' is no topic: letters, digits and '-' are expected.", nameof(topic));
        _parts[topic] = new Part(Interlocked.Increment(ref _version), render);
    }

    private async Task Stream(HttpContext http, Func<HttpContext, Task<bool>> mayWatch, CancellationToken cancel)
    {
        Language language = http.RequestServices.GetRequiredService<UiContext>().Words.Language;
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers["X-Accel-Buffering"] = "no"; // proxies must not hold events back
        if (http.IsHead())
            return;
        await http.Response.WriteAsync("retry: 2000\n\n", cancel);
        await http.Response.Body.FlushAsync(cancel);

        Dictionary<string, long> sent = new(StringComparer.Ordinal);
        using PeriodicTimer pace = new(Pace);
        TimeSpan silent = TimeSpan.Zero, unasked = TimeSpan.Zero;
        do
        {
            unasked += Pace;
            if (unasked >= Recheck || HasNews(sent))
            {
                if (!await mayWatch(http))
                    return; // the page connects again and is led to the login
                unasked = TimeSpan.Zero;
            }
            bool wrote = await SendChanged(http.Response, language, sent, cancel);
            silent = wrote ? TimeSpan.Zero : silent + Pace;
            if (silent >= Heartbeat)
            {
                await http.Response.WriteAsync(": still here\n\n", cancel);
                (wrote, silent) = (true, TimeSpan.Zero);
            }
            if (wrote)
                await http.Response.Body.FlushAsync(cancel);
        }
        while (await pace.WaitForNextTickAsync(cancel));
    }

    private bool HasNews(Dictionary<string, long> sent) => _parts.Any(part => sent.GetValueOrDefault(part.Key) != part.Value.Version);

    private async Task<bool> SendChanged(HttpResponse response, Language language, Dictionary<string, long> sent, CancellationToken cancel)
    {
        bool wrote = false;
        foreach ((string topic, Part part) in _parts)
        {
            if (sent.GetValueOrDefault(topic) == part.Version)
                continue;
            sent[topic] = part.Version;
            string html = await part.Html(language);
            await response.WriteAsync($"event: {topic}\ndata: {html.ReplaceLineEndings("\ndata: ")}\n\n", cancel); // WHATWG HTML §9.2: one data line per line
            wrote = true;
        }
        return wrote;
    }

    /// <summary>One version of a topic; rendered at most once per language, by whoever needs it first.</summary>
    private sealed class Part(long version, Func<Language, Task<string>> render)
    {
        private readonly ConcurrentDictionary<Language, Lazy<Task<string>>> _html = new();

        public long Version => version;

        public Task<string> Html(Language language) => _html.GetOrAdd(language, key => new Lazy<Task<string>>(() => render(key))).Value;
    }
}
