using System.Net;
using System.Text.Json;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Gateway.Ordering;
using PantryChain.Ledger.Contracts;

namespace PantryChain.Gateway.Tests;

/// <summary>The household's pages as a person uses them: a browser that keeps cookies and says where it would be led instead of going there.</summary>
internal static class PageBrowser
{
    /// <summary>A browser in front of the first page; the caller disposes it.</summary>
    public static HttpClient NewBrowser(this GatewayWorld world, string? language = null)
    {
        HttpClient browser = new(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = world.Address };
        if (language is not null)
            browser.DefaultRequestHeaders.AcceptLanguage.ParseAdd(language);
        return browser;
    }

    /// <summary>A page's text, as a person reads it.</summary>
    public static async Task<string> PageAsync(this HttpClient browser, string path) => WebUtility.HtmlDecode(await browser.GetStringAsync(path));

    /// <summary>A JSON answer.</summary>
    public static async Task<JsonElement> JsonAsync(this HttpClient browser, string path)
    {
        using JsonDocument answer = JsonDocument.Parse(await browser.GetStringAsync(path));
        return answer.RootElement.Clone();
    }

    /// <summary>Sends a form.</summary>
    public static async Task<HttpStatusCode> SendFormAsync(this HttpClient browser, string path, params (string Name, string Value)[] fields)
    {
        using FormUrlEncodedContent content = new(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        using HttpResponseMessage answer = await browser.PostAsync(path, content);
        return answer.StatusCode;
    }

    /// <summary>Logs the member in.</summary>
    /// <returns>What the login's forms carry.</returns>
    public static async Task<string> LogInAsync(this HttpClient browser)
    {
        (await browser.SendFormAsync("/login", ("pin", GatewayWorld.PinDigits))).Should().Be(HttpStatusCode.SeeOther);
        return (await browser.JsonAsync("/api/state")).GetProperty("form").GetString()!;
    }

    /// <summary>Has the member allow orders of milk, as the form of a page would.</summary>
    public static GivenMandate GiveMandate(this GatewayWorld world)
    {
        Mandate terms = new(
            Samples.Address(8), Samples.Milk, 2, Bamtol.FromWon(3_600), Bamtol.FromWon(36_000), 30, 3, 1, default, Samples.Hash(99),
            DateTimeOffset.FromUnixTimeSeconds(1_900_000_000), 1);
        GivenMandate given = new(TypedMessages.Mandate(terms), terms, [Samples.Address(2)], MandateMode.Auto, Samples.Morning, Samples.Hash(150), RelayStatus.Mined, null);
        world.Get<MandateBook>().Give(given, [new Relay(given.Call, RelayKind.Execute, Samples.Address(8), [1], given.Id.Value, Status: RelayStatus.Mined)]);
        return given;
    }
}
