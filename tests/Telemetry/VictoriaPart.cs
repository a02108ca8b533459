using PantryChain.Rehearsal.Parts;

namespace PantryChain.Telemetry.Tests;

/// <summary>Debian's VictoriaMetrics, which takes the writes of InfluxDB 2.x; it has no Flux.</summary>
internal sealed class VictoriaPart(string folder) : Part("victoria-metrics", folder, 0)
{
    private readonly HttpClient _http = new();

    public Uri Url => new($"http://127.0.0.1:{Port}/");

    /// <summary>All values of a metric as JSON lines, oldest first.</summary>
    public async Task<string> ExportAsync(string metric)
    {
        await _http.GetAsync(new Uri(Url, "internal/force_flush"));
        return await _http.GetStringAsync(new Uri(Url, $"api/v1/export?match[]={Uri.EscapeDataString(metric)}"));
    }

    protected override Task PrepareAsync(CancellationToken cancellation) => Task.CompletedTask;

    protected override Task<ChildProcess> LaunchAsync(CancellationToken cancellation) => ChildProcess.StartAsync(
        Tool.Find("victoria-metrics", "victoria-metrics"),
        [$"-httpListenAddr=127.0.0.1:{Port}", $"-storageDataPath={Folder}/data", "-retentionPeriod=100y", "-memory.allowedBytes=64MB"], LogFile, Folder);

    protected override async Task<bool> ProbeAsync(CancellationToken cancellation)
    {
        using HttpResponseMessage response = await _http.GetAsync(new Uri(Url, "health"), cancellation);
        return response.IsSuccessStatusCode;
    }
}
