using System.Net;
using PantryChain.Ui.Components;
using PantryChain.Ui.Live;
using PantryChain.Ui.Texts;

namespace PantryChain.Ui.Tests;

public sealed class LiveHubSpecs : IAsyncLifetime, IDisposable
{
    private readonly GalleryHost _host = new();
    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromMinutes(2));

    [Fact]
    public async Task A_change_reaches_an_open_page_in_its_readers_language()
    {
        using HttpClient browser = _host.NewClient("en");
        using StreamReader page = await Open(browser);
        Dictionary<string, object?> parameters = new() { ["Title"] = "a <b>", ["Hint"] = "line" };
        _host.Hub.Publish<EmptyState>("order", parameters);

        (string topic, string html) = await Next(page);

        topic.Should().Be("order");
        html.Should().Contain("a &lt;b&gt;");
        html.ReplaceLineEndings("\n").Should().Be((await _host.Fragments.RenderAsync<EmptyState>(Language.English, parameters)).ReplaceLineEndings("\n"), "no line is lost");
    }

    [Fact]
    public async Task A_page_opened_late_gets_the_newest_of_each_topic_first()
    {
        Publish("one", "old");
        Publish("one", "new");
        Publish("two", "other");
        using HttpClient browser = _host.NewClient();
        using StreamReader page = await Open(browser);

        (string Topic, string Html)[] parts = [await Next(page), await Next(page)];

        parts.Select(part => part.Topic).Should().BeEquivalentTo("one", "two");
        parts.Single(part => part.Topic == "one").Html.Should().Contain("new");
    }

    [Fact]
    public async Task An_announcement_says_that_something_changed_and_nothing_else()
    {
        using HttpClient browser = _host.NewClient();
        using StreamReader page = await Open(browser);
        _host.Hub.Announce("purse");

        (await Next(page)).Should().Be(("purse", "changed"));
    }

    [Fact]
    public async Task A_burst_is_not_queued_but_its_end_always_arrives()
    {
        using HttpClient browser = _host.NewClient();
        using StreamReader page = await Open(browser);
        for (int i = 0; i <= 10_000; i++)
            Publish("level", $"value {i}.");

        int received = 0;
        string html;
        do
        {
            (_, html) = await Next(page);
            received++;
        }
        while (!html.Contains("value 10000.", StringComparison.Ordinal));

        received.Should().BeLessThan(200, "versions that nobody saw are skipped");
    }

    [Fact]
    public async Task A_closed_page_gives_its_place_back_and_the_house_is_never_overrun()
    {
        List<HttpResponseMessage> pages = [];
        using HttpClient browser = _host.NewClient();
        browser.DefaultRequestHeaders.Add("Member", "yes");
        for (int i = 0; i < LiveHub.MostClients; i++)
            pages.Add(await browser.GetAsync("/live", HttpCompletionOption.ResponseHeadersRead, _deadline.Token));
        using HttpResponseMessage refused = await browser.GetAsync("/live", HttpCompletionOption.ResponseHeadersRead, _deadline.Token);
        pages.ForEach(page => page.Dispose());
        while (_host.Hub.Clients > 0)
            await Task.Delay(20, _deadline.Token);

        using HttpResponseMessage welcome = await browser.GetAsync("/live", HttpCompletionOption.ResponseHeadersRead, _deadline.Token);

        refused.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        refused.Headers.RetryAfter.Should().NotBeNull();
        welcome.StatusCode.Should().Be(HttpStatusCode.OK);
        welcome.Content.Headers.ContentType!.MediaType.Should().Be("text/event-stream");
    }

    [Fact]
    public async Task Connections_that_only_lie_there_keep_nobodys_page_from_being_live()
    {
        List<StreamReader> idle = [];
        using HttpClient guest = _host.NewClient(), browser = _host.NewClient();
        for (int i = 0; i < LiveHub.MostClients; i++)
            idle.Add(await Open(guest));

        using StreamReader page = await Open(browser);
        _host.Hub.Announce("news");

        (await Next(page)).Should().Be(("news", "changed"), "the newest page counts");
        _host.Hub.Clients.Should().Be(LivePlaces.MostPerAddress);
        Func<Task> oldest = () => idle[0].ReadToEndAsync(_deadline.Token);
        await oldest.Should().NotThrowAsync("it was ended");
        idle.ForEach(one => one.Dispose());
    }

    [Fact]
    public void Who_is_logged_in_has_a_place_whatever_all_others_hold_and_never_loses_it()
    {
        LivePlaces places = new(LiveHub.MostClients);
        bool Take(string address, bool isKnown) => places.TryTake(new LivePlace(IPAddress.Parse(address), isKnown, new CancellationTokenSource()), out _);
        for (int guest = 0; guest < 500; guest++)
            Take($"2001:db8:{guest % 8:x}:1::{guest:x}", isKnown: false);
        int held = places.Count;

        bool[] family = [.. Enumerable.Range(0, LiveHub.MostClients + 1).Select(_ => Take("192.168.0.9", isKnown: true))];
        bool late = Take("192.168.0.10", isKnown: false);

        held.Should().Be(LiveHub.MostClients);
        family.Count(has => has).Should().Be(LiveHub.MostClients);
        (late, places.Count).Should().Be((false, LiveHub.MostClients));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a\nevent: b")]
    public void A_topic_that_would_break_the_stream_is_refused(string topic)
    {
        Action publish = () => Publish(topic, "x");

        publish.Should().Throw<ArgumentException>();
    }

    public Task InitializeAsync() => _host.InitializeAsync();

    public Task DisposeAsync() => _host.DisposeAsync();

    public void Dispose() => _deadline.Dispose();

    private void Publish(string topic, string text) => _host.Hub.Publish<Badge>(topic, new Dictionary<string, object?> { ["Text"] = text });

    private async Task<StreamReader> Open(HttpClient browser) => new(await browser.GetStreamAsync("/live", _deadline.Token));

    /// <summary>The next event, as a browser puts it together (WHATWG HTML §9.2.6).</summary>
    private async Task<(string Topic, string Html)> Next(StreamReader page)
    {
        string topic = "";
        List<string> data = [];
        while (await page.ReadLineAsync(_deadline.Token) is { } line)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal))
                topic = line[7..];
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
                data.Add(line[6..]);
            else if (line.Length == 0 && data.Count > 0)
                return (topic, string.Join('\n', data));
        }
        throw new EndOfStreamException();
    }
}
