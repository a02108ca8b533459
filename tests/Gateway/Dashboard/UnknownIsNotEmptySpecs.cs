using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Hosting;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Sensing;
using PantryChain.Gateway.Sensing;

namespace PantryChain.Gateway.Tests.Dashboard;

/// <summary>A shelf on the first page whose cell is silent, or on which somebody leans.</summary>
public sealed class UnknownIsNotEmptySpecs : IAsyncLifetime
{
    private static readonly SlotId First = new(1);

    private readonly GatewayWorld _world = new(speed: 1);
    private HttpClient _browser = null!;
    private ShelfBoard _board = null!;
    private StockReading _seen;

    public async Task InitializeAsync()
    {
        await _world.StartAsync();
        _browser = new HttpClient { BaseAddress = _world.Address };
        _board = _world.Get<ShelfBoard>();
        await Wait.Until(() => _board[First].Stable, "the shelf had settled");
        await _world.Get<IEnumerable<IHostedService>>().OfType<SensingThread>().Single().StopAsync(default); // from here on the test says what the cells say
        _seen = _board[First];
    }

    public async Task DisposeAsync()
    {
        _browser.Dispose();
        await _world.DisposeAsync();
    }

    [Theory]
    [InlineData("ko", "마지막으로 잰 값")]
    [InlineData("en", "last weighed")]
    public async Task A_cell_that_is_silent_shows_its_last_level_and_when_and_never_an_empty_shelf(string language, string last)
    {
        _board.Show(_seen with { Level = Mass.Zero, Stable = false, Health = SlotHealth.Stale });

        string card = await CardAsync(language);

        card.Should().Contain("data-state=\"unread\"").And.Contain(last).And.Contain($"data-grams=\"{_seen.Level.Grams:0}\"");
        card.Should().NotContain("비어 있음").And.NotContain("Empty");
    }

    [Fact]
    public async Task A_hand_on_the_shelf_is_no_stock()
    {
        _board.Show(_seen with { Level = _seen.Level + Mass.FromGrams(900), Stable = false });

        string card = await CardAsync("en");

        card.Should().Contain("data-state=\"handled\"").And.Contain("in use").And.Contain($"data-grams=\"{_seen.Level.Grams:0}\"").And.NotContain("±");
    }

    [Fact]
    public async Task A_shelf_that_settled_at_nothing_is_empty()
    {
        _board.Show(_seen with { Level = Mass.Zero });

        (await CardAsync("en")).Should().Contain("data-state=\"settled\"").And.Contain("Empty");
    }

    private async Task<string> CardAsync(string language)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "/");
        request.Headers.AcceptLanguage.ParseAdd(language);
        using HttpResponseMessage page = await _browser.SendAsync(request);
        string html = WebUtility.HtmlDecode(await page.Content.ReadAsStringAsync());
        return Regex.Match(html, "<article[^>]*data-slot=\"1\".*?</article>", RegexOptions.Singleline, TimeSpan.FromSeconds(5)).Value;
    }
}
