using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Telemetry.Series;

/// <summary>A time series in InfluxDB over HTTP: line protocol to write, InfluxQL to read; 1.x, and 3.x by its interface of 1.x (2.x has <see cref="InfluxBucketSeries"/>).</summary>
/// <remarks>A write that finds no database creates it (1.x) and is sent again.</remarks>
public sealed class InfluxTimeSeries : ITimeSeries
{
    private const string Measurement = "slot_level";

    private readonly HttpClient _http;
    private readonly InfluxOptions _options;
    private readonly GatewayId _gateway;

    /// <summary>Writes and reads this gateway's slots.</summary>
    public InfluxTimeSeries(HttpClient http, InfluxOptions options, GatewayId gateway)
    {
        options.Validate();
        (_http, _options, _gateway) = (http, options, gateway);
    }

    /// <summary>Creates the database when it is not there (1.x); 2.x and 3.x want it created by their own tools.</summary>
    /// <exception cref="StorageException">InfluxDB does not answer or refused.</exception>
    public async Task CreateDatabaseAsync(CancellationToken cancellation = default)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, Address("query", $"q={Uri.EscapeDataString($"CREATE DATABASE \"{_options.Database}\"")}"));
        using JsonDocument answer = Parse(await SendAsync(request, cancellation));
    }

    /// <inheritdoc />
    public async Task WriteAsync(IReadOnlyCollection<LevelPoint> points, CancellationToken cancellation = default)
    {
        if (points.Count == 0)
            return;
        StringBuilder lines = new();
        foreach (LevelPoint point in points)
        {
            lines.Append(CultureInfo.InvariantCulture,
                $"{Measurement},gateway={_gateway},slot={point.Slot} mg={point.Level.Milligrams}i,sigma_mg={point.Sigma.Milligrams}i {SeriesStep.Minute(point.At) * 60}\n");
        }
        try
        {
            await SendLinesAsync(lines.ToString(), cancellation);
        }
        catch (StorageException error) when (error.InnerException is HttpRequestException { StatusCode: HttpStatusCode.NotFound })
        {
            await CreateDatabaseAsync(cancellation);
            await SendLinesAsync(lines.ToString(), cancellation);
        }
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<LevelPoint>> ReadAsync(
        SlotId slot, DateTimeOffset from, DateTimeOffset to, TimeSpan step, CancellationToken cancellation = default)
    {
        long width = SeriesStep.Minutes(step);
        string query = string.Create(CultureInfo.InvariantCulture,
            $"SELECT mean(\"mg\"), mean(\"sigma_mg\") FROM \"{Measurement}\" WHERE \"gateway\" = '{_gateway}' AND \"slot\" = '{slot}' AND time >= {SeriesStep.FirstMinute(from) * 60}s "
            + $"AND time < {SeriesStep.FirstMinute(to) * 60}s GROUP BY time({width}m) fill(none)");
        using HttpRequestMessage request = new(HttpMethod.Get, Address("query", $"db={_options.Database}&epoch=s&q={Uri.EscapeDataString(query)}"));
        using JsonDocument answer = Parse(await SendAsync(request, cancellation));
        try
        {
            return Points(slot, answer.RootElement.GetProperty("results")[0]);
        }
        catch (Exception error) when (error is InvalidOperationException or KeyNotFoundException or IndexOutOfRangeException or FormatException or OverflowException or ArgumentException)
        {
            throw Refused(null, $"it answered no levels ({error.Message})", error);
        }
    }

    private JsonDocument Parse(string answer)
    {
        try
        {
            return JsonDocument.Parse(answer);
        }
        catch (JsonException error)
        {
            throw Refused(null, "it answered no JSON", error);
        }
    }

    private async Task SendLinesAsync(string lines, CancellationToken cancellation)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, Address("write", $"db={_options.Database}&precision=s")) { Content = new StringContent(lines) };
        await SendAsync(request, cancellation);
    }

    private IReadOnlyList<LevelPoint> Points(SlotId slot, JsonElement result)
    {
        if (result.TryGetProperty("error", out JsonElement error))
            throw Refused(null, error.GetRawText(), null);
        if (!result.TryGetProperty("series", out JsonElement series))
            return [];
        return [.. series[0].GetProperty("values").EnumerateArray().Select(row => new LevelPoint(
            slot, DateTimeOffset.FromUnixTimeSeconds(row[0].GetInt64()), Milligrams(row[1]), Milligrams(row[2])))];
    }

    private static Mass Milligrams(JsonElement mean) => new((long)Math.Round(mean.GetDouble()));

    private async Task<string> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        if (_options.Token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Token", _options.Token);
        try
        {
            using HttpResponseMessage response = await _http.SendAsync(request, cancellation);
            string body = await response.Content.ReadAsStringAsync(cancellation);
            return response.IsSuccessStatusCode ? body
                : throw Refused((int)response.StatusCode, body, new HttpRequestException(body, inner: null, response.StatusCode));
        }
        catch (HttpRequestException error)
        {
            throw Refused(null, error.Message, error);
        }
        catch (TaskCanceledException error) when (!cancellation.IsCancellationRequested)
        {
            throw InfluxTrouble.Slow(_options, error);
        }
    }

    private Uri Address(string path, string query) => new(_options.Url, $"{path}?{query}");

    private StorageException Refused(int? status, string? said, Exception? cause) => InfluxTrouble.Of(_options, status, said, cause);
}
