using System.Text;
using PantryChain.Domain.Identity;
using PantryChain.Telemetry.Series;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Fuzz.Doors;

/// <summary>What an InfluxDB answers.</summary>
internal static class SeriesDoors
{
    private static readonly InfluxOptions Options = new() { Url = new Uri("http://influx.invalid/") };

    public static IReadOnlyList<Door> All { get; } =
    [
        new("InfluxDB levels", Shape.Json,
            dice => Encoding.UTF8.GetBytes($$"""{"results":[{"statement_id":0,"series":[{"name":"slot_level","columns":["time","mean","mean_1"],"values":[[{{dice.Next(int.MaxValue)}},{{dice.Next(9_000_000)}}.5,120],[{{dice.Next(int.MaxValue)}},1e6,0]]}]}]}"""),
            bytes => Read(bytes, series => series.ReadAsync(new SlotId(1), Nouns.Morning, Nouns.Morning.AddDays(1), TimeSpan.FromMinutes(1)))) { Refusals = [typeof(StorageException)] },
        new("InfluxDB database", Shape.Json, _ => """{"results":[{"statement_id":0}]}"""u8.ToArray(), bytes => Read(bytes, series => series.CreateDatabaseAsync())) { Refusals = [typeof(StorageException)] },
    ];

    private static bool Read(byte[] answer, Func<InfluxTimeSeries, Task> ask)
    {
        using HttpClient http = new(new Canned(answer));
        ask(new InfluxTimeSeries(http, Options, new GatewayId("haneul"))).GetAwaiter().GetResult();
        return true;
    }
}
