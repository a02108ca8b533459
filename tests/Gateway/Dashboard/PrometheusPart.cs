using PantryChain.Rehearsal.Parts;

namespace PantryChain.Gateway.Tests.Dashboard;

/// <summary>Debian's Prometheus, which scrapes one address every second.</summary>
internal sealed class PrometheusPart(string folder, Uri target) : Part("prometheus", folder, 0)
{
    private readonly HttpClient _http = new();

    private Uri Url => new($"http://127.0.0.1:{Port}/");

    /// <summary>The answer to a query, as JSON.</summary>
    public Task<string> AskAsync(string query) => _http.GetStringAsync(new Uri(Url, $"api/v1/query?query={Uri.EscapeDataString(query)}"));

    /// <summary>What it says of its targets, with the last error of each, as JSON.</summary>
    public Task<string> TargetsAsync() => _http.GetStringAsync(new Uri(Url, "api/v1/targets"));

    protected override Task PrepareAsync(CancellationToken cancellation) => File.WriteAllTextAsync(Path.Combine(Folder, "prometheus.yml"), $"""
        global:
          scrape_interval: 1s
          scrape_timeout: 1s
        scrape_configs:
          - job_name: pantry
            static_configs:
              - targets: ["{target.Authority}"]
        """, cancellation);

    protected override Task<ChildProcess> LaunchAsync(CancellationToken cancellation) => ChildProcess.StartAsync(
        Tool.Find("prometheus", "prometheus"),
        [$"--config.file={Folder}/prometheus.yml", $"--storage.tsdb.path={Folder}/data", $"--web.listen-address=127.0.0.1:{Port}"], LogFile, Folder);

    protected override async Task<bool> ProbeAsync(CancellationToken cancellation)
    {
        using HttpResponseMessage response = await _http.GetAsync(new Uri(Url, "-/ready"), cancellation);
        return response.IsSuccessStatusCode;
    }
}
