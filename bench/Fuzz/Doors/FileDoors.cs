using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using PantryChain.DeviceDrivers.Simulation;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Time;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Cooperative;
using PantryChain.Gateway.Sensing;
using PantryChain.Ledger.Blocks;
using PantryChain.Rehearsal.World;
using PantryChain.Store.Catalogue;
using PantryChain.Store.Hosting;

namespace PantryChain.Fuzz.Doors;

/// <summary>Files that people write, copy, or get from others.</summary>
internal static class FileDoors
{
    private static readonly byte[] Gateway = JsonSerializer.SerializeToUtf8Bytes(
        new GatewayOptions
        {
            Gateway = "haneul", Store = new Uri("https://store.example/"), Home = new HomeBrokerOptions(),
            Cells = new CellOptions { Transport = CellTransport.Simulated },
            Slots = [new SlotOptions { Slot = 1, Gtin = Nouns.Milk.ToString(), MoreGtins = [Nouns.Rice.ToString()], NameKo = "우유", NameEn = "Milk" }, new SlotOptions { Slot = 2, Gtin = Nouns.Rice.ToString(), Temperature = "/sys/t" }],
            Products =
            [
                new ProductOptions { Gtin = Nouns.Milk.ToString(), NameKo = "우유", NameEn = "Milk", PackGrams = 1063, ClassId = "milk", Sellers = [Nouns.Somebody.ToString()] },
                new ProductOptions { Gtin = Nouns.Rice.ToString(), NameKo = "쌀", NameEn = "Rice", PackGrams = 4000, ClassId = "rice", PackSpreadGrams = 20 },
            ],
            Levels = new LevelOptions { Influx = new InfluxDbOptions { Url = new Uri("http://influx.local:8086/") } },
        }, ConfigurationJson.Default.GatewayOptions);

    private static readonly byte[] Wired = Encoding.UTF8.GetBytes(
        """
        {"gateway":"haneul","converters":[{"name":"a","kind":"hx711","clockLine":5},{"name":"b","kind":"nau7802","bus":"/dev/i2c-1","multiplexer":"0x70","channel":1},{"name":"c","kind":"hx711-spi","device":"/dev/spidev0.0"}],
        "readers":[{"slot":1,"kind":"pn532","bus":"/dev/i2c-1","address":"0x24"},{"slot":2,"kind":"mfrc522","device":"/dev/spidev0.1"}],
        "slots":[{"slot":1,"gtin":"8801115114154","converter":"a","input":6},{"slot":2,"gtin":"8801115114154","converter":"b"},{"slot":3,"gtin":"8801115114154","converter":"c"}],
        "products":[{"gtin":"8801115114154","nameKo":"우유","nameEn":"Milk","packGrams":1063,"classId":"milk","stock":{}}]}
        """);

    private static readonly Membership Member = new(
        new Uri("https://store.example/"), "token", Nouns.Somebody.ToString(), new Hash32(new byte[32]).ToString(), new BrokerCredentials("haneul", "secret"), LyingStoreDoors.Info);

    private static readonly byte[] World = MakeWorld();

    private static readonly byte[] DeviceKey = MakeDeviceKey();

    public static IReadOnlyList<Door> All { get; } =
    [
        new("gateway.json", Shape.Json, dice => dice.Of<byte[]>(Gateway, Wired), ReadGateway) { Refusals = [typeof(UserError)] },
        new("membership.json", Shape.Json, _ => JsonSerializer.SerializeToUtf8Bytes(Member, MembershipJson.Default.Membership), ReadMembership) { Refusals = [typeof(UserError)] },
        new("calibration.json", Shape.Json, Calibrations, ReadCalibration) { Refusals = [typeof(UserError)] },
        new("temperature.json", Shape.Json, dice => Encoding.UTF8.GetBytes($$"""[{"slot":1,"gramsPerCelsius":{{dice.Between(-9, 9)}}.25,"referenceCelsius":21.5}]"""), bytes =>
        {
            Scratch.Write("temperature.json", bytes);
            return new ThermalBook(new DataFolder(Scratch.Folder), NullLogger<ThermalBook>.Instance).Of(new SlotId(1)) is not null;
        }),
        new("member.key", Shape.Json, _ => """{"iterations":600000,"salt":"AAAA","nonce":"AAAA","cipher":"AAAA","tag":"AAAA"}"""u8.ToArray(), bytes => MemberKeyFile.Open(Scratch.Write("member.key", bytes), "24681012") is not null)
        {
            Refusals = [typeof(IOException)], MayRefuseValid = true,
        },
        new("device.key", Shape.Bytes, _ => DeviceKey, bytes => OpenDevice(Scratch.Write("device.key", bytes))) { Refusals = [typeof(IOException)] },
        new("world.json", Shape.Json, _ => World, bytes => WorldPlan.Read(Scratch.Write("world.json", bytes)).Slots.Count > 0) { Refusals = [typeof(FormatException)] },
        new("clock.json", Shape.Json, dice => Encoding.UTF8.GetBytes($$"""{"origin":"2026-03-02T08:00:00+09:00","start":"2026-03-01T00:00:00Z","speed":{{dice.Between(1, 28_800)}}}"""), bytes =>
            HouseholdTime.Read(Scratch.Write("clock.json", bytes), new StoppedClock()) is var clock && clock.GetUtcNow() > DateTimeOffset.MinValue) { Refusals = [typeof(FormatException)] },
        new("deliveries.jsonl", Shape.Text, dice => Encoding.UTF8.GetBytes($$"""{"at":"2026-03-02T08:00:00+09:00","slot":1,"packs":2,"why":"delivery","order":"{{Nouns.Hash(dice)}}"}""" + "\n"),
            bytes => new DeliveryLog(Scratch.Write("deliveries.jsonl", bytes)).Refresh()) { Refusals = [typeof(FormatException)] },
        new("purchases.csv", Shape.Text, _ => Encoding.UTF8.GetBytes("household,product,class_id,date\n84,\"milk, fresh\",831447,2012-07-06\n85,bread,12,2012-07-07\n84,rice,9,2013-01-02\n"),
            bytes => PurchaseFile.Read(Scratch.Write("purchases.csv", bytes), "84").Count > 0) { Refusals = [typeof(Rehearsal.Commands.UsageException)] },
        new("catalogue.json", Shape.Json, _ => Encoding.UTF8.GetBytes(
            """[{"gtin":"8801115114031","nameKo":"우유","nameEn":"Milk","packMg":1030000,"classId":"milk","priceWon":2900,"maxBamnamuBps":0,"leadDays":{"1":0.2,"2":0.8},"deliveryDays":["mon","thu"],"cutOff":"14:00","seasonMonths":[1,12],"shelfLifeDays":9}]"""),
            bytes => CatalogueFile.Read(Scratch.Write("catalogue.json", bytes), Nouns.Somebody, "us").Count > 0) { Refusals = [typeof(UsageException)] },
        new("store.json", Shape.Json, _ => Encoding.UTF8.GetBytes("""{"name":"Chestnut","listen":"http://127.0.0.1:1","database":"Host=127.0.0.1","chain":{"rpcUrl":"http://127.0.0.1:8545"},"broker":{"port":1883,"passwordFile":"passwords","pidFile":"pid"},"rewards":{"timeZone":"Asia/Seoul"},"orders":{"vetoSeconds":86400},"clerk":{}}"""), bytes =>
        {
            Scratch.Write("store.json", bytes);
            return StoreFolder.Open(Scratch.Folder).Options.Name.Length > 0;
        }) { Refusals = [typeof(UsageException)] },
    ];

    private static bool ReadGateway(byte[] bytes)
    {
        Scratch.Write("gateway.json", bytes);
        return GatewayFile.Read(new DataFolder(Scratch.Folder)).Slots.Count > 0;
    }

    private static bool ReadMembership(byte[] bytes)
    {
        Directory.CreateDirectory(Path.Combine(Scratch.Folder, "keys"));
        Scratch.Write("keys/membership.json", bytes);
        if (Membership.Find(new DataFolder(Scratch.Folder)) is not { } member)
            return false;
        _ = (member.AccountAddress, member.Token.Length, member.Broker.Username.Length, member.Store.Host);
        LyingStoreDoors.Use(member.Info);
        return true;
    }

    private static byte[] Calibrations(Dice dice) => Encoding.UTF8.GetBytes(
        $$"""[{"slot":1,"countsPerGram":{{dice.Between(-900, -100)}}.5,"offsetCounts":84000,"noiseCounts":97.5,"containerMg":20000,"act":"tared","at":"2026-03-02T08:00:00+09:00","massMg":20000,"fitErrorMg":5,"before":[{"countsPerGram":430,"offsetCounts":1,"noiseCounts":1,"containerMg":0}]},{"slot":2,"countsPerGram":215,"offsetCounts":0,"noiseCounts":1,"containerMg":0}]""");

    /// <summary>What was read must weigh: a line that cannot is no calibration.</summary>
    private static bool ReadCalibration(byte[] bytes)
    {
        Scratch.Write("calibration.json", bytes);
        CalibrationBook book = new(new DataFolder(Scratch.Folder));
        foreach (KeptCalibration kept in book.HistoryOf(new SlotId(1)))
            _ = (kept.Line.Net(0x7FFFFF), kept.Line.Net(-0x800000), kept.Line.Difference(0xFFFFFF), kept.Line.CountsAt(Mass.FromGrams(20_000)));
        return true;
    }

    private static bool OpenDevice(string path)
    {
        using P256Key key = P256Key.Load(path);
        return true;
    }

    private sealed class StoppedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Nouns.Morning.AddDays(1);
    }

    private static byte[] MakeDeviceKey()
    {
        using P256Key key = P256Key.FromSecret(new Hash32([.. Enumerable.Repeat((byte)7, Hash32.Size)]));
        string path = Path.Combine(Scratch.Folder, "made.key");
        key.Save(path);
        return File.ReadAllBytes(path);
    }

    private static byte[] MakeWorld()
    {
        string path = Path.Combine(Scratch.Folder, "made.json");
        new WorldPlan(11, Nouns.Morning, TimeZoneInfo.FindSystemTimeZoneById("Asia/Seoul"),
        [
            new SlotPlan(new SlotId(1), Nouns.Milk, Mass.FromGrams(1063), Mass.FromGrams(33), 6, 3, [new RateSegment(0, 0.4), new RateSegment(9, 0.5)], CellPlan.TwentyKilograms),
        ]).Write(path);
        return File.ReadAllBytes(path);
    }
}
