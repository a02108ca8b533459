using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;
using PantryChain.Ui.Hosting;

namespace PantryChain.Gateway.Configuration;

/// <summary>Holds the rules of the members against their values.</summary>
[OptionsValidator]
internal sealed partial class GatewayRules : IValidateOptions<GatewayOptions>;

/// <summary>What <c>gateway.json</c> says: one household's gateway, its shelves and its products.</summary>
/// <remarks>Relative paths count from the folder of the file. Unknown members are refused, so a typing mistake never goes unnoticed. What a member is set to here is its default; its rule says its range, and <see cref="GatewayFile"/> checks what concerns several.
/// Properties are set, not init: the JSON source generator would overwrite an init property's default where the file says nothing.</remarks>
internal sealed record GatewayOptions
{
    /// <summary>The gateway's name at its brokers and its store.</summary>
    /// <value>3 to 32 of <c>a-z 0-9 _ -</c>; no default.</value>
    public string Gateway { get; set; } = "";

    /// <summary>The household's time zone, an IANA name.</summary>
    public string TimeZone { get; set; } = "Asia/Seoul";

    /// <summary>Local time of day at which the day's block is sealed, whatever happened (protocol, "Chain of things").</summary>
    /// <value>Default 03:30, when nobody touches a shelf.</value>
    public TimeOnly SealAt { get; set; } = new(3, 30);

    /// <summary>The store's address, for example <c>https://store.example/</c>; overrides the one that <c>join</c> kept.</summary>
    [WebAddress]
    public Uri? Store { get; set; }

    /// <summary>Further ways to the chain beside the store's own, so that nobody alone can keep the member's no from it.</summary>
    public CooperativeOptions Cooperative { get; set; } = new();

    /// <summary>Where the household's pages are served.</summary>
    [ValidateObjectMembers]
    public DashboardOptions Dashboard { get; set; } = new();

    /// <summary>The family's MQTT broker, its own or the one inside the gateway; without one nothing is announced at home and everything else works.</summary>
    /// <value>Default none; <c>init</c> writes the one inside.</value>
    [ValidateObjectMembers]
    public HomeBrokerOptions? Home { get; set; }

    /// <summary>How the load cells of slots without a <see cref="SlotOptions.Converter"/> are reached: HX711 on one clock, the plain household's wiring.</summary>
    public CellOptions Cells { get; set; } = new();

    /// <summary>Converters that are wired in any other way; slots name them.</summary>
    public IReadOnlyList<ConverterOptions> Converters { get; set; } = [];

    /// <summary>Contactless readers, at most one under a slot.</summary>
    public IReadOnlyList<ReaderOptions> Readers { get; set; } = [];

    /// <summary>What keeps the time over a power cut.</summary>
    public ClockOptions Clock { get; set; } = new();

    /// <summary>A lamp and a buzzer that ask for attention.</summary>
    public AttentionOptions? Attention { get; set; }

    /// <summary>A small display of what is left, what comes and what is wrong.</summary>
    /// <value>Default none.</value>
    [ValidateObjectMembers]
    public DisplayOptions? Display { get; set; }

    /// <summary>Fridges, freezers and rooms whose air is measured.</summary>
    /// <value>Up to 8; default none.</value>
    [ValidateEnumeratedItems]
    public IReadOnlyList<ClimatePlaceOptions> Climate { get; set; } = [];

    /// <summary>The shelf slots, 1 to 64 of them.</summary>
    [ValidateEnumeratedItems]
    public IReadOnlyList<SlotOptions> Slots { get; set; } = [];

    /// <summary>The heaviest container that a tare may take, so that a tare of packs is refused.</summary>
    /// <value>Default a large glass jar. A slot's own <see cref="SlotOptions.TareGrams"/> may be heavier.</value>
    [Within(1, 50_000, "grams are expected")]
    public double HeaviestContainerGrams { get; set; } = 2_000;

    /// <summary>The products that the slots name.</summary>
    [ValidateEnumeratedItems]
    public IReadOnlyList<ProductOptions> Products { get; set; } = [];

    /// <summary>How far the gateway goes by itself.</summary>
    [ValidateObjectMembers]
    public OrderingOptions Ordering { get; set; } = new();

    /// <summary>Where the levels behind the charts are kept, and for how long.</summary>
    [ValidateObjectMembers]
    public LevelOptions Levels { get; set; } = new();

    /// <summary>What happens to changes of which nobody could tell what they were.</summary>
    [ValidateObjectMembers]
    public InboxOptions Inbox { get; set; } = new();
}

/// <summary>Ways to the chain that do not lead through the cooperative's own store.</summary>
internal sealed record CooperativeOptions
{
    /// <summary>Other stores that bring a veto, a refund or a revocation for anybody (<c>POST /api/v1/relay</c> without a token).</summary>
    /// <value>Up to 8 http or https addresses, none twice; default none. The joined store is always the first.</value>
    public IReadOnlyList<Uri> Relays { get; set; } = [];

    /// <summary>Other nodes of the same chain, asked beside the one that the store names; three or more voices decide by majority.</summary>
    /// <value>Up to 8 http or https addresses, none twice; default none.</value>
    public IReadOnlyList<Uri> Nodes { get; set; } = [];
}

/// <summary>What happens to changes of which nobody could tell what they were: they wait in the inbox for the member.</summary>
internal sealed record InboxOptions
{
    /// <summary>Household hours after which a change that nobody explained is booked as what it most likely was.</summary>
    [Within(1, 720)]
    public int AnswerHours { get; set; } = 24;

    /// <summary>Household minutes in which a large change may be undone before it is booked: a pack on the table for a meal comes back.</summary>
    /// <value>0 books what has settled for a minute.</value>
    [Within(0, 720)]
    public int UndoneMinutes { get; set; } = 90;
}

/// <summary>Where the household's pages are served.</summary>
internal sealed record DashboardOptions
{
    /// <summary>Address to listen on; the pages show how a family lives, so they stay on this machine unless told otherwise.</summary>
    /// <value>Default <c>127.0.0.1</c>; <c>0.0.0.0</c> opens them to the home network, by HTTPS at <see cref="TlsPort"/>.</value>
    public string Address { get; set; } = "127.0.0.1";

    /// <summary>TCP port.</summary>
    /// <value>0 takes a free one and logs it. Beyond this machine it only leads to <see cref="TlsPort"/>.</value>
    [Within(0, 65_535)]
    public int Port { get; set; } = 8080;

    /// <summary>TCP port of HTTPS, used as soon as the pages are served beyond this machine.</summary>
    /// <value>1 to 65 535, default 8443; 0 takes a free one and logs it.</value>
    public int TlsPort { get; set; } = 8443;

    /// <summary>Further names under which the household opens the pages. The machine's name, with and without <c>.local</c>, <c>localhost</c> and IP addresses are always answered.</summary>
    [HostNames("pantry.home.arpa")]
    public IReadOnlyList<string> Hosts { get; set; } = [];

    /// <summary>Reverse proxies before the pages, whose <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c> are believed.</summary>
    [ProxyAddresses]
    public IReadOnlyList<string> Proxies { get; set; } = [];

    /// <summary>Serves the figures of <c>/health</c> at <c>/metrics</c> for a Prometheus.</summary>
    /// <value>Default off: then nothing of OpenTelemetry is loaded.</value>
    public bool Metrics { get; set; }

    /// <summary>True when somebody beyond this machine can reach the pages.</summary>
    internal bool IsOpen => IPAddress.TryParse(Address, out IPAddress? address) && !IPAddress.IsLoopback(address);
}

/// <summary>One slot of a shelf: what stands on it and where its cell is wired.</summary>
internal sealed record SlotOptions
{
    /// <summary>Number in topics and events.</summary>
    /// <value>No two alike.</value>
    [Within(1, 65_535)]
    public int Slot { get; set; }

    /// <summary>The product that stands here, one of <see cref="GatewayOptions.Products"/>.</summary>
    public string Gtin { get; set; } = "";

    /// <summary>Further products that share the slot with <see cref="Gtin"/>, told apart by weight and tags.</summary>
    /// <value>Up to 7 of <see cref="GatewayOptions.Products"/>, none twice; default none.</value>
    public IReadOnlyList<string> MoreGtins { get; set; } = [];

    /// <summary>Name for people, Korean.</summary>
    public string NameKo { get; set; } = "";

    /// <summary>Name for people, English.</summary>
    public string NameEn { get; set; } = "";

    /// <summary>Mass of an empty container that stays on the slot.</summary>
    [Within(0, 50_000, "grams are expected")]
    public double TareGrams { get; set; }

    /// <summary>Most that the slot's cell may carry, container and plate included, as printed on the cell; a level beyond it is the converter's and is not booked.</summary>
    /// <value>Default none: four fifths of the converter's range.</value>
    [Within(100, 1_000_000, "grams are expected")]
    public double? CapacityGrams { get; set; }

    /// <summary>Line of this converter's data pin (DOUT), for a slot of <see cref="GatewayOptions.Cells"/>.</summary>
    /// <value>No two alike; not used by simulated cells.</value>
    public int DataLine { get; set; }

    /// <summary>Name of one of <see cref="GatewayOptions.Converters"/>; without it the slot belongs to <see cref="GatewayOptions.Cells"/>.</summary>
    public string? Converter { get; set; }

    /// <summary>Which input of the converter.</summary>
    /// <value>hx711: the data line (DOUT); otherwise 1 (default; an HX711's A) or 2 (its B). Not used by simulated cells.</value>
    public int? Input { get; set; }

    /// <summary>hx711 on GPIO: this cell is on input B (gain 32) of the chip whose data line <see cref="Input"/> names.</summary>
    /// <value>Default false. All chips of a group have both inputs in use, or none: each change of input costs their settling time.</value>
    public bool SecondInput { get; set; }

    /// <summary>A thermometer beside the cell: a file with whole thousandths of a degree Celsius, as the kernel's DS18B20 driver gives it.</summary>
    /// <value>For example <c>/sys/bus/w1/devices/28-0316a2793aff/temperature</c>; default none.</value>
    public string? Temperature { get; set; }
}

/// <summary>A product as the household's shelf needs it; prices and sellers come from the store's catalogue.</summary>
internal sealed record ProductOptions
{
    /// <summary>Its trade item number, 8 to 14 digits.</summary>
    public string Gtin { get; set; } = "";

    /// <summary>Name in Korean.</summary>
    [PlainName]
    public string NameKo { get; set; } = "";

    /// <summary>Name in English.</summary>
    [PlainName]
    public string NameEn { get; set; } = "";

    /// <summary>Mass of a full pack as it stands on the shelf, wrapping included.</summary>
    [Within(1, 100_000, "grams are expected")]
    public double PackGrams { get; set; }

    /// <summary>How much one full pack differs from another: one standard deviation.</summary>
    /// <value>0 to <see cref="PackGrams"/> g; default 2 % of the pack, what fillers keep to (OIML R 87 allows up to 9 % for the smallest packs).</value>
    public double? PackSpreadGrams { get; set; }

    /// <summary>True when only whole packs come and go (eggs by the carton, cans), false when somebody may take a part and put the rest back.</summary>
    /// <value>Default false.</value>
    public bool WholePacks { get; set; }

    /// <summary>The store's product class, whose pooled habits start the learning.</summary>
    public string ClassId { get; set; } = "";

    /// <summary>Sellers that the household prefers, best first, as addresses; empty takes whom the catalogue names.</summary>
    public IReadOnlyList<string> Sellers { get; set; } = [];

    /// <summary>When and how much to keep and to order.</summary>
    /// <value>Default: 95 days of 100 without running out, nothing that spoils, any number of packs.</value>
    [ValidateObjectMembers]
    public StockOptions Stock { get; set; } = new();
}

/// <summary>Where the levels behind the charts are kept: in <c>levels.db</c> beside the journal, or in an InfluxDB.</summary>
internal sealed record LevelOptions
{
    /// <summary>How long <c>levels.db</c> keeps every minute; afterwards its hour's mean stands for it.</summary>
    [Within(1, 3_650)]
    public int MinuteDays { get; set; } = 30;

    /// <summary>How long <c>levels.db</c> keeps hours.</summary>
    /// <value><see cref="MinuteDays"/> to 36 500 days, default 1 830 (five years).</value>
    public int HourDays { get; set; } = 1_830;

    /// <summary>An InfluxDB that takes the place of <c>levels.db</c>; how long it keeps what is its own setting.</summary>
    [ValidateObjectMembers]
    public InfluxDbOptions? Influx { get; set; }
}

/// <summary>Where an InfluxDB is and how to get in.</summary>
internal sealed record InfluxDbOptions
{
    /// <summary>Its address, for example <c>http://influx.local:8086/</c>; no default.</summary>
    [WebAddress]
    public Uri? Url { get; set; }

    /// <summary>Database (1.x, created when it is not there; 3.x) or bucket (2.x).</summary>
    /// <value>1 to 64 of <c>a-z A-Z 0-9 _ -</c>; default <c>pantrychain</c>.</value>
    public string Database { get; set; } = "pantrychain";

    /// <summary>Organization of a 2.x server, whose own interface is used then; null speaks the interface of 1.x, which 3.x has, too.</summary>
    [Filled("1 to 64 letters are expected", longest: 64)]
    public string? Organization { get; set; }

    /// <summary>File whose first line is the API token (2.x, 3.x) or <c>user:password</c> (1.x with authentication); null connects without.</summary>
    public string? TokenFile { get; set; }
}

/// <summary>Reads and writes the gateway's own files without reflection, which a Raspberry Pi's memory thanks us for.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true, WriteIndented = true, AllowTrailingCommas = true, ReadCommentHandling = JsonCommentHandling.Skip,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(GatewayOptions))]
[JsonSerializable(typeof(HomeBrokerOptions))]
internal sealed partial class ConfigurationJson : JsonSerializerContext
{
    /// <summary>Writes Korean as Korean: the file is for people, and no browser ever reads it.</summary>
    public static ConfigurationJson Readable() => new(new JsonSerializerOptions(Default.Options!) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
