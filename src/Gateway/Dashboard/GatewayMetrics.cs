using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace PantryChain.Gateway.Dashboard;

/// <summary>What <c>GET /health</c> says, as figures over time (OpenTelemetry), and the runtime's own: no secrets, no stock, no amounts.</summary>
/// <remarks>Nothing is counted a second time: each instrument reads, when it is scraped, what the health report reads. Thread safe.</remarks>
internal sealed class GatewayMetrics : IDisposable
{
    private const string Own = "PantryChain.Gateway", Runtime = "System.Runtime"; // the second is .NET's

    private readonly Meter _meter = new(Own);

    /// <summary>Begins to offer them.</summary>
    public GatewayMetrics(Troubles troubles, ShelfHealth shelf, KeptHealth kept, HealthReport health, CooperativeHealth? cooperative = null)
    {
        Count("pantry.samples", () => shelf.Samples, "Weights that were read since the start.");
        Count("pantry.events", () => (long)kept.Last, "Events in the journal.");
        Count("pantry.refusals", () => kept.Refused, "Messages and requests that were refused since the start.");
        _meter.CreateObservableGauge("pantry.troubles", () => ByCause(troubles), description: "What is wrong now, by the causes of /health.");
        _meter.CreateObservableGauge(
            "pantry.slot.health", () => shelf.Slots().Select(slot => Named(1, ("slot", slot.Key), ("health", Snake(slot.Value)))), description: "1 for the health that a slot has.");
        _meter.CreateObservableCounter(
            "pantry.sensor.faults", () => shelf.Converters().Concat(shelf.Readers()).Select(sensor => Named(sensor.Faults, ("sensor", sensor.Name), ("kind", sensor.Kind))),
            description: "Faults of a converter or reader since the start.");
        Gauge("pantry.inbox.open", () => shelf.Inbox().Open, "Questions that wait for the member.");
        Gauge("pantry.home.connected", () => health.Now().Home == "connected" ? 1 : 0, "1 while the home broker is there.");
        if (cooperative is not null)
            AddCooperative(cooperative);
        Provider = Sdk.CreateMeterProviderBuilder().ConfigureResource(resource => resource.AddService("pantrychain-gateway", autoGenerateServiceInstanceId: false))
            .AddMeter(Own, Runtime).AddPrometheusExporter(exporter => exporter.ScopeInfoEnabled = false).Build();
    }

    /// <summary>Who collects them.</summary>
    public MeterProvider Provider { get; }

    /// <inheritdoc />
    public void Dispose()
    {
        Provider.Dispose();
        _meter.Dispose();
    }

    private void AddCooperative(CooperativeHealth cooperative)
    {
        Gauge("pantry.cooperative.connected", () => cooperative.IsConnected ? 1 : 0, "1 while the cooperative's broker is there.");
        Count("pantry.blocks.sealed", () => (long)cooperative.Blocks().Sealed, "Blocks that were sealed here.");
        Count("pantry.blocks.accepted", () => (long)cooperative.Blocks().Told.Accepted, "Blocks that the store took.");
        Count("pantry.blocks.anchored", () => (long)cooperative.Blocks().Told.Anchored, "Blocks that are anchored.");
        Gauge("pantry.calls.under_way", () => cooperative.Calls().UnderWay, "Signed calls on their way to the chain.");
    }

    private void Count(string name, Func<long> value, string what) => _meter.CreateObservableCounter(name, value, description: what);

    private void Gauge(string name, Func<long> value, string what) => _meter.CreateObservableGauge(name, value, description: what);

    /// <summary>Each cause, also those that are not: an alarm on a series that is not there never rings.</summary>
    private static IEnumerable<Measurement<long>> ByCause(Troubles troubles)
    {
        ILookup<TroubleCause, Trouble> now = troubles.Now().ToLookup(trouble => trouble.Cause);
        return Enum.GetValues<TroubleCause>().Select(cause => Named(now[cause].Count(), ("cause", Snake(cause.ToString()))));
    }

    private static Measurement<long> Named(long value, params ReadOnlySpan<(string Name, string Value)> tags)
    {
        TagList list = default;
        foreach ((string name, string text) in tags)
            list.Add(name, text);
        return new Measurement<long>(value, list);
    }

    private static string Snake(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
}

/// <summary>Where a Prometheus finds the figures.</summary>
internal static class MetricsHosting
{
    /// <summary>Maps <c>GET /metrics</c>: for whoever may see <c>/health</c>, which says the same.</summary>
    public static void MapMetrics(this WebApplication app) =>
        app.MapPrometheusScrapingEndpoint("/metrics", app.Services.GetRequiredService<GatewayMetrics>().Provider, configureBranchedPipeline: null, optionsName: null)
            .WithMetadata(new HttpMethodMetadata([HttpMethods.Get]));
}
