using System.Buffers.Text;
using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json;
using PantryChain.DeviceDrivers.Bus;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Member;
using PantryChain.Ledger.Blocks;

namespace PantryChain.Gateway.Commands;

/// <summary><c>init</c>: makes what a new gateway needs and keeps what is there already.</summary>
internal static class InitCommand
{
    private static readonly Option<string?> Name = new("--gateway") { Description = "Name at brokers and store: 3 to 32 of a-z, 0-9, _ and -. Default: pantry- and the first digits of the device's id, which nobody else has.", HelpName = "NAME" };

    /// <summary>The verb.</summary>
    public static Command Create()
    {
        Command command = new("init", "Makes the keys, the member's PIN and a gateway.json to edit; keeps what is there already.") { Name, CommandLine.PinFile };
        command.SetAction(parsed => Run(CommandLine.FolderOf(parsed), parsed.GetValue(Name), parsed.GetValue(CommandLine.PinFile), parsed.InvocationConfiguration.Output));
        return command;
    }

    private static int Run(DataFolder folder, string? name, string? pinFile, TextWriter output)
    {
        Tell(folder.Create(), output);
        if (!File.Exists(folder.DeviceKey))
            MakeDeviceKey(folder);
        using P256Key device = Keys.LoadDevice(folder);
        if (!File.Exists(folder.Configuration))
            WriteExample(folder, name ?? $"pantry-{device.Device.ToString()[2..8]}", output);
        Household household = GatewayFile.Read(folder);
        if (name is not null && household.Gateway.Value != name)
            throw new UserError($"{folder.Configuration} names this gateway {household.Gateway}. Change \"gateway\" there, or leave --gateway away.");
        if (!File.Exists(folder.MemberKey))
            MakeMemberKey(folder, pinFile, output);
        if (!File.Exists(folder.LocalToken))
            DataFolder.WriteSecret(folder.LocalToken, Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)));
        HouseholdAuthority authority = HouseholdAuthority.OpenOrCreate(folder, household);
        output.WriteLine($"Browsers and phones trust this household's pages by its root, SHA-256 {authority.Fingerprint}; {CommandLine.Next(folder, "trust")} says how.");
        if (household.Options.Home is { IsInside: true })
            output.WriteLine($"Home Assistant and the like connect to this gateway's own MQTT broker after {CommandLine.Next(folder, "home-user add NAME")}; for a broker that you have, name its host under \"home\" in {folder.Configuration}.");
        output.WriteLine($"Ready: {folder.Path}, gateway {household.Gateway}, device {device.Device}.");
        output.WriteLine($"Next: {CommandLine.Next(folder, "join URL --invitation CODE")} with the store's address and a code from its desk, then {CommandLine.Next(folder, "run")}.");
        return 0;
    }

    /// <summary>Says what others could read.</summary>
    internal static void Tell(IReadOnlyList<string> tightened, TextWriter output)
    {
        if (tightened.Count > 0)
            output.WriteLine($"Others on this machine could read {string.Join(", ", tightened)}. From now on only their owner can; whoever had an account here may have read them.");
    }

    private static void MakeDeviceKey(DataFolder folder)
    {
        using P256Key key = P256Key.Create();
        key.Save(folder.DeviceKey);
    }

    private static void MakeMemberKey(DataFolder folder, string? pinFile, TextWriter output)
    {
        bool given = pinFile is not null && File.Exists(pinFile);
        Pin pin = given ? Pin.ReadNewFile(pinFile!) : Pin.Generate();
        if (!given && pinFile is not null)
            DataFolder.WriteSecret(Path.GetFullPath(pinFile), pin.Digits.ToString() + "\n");
        using P256Key key = P256Key.Create();
        MemberKeyFile.Create(folder.MemberKey, key, pin.Digits.ToString());
        if (pinFile is null)
            output.WriteLine($"The member's PIN is {pin.Digits}. Write it down: it is shown this once, and without it no mandate can be given.");
    }

    /// <summary>One milk slot on the header of this Raspberry Pi, or of a Pi 4 elsewhere: enough to start from, and every member that most homes change.</summary>
    private static void WriteExample(DataFolder folder, string name, TextWriter output)
    {
        const string milk = "8801115114154";
        GatewayOptions example = new()
        {
            Gateway = name,
            Home = new HomeBrokerOptions { Broker = HomeBrokerOptions.Inside },
            Cells = new CellOptions { Chip = BusInventory.GpioChips().Select(chip => chip.Label).FirstOrDefault(GpioChip.RaspberryPiLabels.Contains) ?? new CellOptions().Chip },
            Slots = [new SlotOptions { Slot = 1, Gtin = milk, NameKo = "우유 칸", NameEn = "Milk shelf", DataLine = 6 }],
            Products = [new ProductOptions { Gtin = milk, NameKo = "우유 1 L", NameEn = "Milk 1 L", PackGrams = 1063, ClassId = "milk" }],
        };
        GatewayFile.Check(example, folder.Configuration);
        DataFolder.WriteSecret(folder.Configuration, JsonSerializer.Serialize(example, ConfigurationJson.Readable().GatewayOptions) + "\n");
        output.WriteLine($"Wrote {folder.Configuration}: edit slots and products to what stands on your shelves. Other chips, wirings and tag readers: docs/gateway.md, \"How sensors are wired\".");
    }
}
