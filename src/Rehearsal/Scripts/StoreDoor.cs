using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;

namespace PantryChain.Rehearsal.Scripts;

/// <summary>An order as the desk lists it.</summary>
/// <param name="Order">The order.</param>
/// <param name="Gtin">The product.</param>
/// <param name="Quantity">Packs.</param>
/// <param name="State">Where it stands on chain.</param>
/// <param name="PlacedAt">Household time at which the chain took it.</param>
/// <param name="AcceptableFrom">Household time at which the veto window ends.</param>
/// <param name="Tags">How many tags are bound to it.</param>
/// <param name="Code">The code on its slip, or null before it is shipped.</param>
/// <param name="IsHandedOver">True once the courier's record stands.</param>
internal sealed record DeskOrder(
    OrderId Order, Gtin Gtin, int Quantity, OrderState State, DateTimeOffset PlacedAt, DateTimeOffset AcceptableFrom, int Tags = 0, string? Code = null, bool IsHandedOver = false)
{
    /// <summary>What is wrong with its price, or null.</summary>
    public string? PriceFault { get; init; }
}

/// <summary>The clerk's way into the store: the desk's HTTP API (protocol, "The store's HTTP API").</summary>
internal sealed class StoreDoor(int port, string tokenFile) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = new Uri($"http://127.0.0.1:{port}/"), Timeout = TimeSpan.FromSeconds(10) };

    /// <summary>The store's address, as a gateway is told it.</summary>
    public Uri Address => _http.BaseAddress!;

    /// <summary>A code with which one gateway may join.</summary>
    public async Task<string> InviteAsync(CancellationToken cancellation) =>
        (await PostAsync("desk/api/invitations", new { note = "rehearsal" }, cancellation)).GetProperty("code").GetString()!;

    /// <summary>Books money that a member paid in; the same reference again is the same deposit.</summary>
    public Task DepositAsync(string account, long won, string reference, CancellationToken cancellation) =>
        PostAsync("desk/api/deposits", new { reference, account, amount = (won * 100).ToString(CultureInfo.InvariantCulture), again = true }, cancellation); // a household day is seconds: two of one amount are two

    /// <summary>All orders, oldest first.</summary>
    public async Task<IReadOnlyList<DeskOrder>> OrdersAsync(CancellationToken cancellation)
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Get, "desk/api/orders", null, cancellation);
        JsonElement list = await response.Content.ReadFromJsonAsync<JsonElement>(cancellation);
        return [.. list.EnumerateArray().Select(Read)];
    }

    /// <summary>Presses one of the desk's buttons: <c>accept</c>, <c>ship</c> or <c>deliver</c>; one that does not fit any more, or not yet, changes nothing.</summary>
    public Task PressAsync(OrderId order, string button, CancellationToken cancellation) => TryPostAsync($"desk/api/orders/{order}/{button}", new { }, cancellation);

    private async Task TryPostAsync(string path, object body, CancellationToken cancellation)
    {
        try
        {
            await PostAsync(path, body, cancellation);
        }
        catch (HttpRequestException refusal) when (refusal.StatusCode == System.Net.HttpStatusCode.Conflict)
        {
            // done before a kill, or the chain's newest block is a moment too early
        }
    }

    /// <summary>Binds a pack's tag to an order that is being packed; a refusal that says it is too late changes nothing.</summary>
    public Task BindAsync(OrderId order, string tag, CancellationToken cancellation) => TryPostAsync($"desk/api/orders/{order}/tags", new { tag }, cancellation);

    /// <summary>Records when the courier handed an order over.</summary>
    public Task HandOverAsync(OrderId order, DateTimeOffset at, CancellationToken cancellation) => TryPostAsync($"desk/api/orders/{order}/handover", new { at }, cancellation);

    /// <inheritdoc />
    public void Dispose() => _http.Dispose();

    private static DeskOrder Read(JsonElement row) => new(
        new OrderId(Hash32.Parse(row.GetProperty("order").GetString()!)), Gtin.Parse(row.GetProperty("gtin").GetString()!), row.GetProperty("quantity").GetInt32(),
        Enum.Parse<OrderState>(row.GetProperty("state").GetString()!, ignoreCase: true), row.GetProperty("placedAt").GetDateTimeOffset(),
        row.GetProperty("acceptableFrom").GetDateTimeOffset(), row.GetProperty("tags").GetArrayLength(), row.GetProperty("code").GetString(),
        row.GetProperty("handedOverAt").ValueKind == JsonValueKind.String)
    {
        PriceFault = row.GetProperty("priceFault").GetString(),
    };

    private async Task<JsonElement> PostAsync(string path, object body, CancellationToken cancellation)
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Post, path, JsonContent.Create(body), cancellation);
        string text = await response.Content.ReadAsStringAsync(cancellation);
        return text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancellation)
    {
        using HttpRequestMessage request = new(method, path) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", (await File.ReadAllTextAsync(tokenFile, cancellation)).Trim());
        HttpResponseMessage response = await _http.SendAsync(request, cancellation);
        if (response.IsSuccessStatusCode)
            return response;
        string said = await response.Content.ReadAsStringAsync(cancellation);
        response.Dispose();
        throw new HttpRequestException(string.Create(CultureInfo.InvariantCulture, $"The desk refused {path} ({(int)response.StatusCode}): {said}"), null, response.StatusCode);
    }
}
