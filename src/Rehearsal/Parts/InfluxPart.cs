namespace PantryChain.Rehearsal.Parts;

/// <summary>A time-series server: Debian's InfluxDB 1.x, open to this machine.</summary>
public sealed class InfluxPart : Part
{
    private readonly HttpClient _http = new();
    private readonly int _backupPort = LoopbackPort.Free();

    /// <summary>A server.</summary>
    public InfluxPart(string folder, int port = 0) : base("influxd", folder, port) { }

    /// <summary>Where it answers HTTP.</summary>
    public Uri Url => new($"http://127.0.0.1:{Port}/");

    /// <summary>Makes and starts a server.</summary>
    public static async Task<InfluxPart> StartNewAsync(string folder, CancellationToken cancellation = default)
    {
        InfluxPart part = new(folder);
        await part.StartAsync(cancellation);
        return part;
    }

    private string ConfigurationFile => Path.Combine(Folder, "influxdb.conf");

    /// <inheritdoc />
    protected override Task PrepareAsync(CancellationToken cancellation) => File.WriteAllTextAsync(ConfigurationFile, $"""
        reporting-disabled = true
        bind-address = "127.0.0.1:{_backupPort}"
        [meta]
          dir = "{Folder}/meta"
        [data]
          dir = "{Folder}/data"
          wal-dir = "{Folder}/wal"
          query-log-enabled = false
        [http]
          bind-address = "127.0.0.1:{Port}"
          log-enabled = false

        """, cancellation);

    /// <inheritdoc />
    protected override Task<ChildProcess> LaunchAsync(CancellationToken cancellation) =>
        ChildProcess.StartAsync(Tool.Find("influxd", "influxdb"), ["-config", ConfigurationFile], LogFile, Folder, new Dictionary<string, string> { ["HOME"] = Folder });

    /// <inheritdoc />
    protected override async Task<bool> ProbeAsync(CancellationToken cancellation)
    {
        using HttpResponseMessage response = await _http.GetAsync(new Uri(Url, "ping"), cancellation);
        return response.IsSuccessStatusCode;
    }
}
