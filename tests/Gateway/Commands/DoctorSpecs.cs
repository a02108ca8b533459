using System.Text.Json;
using PantryChain.Gateway.Commands;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Tests.Sensing;

namespace PantryChain.Gateway.Tests.Commands;

public sealed class DoctorSpecs : IDisposable
{
    private readonly MixedShelf _shelf = new([new ReaderOptions { Slot = 1, Kind = "pn532", Bus = MixedShelf.Bus }]);
    private readonly TempFolder _root = new();
    private readonly Findings _findings = new();

    [Fact]
    public void Every_configured_address_is_asked_through_its_multiplexer()
    {
        DoctorCells.LookAtBuses(_shelf.Household, Machine(), _shelf.Board, _findings);

        _findings.All.Where(finding => finding.State == "ok").Select(finding => finding.What).Should().Equal(
            "converter flour (nau7802) answers at /dev/i2c-1, 0x70 channel 5, 0x2A", "converter coffee (nau7802) answers at /dev/i2c-1, 0x70 channel 2, 0x2A");
        Finding missing = _findings.All.Single(finding => finding.State == "wrong");
        missing.What.Should().Be("tag reader of slot 1 (pn532) at /dev/i2c-1, 0x24");
        missing.Fix.Should().Contain("3.3 V");
    }

    [Fact]
    public void A_bus_that_is_not_there_is_named_with_its_next_step()
    {
        _shelf.Board.Unplug(MixedShelf.Bus);

        DoctorCells.LookAtBuses(_shelf.Household, Machine(), _shelf.Board, _findings);

        _findings.All.Count(finding => finding.State == "wrong").Should().Be(3);
        _findings.AnythingWrong.Should().BeTrue();
        _findings.All.Where(finding => finding.State == "wrong").Should().OnlyContain(finding => finding.Fix!.Contains("gateway.json"));
    }

    [Fact]
    public void A_running_gateway_answers_for_its_sensors_with_their_counters()
    {
        using JsonDocument health = JsonDocument.Parse("""
            {"slots": {"1": "Ok", "2": "Disconnected", "3": "Uncalibrated"},
             "converters": [{"name": "upper", "kind": "hx711", "problem": null, "counts": {"frames": 12, "long_pulses": 0, "late": 3}}],
             "readers": [{"name": "1", "kind": "pn532", "problem": "No pn532 answers. Check SDA.", "counts": {}}]}
            """);

        DoctorCells.LookAtRunning(health.RootElement, _findings);

        _findings.ToText().Split('\n').Select(line => line.Trim()).Should().StartWith(
        [
            "ok     cell: slot 1",
            "wrong  cell: slot 2 is disconnected - Nothing answers there. Check plug and power; it goes on by itself once it is back.",
            "wrong  cell: slot 3 is uncalibrated - Not calibrated yet, or it weighs less than nothing. Put its container back, or run './pantry gateway calibrate 3'.",
            "ok     converter: upper (hx711): frames 12, late 3",
            "wrong  reader: 1 (pn532): nothing counted yet - No pn532 answers. Check SDA.",
        ]);
    }

    [Fact]
    public void On_a_Raspberry_Pi_the_missing_line_of_its_own_config_txt_is_named()
    {
        Write("proc/device-tree/model", "Raspberry Pi 5 Model B Rev 1.1\0");
        Write("boot/firmware/config.txt", "# dtparam=i2c_arm=on\ndtparam=audio=on\ndtparam=spi=on # for the flour\n");

        MachineFiles files = new(_root.Path);

        files.Model.Should().Be("Raspberry Pi 5 Model B Rev 1.1");
        files.Enables("dtparam=i2c_arm=on").Should().BeFalse("a comment enables nothing");
        files.Enables("dtparam=spi=on").Should().BeTrue();
        files.ConfigPath.Should().EndWith("boot/firmware/config.txt");
        Machine().IsRaspberryPi.Should().BeTrue();
    }

    [Fact]
    public void A_gateway_that_hears_of_the_chain_from_its_store_alone_is_told_so_even_with_other_relays()
    {
        Uri elsewhere = new("https://elsewhere.example/");
        Findings two = new();

        DoctorNetwork.LookAtVoices(new CooperativeOptions { Relays = [elsewhere] }, _findings);
        DoctorNetwork.LookAtVoices(new CooperativeOptions { Relays = [elsewhere], Nodes = [elsewhere] }, two);

        _findings.All.Should().ContainSingle().Which.Fix.Should().Contain("cooperative.nodes");
        two.All.Should().BeEmpty();
    }

    [Fact]
    public void Findings_are_read_by_scripts_as_JSON()
    {
        _findings.Ok("gpio", "there");
        _findings.Missing(needed: false, "spi", "no /dev/spidev*", "Add a line.");

        using JsonDocument told = JsonDocument.Parse(_findings.ToJson());

        told.RootElement.EnumerateArray().Select(one => (one.GetProperty("state").GetString(), one.GetProperty("fix").GetString())).Should().Equal(("ok", null), ("absent", "Add a line."));
        _findings.AnythingWrong.Should().BeFalse("what nobody needs may be absent");
    }

    public void Dispose()
    {
        _shelf.Dispose();
        _root.Dispose();
    }

    private DoctorMachine Machine() => new(_shelf.Household, new MachineFiles(_root.Path));

    private void Write(string relative, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_root.Inside(relative))!);
        File.WriteAllText(_root.Inside(relative), text);
    }
}
