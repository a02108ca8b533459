using System.Text;
using PantryChain.DeviceDrivers.Climate;
using PantryChain.DeviceDrivers.Simulation;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Sensing;
using PantryChain.Gateway.Dashboard;
using PantryChain.Gateway.Member;
using PantryChain.Gateway.Sensing;
using PantryChain.Reorder.Patterns;
using PantryChain.Ui.Hosting;
using PantryChain.Ui.Texts;

namespace PantryChain.Fuzz.Doors;

/// <summary>Short texts from forms, addresses, headers, tags and files.</summary>
internal static class TextDoors
{
    public static IReadOnlyList<Door> All { get; } =
    [
        Text("Gtin.TryParse", dice => Nouns.Product(dice).ToString(), text => Gtin.TryParse(text, out _)),
        Refusing("Gtin.Parse", dice => Nouns.Product(dice).ToString(), text => Gtin.Parse(text).ToString()),
        Refusing("Hash32.Parse", dice => Nouns.Hash(dice).ToString(), text => Hash32.Parse(text).ToString()),
        Refusing("AccountAddress.Parse", dice => Nouns.Address(dice).ToString(), text => AccountAddress.Parse(text).ToString()),
        Refusing("Hex.Decode", dice => Hex.Encode(dice.Bytes(dice.Length(100))), text => Hex.Encode(Hex.Decode(text))),
        Refusing("GatewayId", _ => "pantry-123456", text => new GatewayId(text).ToString()),
        Text("ItemUri", dice => dice.Of("urn:epc:id:sgtin:0614141.812345.6789", "urn:epc:tag:sgtin-96:3.0614141.812345.6789", "urn:epc:raw:96.x3074257BF7194E4000001A85", "https://id.gs1.org/01/80614141123458/21/6789"),
            text => ItemUri.TryParse(text, out _, out _)),
        Text("Accept-Language", dice => dice.Of("ko-KR,ko;q=0.9,en;q=0.8", "en", "*;q=0", "de-DE;q=1.0"), text => Languages.FromHeader(text) is Language.Korean or Language.English),
        Text("language cookie", dice => dice.Of("ko", "en-GB"), text => Languages.FromTag(text) is not null),
        Text("way back of a form", dice => dice.Of("/", "/products/8801115114154"), text => SeeOther.IsOwnPath(text)),
        Text("proposal's id", _ => $"{Nouns.Milk}-7", text => ProposalId.TryParse(text, out _, out _)) with { MayRefuseValid = true },
        Text("PIN", _ => "24681012", text => Pin.TryParse(text, out _)) with { MayRefuseValid = true },
        Text("thermometer", dice => $"{dice.Between(-40_000, 60_000)}\n", text => W1Thermometer.TryParse(text, out _)),
        Text("holidays.txt", _ => "# ours\nadd 2027-03-03 임시공휴일 | Temporary holiday\nremove 2027-05-01\nclosed 2027-08-14 택배 없는 날 | Couriers' day off\ndelivers 2027-01-01\n", text =>
        {
            HolidayFile.Apply(text, "holidays.txt", out HolidayProblem? problem);
            return problem is null || (problem.En.Length <= 2_000 ? false : throw new InvalidDataException("The problem is no sentence for a person."));
        }),
        new("fault script", Shape.Json, dice => Encoding.UTF8.GetBytes(dice.Of(
            """[{"from":"2d","for":"2h","slot":1,"fault":"handLeaning"}]""", """{"from":"6.5d","busSeconds":3,"every":"1d","times":4,"slot":1,"fault":"noData"}""")),
            bytes => FaultScript.Parse("faults.json", Encoding.UTF8.GetString(bytes)).Entries.Count >= 0) { Refusals = [typeof(FormatException)], MayRefuseValid = true },
        new("recording", Shape.Text, dice => Encoding.UTF8.GetBytes(Recording(dice)), ReadRecording) { Refusals = [typeof(FormatException)] },
    ];

    private static Door Text(string name, Func<Dice, string> valid, Func<string, bool> read) =>
        new(name, Shape.Text, dice => Encoding.UTF8.GetBytes(valid(dice)), bytes => read(Encoding.UTF8.GetString(bytes)));

    private static Door Refusing(string name, Func<Dice, string> valid, Func<string, string> again) =>
        new(name, Shape.Text, dice => Encoding.UTF8.GetBytes(valid(dice)), bytes => again(Encoding.UTF8.GetString(bytes)).Length >= 0)
        {
            Refusals = [typeof(FormatException)], Again = bytes => Encoding.UTF8.GetBytes(again(Encoding.UTF8.GetString(bytes))),
        };

    private static string Recording(Dice dice)
    {
        StringBuilder text = new($"{RecordingText.Magic} {RecordingText.Version} 0.1.0\n# a comment\n");
        text.Append("slot 1 {\"calibration\":{\"countsPerGram\":430,\"offsetCounts\":84000,\"noiseCounts\":97,\"container\":0,\"fitError\":0},\"settings\":{},\"levelMg\":2000000}\n");
        for (int i = 0; i < 6; i++)
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{dice.Next(200_000_000)} {dice.Next(2_000_000)} 1 {dice.Between(-0x800000, 0x7FFFFF)}\n");
        return text.Append("step 1 10000000 used -250000 1750000 500\ntag 1 + 1 item\nlost 3\nend 6\n").ToString();
    }

    private static bool ReadRecording(byte[] bytes)
    {
        using StringReader text = new(Encoding.UTF8.GetString(bytes));
        return Replay.Run(new RecordingReader(text, "recording").Read()) is not null;
    }
}
