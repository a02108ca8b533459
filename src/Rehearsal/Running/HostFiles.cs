using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using PantryChain.DeviceDrivers.Simulation;
using PantryChain.Rehearsal.World;

namespace PantryChain.Rehearsal.Running;

/// <summary>Writes what gateway and store read at their start, as an operator would: <c>gateway.json</c>, <c>store.json</c>, <c>catalogue.json</c>.</summary>
internal static class HostFiles
{
    /// <summary>Days from order to arrival: a day of veto, then a courier who comes on one of the next two days.</summary>
    internal static readonly IReadOnlyDictionary<string, double> LeadDays = new Dictionary<string, double> { ["2"] = 0.7, ["3"] = 0.3 };

    // Readable Korean; only these hosts read the files.
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the three files.</summary>
    public static void Write(RunFolder folder, HouseholdPlan plan, Ports ports, string database, bool isBrokerInside)
    {
        RunFolder.CreatePrivate(folder.Gateway);
        RunFolder.CreatePrivate(folder.Store);
        Save(Path.Combine(folder.Gateway, "gateway.json"), Gateway(folder, plan, ports, isBrokerInside ? new { broker = "embedded", port = ports.Home } : HomeBroker(folder, ports)));
        Save(Path.Combine(folder.Store, "catalogue.json"), plan.Shelves.Select(Offer));
        Save(Path.Combine(folder.Store, "store.json"), Store(folder, plan, ports, database));
    }

    /// <summary>Writes <c>gateway.json</c> alone, for a gateway that tells no home broker.</summary>
    public static void WriteLonelyGateway(RunFolder folder, HouseholdPlan plan, Ports ports)
    {
        RunFolder.CreatePrivate(folder.Gateway);
        Save(Path.Combine(folder.Gateway, "gateway.json"), Gateway(folder, plan, ports, home: null));
    }

    private static object HomeBroker(RunFolder folder, Ports ports) =>
        new { host = "127.0.0.1", port = ports.Home, username = BrokerFiles.Gateway, passwordFile = BrokerFiles.PasswordOf(folder, BrokerFiles.Gateway) };

    private static object Gateway(RunFolder folder, HouseholdPlan plan, Ports ports, object? home) => new
    {
        gateway = BrokerFiles.Gateway,
        timeZone = plan.Zone.Id,
        store = $"http://127.0.0.1:{ports.Store}/",
        dashboard = new { address = "127.0.0.1", port = ports.Gateway },
        home,
        // The converters of the short form share a clock; what is on I2C is wired as on a Raspberry Pi's header.
        cells = new { transport = "simulated", world = folder.World, deliveries = folder.Deliveries, faults = folder.Faults },
        converters = plan.Shelves.Where(OnI2c).Select((shelf, index) => new { name = NameOf(shelf), kind = "nau7802", bus = HeaderBus, multiplexer = "0x70", channel = index, samplesPerSecond = 80 }),
        readers = plan.Shelves.Where(shelf => shelf.Slot.Tagged).Take(1).Select(shelf => new { slot = shelf.Slot.Slot.Value, kind = "pn532", bus = HeaderBus }),
        climate = plan.InFridge.Count == 0 ? null : new[] { new { name = "fridge", nameKo = "냉장고", nameEn = "Fridge", kind = "fridge", sensor = "sht4x", bus = HeaderBus, slots = plan.InFridge.Select(slot => slot.Value) } },
        slots = plan.Shelves.Select(shelf => new
        {
            slot = shelf.Slot.Slot.Value, gtin = shelf.Gtin.ToString(), nameKo = shelf.NameKo, nameEn = shelf.NameEn, converter = OnI2c(shelf) ? NameOf(shelf) : null,
        }),
        products = plan.Shelves.Select(shelf => new
        {
            gtin = shelf.Gtin.ToString(), nameKo = shelf.NameKo, nameEn = shelf.NameEn, packGrams = shelf.Slot.Pack.Milligrams / 1000.0, classId = shelf.ClassId,
        }),
    };

    private const string HeaderBus = "/dev/i2c-1";

    private static bool OnI2c(Shelved shelf) => shelf.Chip == CellChip.Nau7802;

    private static string NameOf(Shelved shelf) => $"slot-{shelf.Slot.Slot}";

    private static object Offer(Shelved shelf) => new
    {
        gtin = shelf.Gtin.ToString(), nameKo = shelf.NameKo, nameEn = shelf.NameEn, packMg = shelf.Slot.Pack.Milligrams, classId = shelf.ClassId, priceWon = shelf.PriceWon,
        maxBamnamuBps = 1_000, leadDays = LeadDays,
    };

    private static object Store(RunFolder folder, HouseholdPlan plan, Ports ports, string database) => new
    {
        listen = $"http://127.0.0.1:{ports.Store}",
        database,
        chain = new { rpcUrl = $"http://127.0.0.1:{ports.Chain}" },
        broker = new
        {
            host = "127.0.0.1", port = ports.Cooperative, username = BrokerFiles.Store,
            passwordFile = Path.Combine(folder.Broker("cooperative"), "passwords"), pidFile = Path.Combine(folder.Broker("cooperative"), "mosquitto.pid"),
        },
        rewards = new { timeZone = plan.Zone.Id },
        clock = new { file = folder.Clock },
    };

    private static void Save(string path, object content)
    {
        File.WriteAllText(path + ".draft", JsonSerializer.Serialize(content, Json) + "\n");
        File.SetUnixFileMode(path + ".draft", UnixFileMode.UserRead | UnixFileMode.UserWrite); // store.json holds the database's password
        File.Move(path + ".draft", path, overwrite: true);
    }
}
