using System.Globalization;
using System.Text.RegularExpressions;

namespace PantryChain.Hardware.Tests;

/// <summary>The installer, the service, the rules and the overlay, each judged by the program that will read it.</summary>
public sealed class InstallSpecs
{
    private const double MostExposure = 2.0; // of systemd-analyze security, where 10 is wide open

    private static string Installer => Place.Hardware("install", "install.sh");

    private static string Unit => Place.Hardware("install", "pantrychain-gateway.service");

    [Theory]
    [InlineData("hardware/install/install.sh")]
    [InlineData("pantry")]
    public async Task A_script_has_nothing_that_shellcheck_complains_about(string script)
    {
        (int exitCode, string said) = await Place.RunAsync("shellcheck", Path.Combine(Place.Root, script));

        exitCode.Should().Be(0, said);
    }

    [Fact]
    public async Task Installing_twice_updates_the_program_and_leaves_an_edited_gateway_json_and_the_keys_alone()
    {
        using TempFolder root = new();
        string configuration = root.Inside("var/lib/pantrychain/gateway.json"), key = root.Inside("var/lib/pantrychain/keys/device.key");

        string first = await InstallAsync(root, "--from", Place.GatewayBuild);
        first.Should().Contain("PIN is").And.Contain("Installed. Next:");
        string edited = (await File.ReadAllTextAsync(configuration)).Replace("Milk shelf", "Top left", StringComparison.Ordinal);
        await File.WriteAllTextAsync(configuration, edited);
        byte[] keyBefore = await File.ReadAllBytesAsync(key);
        File.Delete(root.Inside("opt/pantrychain/gateway/PantryChain.Ui.dll"));
        string second = await InstallAsync(root, "--from", Place.GatewayBuild);

        second.Should().Contain("stays as it is").And.NotContain("PIN is");
        (await File.ReadAllTextAsync(configuration)).Should().Be(edited);
        (await File.ReadAllBytesAsync(key)).Should().Equal(keyBefore);
        File.Exists(root.Inside("opt/pantrychain/gateway/PantryChain.Ui.dll")).Should().BeTrue();
        Directory.EnumerateDirectories(root.Inside("opt/pantrychain")).Select(Path.GetFileName).Should().Equal("gateway");
        File.ReadAllText(root.Inside("etc/systemd/system/pantrychain-gateway.service")).Should().Be(File.ReadAllText(Unit));
        File.Exists(root.Inside("etc/udev/rules.d/60-pantrychain.rules")).Should().BeTrue();
    }

    [Fact]
    public async Task Uninstalling_leaves_nothing_but_the_household_s_data()
    {
        using TempFolder root = new();
        await InstallAsync(root, "--from", Place.GatewayBuild);

        string said = await InstallAsync(root, "--uninstall");

        said.Should().Contain("stays");
        Directory.EnumerateFiles(root.Path, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(root.Path, file))
            .Should().OnlyContain(file => file.StartsWith("var/lib/pantrychain/", StringComparison.Ordinal)).And.Contain("var/lib/pantrychain/keys/member.key");
    }

    [Fact]
    public async Task A_dry_run_names_every_step_and_changes_nothing()
    {
        using TempFolder root = new();

        string said = await InstallAsync(root, "--dry-run", "--from", Place.GatewayBuild);

        said.Should().Contain("would run: ln -sfn").And.Contain("would write: ").And.Contain("pantrychain-gateway.service");
        Directory.EnumerateFileSystemEntries(root.Path).Should().BeEmpty();
    }

    [Theory]
    [InlineData(new[] { "--fast" }, "'--fast' is not understood")]
    [InlineData(new[] { "--from" }, "--from needs a folder")]
    [InlineData(new[] { "--from", "/nowhere" }, "/nowhere holds no PantryChain.Gateway.dll. Make it with 'dotnet publish")]
    public async Task Bad_input_ends_with_the_next_step_and_code_2(string[] words, string text)
    {
        using TempFolder root = new();

        (int exitCode, string said) = await Place.RunAsync(Installer, words, new Dictionary<string, string> { ["DESTDIR"] = root.Path });

        (exitCode, said.Contains(text, StringComparison.Ordinal)).Should().Be((2, true), said);
        Directory.EnumerateFileSystemEntries(root.Path).Should().BeEmpty();
    }

    [Fact]
    public async Task The_unit_is_understood_by_systemd()
    {
        using TempFolder scratch = new();
        string unit = scratch.Inside("pantrychain-gateway.service");
        await File.WriteAllTextAsync(unit, (await File.ReadAllTextAsync(Unit)).Replace("/opt/pantrychain/dotnet", "/bin/true", StringComparison.Ordinal)); // verify wants the program to be there

        (int exitCode, string said) = await Place.RunAsync("systemd-analyze", "verify", "--man=no", unit);

        exitCode.Should().Be(0, said);
        said.Split('\n').Where(line => line.Contains("pantrychain-gateway", StringComparison.Ordinal)).Should().BeEmpty();
    }

    [Fact]
    public async Task The_service_may_do_little_more_than_its_work()
    {
        (int _, string said) = await Place.RunAsync("systemd-analyze", "security", "--offline=true", "--no-pager", Unit);

        Match exposure = Regex.Match(said, @"Overall exposure level for .*: (?<level>\d+\.\d+)");
        exposure.Success.Should().BeTrue(said);
        double.Parse(exposure.Groups["level"].Value, CultureInfo.InvariantCulture).Should().BeLessThanOrEqualTo(MostExposure);
    }

    [Fact]
    public async Task The_udev_rules_name_subsystem_group_and_mode_of_all_three_buses()
    {
        string rules = Place.Hardware("install", "60-pantrychain.rules");
        string[] lines = [.. File.ReadLines(rules).Where(line => line.Length > 0 && line[0] != '#')];

        lines.Should().HaveCount(3).And.OnlyContain(line => Regex.IsMatch(line, "^SUBSYSTEM==\"(gpio|i2c-dev|spidev)\", KERNEL==\"[^\"]+\", GROUP=\"(gpio|i2c|spi)\", MODE=\"0660\"$"));
        (int version, string help) = await Place.RunAsync("udevadm", "verify", "--help");
        if (version != 0)
            return; // before systemd 254 udevadm cannot verify
        (int exitCode, string said) = await Place.RunAsync("udevadm", "verify", "--resolve-names=never", rules);
        exitCode.Should().Be(0, said + help);
    }

    [Fact]
    public async Task The_overlay_for_the_kernel_s_own_driver_compiles_without_a_warning()
    {
        using TempFolder scratch = new();

        (int exitCode, string said) = await Place.RunAsync("dtc", "-@", "-I", "dts", "-O", "dtb", "-o", scratch.Inside("hx711-iio.dtbo"), Place.Hardware("overlays", "hx711-iio.dts"));

        (exitCode, said).Should().Be((0, ""));
        new FileInfo(scratch.Inside("hx711-iio.dtbo")).Length.Should().BeGreaterThan(500);
    }

    private static async Task<string> InstallAsync(TempFolder root, params string[] words)
    {
        (int exitCode, string said) = await Place.RunAsync(Installer, words, new Dictionary<string, string> { ["DESTDIR"] = root.Path });
        exitCode.Should().Be(0, said);
        return said;
    }
}
